package provider

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

// The kills: an apply of many calls is struck at one moment of one of its requests, and the
// next apply has to come up clean. The processes, the sockets and the signals are real.

// everyStrike is set for all strikes that there are, and unset for a sample.
var everyStrike = os.Getenv("MSGRAPH_KILLS") == "all"

// killedCalls is how many calls the struck apply is to keep alive: more than Terraform keeps alive at a time.
var killedCalls = map[bool]int{true: 50, false: 2 * atATime}[everyStrike]

// killGround is what the struck runs of one kind have in common.
type killGround struct {
	// resource is the resource that keeps the calls with these IDs, quoted.
	resource func(ids []string) string
	// mayLose is how many calls Graph may have kept in a struck run without state saying so: those under way.
	mayLose int

	bin string // where the provider's build is
	// remote is a directory in which Terraform was told that the state is elsewhere; "" for a
	// state in a file.
	remote   string
	before   []byte // the state before the run; nil for none
	at       time.Time
	requests int // of a run that nothing happens to
}

// aResourceForEach keeps each call by a resource of its own.
func aResourceForEach(ids []string) string {
	return fmt.Sprintf(`
resource "msgraph_call_keepalive" "lab" {
  for_each = toset([%s])
  call_id  = each.value
  timeouts {
    read = %q
  }
}
`, strings.Join(ids, ", "), stalledRead)
}

// Wherever a run is struck, the next one comes up clean: it ends well, all calls are in
// state, each once, and each was kept alive in it that was not already, once. In no run,
// struck or not, does a call get a second keepAlive, be it within a second or later. No
// secret is in what is left behind, nor in the log at TRACE of those struck in the middle.
//
// The calls are created with the state in a file, and renewed with it elsewhere, as in a
// pipeline: Terraform empties the file before it writes it, and so loses what is in there
// when it is killed meanwhile.
func TestKills_theNextRunIsClean(t *testing.T) {
	t.Parallel()
	killGround{resource: aResourceForEach, mayLose: atATime}.strikeAll(t)
}

// strikeAll strikes runs that create the objects, and runs that renew them.
func (g killGround) strikeAll(t *testing.T) {
	t.Helper()
	create, renew := g, g
	create.bin, create.at = builtProvider(t), start
	before := create.rehearse(t)
	renew.bin, renew.at, renew.before, renew.remote = create.bin, start.Add(20*time.Minute), before, remotely(t)
	renew.rehearse(t)
	t.Logf("an apply of %d calls sends %d requests to create them, and %d to renew them", killedCalls, create.requests, renew.requests)
	for name, ground := range map[string]*killGround{"create": &create, "renew": &renew} {
		for _, s := range ground.strikes() {
			t.Run(fmt.Sprintf("%s/%s/request %d %s", name, s.blow, s.number, s.moment), func(t *testing.T) {
				t.Parallel()
				ground.strike(t, s)
			})
		}
	}
}

// strikes are all there are, or a sample: each blow meets each
// moment, and the requests of the sample are spread over the run.
func (g *killGround) strikes() []strike {
	var all []strike
	if everyStrike {
		for number := 1; number <= g.requests; number++ {
			for _, moment := range moments {
				for _, blow := range blows {
					all = append(all, strike{number, moment, blow})
				}
			}
		}
		return all
	}
	spread := []int{1, g.requests / 2, g.requests}
	for i, moment := range moments {
		for j, blow := range blows {
			all = append(all, strike{spread[(i+j)%len(spread)], moment, blow})
		}
	}
	return all
}

// lab starts a stand-in that has the calls, at the time of the run.
func (g *killGround) lab(t *testing.T) (*lab, *workspace) {
	t.Helper()
	l := newLab(t)
	l.clock.Advance(g.at.Sub(start))
	ids := make([]string, killedCalls)
	for i := range ids {
		ids[i] = fmt.Sprintf("%q", killedCall(i))
		l.PlaceCall(graphsim.Call{ID: killedCall(i)})
	}
	config := l.providerBlock() + g.resource(ids)
	if g.remote == "" {
		return l, newKillWorkspace(t, g.bin, config)
	}
	state := newRemoteState(t, g.before)
	w := newKillWorkspace(t, g.bin, remoteBackend+config, "TF_HTTP_ADDRESS="+state.URL)
	w.stored = state
	if err := os.CopyFS(w.dir, os.DirFS(g.remote)); err != nil {
		t.Fatal(err)
	}
	return l, w
}

// remoteBackend has Terraform keep the state where TF_HTTP_ADDRESS says.
const remoteBackend = "terraform {\n  backend \"http\" {}\n}\n"

// remotely returns a directory with what `terraform init` makes of remoteBackend. It has no
// provider in it, which no registry has.
func remotely(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	w := &workspace{t: t, cli: findCLI(t).Path, dir: dir, env: []string{
		"HOME=" + dir, "CHECKPOINT_DISABLE=1", "TF_HTTP_ADDRESS=" + newRemoteState(t, nil).URL,
	}}
	overwrite(t, filepath.Join(dir, "backend.tf"), remoteBackend)
	w.mustRun("init")
	if err := os.Remove(filepath.Join(dir, "backend.tf")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func killedCall(i int) string { return fmt.Sprintf("call-%02d", i) }

// rehearse counts the requests of a run that nothing happens to, and returns the state that
// it leaves.
func (g *killGround) rehearse(t *testing.T) []byte {
	t.Helper()
	l, w := g.lab(t)
	w.mustRun("apply", "-auto-approve")
	g.requests = len(l.Requests())
	w.expectAllKept(t, g.at)
	return w.readState(t)
}

// strike runs an apply, strikes it, and runs the next.
func (g *killGround) strike(t *testing.T, s strike) {
	l, w := g.lab(t)
	traced := s.number == g.requests/2
	if traced {
		w.trace()
	}
	// The response to the last request ends the run.
	mayMiss := s.moment == graphsim.Responded // nothing waits then
	out, code := w.struckApply(t, l, s.blow, mayMiss, s.aim)
	l.expectNoneSentTwice(t, "the struck run")
	left := w.keptInState(t)
	if g.before != nil && len(left) != killedCalls {
		t.Errorf("the struck run lost objects: %d of %d calls are left in state:\n%s", len(left), killedCalls, out)
	}
	inState, kept := 0, 0
	for i := range killedCalls {
		call, _ := l.Call(killedCall(i))
		kept += call.KeepAlives
		if !left[call.ID].Equal(g.at) {
			continue
		}
		inState++
		if call.KeepAlives != 1 {
			t.Errorf("call %s is in state as kept, and was kept %d times", call.ID, call.KeepAlives)
		}
	}
	t.Logf("exit code %d; Graph took %d keepAlives, and state has %d calls, %d of them as kept in this run", code, kept, len(left), inState)
	// A Terraform that is killed itself does not write what it knows.
	if s.blow != killTerraform && kept-inState > g.mayLose {
		t.Errorf("Graph took %d keepAlives and state has %d of them: more are lost than were under way:\n%s", kept, inState, out)
	}
	if code == 0 && inState != killedCalls {
		t.Errorf("the struck run says it ended well, and kept %d of %d:\n%s", inState, killedCalls, out)
	}

	l.ResetRequests()
	next := w.mustRun("apply", "-auto-approve")
	if strings.Contains(next, "Warning: Call") {
		t.Errorf("the next run warns:\n%s", next)
	}
	l.expectNoneSentTwice(t, "the next run")
	l.expectSent(t, killedCalls-inState)
	w.expectAllKept(t, g.at)
	for i := range killedCalls {
		if call, _ := l.Call(killedCall(i)); !call.LastKeepAlive.Equal(g.at) {
			t.Errorf("%s was last kept at %s", call.ID, call.LastKeepAlive)
		}
	}
	w.expectNoSecretLeft(t, out+next, traced)
}

// keptInState reads from the state when each call was kept, and fails the test when a call
// is in there twice.
func (w *workspace) keptInState(t *testing.T) map[string]time.Time {
	t.Helper()
	all := map[string]time.Time{}
	for _, object := range w.objectsInState(t) {
		ids := []string{object.Attributes.CallID}
		if ids[0] == "" { // the one object that keeps all of them
			for i := range killedCalls {
				ids = append(ids, killedCall(i))
			}
			ids = ids[1:]
		}
		for _, id := range ids {
			if _, doubled := all[id]; doubled || object.Status != "" || object.Deposed != "" {
				t.Errorf("call %s is in state twice, or as %q, or deposed: %q", id, object.Status, object.Deposed)
			}
			all[id] = object.Attributes.LastAt
		}
	}
	return all
}

// expectAllKept fails the test unless all calls are in state, as kept at that time.
func (w *workspace) expectAllKept(t *testing.T, at time.Time) {
	t.Helper()
	all := w.keptInState(t)
	if len(all) != killedCalls {
		t.Errorf("%d objects are in state, want %d", len(all), killedCalls)
	}
	for id, last := range all {
		if !last.Equal(at) {
			t.Errorf("call %s was last kept at %s, want %s", id, last, at)
		}
	}
}

// expectNoneSentTwice fails the test when Graph got more than one keepAlive of a call: with
// nothing to sit out, a second one is one too many.
func (l *lab) expectNoneSentTwice(t *testing.T, run string) {
	t.Helper()
	posts := map[string]int{}
	for _, r := range l.Requests() {
		if r.Service == graphsim.ServiceGraph && r.Method == http.MethodPost {
			posts[r.Path]++
		}
	}
	for path, n := range posts {
		if n > 1 {
			t.Errorf("%s sent %d requests to %s", run, n, path)
		}
	}
}
