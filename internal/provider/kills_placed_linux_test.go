package provider

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/redact"
)

// Wherever a run that places a call is struck, it places one call at most, and loses that only when it was killed or says
// that there may be one. The next run leaves one call alive that is in state: it hangs up what the struck one left as
// tainted. By default each blow meets each moment of the POST, and with MSGRAPH_KILLS=all those of every request.
func TestKills_placedCall(t *testing.T) {
	t.Parallel()
	bin := builtProvider(t)
	l, w := placedKillLab(t, bin)
	w.mustRun("apply", "-auto-approve")
	post, requests := 0, l.Requests()
	for i, r := range requests {
		if r.Service == graphsim.ServiceGraph && r.Method == http.MethodPost {
			post = i + 1
		}
	}
	if post == 0 || len(l.Placed()) != 1 {
		t.Fatalf("the rehearsal sent %q", l.graphRequests())
	}
	t.Logf("an apply sends %d requests, of which number %d places the call", len(requests), post)
	for number := 1; number <= len(requests); number++ {
		if number != post && os.Getenv("MSGRAPH_KILLS") != "all" {
			continue
		}
		for _, moment := range moments {
			for _, blow := range blows {
				s := strike{number, moment, blow}
				t.Run(fmt.Sprintf("%s/request %d %s", blow, number, moment), func(t *testing.T) {
					t.Parallel()
					strikePlaced(t, bin, s, post, number == len(requests) && moment == graphsim.Responded)
				})
			}
		}
	}
}

// placedKillLab starts a stand-in, and a workspace that is to place a call on it.
func placedKillLab(t *testing.T, built string) (*lab, *workspace) {
	t.Helper()
	l := newLab(t)
	// A name of its own for the program tells the processes of this run from all others.
	const program = "terraform-provider-msgraph"
	bin := t.TempDir()
	if err := os.Link(filepath.Join(built, program), filepath.Join(bin, program)); err != nil {
		t.Fatal(err)
	}
	w := newWorkspaceOf(t, bin, l.placesCall(fmt.Sprintf("timeouts {\n    read = %q\n  }", stalledRead)))
	w.bin, w.stored = filepath.Join(bin, program), fileState(filepath.Join(w.dir, "terraform.tfstate"))
	w.env = append(w.env, "TF_LOG=TRACE", "TF_LOG_PATH=trace.log")
	return l, w
}

func strikePlaced(t *testing.T, bin string, s strike, post int, mayMiss bool) {
	t.Helper()
	l, w := placedKillLab(t, bin)
	out, code := w.struckApply(t, l, s, mayMiss)
	if s.blow == killTerraform {
		w.mendState(t)
	}
	placed, alive := len(l.Placed()), len(l.alive())
	id, tainted := w.placedInState(t)
	t.Logf("exit code %d; Graph has placed %d calls, and state has %q, tainted: %t", code, placed, id, tainted)
	switch known := id != ""; {
	case placed > 1:
		t.Errorf("the struck run placed %d calls: %q", placed, l.graphRequests())
	case known && (placed == 0 || id != l.Placed()[0].ID):
		t.Errorf("state has %q, and Graph has placed %+v", id, l.Placed())
	case s.number < post && placed > 0 && s.blow == killProvider:
		t.Error("a call was placed after the provider was killed")
	case alive > 0 && !known && s.blow == interruptBoth && !strings.Contains(out, summaryMaybePlaced):
		t.Errorf("a call is alive and not in state, and the output does not say that there may be one:\n%s", out)
	case code == 0 && (!known || tainted):
		t.Errorf("the struck run says that it ended well:\n%s", out)
	}
	lost := 0 // what no state knows of cannot be hung up
	if id == "" {
		lost = alive
	}
	next := w.mustRun("apply", "-auto-approve")
	more := 1
	if id != "" && !tainted {
		more = 0
	}
	l.expectPlaced(t, placed+more, lost+1)
	if again, tainted := w.placedInState(t); again != l.lastPlaced(t).ID || tainted {
		t.Errorf("after the next run, state has %q, tainted: %t, and the last call placed is %q", again, tainted, l.lastPlaced(t).ID)
	}
	w.expectNoChanges()

	all := w.written()
	if !strings.Contains(string(all["trace.log#0"]), "HTTP request sent") {
		t.Error("there is no log of the provider's at TRACE")
	}
	all["the output"], all["the state"] = []byte(out+next), w.readState(t)
	delete(all, "main.tf#0") // it has the secret, by the user's hand
	for where, content := range all {
		expectNoSecret(t, where, string(content), graphsim.ClientSecret)
		if token := redact.Token.Find(content); token != nil {
			t.Errorf("%s shows the token %q", where, token)
		}
	}
}

// placedInState reads from the state which call was placed, "" for none, and whether Terraform is to replace it.
func (w *workspace) placedInState(t *testing.T) (id string, tainted bool) {
	t.Helper()
	text := w.readState(t)
	if len(text) == 0 {
		return "", false
	}
	var state struct {
		Resources []struct {
			Instances []struct {
				Status     string `json:"status"` // "tainted"
				Deposed    string `json:"deposed"`
				Attributes struct {
					ID string `json:"id"`
				} `json:"attributes"`
			} `json:"instances"`
		} `json:"resources"`
	}
	if err := json.Unmarshal(text, &state); err != nil {
		t.Fatalf("the state: %v\n%s", err, text)
	}
	for _, r := range state.Resources {
		for _, object := range r.Instances {
			if id != "" || object.Deposed != "" {
				t.Errorf("more than one object is in state: %s", text)
			}
			id, tainted = object.Attributes.ID, object.Status == "tainted"
		}
	}
	return id, tainted
}
