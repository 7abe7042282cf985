package provider

import (
	"path/filepath"
	"regexp"
	"testing"

	"github.com/hashicorp/go-version"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/terraformcli"
)

var exampleID = regexp.MustCompile(`"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"`)

// exampleFile returns one of the examples, every call in it having been placed at the lab.
func (l *lab) exampleFile(t *testing.T, path string) string {
	t.Helper()
	text := readFile(t, filepath.Join(examplesDir, path))
	for _, id := range exampleID.FindAllStringSubmatch(text, -1) {
		l.PlaceCall(graphsim.Call{ID: id[1]})
	}
	return text
}

func TestExamples_ephemeral(t *testing.T) {
	t.Parallel()
	l := newLab(t).realTime()
	example := l.exampleFile(t, "ephemeral-resources/msgraph_call_keepalive/ephemeral-resource.tf")
	w := newWorkspace(t, l, l.providerBlock()+example)
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

func TestExamples_ephemeralOfMany(t *testing.T) {
	t.Parallel()
	l := newLab(t).realTime()
	example := l.exampleFile(t, "ephemeral-resources/msgraph_call_keepalives/ephemeral-resource.tf")
	w := newWorkspace(t, l, l.providerBlock()+example)
	expectText(t, w.mustRun("apply", "-auto-approve"), "the tests run here")
	for _, call := range l.Calls() {
		if call.ID != callID && call.KeepAlives != 2 { // the plan opens it, and the apply
			t.Errorf("call %s got %d keepAlives", call.ID, call.KeepAlives)
		}
	}
}

func TestExamples_action(t *testing.T) {
	t.Parallel()
	actionExample(t, "msgraph_call_keepalive", "keepAlive sent at 15:00:00Z", 1)
}

func TestExamples_actionOfMany(t *testing.T) {
	t.Parallel()
	actionExample(t, "msgraph_call_keepalives", "round 1 of 1 at 15:00:00Z: 3 of 3 calls kept", 3)
}

// actionExample runs an action's example, which has one named now.
func actionExample(t *testing.T, action, message string, keepAlives int) {
	t.Helper()
	l := newLab(t)
	example := l.exampleFile(t, "actions/"+action+"/action.tf")
	cli := findCLI(t)
	if cli.Product != terraformcli.Terraform || version.Must(version.NewVersion(cli.Version)).LessThan(version.Must(version.NewVersion("1.14.0"))) {
		t.Skipf("%s knows no actions", cli)
	}
	w := newWorkspace(t, l, l.providerBlock()+example)
	w.mustRun("validate")
	expectText(t, w.mustRun("apply", "-auto-approve", "-invoke=action."+action+".now"), message)
	l.expectSent(t, keepAlives)
}
