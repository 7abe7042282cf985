package provider

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
)

// placedGround is what the struck runs that place a call have in common.
type placedGround struct {
	bin       string // where the provider's build is
	arguments string // of the resource
}

// Wherever a run that places a call is struck, it places one call at most, and loses that only when it was killed or says
// that there may be one. The next run leaves one call alive that is in state: it hangs up what the struck one left as
// tainted. By default each blow meets each moment of the POST, and with MSGRAPH_KILLS=all those of every request.
func TestKills_placesOneCallAtMost(t *testing.T) {
	t.Parallel()
	g := placedGround{bin: builtProvider(t)}
	l, w := g.lab(t)
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
		if number != post && !everyStrike {
			continue
		}
		for _, moment := range moments {
			for _, blow := range blows {
				t.Run(fmt.Sprintf("%s/request %d %s", blow, number, moment), func(t *testing.T) {
					t.Parallel()
					g.strike(t, placedStrike{
						blow: blow,
						aim: func(w *workspace, l *lab, land func()) {
							strike{number, moment, blow}.aim(w, l, func() {
								land()
								// An interrupt does not cancel the POST: it would go on for [graph.RetryOptions.AttemptTimeout].
								if blow == interruptBoth && number == post && moment != graphsim.Responded {
									w.awaitStop()
									panic(http.ErrAbortHandler)
								}
							})
						},
						unsent: number < post, mayMiss: moment == graphsim.Responded, // nothing waits then
					})
				})
			}
		}
	}
}

// The same at the bytes of the POST and of its response. Nothing passes after a SIGKILL of the provider, which takes along what
// it has not sent; after another blow the connection goes on. By default each blow falls into a request and into a response:
// early, in the middle, or late. With MSGRAPH_KILLS=all one falls at every byte, the three in turn: what the client makes of a
// byte that is the last does not depend on the blow, and TestPlace_placesOneCallAtMostWhicheverByteIsTheLast tries each of them.
//
// The bytes are counted on the connection, inside of TLS, and the stand-in gets as many and no more. A handler that reads the
// body byte by byte would show less: all of it would have arrived by then.
func TestKills_placesOneCallAtMostWhateverByteIsTheLast(t *testing.T) {
	t.Parallel()
	// The connection carries the POST and nothing else.
	g := placedGround{bin: builtProvider(t), arguments: `wait_until = "created"`}
	l, w := g.lab(t)
	wire := &graphsim.Wire{}
	l.WatchConnection(wire)
	w.mustRun("apply", "-auto-approve")
	if l.expectPlaced(t, 1, 1); len(l.graphRequests()) != 1 {
		t.Fatalf("the rehearsal sent %q", l.graphRequests())
	}
	fromClient, fromServer := wire.Passed()
	t.Logf("an apply sends %d bytes to place the call, and gets %d", fromClient, fromServer)
	for what, all := range map[string]int64{"request": fromClient, "response": fromServer} {
		bytes := []int64{all / 10, all / 2, all * 9 / 10}
		if everyStrike {
			bytes = nil
			for n := int64(1); n <= all; n++ {
				bytes = append(bytes, n)
			}
		}
		for i, n := range bytes {
			blow := blows[i%len(blows)]
			if what == "response" {
				blow = blows[(i+1)%len(blows)]
			}
			t.Run(fmt.Sprintf("%s byte %d/%s", what, n, blow), func(t *testing.T) {
				t.Parallel()
				goesOn := blow != killProvider
				g.strike(t, placedStrike{blow: blow, goesOn: goesOn, mayMiss: n > all-100, aim: func(w *workspace, l *lab, land func()) {
					l.WatchConnection(&graphsim.Wire{FromServer: what == "response", Bytes: n, Strike: func() bool {
						land()
						if blow == interruptBoth {
							w.awaitStop()
						}
						return goesOn
					}})
				}})
			})
		}
	}
}

// lab starts a stand-in, and a workspace that is to place a call on it.
func (g placedGround) lab(t *testing.T) (*lab, *workspace) {
	t.Helper()
	l := newLab(t)
	w := newKillWorkspace(t, g.bin, l.placesCall(g.arguments, fmt.Sprintf("timeouts {\n    read = %q\n  }", stalledRead)))
	w.trace()
	return l, w
}

// placedStrike is a blow at a run that places a call.
type placedStrike struct {
	blow    blow
	aim     func(w *workspace, l *lab, land func()) // see struckApply
	unsent  bool                                    // when it falls, the POST has not been sent
	goesOn  bool                                    // the connection goes on as if nothing had been
	mayMiss bool                                    // the run may be over by then
}

// strike runs an apply, strikes it, and runs the next.
func (g placedGround) strike(t *testing.T, s placedStrike) {
	t.Helper()
	l, w := g.lab(t)
	out, code := w.struckApply(t, l, s.blow, s.mayMiss, s.aim)
	placed, alive := len(l.Placed()), len(l.alive())
	id, tainted := w.placedInState(t)
	t.Logf("exit code %d; Graph has placed %d calls, and state has %q, tainted: %t", code, placed, id, tainted)
	switch known := id != ""; {
	case placed > 1:
		t.Errorf("the struck run placed %d calls: %q", placed, l.graphRequests())
	case known && (placed == 0 || id != l.Placed()[0].ID):
		t.Errorf("state has %q, and Graph has placed %+v", id, l.Placed())
	case s.unsent && placed > 0 && s.blow == killProvider:
		t.Error("a call was placed after the provider was killed")
	case alive > 0 && !known && s.blow == interruptBoth && !strings.Contains(out, summaryMaybePlaced):
		t.Errorf("a call is alive and not in state, and the output does not say that there may be one:\n%s", out)
	case alive > 0 && !known && s.blow == interruptBoth && s.goesOn:
		t.Errorf("the call was placed after the interrupt, and is not in state:\n%s", out)
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
	if more == 0 { // else the state is that of an undisturbed create
		w.expectNoChanges()
	}
	w.expectNoSecretLeft(t, out+next, true)
}

// placedInState reads from the state which call was placed, "" for none, and whether Terraform is to replace it.
func (w *workspace) placedInState(t *testing.T) (id string, tainted bool) {
	t.Helper()
	objects := w.objectsInState(t)
	if len(objects) == 0 {
		return "", false
	}
	if len(objects) > 1 || objects[0].Deposed != "" {
		t.Errorf("more than one object is in state: %+v", objects)
	}
	return objects[0].Attributes.ID, objects[0].Status == "tainted"
}
