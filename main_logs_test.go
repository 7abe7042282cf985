package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

func TestLogAskedFor(t *testing.T) {
	for _, test := range []struct {
		environ []string
		want    bool
	}{
		{nil, false},
		{[]string{"PATH=/bin", "TF_INPUT=0", "CATALOG=x"}, false},
		{[]string{"TF_LOG=", "TF_LOG_PROVIDER="}, false},
		{[]string{"TF_LOG=JSON"}, true},
		{[]string{"TF_LOG=off"}, true}, // others of them may say more
		{[]string{"TF_LOG_PROVIDER=DEBUG"}, true},
		{[]string{"TF_LOG_PROVIDER_MSGRAPH=DEBUG"}, true},
		{[]string{"TF_LOG_CORE=TRACE"}, true},
		{[]string{"TF_LOG_SDK=TRACE"}, true},
		{[]string{"TF_LOG_SDK_PROTO=TRACE"}, true},
		{[]string{"TF_LOG_SDK_PROTO_DATA_DIR=/tmp"}, true},
		{[]string{"TF_LOG_PATH=log.txt"}, true},
		{[]string{"TF_ACC_LOG_PATH=log.txt"}, true},
		{[]string{"tf_log=TRACE"}, true}, // Windows has names in any case
	} {
		if got := logAskedFor(test.environ); got != test.want {
			t.Errorf("%q: a log is asked for: %t, want %t", test.environ, got, test.want)
		}
	}
}

// build builds the provider as a release does.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "terraform-provider-msgraph.exe")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

// mostBytes is how large the stripped executable may be.
const mostBytes = 24 << 20

func TestExecutable(t *testing.T) {
	program := build(t)
	t.Run("size", func(t *testing.T) {
		info, err := os.Stat(program)
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() > mostBytes {
			t.Errorf("the stripped executable has %d bytes, more than %d: see what has come in with `go list -deps .`", info.Size(), mostBytes)
		}
	})
	for _, test := range []struct {
		name string
		env  []string
		want []string // modules of the log that have lines; nil for no line at all
	}{
		{"nobody asked", nil, nil},
		{"TF_LOG=TRACE", []string{"TF_LOG=TRACE"}, []string{"sdk.proto", "sdk.framework"}},
		{"TF_LOG=JSON", []string{"TF_LOG=JSON"}, []string{"sdk.proto", "sdk.framework"}},
		{"TF_LOG_PROVIDER", []string{"TF_LOG_PROVIDER=DEBUG"}, []string{"sdk.proto", "sdk.framework"}},
		{"TF_LOG_PROVIDER_MSGRAPH", []string{"TF_LOG_PROVIDER_MSGRAPH=TRACE"}, []string{"sdk.proto", "sdk.framework"}},
		{"TF_LOG_SDK_PROTO", []string{"TF_LOG_SDK_PROTO=TRACE"}, []string{"sdk.proto", "sdk.framework"}},
		{"TF_LOG_SDK_FRAMEWORK=OFF", []string{"TF_LOG_SDK_FRAMEWORK=OFF"}, []string{"sdk.proto"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			log := logOfOneRequest(t, program, test.env)
			if test.want == nil && strings.Contains(log, `"@module":"sdk`) {
				t.Errorf("the provider writes a log that nobody asked for:\n%s", log)
			}
			for _, module := range test.want {
				if !strings.Contains(log, `"@module":"`+module+`"`) {
					t.Errorf("the log has no line of %s:\n%s", module, log)
				}
			}
		})
	}
}

// connection is a plugin of which a test gets the bare connection.
type connection struct {
	goplugin.NetRPCUnsupportedPlugin
}

func (connection) GRPCServer(*goplugin.GRPCBroker, *grpc.Server) error { return nil }

func (connection) GRPCClient(_ context.Context, _ *goplugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return conn, nil
}

// logOfOneRequest starts the provider as Terraform does, asks it for its metadata, and
// returns what it wrote to standard error.
func logOfOneRequest(t *testing.T, program string, env []string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + t.TempDir()}, env...)
	var log bytes.Buffer
	client := goplugin.NewClient(&goplugin.ClientConfig{
		HandshakeConfig: goplugin.HandshakeConfig{
			ProtocolVersion: 6, MagicCookieKey: "TF_PLUGIN_MAGIC_COOKIE",
			MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		},
		VersionedPlugins: map[int]goplugin.PluginSet{6: {"provider": connection{}}},
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		Cmd:              cmd, SkipHostEnv: true, Stderr: &log, Logger: hclog.NewNullLogger(),
	})
	defer client.Kill()
	protocol, err := client.Client()
	if err != nil {
		t.Fatal(err)
	}
	dispensed, err := protocol.Dispense("provider")
	if err != nil {
		t.Fatal(err)
	}
	conn, ok := dispensed.(*grpc.ClientConn)
	if !ok {
		t.Fatalf("got a %T", dispensed)
	}
	// What is in the answer does not matter here.
	if err := conn.Invoke(t.Context(), "/tfplugin6.Provider/GetMetadata", &emptypb.Empty{}, &emptypb.Empty{}); err != nil {
		t.Fatal(err)
	}
	client.Kill() // which waits until all of the log has been read
	return log.String()
}
