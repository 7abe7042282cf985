package provider

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/hashicorp/go-version"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/terraformcli"
)

var exampleID = regexp.MustCompile(`"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"`)

// exampleFile returns one of the examples, every call in it having been placed at the lab.
func (l *lab) exampleFile(t *testing.T, path string) (absolute, text string) {
	t.Helper()
	absolute, err := filepath.Abs(filepath.Join("..", "..", "examples", path))
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(absolute)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range exampleID.FindAllStringSubmatch(string(content), -1) {
		l.PlaceCall(graphsim.Call{ID: id[1]})
	}
	return absolute, string(content)
}

func TestEphemeralCLI_example(t *testing.T) {
	t.Parallel()
	l := newLab(t).realTime()
	file, example := l.exampleFile(t, "ephemeral-resources/msgraph_call_keepalive/ephemeral-resource.tf")
	w := newWorkspace(t, l, l.providerBlock()+example)
	w.mustRun("fmt", "-check", "-diff", file)
	w.mustRun("apply", "-auto-approve")
	hungUp := 0
	for _, call := range l.Calls() {
		if call.KeepAlives == 0 {
			t.Errorf("call %s got no keepAlive", call.ID)
		}
		if !call.EndedAt.IsZero() {
			hungUp++
		}
	}
	if hungUp != 1 {
		t.Errorf("%d calls were hung up, want the one that the run has placed", hungUp)
	}
}

// A CLI that knows no actions formats them all the same; from 1.14 on Terraform validates
// them as well.
func TestActionCLI_example(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	file, example := l.exampleFile(t, "actions/msgraph_call_keepalive/action.tf")
	w := newWorkspace(t, l, l.providerBlock())
	w.mustRun("fmt", "-check", "-diff", file)
	w.mustRun("plan")

	cli := findCLI(t)
	if cli.Product != terraformcli.Terraform || version.Must(version.NewVersion(cli.Version)).LessThan(version.Must(version.NewVersion("1.14.0"))) {
		t.Logf("%s knows no actions: the example was formatted, not validated", cli)
		return
	}
	w.write(l.providerBlock() + example)
	w.mustRun("validate")
	expectText(t, w.mustRun("apply", "-auto-approve", "-invoke=action.msgraph_call_keepalive.now"), "keepAlive sent at 15:00:00Z")
	l.expectSent(t, 1)
}
