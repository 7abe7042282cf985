package graph_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
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
	wantText(t, e.Error(), "no complete response within 1m0s", "gave up after 0 retries")
	if e.Last != nil || e.Attempts != 1 {
		t.Errorf("got %+v, want one attempt without a response", e)
	}
}

// The status of a keepAlive says it all: what comes after it is not waited for longer than
// an attempt may take, and is never a reason to send another.
func TestAttempt_tricklingBodyDoesNotUndoAKeepAlive(t *testing.T) {
	t.Parallel()
	b := newClient(t)
	b.Client = graph.New(graph.Options{
		Endpoint: b.sim.GraphURL(), Credential: fixedToken{}, Clock: b.clock, Retry: patient,
		Transport: afterHeader{newTransport(t, b.sim.CACertificate()), func() { b.clock.Advance(patient.AttemptTimeout) }},
	})
	b.sim.Inject(graphsim.Trickled(10 * time.Millisecond))
	response, err := b.keepAlive(t)
	if err != nil || response.StatusCode != 200 {
		t.Errorf("got %+v, %v, want success", response, err)
	}
	b.wantSent(t, 1)
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

func TestAttempt_responseThatCameIsNotLostToTheDeadline(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]graph.Kind{200: -1, 404: graph.KindNotFound, 403: graph.KindForbidden} {
		b := newClient(t)
		client := graph.New(graph.Options{
			Endpoint: b.sim.GraphURL(), Credential: fixedToken{}, Clock: b.clock, Retry: patient,
			Transport: afterHeader{newTransport(t, b.sim.CACertificate()), func() { b.clock.Advance(30 * time.Second) }},
		})
		fault := graphsim.Trickled(10 * time.Millisecond)
		fault.Status = status
		b.sim.Inject(fault)
		ctx, cancel := b.clock.WithTimeout(t.Context(), 30*time.Second)
		response, err := client.KeepAlive(ctx, callID, nil)
		if cancel(); status == 200 {
			if err != nil || response.StatusCode != 200 {
				t.Errorf("got %+v, %v, want success", response, err)
			}
			continue
		}
		wantKind(t, err, want)
	}
}

func TestAttempt_operationsTimeBoundsAHungRequest(t *testing.T) {
	t.Parallel()
	b := newClient(t).signIn(t)
	b.sim.Inject(graphsim.Status(503))
	b.sim.Inject(graphsim.Stalled())
	_, err := b.KeepAlive(b.outlast(t, b.stalled), callID, nil)
	e := wantKind(t, err, graph.KindUnavailable)
	if !errors.Is(err, context.DeadlineExceeded) || e.Attempts != 2 || e.Last == nil || e.Last.StatusCode != 503 {
		t.Errorf("got %+v, want the deadline, 2 attempts and the last response", e)
	}
	wantText(t, e.Error(), "after 2 requests", "503 Service Unavailable", e.Last.RequestID, "this operation's timeout has expired")
}

func TestAttempt_deadlineDoesNotHideWhatUsedUpTheTime(t *testing.T) {
	t.Parallel()
	b := newClient(t).signIn(t)
	b.sim.Inject(graphsim.CutOff(graphsim.CutRequest))
	b.sim.Inject(graphsim.Stalled())
	_, err := b.KeepAlive(b.outlast(t, b.stalled), callID, nil)
	e := wantKind(t, err, graph.KindNetwork)
	if !errors.Is(err, context.DeadlineExceeded) || e.Attempts != 2 || e.Last != nil {
		t.Errorf("got %+v, want the deadline and 2 attempts", e)
	}
	wantText(t, e.Error(), "deadline exceeded, and before that: ", "this operation's timeout has expired")
	if !testos.ConnectionReset(err) {
		t.Errorf("got %v, want the cut connection in it", err)
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

func TestAttempt_credentialThatIsRefusedIsUsedOnceAndNothingGoesToGraph(t *testing.T) {
	t.Parallel()
	const secret = "wr0ng~secret"
	b := newClient(t, withSecret(secret))
	_, err := b.keepAlive(t)
	e := wantKind(t, err, graph.KindCredential)
	wantText(t, e.Error(), "AADSTS7000215", "Invalid client secret")
	if strings.Contains(e.Error(), secret) {
		t.Errorf("got %v, want the secret kept out of it", e)
	}
	if e.Attempts != 0 || e.Last != nil || e.GaveUp != "" {
		t.Errorf("got %+v, want no request to Graph in it", e)
	}
	b.wantSent(t, 0)
	var tokens int
	for _, r := range b.sim.Requests() {
		if r.Method == http.MethodPost {
			tokens++
		}
	}
	if tokens != 1 || len(b.clock.Slept()) != 0 {
		t.Errorf("got %d token requests and waits %v, want one and none", tokens, b.clock.Slept())
	}
}

func TestAttempt_transientFailureOfEntraIsNotTheOperations(t *testing.T) {
	t.Parallel()
	b := newClient(t)
	fault := graphsim.Status(503).ToEntra()
	fault.Header = http.Header{"Retry-After-Ms": {"1"}} // azidentity waits in real time
	b.sim.Inject(fault)
	if _, err := b.keepAlive(t); err != nil {
		t.Error(err)
	}
}

func TestAttempt_entraThatHangsIsACredentialThatFailed(t *testing.T) {
	t.Parallel()
	b := newClient(t)
	b.sim.Inject(graphsim.Stalled().ToEntra().For(-1))
	_, err := b.KeepAlive(b.outlast(t, b.stalled), callID, nil)
	e := wantKind(t, err, graph.KindCredential)
	wantText(t, e.Error(), "this operation's timeout has expired")
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

func TestAttempt_graphsOwnRefusalOfATokenIsNotTheCredentials(t *testing.T) {
	t.Parallel()
	b := newClient(t).signIn(t)
	b.sim.Inject(graphsim.Status(401).To("", callPath).For(-1))
	_, err := b.keepAlive(t)
	e := wantKind(t, err, graph.KindUnauthorized)
	if e.Last.Code != "InvalidAuthenticationToken" {
		t.Errorf("got %v, want Graph's own code", e)
	}
	if strings.Contains(e.Error(), "eyJ") || strings.Contains(e.Error(), graphsim.ClientSecret) {
		t.Errorf("got %v, want no token in it", e)
	}
	b.wantSent(t, 2)
}
