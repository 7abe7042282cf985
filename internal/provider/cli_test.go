package provider

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"terraform-provider-msgraph/internal/terraformcli"
	"terraform-provider-msgraph/internal/testos"
)

// workspace is a directory in which the real Terraform (or OpenTofu) runs with a lab's
// provider, which stays in this process. It shows what the acceptance framework does not:
// warnings, exit codes, and the text that a user reads.
type workspace struct {
	t   *testing.T
	cli string
	dir string
	env []string
	// bin is the path of the provider's program, where it does not stay in this process and
	// the test looks for it.
	bin string
	// stored is where the state is, for a test that does not ask the CLI for it.
	stored storedState
}

// storedState is a state as the CLI has stored it, nil for none.
type storedState interface {
	read() ([]byte, error)
}

// newWorkspace serves the lab's provider for a directory with the configuration. A provider that is served needs no init.
func newWorkspace(t *testing.T, l *lab, config string) *workspace {
	t.Helper()
	w := &workspace{t: t, cli: findCLI(t).Path, dir: t.TempDir()}
	w.env = append(testos.Environ(), "HOME="+w.dir, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
		"TF_CLI_ARGS=-no-color", "TF_REATTACH_PROVIDERS="+reattaching(t, served(t, l)))
	w.write(config)
	return w
}

// write replaces the configuration.
func (w *workspace) write(config string) {
	w.t.Helper()
	const head = `terraform {
  required_providers {
    msgraph = { source = "` + Address + `" }
  }
}
`
	if err := os.WriteFile(filepath.Join(w.dir, "main.tf"), []byte(head+config), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// run runs a command of the CLI and returns what it wrote and its exit code.
func (w *workspace) run(args ...string) (output string, code int) {
	w.t.Helper()
	cmd := exec.CommandContext(w.t.Context(), w.cli, args...)
	cmd.Dir, cmd.Env = w.dir, w.env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		w.t.Fatal(err)
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

// instance is one of a resource's in state.
type instance struct {
	Attributes attributes `json:"attributes"`
	Identity   attributes `json:"identity"`
}

// instances returns those of the resource with an address such as "type.name", or of the first one if that is empty.
func (w *workspace) instances(address string) []instance {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(w.dir, "terraform.tfstate"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		w.t.Fatal(err)
	}
	var state struct {
		Resources []struct {
			Type      string     `json:"type"`
			Name      string     `json:"name"`
			Instances []instance `json:"instances"`
		} `json:"resources"`
	}
	if err := json.Unmarshal(text, &state); err != nil {
		w.t.Fatal(err)
	}
	for _, r := range state.Resources {
		if address == "" || address == r.Type+"."+r.Name {
			return r.Instances
		}
	}
	return nil
}

// state returns the attributes of the first resource in state, nil when there is none.
func (w *workspace) state() attributes {
	w.t.Helper()
	for _, first := range w.instances("") {
		return first.Attributes
	}
	return nil
}

// plannedChange is what a plan does to a resource.
type plannedChange struct {
	Address string `json:"address"`
	Change  struct {
		Actions      []string   `json:"actions"`
		Before       attributes `json:"before"`
		After        attributes `json:"after"`
		AfterUnknown attributes `json:"after_unknown"`
	} `json:"change"`
}

// planned makes a plan, as the file saved, and returns what it changes, by address.
func (w *workspace) planned() map[string]plannedChange {
	w.t.Helper()
	w.mustRun("plan", "-out=saved")
	var plan struct {
		ResourceChanges []plannedChange `json:"resource_changes"`
	}
	if err := json.Unmarshal([]byte(w.mustRun("show", "-json", "saved")), &plan); err != nil {
		w.t.Fatal(err)
	}
	changes := map[string]plannedChange{}
	for _, c := range plan.ResourceChanges {
		if c.action() != "no-op" {
			changes[c.Address] = c
		}
	}
	return changes
}

// action is what is to be done, such as "create", or "delete,create" for a replacement.
func (c plannedChange) action() string { return strings.Join(c.Change.Actions, ",") }

// unknown are the names of the attributes that are known after the apply, sorted.
func (c plannedChange) unknown() (names []string) {
	for name, value := range c.Change.AfterUnknown {
		if value == true {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

var frame = regexp.MustCompile(`(?m)^[│╷╵] ?`)

// unwrap takes away the frame and the line breaks that the CLI puts into diagnostics.
func unwrap(output string) string {
	return strings.Join(strings.Fields(frame.ReplaceAllString(output, "")), " ")
}

// expectText fails the test for each text that the output does not have, however it is wrapped.
func expectText(t testing.TB, output string, texts ...string) {
	t.Helper()
	flat := unwrap(output)
	for _, text := range texts {
		if !strings.Contains(flat, unwrap(text)) {
			t.Errorf("the output does not say %q:\n%s", text, output)
		}
	}
}

// served serves the lab's provider at its address. Once that is in Terraform's public registry, it is served in
// OpenTofu's as well: OpenTofu takes a source without a host, as the examples then have it, for one in its own.
func served(t *testing.T, l *lab) map[string]any {
	t.Helper()
	provider := serveAt(t, Address, l.server)
	providers := map[string]any{Address: provider}
	if source, public := strings.CutPrefix(Address, strings.TrimSuffix(otherAddress, otherSource)); public {
		providers[strings.TrimSuffix(otherAddressOpenTofu, otherSource)+source] = provider
	}
	return providers
}

// reattaching makes TF_REATTACH_PROVIDERS of what serveAt returned, by the providers' addresses.
func reattaching(t *testing.T, providers map[string]any) string {
	t.Helper()
	text, err := json.Marshal(providers)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// serveAt serves a provider under an address until the test ends.
func serveAt(t *testing.T, address string, newServer func() (tfprotov6.ProviderServer, error)) any {
	t.Helper()
	reattach, closed := make(chan *goplugin.ReattachConfig, 1), make(chan struct{})
	go func() {
		err := tf6server.Serve(address, func() tfprotov6.ProviderServer {
			server, err := newServer()
			if err != nil {
				panic(err)
			}
			return server
		}, tf6server.WithDebug(t.Context(), reattach, closed), tf6server.WithLoggingSink(t), tf6server.WithGoPluginLogger(hclog.NewNullLogger()))
		if err != nil {
			t.Errorf("serving the provider: %v", err)
		}
	}()
	t.Cleanup(func() { <-closed })
	select {
	case r := <-reattach:
		return map[string]any{
			"Protocol": string(r.Protocol), "ProtocolVersion": r.ProtocolVersion, "Pid": r.Pid, "Test": true,
			"Addr": map[string]string{"Network": r.Addr.Network(), "String": r.Addr.String()},
		}
	case <-time.After(time.Minute): // far more than it takes, but on a busy machine
		t.Fatal("the provider did not start to serve")
		return nil
	}
}

// mustRun is run for a command that has to succeed.
func (w *workspace) mustRun(args ...string) string {
	w.t.Helper()
	out, code := w.run(args...)
	if code != 0 {
		w.t.Fatalf("%q exited %d:\n%s", args, code, out)
	}
	return out
}

// needsCLI skips the test when the CLI is an older Terraform or OpenTofu than that.
func needsCLI(t *testing.T, terraform, openTofu string) {
	t.Helper()
	if !isCLI(t, terraform, openTofu) {
		t.Skipf("%s is older than Terraform %s or OpenTofu %s", findCLI(t), terraform, openTofu)
	}
}

// isCLI reports whether the CLI is that Terraform or OpenTofu, or a newer one.
func isCLI(t *testing.T, terraform, openTofu string) bool {
	t.Helper()
	cli := findCLI(t)
	oldest := terraform
	if cli.Product == terraformcli.OpenTofu {
		oldest = openTofu
	}
	return !version.Must(version.NewVersion(cli.Version)).Core().LessThan(version.Must(version.NewVersion(oldest)))
}
