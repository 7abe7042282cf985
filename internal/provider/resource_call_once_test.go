package provider

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/graphsim"
)

// createCall plans and creates a call to a user, in a context that may end while it does. It returns what is in state
// then, and the diagnostics.
func (p *protocol) createCall(ctx context.Context) (keptResource, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	config := attributes{
		"callback_uri": "https://bot.contoso.com/callback", "target": []any{attributes{"user_id": calleeID}},
		"timeouts": attributes{"create": "40s"},
	}
	planned := p.plan(p.none(), config) //nolint:contextcheck // not what is interrupted
	return p.tryApply(ctx, p.none(), config, planned)
}

// expectAtMostOne fails the test unless at most one call was placed, and one that is alive is in state or the error says
// that there may be one.
func (l *lab) expectAtMostOne(t testing.TB, state attributes, text string) {
	t.Helper()
	placed := l.Placed()
	switch {
	case len(placed) > 1:
		t.Errorf("%d calls were placed by one create: %q", len(placed), l.graphRequests())
	case state == nil && text == "":
		t.Error("nothing is in state, and there is no error")
	case state == nil && len(l.alive()) > 0 && !strings.Contains(text, summaryMaybePlaced):
		t.Errorf("a call is alive and not in state, and the error does not say that there may be one: %s", text)
	case state != nil && (len(placed) == 0 || state["id"] != placed[0].ID):
		t.Errorf("the call in state is %v, placed were %+v", state["id"], placed)
	case strings.Contains(text, "No call was placed") && len(placed) > 0:
		t.Errorf("a call was placed: %s", text)
	}
}

// placementFaults are all that can go wrong with a request, but for what takes real time.
func placementFaults() map[string]graphsim.Fault {
	faults := map[string]graphsim.Fault{
		"HTML 404": graphsim.HTMLNotFound(), "blocked page": graphsim.BlockedPage(), "throttled": graphsim.Throttled("1"), "throttled for long": graphsim.Throttled("3600"),
		"empty 201": graphsim.Empty(201), "empty 204": graphsim.Empty(204), "text 200": graphsim.Status(200).After(),
		"garbage 201": graphsim.Garbage(201), "garbage 404": graphsim.Garbage(404), "truncated 500": graphsim.TruncatedJSON(500), "oversized 500": graphsim.Oversized(500),
		"redirect": graphsim.Redirect("https://127.0.0.1:1/"), "cut request": graphsim.CutOff(graphsim.CutRequest), "cut headers": graphsim.CutOff(graphsim.CutHeaders),
		"cut body": graphsim.CutOff(graphsim.CutBody), "odd date": graphsim.DateHeader("soon"),
	}
	for _, status := range []int{400, 401, 403, 404, 408, 503} { // the others are in the fault matrix
		faults[fmt.Sprint(status)] = graphsim.Status(status)
	}
	for _, code := range []string{"7503", "9999"} {
		faults[code] = graphsim.PlacementRefused(code)
	}
	return faults
}

// tellsNothing reports whether a fault leaves open whether Graph has placed the call.
func tellsNothing(f graphsim.Fault) bool {
	return f.Status/100 != 4 || f.Status == http.StatusRequestTimeout || f.Body != nil
}

// Whatever goes wrong with the requests of a create, at most one call is placed, and none gets lost without a word.
func TestCallResource_placesAtMostOnce(t *testing.T) {
	t.Parallel()
	for name, f := range placementFaults() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for where, hit := range map[string]graphsim.Fault{
				"the POST": f.ToPlace(), "the POST, once it took effect": f.ToPlace().After(), "the POST after another": f.ToPlace(),
				"each POST": f.ToPlace().For(-1),
				"a GET":     f.To(http.MethodGet, "/calls/"), "each GET": f.To(http.MethodGet, "/calls/").For(-1), "Entra ID": f.ToEntra(),
			} {
				for outcome, o := range map[string]graphsim.Outcome{
					"": {}, ", known late": {KnownAfter: 10 * time.Second, Established: 12 * time.Second}, ", ends early": {NeverEstablished: true, End: &graphsim.EndAllLeft, EndsAfter: 4 * time.Second},
				} {
					if o.KnownAfter+o.EndsAfter > 0 && hit.Method != http.MethodGet {
						continue // makes no difference
					}
					if hit.AfterProcessing && !tellsNothing(f) {
						continue // Graph says that it has done nothing, and is taken at its word
					}
					l := newLab(t)
					p := l.protocol(t).of(callType)
					l.becomes(o)
					if strings.HasSuffix(where, "another") {
						l.Inject(graphsim.Status(http.StatusUnauthorized).ToPlace())
					}
					l.Inject(hit)
					r, diags := p.createCall(t.Context())
					if l.expectAtMostOne(t, p.decode(p.resource, r.state), said(diags)); t.Failed() {
						t.Fatalf("%s hits %s%s", name, where, outcome)
					}
					l.Close()
				}
			}
		})
	}
}

// An interrupt at any moment of any request of a create ends it, places at most one call, and leaves a call that was
// placed in state; the next apply hangs it up before it places another.
func TestCallResource_interruptedAtEachMoment(t *testing.T) {
	t.Parallel()
	outcome := graphsim.Outcome{KnownAfter: 3 * time.Second, Established: 8 * time.Second}
	const requests = 6 // a token, the POST, and the GETs of the wait
	for number := 1; number <= requests; number++ {
		for _, moment := range []graphsim.Moment{graphsim.Arrived, graphsim.Responding, graphsim.Responded} {
			t.Run(fmt.Sprintf("request %d %s", number, moment), func(t *testing.T) {
				t.Parallel()
				l := newLab(t)
				l.becomes(outcome)
				p := l.protocol(t).of(callType)
				ctx, interrupt := context.WithCancel(t.Context())
				defer interrupt()
				l.Watch(func(_ context.Context, n int, at graphsim.Moment) {
					if n == number && at == moment {
						interrupt()
					}
				})
				r, diags := p.createCall(ctx)
				l.Watch(nil)
				state := p.decode(p.resource, r.state)
				l.expectAtMostOne(t, state, said(diags))
				if len(l.Placed()) > 0 && state == nil {
					t.Errorf("the ID is lost: %s", said(diags))
				}
				if ctx.Err() != nil && said(diags) != "" && !strings.Contains(said(diags), "Interrupted") {
					t.Errorf("the error does not say that it was interrupted: %s", said(diags))
				}
				if state == nil {
					return
				}
				r, _ = p.read(r)
				if p.decode(p.resource, r.state) == nil {
					t.Fatal("the call that goes on is taken out of state")
				}
				resp, err := p.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
					TypeName: callType, PriorState: r.state, PlannedState: p.encode(p.resource, nil), Config: p.encode(p.resource, nil), PlannedPrivate: r.private,
				})
				p.must(err, resp.Diagnostics)
				l.expectPlaced(t, 1, 0)
			})
		}
	}
}
