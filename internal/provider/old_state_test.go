package provider

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/graphsim"
)

var writeState = flag.Bool("write-state", false, "write the states that are missing in testdata/state, see the README there")

// oldState is a state that a release wrote, and the configuration that it came from.
type oldState struct {
	config, state string
	provider      string // its address
	typeName      string // of the resource
	resource      struct {
		SchemaVersion int64           `json:"schema_version"`
		Attributes    json.RawMessage `json:"attributes"`
	}
	attributes attributes
}

// oldConfigs are the files of the configurations.
func oldConfigs(t *testing.T) []string {
	t.Helper()
	configs, err := filepath.Glob("testdata/state/*/*.tf")
	if err != nil || len(configs) == 0 {
		t.Fatalf("there are no configurations: %v", err)
	}
	return configs
}

// oldStates are all that releases wrote, by release and name.
func oldStates(t *testing.T) map[string]oldState {
	t.Helper()
	all := map[string]oldState{}
	for _, file := range oldConfigs(t) {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(file), "testdata/state/"), ".tf")
		config := readFile(t, file)
		old := oldState{config: config, state: readFile(t, file+"state")}
		var state struct {
			Resources []struct {
				Provider  string            `json:"provider"`
				Type      string            `json:"type"`
				Instances []json.RawMessage `json:"instances"`
			} `json:"resources"`
		}
		if err := json.Unmarshal([]byte(old.state), &state); err != nil || len(state.Resources) != 1 || len(state.Resources[0].Instances) != 1 {
			t.Fatalf("%s: the state has not one resource: %v", name, err)
		}
		old.provider = strings.TrimSuffix(strings.TrimPrefix(state.Resources[0].Provider, `provider["`), `"]`)
		old.typeName = state.Resources[0].Type
		if err := json.Unmarshal(state.Resources[0].Instances[0], &old.resource); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := json.Unmarshal(old.resource.Attributes, &old.attributes); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all[name] = old
	}
	return all
}

// released is the heading of a release in CHANGELOG.
var released = regexp.MustCompile(`(?m)^## \[(\d+\.\d+\.\d+)\]`)

// stateless are the releases in a changelog of which no state is in the directories.
func stateless(changelog string, directories []string) (releases []string) {
	for _, heading := range released.FindAllStringSubmatch(changelog, -1) {
		if !slices.Contains(directories, heading[1]) {
			releases = append(releases, heading[1])
		}
	}
	return releases
}

// Each release has left its state.
func TestOldState_isThereForEachRelease(t *testing.T) {
	t.Parallel()
	var directories []string
	for _, file := range oldConfigs(t) {
		directories = append(directories, filepath.Base(filepath.Dir(file)))
	}
	if missing := stateless(readFile(t, "../../CHANGELOG.md"), directories); missing != nil {
		t.Errorf("testdata/state has no state of the releases %q; the README there says how it is written", missing)
	}
	sample := "## [Unreleased]\n\n## [0.2.0] - 2026-05-01\n\n## [0.1.0] - 2026-04-01\n"
	if got := stateless(sample, []string{"0.1.0"}); !slices.Equal(got, []string{"0.2.0"}) {
		t.Errorf("in a changelog with a release too many, %q is missing", got)
	}
}

// Not in parallel, so that the states are there for those that are.
func TestOldState_isThereForEachConfiguration(t *testing.T) {
	for _, file := range oldConfigs(t) {
		if _, err := os.Stat(file + "state"); err == nil {
			continue
		}
		if !*writeState {
			t.Errorf("%sstate is missing; testdata/state/README.md says how it is written", file)
			continue
		}
		writeOldState(t, file+"state", readFile(t, file))
	}
}

// writeOldState has the real CLI and today's provider write a state.
func writeOldState(t *testing.T, file, config string) {
	t.Helper()
	l := newLab(t)
	var w *workspace
	name, _, _ := strings.Cut(filepath.Base(file), ".")
	if name == "moved" {
		w = newMovingWorkspace(t, l, movedBlock+l.providerBlock()+config, nil)
	} else {
		w = newWorkspace(t, l, l.providerBlock()+config)
	}
	if strings.HasPrefix(name, "imported") {
		w.mustRun("import", address, callID)
	}
	if name != "imported" {
		w.mustRun("apply", "-auto-approve")
	}
	overwrite(t, file, readFile(t, filepath.Join(w.dir, "terraform.tfstate")))
}

func readFile(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// From the state of any release, today's provider plans nothing as long as no keepAlive is
// due, then that one keepAlive, and nothing else.
func TestOldState_plansNothingButWhatIsDue(t *testing.T) {
	t.Parallel()
	for name, old := range oldStates(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			id, _ := old.attributes["id"].(string)
			l.PlaceCall(graphsim.Call{ID: id})
			w := newWorkspace(t, l, l.providerBlock()+old.config)
			overwrite(t, filepath.Join(w.dir, "terraform.tfstate"), old.state)
			if old.provider != Address { // published since, at another address: what RELEASING.md tells users to do
				w.mustRun("state", "replace-provider", "-auto-approve", old.provider, Address)
			}
			if renewAt, ok := old.attributes["renew_at"].(string); ok {
				at, err := time.Parse(time.RFC3339, renewAt)
				if err != nil || !at.After(start) {
					t.Fatalf("renew_at is %q: %v", renewAt, err)
				}
				l.clock.Advance(at.Add(-time.Second).Sub(start))
				w.expectExit(0, append(planNow, "-refresh=false"))
				l.clock.Advance(time.Second)
			}
			changes := w.planned()
			if len(changes) != 1 {
				t.Fatalf("when a keepAlive is due, the plan is to %v", changes)
			}
			for _, c := range changes {
				expectKeepAliveOnly(t, c)
			}
			l.expectSent(t, 0)
			w.mustRun("apply", "saved")
			l.expectSent(t, 1)
			w.expectNoChanges()
		})
	}
}

// expectKeepAliveOnly is expectPlannedKeepAlive for a change of nothing else. A state from before export_response_headers has
// response_headers, which the keepAlive takes out.
func expectKeepAliveOnly(t *testing.T, c plannedChange) {
	t.Helper()
	expectPlannedKeepAlive(t, c)
	before, after := maps.Clone(c.Change.Before), maps.Clone(c.Change.After)
	for _, name := range append(c.unknown(), "response_headers") {
		delete(before, name)
		delete(after, name)
	}
	if !reflect.DeepEqual(before, after) {
		t.Errorf("the plan is to change\n%v\nto\n%v", before, after)
	}
}

// Terraform hands every state over for an upgrade. It is taken as it is, whatever version of
// the schema it was written with.
func TestOldState_upgrades(t *testing.T) {
	t.Parallel()
	provider := newLab(t).protocol(t)
	for name, old := range oldStates(t) {
		p := provider.of(old.typeName)
		resp, err := p.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
			TypeName: old.typeName, Version: old.resource.SchemaVersion, RawState: &tfprotov6.RawState{JSON: old.resource.Attributes},
		})
		if err != nil || len(resp.Diagnostics) > 0 {
			t.Errorf("%s: %v, %s", name, err, said(resp.Diagnostics))
			continue
		}
		got := p.decode(p.resource, resp.UpgradedState)
		for attribute, want := range old.attributes {
			if text, ok := want.(string); ok && got[attribute] != text {
				t.Errorf("%s: %s is %v, want %q", name, attribute, got[attribute], text)
			}
		}
	}
}
