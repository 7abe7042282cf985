package provider

import (
	"io/fs"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
)

// examplesDir is the directory of the examples that the documentation shows.
const examplesDir = "../../examples"

// newExample is a workspace with the snippets in files, named from examplesDir on, in one
// configuration. Its provider is configured from the lab's environment, as the examples leave
// it to do.
func newExample(t *testing.T, l *lab, files ...string) *workspace {
	t.Helper()
	return newWorkspace(t, l.withEnv(l.environ()...), exampleConfig(t, files...))
}

func exampleConfig(t *testing.T, files ...string) string {
	t.Helper()
	config := "provider \"msgraph\" {}\n"
	for _, file := range files {
		config += readFile(t, filepath.Join(examplesDir, filepath.FromSlash(file)))
	}
	return config
}

// cleanApply applies the workspace, sends so many keepAlives in doing so, and has nothing
// left to do after it.
func (w *workspace) cleanApply(l *lab, keepAlives int) {
	w.t.Helper()
	l.ResetRequests()
	w.mustRun("apply", "-auto-approve")
	l.expectSent(w.t, keepAlives)
	w.expectNoChanges()
}

func TestExamples_dataSource(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.5.0", "1.6.0") // for the check
	l := newLab(t)
	w := newExample(t, l, "data-sources/msgraph_call/data-source.tf")
	w.cleanApply(l, 1)
	expectText(t, w.mustRun("output"), `who_called = "Calling Bot"`)

	l.EndCall(callID, 408, 8537, "")
	l.ShowEnded(graphsim.EndedVisibility{Terminated: graphsim.InactivityLimit})
	l.ResetRequests()
	expectText(t, w.mustRun("apply", "-auto-approve"), "Check block assertion failed",
		"The call is not alive. Graph shows it", "no keepAlive was received for 45 minutes", "0 added, 0 changed, 0 destroyed")
	l.expectSent(t, 0)
	expectText(t, w.mustRun("output"), `who_called = "nobody"`)
}

func TestExamples_dataSourceOfMany(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newExample(t, l, "data-sources/msgraph_calls/data-source.tf")
	w.cleanApply(l, 0)
	expectText(t, w.mustRun("output"), `"lobby" = "Graph does not know it`, "unknown = []")
	l.Inject(graphsim.Status(http.StatusForbidden).To("", callID).For(-1))
	expectText(t, w.mustRun("apply", "-auto-approve"), "Warning: Graph Denied Access to the Call", "null in alive")
	expectText(t, w.mustRun("output"), `"reception",`)
}

// The example of the index does the main job, with its credential from the environment.
func TestExamples_provider(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l.withEnv(l.environ()...), "")
	w.env = append(w.env, "TF_VAR_call_id="+callID)
	overwrite(t, filepath.Join(w.dir, "main.tf"), readFile(t, filepath.Join(examplesDir, "provider", "provider.tf")))
	w.cleanApply(l, 1)
}

func TestExamples_providerWithEphemeralSecret(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.10.0", "1.11.0")
	l := newLab(t)
	w := newWorkspace(t, l.withEnv(l.environ()...), readFile(t, filepath.Join(examplesDir, "provider", "provider-ephemeral.tf")))
	w.env = append(w.env, "TF_VAR_client_secret="+graphsim.ClientSecret)
	w.mustRun("plan")
}

func TestExamples_function(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.8.0", "1.7.0")
	l := newLab(t)
	w := newExample(t, l, "functions/call_id/function.tf")
	w.cleanApply(l, 1)
	expectText(t, w.mustRun("output"), `from_a_path = "`+callID+`"`, `from_a_url = "`+callID+`"`,
		`"2f1a1100-b174-40a0-aba7-0b405e01ed92", "6b1c8f40-0e2d-4a57-9f3e-7d5a2c9b1e08"`)
}

func TestExamples_resource(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.exampleFile(t, "resources/msgraph_call_keepalive/resource.tf")
	w := newExample(t, l, "resources/msgraph_call_keepalive/resource.tf")
	w.cleanApply(l, 5)
	expectText(t, w.mustRun("output"), `expires_at = "2026-03-14T15:45:00Z"`)

	l.ResetRequests()
	w.mustRun("apply", "-auto-approve", "-var", "release=2026.03.15")
	l.expectSent(t, 1)
}

// The example, and how its page takes calls over from single resources: none of them is hung up.
func TestExamples_manyKeepalives(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	const example = "resources/msgraph_call_keepalives/"
	l.exampleFile(t, example+"resource.tf")
	newExample(t, l, example+"resource.tf").cleanApply(l, 3)

	needsCLI(t, "1.7.0", "1.7.0") // for removed
	const single = `
resource "msgraph_call_keepalive" "each" {
  for_each           = var.calls
  call_id            = each.value
  hang_up_on_destroy = true
}
`
	w := newWorkspace(t, l, exampleConfig(t, example+"resource.tf")+single)
	w.cleanApply(l, 6)
	w.write(exampleConfig(t, example+"resource.tf", example+"from_single_resources.tf"))
	w.cleanApply(l, 0)
	l.expectSentTo(t, http.MethodDelete, 0)
}

// examplesOfCall are those of the resource msgraph_call.
const examplesOfCall = "resources/msgraph_call/"

func TestExamples_callResource(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newExample(t, l, examplesOfCall+"resource.tf")
	w.env = append(w.env, "TF_VAR_join_url="+longLink(graphsim.TenantID))
	w.cleanApply(l, 4)
	l.expectPlaced(t, 4, 4)
	expectText(t, w.mustRun("output"), `phone = "in a call"`)
	w.mustRun("destroy", "-auto-approve")
	l.expectPlaced(t, 4, 0)
}

const resourceExamples = "resources/msgraph_call_keepalive/"

func TestExamples_importCommand(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for directory, config := range map[string]string{resourceExamples: l.minimal(""), examplesOfCall: l.placesCall()} {
		imports := 0
		for line := range strings.Lines(readFile(t, filepath.Join(examplesDir, directory, "import.sh"))) {
			if arguments, ok := strings.CutPrefix(strings.TrimSpace(line), "terraform import "); ok {
				imports++
				w := newWorkspace(t, l, config)
				w.mustRun(append([]string{"import"}, strings.Fields(arguments)...)...)
				w.cleanApply(l, 1)
			}
		}
		if imports == 0 {
			t.Errorf("%simport.sh imports nothing", directory)
		}
	}
}

func TestExamples_importBlocks(t *testing.T) {
	t.Parallel()
	for file, oldest := range map[string]string{"import-by-string-id.tf": "1.5.0 1.6.0", "import-by-identity.tf": "1.12.0 1.12.0"} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			terraform, openTofu, _ := strings.Cut(oldest, " ")
			needsCLI(t, terraform, openTofu)
			for directory, object := range map[string]string{resourceExamples: oneCall, examplesOfCall: placing(callsUser(calleeID))} {
				l := newLab(t)
				w := newWorkspace(t, l.withEnv(l.environ()...), exampleConfig(t, directory+file)+object)
				expectText(t, w.mustRun("plan"), "1 to import, 0 to add, 1 to change, 0 to destroy")
				w.cleanApply(l, 1)
			}
		})
	}
}

func TestExamples_moved(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newMovingWorkspace(t, l.withEnv(l.environ()...), exampleConfig(t, resourceExamples+"moved.tf"), nil)
	expectText(t, w.mustRun("plan"), "(moved from msgraph_resource_action.lab)", "0 to add, 1 to change, 0 to destroy")
	w.cleanApply(l, 1)
}

// expectBlocks is guideBlocks for a guide that has to have so many.
func expectBlocks(t *testing.T, name string, want int) []string {
	t.Helper()
	blocks := guideBlocks(t, name)
	if len(blocks) != want {
		t.Fatalf("%s has %d configurations, want %d", name, len(blocks), want)
	}
	return blocks
}

// guideBlocks returns the configurations that stand in a guide.
func guideBlocks(t *testing.T, name string) []string {
	t.Helper()
	var blocks []string
	for _, fence := range regexp.MustCompile("(?s)\n( *)```terraform\n(.*?)\n *```\n").FindAllStringSubmatch(guide(t, name), -1) {
		blocks = append(blocks, strings.ReplaceAll("\n"+fence[2], "\n"+fence[1], "\n")+"\n")
	}
	return blocks
}

func TestGuides_whichObject(t *testing.T) {
	t.Parallel()
	blocks := expectBlocks(t, "which-object.md", 1)
	l := newLab(t)
	newWorkspace(t, l, l.config("%s", blocks[0])).cleanApply(l, 1)
}

// Each object leads to the page that tells the objects apart, and the page to each of them.
func TestGuides_whichObjectIsLinked(t *testing.T) {
	t.Parallel()
	text := guide(t, "which-object.md")
	objects := describedObjects(t)
	for page, object := range objects {
		if !strings.Contains(object.Description, whichObject) {
			t.Errorf("%s does not link to the guide", page)
		}
		if link := "../" + strings.Replace(page, "/msgraph_", "/", 1) + ".md"; !strings.Contains(text, link) {
			t.Errorf("the guide does not link to %s", link)
		}
	}
	if len(objects) < 5 {
		t.Errorf("there are %d objects, want the five at least", len(objects))
	}
}

// An example that no test here runs would go stale.
func TestExamples_allAreRun(t *testing.T) {
	t.Parallel()
	source := readFile(t, "examples_test.go")
	for _, directory := range []string{"data-sources", "functions", "provider", "resources"} {
		err := filepath.WalkDir(filepath.Join(examplesDir, directory), func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && !strings.Contains(source, entry.Name()+`"`) {
				t.Errorf("no test runs %s", path)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}
