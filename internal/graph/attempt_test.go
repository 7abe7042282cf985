package graph_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/testos"
)

func TestAttempt_hungRequestLeavesTimeForAnother(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]graphsim.Fault{
		"stalled":   graphsim.Stalled(),
		"trickling": graphsim.Trickled(10 * time.Millisecond),
		"late":      graphsim.Slow(time.Hour),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newClient(t).signIn(t)
			b.sim.Inject(fault)
			b.advance(t, patient.AttemptTimeout, 1, b.faults)
			call, err := b.get(t)
			if err != nil || call.State != "established" {
				t.Errorf("got %+v, %v, want the second response", call, err)
			}
			b.wantSent(t, 2)
		})
	}
}

func TestAttempt_hungRequestSaysForHowLongItWasWaitedFor(t *testing.T) {
	t.Parallel()
	b := newClient(t, withRetry(once)).signIn(t)
	b.sim.Inject(graphsim.Stalled().For(-1))
	b.advance(t, once.AttemptTimeout, 1, b.faults)
	_, err := b.keepAlive(t)
	e := wantKind(t, err, graph.KindNetwork)
	wantText(t, e.Error(), "no complete response within 1m:", "did not retry, as max_retries is 0")
	if e.Last != nil || e.Attempts != 1 {
		t.Errorf("got %+v, want one attempt without a response", e)
	}
}

// afterHeader is a transport that does something as soon as the header of a response is there.
type afterHeader struct {
	policy.Transporter
	do func()
}

func (a afterHeader) Do(req *http.Request) (*http.Response, error) {
	resp, err := a.Transporter.Do(req)
	a.do()
	return resp, err
}

// The status of a keepAlive is enough: its body is waited for no longer than an attempt or the operation may take, and
// is never a reason to send another.
func TestAttempt_responseThatCameIsNotLostToADeadline(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status        int
		passes, limit time.Duration
		want          graph.Kind
	}{
		{200, patient.AttemptTimeout, 2 * time.Minute, -1}, {200, 30 * time.Second, 30 * time.Second, -1},
		{404, 30 * time.Second, 30 * time.Second, graph.KindNotFound}, {403, 30 * time.Second, 30 * time.Second, graph.KindForbidden},
	} {
		b := newClient(t)
		b = b.with(t, graph.Options{Transport: afterHeader{newTransport(t, b.sim.CACertificate()), func() { b.clock.Advance(test.passes) }}})
		fault := graphsim.Trickled(10 * time.Millisecond)
		fault.Status = test.status
		b.sim.Inject(fault)
		response, err := b.KeepAlive(b.within(t, test.limit), callID, nil)
		b.wantSent(t, 1)
		if test.status != 200 {
			wantKind(t, err, test.want)
		} else if err != nil || response.StatusCode != 200 {
			t.Errorf("got %+v, %v, want success", response, err)
		}
	}
}

func TestAttempt_operationsTimeBoundsAHungRequestAndKeepsWhatCameBefore(t *testing.T) {
	t.Parallel()
	for _, before := range []graphsim.Fault{graphsim.Status(503), graphsim.CutOff(graphsim.CutRequest)} {
		b := newClient(t).signIn(t)
		b.sim.Inject(before)
		b.sim.Inject(graphsim.Stalled())
		_, err := b.KeepAlive(b.outlast(t, b.stalled), callID, nil)
		e := failure(t, err)
		if !errors.Is(err, context.DeadlineExceeded) || e.Attempts != 2 {
			t.Errorf("got %+v, want the deadline and 2 attempts", e)
		}
		wantText(t, e.Error(), "after 2 requests", "this operation's timeout has expired")
		if before.Status == 503 {
			wantKind(t, err, graph.KindUnavailable)
			wantText(t, e.Error(), "503 Service Unavailable", e.Last.RequestID)
			continue
		}
		wantKind(t, err, graph.KindNetwork)
		wantText(t, e.Error(), "deadline exceeded, and before that: ")
		if e.Last != nil || !testos.ConnectionReset(err) {
			t.Errorf("got %+v, want the cut connection in it, and no response", e)
		}
	}
}

func TestAttempt_cancelingEndsARequestAtOnce(t *testing.T) {
	t.Parallel()
	b := newClient(t).signIn(t)
	b.sim.Inject(graphsim.Stalled())
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for len(b.sent()) == 0 && t.Context().Err() == nil {
			time.Sleep(time.Millisecond) // until it has arrived
		}
		cancel()
	}()
	_, err := b.KeepAlive(ctx, callID, nil)
	wantKind(t, err, graph.KindCanceled)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want it canceled", err)
	}
	b.wantSent(t, 1)
}

func TestAttempt_canceledContextSendsNothing(t *testing.T) {
	t.Parallel()
	b := newClient(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := b.KeepAlive(ctx, callID, nil)
	if e := wantKind(t, err, graph.KindCanceled); e.Attempts != 0 {
		t.Errorf("got %d attempts, want none", e.Attempts)
	}
	b.wantSent(t, 0)
}

func TestAttempt_nothingHostileOfEntraReachesTheTextOfAnError(t *testing.T) {
	t.Parallel()
	for name, s := range hostile {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newClient(t)
			b.sim.Inject(graphsim.Fault{Status: 400, Body: []byte(s), ContentType: "text/html"}.ToEntra())
			_, err := b.keepAlive(t)
			e := wantKind(t, err, graph.KindCredential)
			wantShowable(t, e.Error(), 40)
			wantShowable(t, e.Err.Error(), 40)
		})
	}
}
