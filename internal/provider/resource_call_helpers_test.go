package provider

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/graphsim"
)

// Who and what is called in the tests.
const (
	calleeID      = "112f7296-5fa4-42ca-bae8-6a692b15d4b8"
	otherCalleeID = "f1fc9be6-f0b8-4b0c-9d4e-5b8d1c1f0a35"
	organizerID   = "5810cede-f3cc-42eb-b2c1-e9bd5d53ec96"
	instanceID    = "c0e5c5a4-7d2b-4f0a-9b7e-1a4e6d8f3b21"
	meetingThread = "19:meeting_MjZiNjU4ZWYtNWEyMS00MzVm@thread.v2"

	callType = "msgraph_call"
	fixture  = "msgraph_call.lab"
)

// longLink is a link to the meeting of the tests, as one organizer of a tenant hands it out.
func longLink(tenant string) string {
	return "https://teams.microsoft.com/l/meetup-join/" + strings.NewReplacer(":", "%3a", "@", "%40").Replace(meetingThread) +
		"/0?context=%7b%22Tid%22%3a%22" + tenant + "%22%2c%22Oid%22%3a%22" + organizerID + "%22%7d"
}

// placing is a resource named lab that places a call.
func placing(arguments ...string) string {
	return "resource \"msgraph_call\" \"lab\" {\n  callback_uri = \"https://bot.contoso.com/callback\"\n  " + strings.Join(arguments, "\n  ") + "\n}\n"
}

// callsUser is what calls a user.
func callsUser(id string) string { return fmt.Sprintf("target {\n    user_id = %q\n  }", id) }

// placesCall is a configuration that calls a user, with more arguments.
func (l *lab) placesCall(arguments ...string) string {
	return l.providerBlock() + placing(append(arguments, callsUser(calleeID))...)
}

// placingConfig is a configuration that calls a user, with more arguments, for a test without a CLI.
func placingConfig(more attributes) attributes {
	config := attributes{"callback_uri": "https://bot.contoso.com/callback", "target": []any{attributes{"user_id": calleeID}}}
	maps.Copy(config, more)
	return config
}

// placed is a call that an earlier run of the provider has placed, so long ago that a keepAlive is due.
func (l *lab) placed(t testing.TB, config attributes) keptResource {
	t.Helper()
	p := l.protocol(t).of(callType)
	r := p.mustCreate(config)
	l.clock.Advance(11 * time.Minute)
	return r
}

// refresh is read, which may end in errors.
func (p *protocol) refresh(r keptResource) (attributes, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	resp, err := p.ReadResource(p.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: p.typeName, CurrentState: r.state, CurrentIdentity: r.identity, Private: r.private,
	})
	p.must(err, nil)
	return p.decode(p.resource, resp.NewState), resp.Diagnostics
}

// tryDestroy destroys the resource. It returns what is left of it.
func (p *protocol) tryDestroy(r keptResource) (keptResource, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	return p.tryApply(p.t.Context(), r, nil, destroyOf(p, r))
}

// lastPlaced is the call that was placed last.
func (l *lab) lastPlaced(t testing.TB) graphsim.PlacedCall {
	t.Helper()
	placed := l.Placed()
	if len(placed) == 0 {
		t.Fatal("no call was placed")
	}
	return placed[len(placed)-1]
}

// expectPlaced fails the test unless so many calls have been placed so far, of which so many are alive.
func (l *lab) expectPlaced(t testing.TB, placed, alive int) {
	t.Helper()
	if n, left := len(l.Placed()), len(l.alive()); n != placed || left != alive {
		t.Errorf("%d calls were placed, want %d, and %d are alive, want %d; all requests: %q", n, placed, left, alive, l.graphRequests())
	}
}

// alive are the placed calls that have not ended.
func (l *lab) alive() (calls []graphsim.Call) {
	for _, p := range l.Placed() {
		if call, _ := l.Call(p.ID); call.EndedAt.IsZero() {
			calls = append(calls, call)
		}
	}
	return calls
}

// becomes makes an outcome that of every call.
func (l *lab) becomes(o graphsim.Outcome) {
	l.OnPlace(func(graphsim.PlacedCall) graphsim.Outcome { return o })
}

// expectExit runs a command of the CLI and fails the test unless it exits with the code and says the texts.
func (w *workspace) expectExit(code int, args []string, says ...string) string {
	w.t.Helper()
	out, got := w.run(args...)
	if got != code {
		w.t.Fatalf("%q exited %d, want %d:\n%s", args, got, code, out)
	}
	expectText(w.t, out, says...)
	return out
}

// expectNoChanges fails the test unless a plan has nothing to do.
func (w *workspace) expectNoChanges() {
	w.t.Helper()
	w.expectExit(0, []string{"plan", "-detailed-exitcode"})
}

var (
	applyNow = []string{"apply", "-auto-approve"}
	planNow  = []string{"plan", "-detailed-exitcode"}
)
