package provider

import (
	"testing"
	"time"

	"terraform-provider-msgraph/internal/clock"
	"terraform-provider-msgraph/internal/graphsim"
)

// signaled is interruptedWhen for an apply, once the lab has got a request that when accepts. It returns the output and how
// long the apply took to end.
func (w *workspace) signaled(l *lab, when func(graphsim.Request) bool) (output string, took time.Duration) {
	w.t.Helper()
	e := w.interruptedWhen(func() bool { return len(l.RequestsWhere(when)) > 0 }, applyNow...)
	return e.output, e.took
}

// Ctrl-C while the POST is on its way: the ID gets into state, and the next apply hangs that call up and places another.
// While a token is waited for, and while the call is established, it ends at once.
func TestCallResource_interrupt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault  graphsim.Fault
		when   func(graphsim.Request) bool
		says   []string
		placed int
	}{
		"waiting for a token": {graphsim.Stalled().ToEntra(), func(r graphsim.Request) bool { return r.Service == graphsim.ServiceEntra && r.Fault != "" },
			[]string{"Error: Interrupted", "No call was placed. The run was interrupted."}, 0},
		"Entra ID asks to wait": {graphsim.Throttled("100").ToEntra().For(-1), func(r graphsim.Request) bool { return r.Service == graphsim.ServiceEntra && r.Status == 429 },
			[]string{"Error: Interrupted", "No call was placed. The run was interrupted."}, 0},
		"Graph asks to wait": {graphsim.Throttled("100").ToPlace(), func(r graphsim.Request) bool { return r.Status == 429 },
			[]string{"Error: Interrupted", "No call was placed. The run was interrupted."}, 0},
		"during the POST": {graphsim.Slow(2 * time.Second).ToPlace(), func(r graphsim.Request) bool { return r.Fault != "" },
			[]string{"Error: Interrupted", "was placed", "tainted"}, 1},
		"while it rings": {graphsim.Fault{}, func(r graphsim.Request) bool {
			return r.Service == graphsim.ServiceGraph && r.Method == "GET" && r.Status == 200
		},
			[]string{"Error: Interrupted", "was placed", "tainted"}, 1},
		"while a GET hangs": {graphsim.Stalled().To("GET", "/calls/"), func(r graphsim.Request) bool { return r.Service == graphsim.ServiceGraph && r.Method == "GET" },
			[]string{"Error: Interrupted", "was placed", "tainted"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.local = clock.System() // whose waits take as long as they say
			l.becomes(graphsim.Outcome{Ringing: time.Nanosecond, NeverEstablished: true})
			w := newWorkspace(t, l, l.placesCall())
			l.Inject(c.fault)
			out, took := w.signaled(l, c.when)
			if took > time.Minute { // less than Graph and Entra ID ask to wait, and than the create may take
				t.Errorf("it ended %s after the interrupt", took)
			}
			expectText(t, out, c.says...)
			l.expectPlaced(t, c.placed, c.placed)
			if got := w.state() != nil; got != (c.placed == 1) {
				t.Errorf("it is in state: %t", got)
			}
			l.ClearFaults()
			l.OnPlace(nil)
			w.mustRun("apply", "-auto-approve")
			l.expectPlaced(t, c.placed+1, 1)
		})
	}
}
