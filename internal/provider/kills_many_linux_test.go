package provider

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

// oneResourceForAll keeps all calls by one resource.
func oneResourceForAll(ids []string) string {
	calls := make([]string, len(ids))
	for i, id := range ids {
		calls[i] = fmt.Sprintf("    %s = %s", strings.Trim(id, `"`), id)
	}
	return fmt.Sprintf(`
resource "msgraph_call_keepalives" "lab" {
  calls = {
%s
  }
  timeouts {
    read = %q
  }
}
`, strings.Join(calls, "\n"), stalledRead)
}

// The same for many calls in one resource. Wherever a run is struck, the next one comes up clean: it keeps all
// calls, unless the struck one has done so and the state says it. In no run does a call get a second keepAlive.
func TestKills_oneResource(t *testing.T) {
	t.Parallel()
	bin := builtProvider(t)
	create := killGround{bin: bin, at: start, resource: oneResourceForAll}
	before := create.rehearseMany(t)
	renew := killGround{bin: bin, at: start.Add(20 * time.Minute), before: before, remote: remotely(t), resource: oneResourceForAll}
	renew.rehearseMany(t)
	t.Logf("an apply of %d calls sends %d requests to create the resource, and %d to renew it", killedCalls, create.requests, renew.requests)
	for name, ground := range map[string]*killGround{"create": &create, "renew": &renew} {
		for _, s := range ground.strikes() {
			t.Run(fmt.Sprintf("%s/%s/request %d %s", name, s.blow, s.number, s.moment), func(t *testing.T) {
				t.Parallel()
				ground.strikeMany(t, s)
			})
		}
	}
}

func (g *killGround) rehearseMany(t *testing.T) []byte {
	t.Helper()
	l, w := g.lab(t)
	w.mustRun("apply", "-auto-approve")
	g.requests = len(l.Requests())
	if last := w.oldestInState(t); !last.Equal(g.at) {
		t.Errorf("the rehearsal left %s", last)
	}
	return w.readState(t)
}

func (g *killGround) strikeMany(t *testing.T, s strike) {
	t.Helper()
	l, w := g.lab(t)
	out, code := w.struckApply(t, l, s, g.mayMiss(s))
	l.expectNoneSentTwice(t, "the struck run")
	if s.blow == killTerraform {
		w.mendState(t)
	}
	last := w.oldestInState(t)
	t.Logf("exit code %d; the state has %s", code, last)
	if g.before != nil && last.IsZero() {
		t.Errorf("the struck run lost the resource:\n%s", out)
	}
	if done := last.Equal(g.at); code == 0 && !done {
		t.Errorf("the struck run says that it ended well, and state has %s:\n%s", last, out)
	}
	want := killedCalls
	if last.Equal(g.at) {
		want = 0
	}
	l.ResetRequests()
	w.mustRun("apply", "-auto-approve")
	l.expectNoneSentTwice(t, "the next run")
	l.expectSent(t, want)
	if last := w.oldestInState(t); !last.Equal(g.at) {
		t.Errorf("after the next run, state has %s", last)
	}
	for i := range killedCalls {
		if call, _ := l.Call(killedCall(i)); !call.LastKeepAlive.Equal(g.at) {
			t.Errorf("%s was kept alive last at %s", call.ID, call.LastKeepAlive)
		}
	}
	expectNoSecret(t, "the output", out, graphsim.ClientSecret)
}

// oldestInState reads from the state when the resource of many calls kept them alive; zero when there is none.
func (w *workspace) oldestInState(t *testing.T) time.Time {
	t.Helper()
	text := w.readState(t)
	if len(text) == 0 {
		return time.Time{}
	}
	var state struct {
		Resources []struct {
			Instances []struct {
				Status     string `json:"status"` // "tainted"
				Attributes struct {
					LastAt time.Time `json:"last_keepalive_at"`
				} `json:"attributes"`
			} `json:"instances"`
		} `json:"resources"`
	}
	if err := json.Unmarshal(text, &state); err != nil {
		t.Fatalf("the state: %v\n%s", err, text)
	}
	var last time.Time
	for _, r := range state.Resources {
		for _, object := range r.Instances {
			if object.Status != "" || !last.IsZero() {
				t.Errorf("in state: %s", text)
			}
			last = object.Attributes.LastAt
		}
	}
	return last
}
