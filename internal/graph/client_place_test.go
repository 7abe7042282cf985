package graph_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/pipelinestep"
	"terraform-provider-msgraph/internal/transport"
)

const placePath = "/v1.0/communications/calls"

var callBody = json.RawMessage(`{"callbackUri":"https://bot.contoso.com/callback"}`)

// created is what Graph responds to a call that it has placed.
func created(body string) graphsim.Fault {
	f := jsonFault(http.StatusCreated, []byte(body))
	f.Header = http.Header{"Location": {"https://graph.microsoft.com/v1.0/communications/calls/from-location"}}
	return f.To("POST", placePath)
}

func place(t testing.TB, b bench) (graph.Call, error) {
	t.Helper()
	call, _, err := b.Place(b.within(t, 2*time.Minute), callBody, http.Header{"X-Own": {"x"}})
	return call, err
}

func TestPlace_sendsTheBodyAndReturnsTheCall(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault graphsim.Fault
		want  string
	}{
		"ID in the body":              {created(`{"id":"placed","state":"establishing"}`), "placed"},
		"ID in the header only":       {created(`{"state":"establishing"}`), "from-location"},
		"no body":                     {created(``), "from-location"},
		"body that is no JSON":        {created(`{"id":"pla`), "from-location"},
		"ID of another type":          {created(`{"id":7}`), "from-location"},
		"ID that can be none":         {created(`{"id":"../users"}`), "from-location"},
		"body that breaks off":        {graphsim.Fault{Status: 201, Body: make([]byte, 100_000), Cut: graphsim.CutBody, Header: created("").Header}, "from-location"},
		"another 2xx than documented": {func() graphsim.Fault { f := created(`{"id":"placed"}`); f.Status = 202; return f }(), "placed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newClient(t).signIn(t)
			b.sim.Inject(test.fault)
			call, err := place(t, b)
			if err != nil || call.ID != test.want {
				t.Errorf("got %+v, %v, want the ID %q", call, err, test.want)
			}
			sent := b.sent()
			if len(sent) != 1 {
				t.Fatalf("got %d requests, want one", len(sent))
			}
			r := sent[0]
			if r.Method != "POST" || r.Path != placePath || string(r.Body) != string(callBody) || r.Header.Get("Content-Type") != "application/json" ||
				r.Header.Get("Accept") != "application/json" || r.Header.Get("X-Own") != "x" {
				t.Errorf("got %s %s %v %q, want the documented request", r.Method, r.Path, r.Header, r.Body)
			}
		})
	}
}

func TestPlace_isRepeatedOnlyWhereGraphHasNotTakenIt(t *testing.T) {
	t.Parallel()
	refused := func(status int) graphsim.Fault { return graphsim.Status(status).To("POST", placePath) }
	for name, test := range map[string]struct {
		fault graphsim.Fault
		sent  int
	}{
		"429":             {graphsim.Throttled("7").To("POST", placePath), 2},
		"401, then taken": {refused(401), 2},
	} {
		for proto, change := range map[string]func(*setup){"HTTP/1.1": withHTTP1, "HTTP/2": func(*setup) {}} {
			b := newClient(t, change).signIn(t)
			b.sim.Inject(test.fault)
			b.sim.Inject(created(`{"id":"placed"}`))
			if call, err := place(t, b); err != nil || call.ID != "placed" || len(b.sent()) != test.sent {
				t.Errorf("%s %s: got %+v, %v and %d requests, want it placed by request %d", name, proto, call, err, len(b.sent()), test.sent)
			}
			for _, r := range b.sent() {
				if string(r.Body) != string(callBody) {
					t.Errorf("%s %s: got the body %q, want it in each request", name, proto, r.Body)
				}
			}
			if slept := b.clock.Slept(); name == "429" && !slices.Equal(slept, []time.Duration{7 * time.Second}) {
				t.Errorf("%s %s: got waits %v, want the advised one", name, proto, slept)
			}
		}
	}
}

func TestPlace_aFailureSaysWhetherACallMayHaveBeenPlaced(t *testing.T) {
	t.Parallel()
	status := graphsim.Status
	for name, test := range map[string]struct {
		fault graphsim.Fault
		taken bool
	}{
		"408":                  {status(408), true},
		"500":                  {status(500), true},
		"502":                  {status(502), true},
		"503":                  {status(503), true},
		"504":                  {status(504), true},
		"no response":          {graphsim.CutOff(graphsim.CutRequest), true},
		"response cut":         {graphsim.CutOff(graphsim.CutHeaders), true},
		"success without ID":   {graphsim.Empty(201), true},
		"page":                 {graphsim.Fault{Status: 200, Body: []byte("<html>"), ContentType: "text/html"}, true},
		"redirect":             {graphsim.Redirect("/"), true},
		"404 that is a page":   {graphsim.HTMLNotFound(), true},
		"401 that is a page":   {graphsim.Fault{Status: 401, Body: []byte("<html>"), ContentType: "text/html"}, true},
		"429 that is a page":   {graphsim.Fault{Status: 429, Body: []byte("<html>"), ContentType: "text/html"}, true},
		"400 that is not JSON": {graphsim.Garbage(400), true},
		"empty 403":            {graphsim.Empty(403), true},
		"empty 401":            {graphsim.Empty(401).For(2), false},
		"400":                  {status(400), false},
		"403":                  {status(403), false},
		"404":                  {status(404), false},
		"401 twice":            {status(401).For(2), false},
		"429 until time is up": {graphsim.Throttled("3600"), false},
	} {
		for proto, change := range map[string]func(*setup){"HTTP/1.1": withHTTP1, "HTTP/2": func(*setup) {}} {
			t.Run(name+" "+proto, func(t *testing.T) {
				t.Parallel()
				b := newClient(t, change).signIn(t)
				fault := test.fault
				b.sim.Inject(fault.To("POST", placePath).For(max(fault.Times, 1)))
				_, err := place(t, b)
				e := failure(t, err)
				if e.MayHaveTakenEffect != test.taken || len(b.sent()) != max(fault.Times, 1) || len(b.clock.Slept()) != 0 || graph.IsNotFound(err) {
					t.Errorf("got %+v, %d requests and waits %v, want it not repeated and taken to be %t", e, len(b.sent()), b.clock.Slept(), test.taken)
				}
			})
		}
	}
}

func TestPlace_aRequestThatCannotBeSentPlacesNoCall(t *testing.T) {
	t.Parallel()
	b := newScripted(t, graph.Options{Credential: scripted(func(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
		return tokenFor("with a\nline break", time.Hour), nil
	})})
	_, err := place(t, b)
	if e := wantKind(t, err, graph.KindInvalidHeader); e.MayHaveTakenEffect || len(b.sent()) != 0 {
		t.Errorf("got %+v and %d requests, want none, and no call that may have been placed", e, len(b.sent()))
	}
}

func TestPlace_isTriedAgainWhileThereIsNoConnection(t *testing.T) {
	t.Parallel()
	var dials atomic.Int32
	b := newClient(t, func(s *setup) {
		s.transport = func(transport *transport.Transport) {
			dial := transport.DialContext
			transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				if dials.Add(1) == 2 { // after Entra's
					return nil, errors.New("nobody there")
				}
				return dial(ctx, network, address)
			}
		}
	})
	b.sim.Inject(created(`{"id":"placed"}`))
	if call, err := place(t, b); err != nil || call.ID != "placed" {
		t.Errorf("got %+v, %v, want it placed", call, err)
	}
	if got := len(b.clock.Slept()); got != 1 || len(b.sent()) != 1 {
		t.Errorf("got %d waits and %d requests, want one of each", got, len(b.sent()))
	}
	// A token that comes late is no reason to give up either.
	b = newClient(t)
	b.sim.Inject(graphsim.Status(503).ToEntra())
	b.sim.Inject(created(`{"id":"placed"}`))
	if call, err := place(t, b); err != nil || call.ID != "placed" {
		t.Errorf("got %+v, %v, want it placed", call, err)
	}
}

// newInterrupted returns a client whose context is canceled when the header of the first response is there, and the body,
// which is that of a call being placed, has yet to come.
func newInterrupted(t testing.TB, o graph.Options) (bench, context.Context) {
	t.Helper()
	b := newClient(t)
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	o.Transport = afterHeader{newTransport(t, b.sim.CACertificate()), cancel}
	b = b.with(t, o)
	slow := created(`{"id":"placed"}`)
	slow.Trickle = 5 * time.Millisecond
	b.sim.Inject(slow)
	return b, ctx
}

func TestPlace_isNotCutOffOnceItIsOnItsWay(t *testing.T) {
	t.Parallel()
	b, ctx := newInterrupted(t, graph.Options{})
	if call, _, err := b.Place(ctx, callBody, nil); err != nil || call.ID != "placed" {
		t.Errorf("got %+v, %v, want the ID of what was placed", call, err)
	}
	// Before that, an interrupt sends nothing.
	_, _, err := b.Place(ctx, callBody, nil)
	if e := wantKind(t, err, graph.KindCanceled); e.MayHaveTakenEffect || e.Attempts != 0 {
		t.Errorf("got %+v, want nothing sent", e)
	}
}

// No other attempt needs the time.
func TestPlace_isWaitedForAsLongAsTheOperationMayTake(t *testing.T) {
	t.Parallel()
	b := newClient(t)
	transport := newTransport(t, b.sim.CACertificate())
	b = b.with(t, graph.Options{Transport: afterHeader{transport, func() { b.clock.Advance(2*time.Minute - time.Second) }}})
	slow := created(`{"id":"placed"}`)
	slow.Trickle = 5 * time.Millisecond
	b.sim.Inject(slow)
	if call, err := place(t, b); err != nil || call.ID != "placed" {
		t.Errorf("got %+v, %v, want the whole response", call, err)
	}
	b = b.with(t, graph.Options{})
	b.sim.Inject(graphsim.Stalled())
	b.advance(t, 2*time.Minute, 1, b.stalled)
	_, err := place(t, b)
	e := wantKind(t, err, graph.KindNetwork)
	if !errors.Is(err, context.DeadlineExceeded) || !e.MayHaveTakenEffect || e.Elapsed != 2*time.Minute || e.Attempts != 1 {
		t.Errorf("got %+v, want one attempt for as long as the operation may take", e)
	}
}

// It does not count as concurrent for longer than other requests can.
func TestPlace_leavesItsPlaceToOthersAfterAnAttemptsTime(t *testing.T) {
	t.Parallel()
	b := newClient(t, func(s *setup) { s.concurrent = 1 }).signIn(t)
	b.sim.Inject(graphsim.Stalled())
	go func() { _, _, _ = b.Place(b.within(t, time.Hour), callBody, nil) }() // until the stand-in is closed
	eventually(t, func() bool { return b.stalled() == 1 })
	kept := make(chan error, 1)
	go func() {
		_, err := b.keepAlive(t)
		kept <- err
	}()
	b.clock.Advance(patient.AttemptTimeout)
	select {
	case err := <-kept:
		if err != nil {
			t.Errorf("beside a request that hangs, got %v", err)
		}
	case <-time.After(time.Minute):
		t.Error("a request that hangs keeps the place of others")
	}
}

func TestPlace_isCutOffSomeTimeAfterAnInterrupt(t *testing.T) {
	t.Parallel()
	b := newClient(t).signIn(t)
	b.sim.Inject(graphsim.Stalled())
	ctx, cancel := context.WithCancel(b.within(t, 24*time.Hour))
	b.advance(t, time.Hour, 1, b.stalled)
	placed := make(chan struct{})
	go func() {
		for b.clock.Now().Sub(epoch) < time.Hour && t.Context().Err() == nil {
			time.Sleep(time.Millisecond) // until it hangs
		}
		cancel()
		for {
			select {
			case <-placed:
				return
			case <-time.After(time.Millisecond):
				b.clock.Advance(time.Second)
			}
		}
	}()
	_, _, err := b.Place(ctx, callBody, nil)
	close(placed)
	e := wantKind(t, err, graph.KindCanceled)
	if least := time.Hour + patient.AttemptTimeout; e.Elapsed < least || e.Elapsed > 12*time.Hour || !e.MayHaveTakenEffect || e.Attempts != 1 {
		t.Errorf("got %+v, want it cut off after %s", e, least)
	}
}

func TestKeepAlive_failureSaysWhetherItMayHaveTakenEffect(t *testing.T) {
	t.Parallel()
	b := newClient(t, withRetry(once)).signIn(t)
	for status, want := range map[int]bool{404: false, 403: false, 503: true} {
		b.sim.Inject(graphsim.Status(status).To("", callPath))
		_, err := b.keepAlive(t)
		if e := failure(t, err); e.MayHaveTakenEffect != want {
			t.Errorf("%d: got %t, want %t", status, e.MayHaveTakenEffect, want)
		}
	}
}

func TestParticipants_readsWhateverGraphMakesOfThem(t *testing.T) {
	t.Parallel()
	b := newClient(t).signIn(t)
	b.sim.Inject(jsonFault(200, []byte(`{"value":[
		{"id":"p1","isMuted":true,"isInLobby":false,"info":{"identity":{"user":{"id":"u","displayName":"Adele"}}}},
		{"id":"p2","isMuted":"yes","info":{"identity":{"application":{"id":"a"},"applicationInstance":{"displayName":"Bot"}}}},
		{"info":{"identity":{"phone":{"id":"+4912345678","displayName":null}}}},
		null]}`)).To("GET", callPath+"/participants"))
	got, _, err := b.Participants(b.within(t, time.Minute), callID)
	if err != nil || len(got) != 4 {
		t.Fatalf("got %v, %v, want four", got, err)
	}
	if p := got[0]; *p.ID != "p1" || *p.DisplayName != "Adele" || *p.UserID != "u" || !*p.IsMuted || *p.IsInLobby || p.Phone != nil {
		t.Errorf("got %+v", p)
	}
	if p := got[1]; *p.DisplayName != "Bot" || *p.ApplicationID != "a" || p.IsMuted != nil || p.IsInLobby != nil {
		t.Errorf("got %+v", p)
	}
	if p := got[2]; p.ID != nil || *p.Phone != "+4912345678" || p.DisplayName != nil {
		t.Errorf("got %+v", p)
	}
	for _, body := range []string{`{}`, `[]`, `{"value":{}}`, ``} {
		b.sim.Inject(jsonFault(200, []byte(body)).To("GET", callPath+"/participants"))
		_, _, err := b.Participants(b.within(t, time.Minute), callID)
		wantKind(t, err, graph.KindNotGraph)
	}
	b.sim.Inject(graphsim.Status(404).To("GET", callPath+"/participants"))
	if _, _, err := b.Participants(b.within(t, time.Minute), callID); !graph.IsNotFound(err) {
		t.Errorf("got %v, want a call that Graph does not know", err)
	}
}

// An interrupt while the call is being placed does not keep the steps from seeing the response, and the ID is there.
func TestPlace_stepsSeeTheResponseAfterAnInterrupt(t *testing.T) {
	t.Parallel()
	step := func(name string) program {
		return newProgram(t, name, `REQUEST={"version":1}`, `RESPONSE={"version":1}`)
	}
	b, ctx := newInterrupted(t, graph.Options{Prepend: []pipelinestep.Step{step("p").Step}, Append: []pipelinestep.Step{step("a").Step}})
	call, _, err := b.Place(ctx, callBody, nil)
	if err != nil || call.ID != "placed" || ctx.Err() == nil {
		t.Errorf("got %+v, %v, want the call in spite of the interrupt", call, err)
	}
}
