package process_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"

	"terraform-provider-msgraph/internal/provider"
)

// executable is the provider, built once as a release is.
var executable string

func TestMain(m *testing.M) { os.Exit(buildAndRun(m)) }

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "process")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	executable = filepath.Join(dir, "terraform-provider-msgraph.exe")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w -X main.version=1.2.3 -X main.commit=0123abcd",
		"-o", executable, "terraform-provider-msgraph")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// maxBytes is the largest size of the stripped executable.
const maxBytes = 24 << 20

func TestExecutable_isNotTooLarge(t *testing.T) {
	info, err := os.Stat(executable)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > maxBytes {
		t.Errorf("the stripped executable has %d bytes, more than %d: see what has come in with `go list -deps .`", info.Size(), maxBytes)
	}
}

// The program run by hand prints what it is; go-plugin's own message names neither Terraform nor the flags.
func TestExecutable_runByHand(t *testing.T) {
	help := `source = "` + provider.Address + `"`
	for _, test := range []struct {
		args           []string
		stdout, stderr string // what is printed there; empty for nothing
		code           int
	}{
		{nil, "", help, 1},
		{[]string{"-help"}, help, "", 0},
		{[]string{"-version"}, "terraform-provider-msgraph 1.2.3 (commit 0123abcd", "", 0},
		{[]string{"plan"}, "", `unexpected argument "plan"`, 2},
	} {
		var stdout, stderr strings.Builder
		cmd := exec.CommandContext(t.Context(), executable, test.args...)
		cmd.Env, cmd.Stdout, cmd.Stderr = []string{"PATH=" + os.Getenv("PATH")}, &stdout, &stderr
		err := cmd.Run()
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		if code := cmd.ProcessState.ExitCode(); code != test.code {
			t.Errorf("%q: exit code %d, want %d", test.args, code, test.code)
		}
		for got, want := range map[string]string{stdout.String(): test.stdout, stderr.String(): test.stderr} {
			if want == "" && got != "" || !strings.Contains(got, want) {
				t.Errorf("%q: printed %q, want %q", test.args, got, want)
			}
		}
	}
}

func TestExecutable_logsOnlyWhenWanted(t *testing.T) {
	for _, test := range []struct {
		name string
		env  []string
		want []string // modules of the log that have lines; nil for no line at all
	}{
		{"no variable", nil, nil},
		{"TF_LOG=TRACE", []string{"TF_LOG=TRACE"}, []string{"sdk.proto", "sdk.framework"}},
		{"TF_LOG=JSON", []string{"TF_LOG=JSON"}, []string{"sdk.proto", "sdk.framework"}},
		{"TF_LOG_PROVIDER", []string{"TF_LOG_PROVIDER=DEBUG"}, []string{"sdk.proto", "sdk.framework"}},
		{"TF_LOG_PROVIDER_MSGRAPH", []string{"TF_LOG_PROVIDER_MSGRAPH=TRACE"}, []string{"sdk.proto", "sdk.framework"}},
		{"TF_LOG_SDK_PROTO", []string{"TF_LOG_SDK_PROTO=TRACE"}, []string{"sdk.proto", "sdk.framework"}},
		{"TF_LOG_SDK_FRAMEWORK=OFF", []string{"TF_LOG_SDK_FRAMEWORK=OFF"}, []string{"sdk.proto"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			log := logOfOneRequest(t, executable, test.env)
			if test.want == nil && strings.Contains(log, `"@module":"sdk`) {
				t.Errorf("the provider writes a log that nobody wants:\n%s", log)
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
	var log bytes.Buffer
	client, conn := start(t, exec.CommandContext(t.Context(), program), env, &log)
	askForMetadata(t, conn)
	client.Kill() // which waits until all of the log has been read
	return log.String()
}

// start starts the provider as Terraform does. It writes its log to standard error.
func start(t *testing.T, cmd *exec.Cmd, env []string, log io.Writer) (*goplugin.Client, *grpc.ClientConn) {
	t.Helper()
	// The path of its socket must be short: macOS takes 103 bytes, of which the one of t.TempDir needs more.
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + filepath.Dir(cmd.Path)}, env...)
	client := goplugin.NewClient(&goplugin.ClientConfig{
		HandshakeConfig: goplugin.HandshakeConfig{
			ProtocolVersion: 6, MagicCookieKey: "TF_PLUGIN_MAGIC_COOKIE",
			MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		},
		VersionedPlugins: map[int]goplugin.PluginSet{6: {"provider": connection{}}},
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		Cmd:              cmd, SkipHostEnv: true, Stderr: log, Logger: hclog.NewNullLogger(),
	})
	t.Cleanup(client.Kill)
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
	return client, conn
}

// askForMetadata fails the test if the provider does not respond; with what does not matter.
func askForMetadata(t *testing.T, conn *grpc.ClientConn) {
	t.Helper()
	if err := conn.Invoke(t.Context(), "/tfplugin6.Provider/GetMetadata", &emptypb.Empty{}, &emptypb.Empty{}); err != nil {
		t.Fatal(err)
	}
}
