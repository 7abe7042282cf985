package graph_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/clock"
	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
)

func TestRetry_failuresThatMayPassAreRetried(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]graphsim.Fault{
		"408":                graphsim.Status(408),
		"429":                graphsim.Throttled(""),
		"500":                graphsim.Status(500),
		"502":                graphsim.Status(502),
		"502 HTML":           {Status: 502, Body: []byte("<html>"), ContentType: "text/html"},
		"503":                graphsim.Status(503),
		"503 oversized":      graphsim.Oversized(503),
		"504":                graphsim.Status(504),
		"504 took effect":    graphsim.Status(504).After(),
		"cut request":        graphsim.CutOff(graphsim.CutRequest),
		"cut headers":        graphsim.CutOff(graphsim.CutHeaders),
		"503 cut":            {Status: 503, Body: bytes.Repeat([]byte("x"), 100_000), Cut: graphsim.CutBody},
		"429 trickling":      {Status: 429, Body: bytes.Repeat([]byte("x"), 2), Trickle: time.Millisecond},
		"cut once in effect": graphsim.CutOff(graphsim.CutHeaders).After(),
	} {
		for proto, change := range map[string]func(*setup){"HTTP/1.1": withHTTP1, "HTTP/2": func(*setup) {}} {
			t.Run(name+" "+proto, func(t *testing.T) {
				t.Parallel()
				b := newClient(t, change).signIn(t)
				b.sim.Inject(fault.To("", callPath).For(3))
				response, err := b.keepAlive(t)
				if err != nil || response.StatusCode != 200 {
					t.Fatalf("got %+v, %v, want success", response, err)
				}
				b.wantSent(t, 4)
				ids := header(b.sent(), "Client-Request-Id")
				wantDistinct(t, ids)
				if got := len(b.clock.Slept()); got != 3 || response.ClientRequestID != ids[len(ids)-1] {
					t.Errorf("got %d waits and the response to %s, want 3 and the last of %q", got, response.ClientRequestID, ids)
				}
			})
		}
	}
}

func TestRetry_responseThatBreaksOffIsReadAgain(t *testing.T) {
	t.Parallel()
	b := newClient(t).signIn(t)
	b.sim.Inject(graphsim.CutOff(graphsim.CutBody).After())
	if call, err := b.get(t); err != nil || call.State != "established" {
		t.Errorf("got %+v, %v, want the second response", call, err)
	}
	b.wantSent(t, 2)
}

func TestRetry_permanentFailuresAreNotRetried(t *testing.T) {
	t.Parallel()
	b := newClient(t).signIn(t)
	for _, status := range []int{301, 307, 400, 401, 403, 404, 405, 406, 407, 409, 410, 411, 413, 415, 422, 423, 451, 501, 505, 507, 511, 599} {
		for _, fault := range []graphsim.Fault{graphsim.Status(status), graphsim.Empty(status), graphsim.Garbage(status),
			{Status: status, Body: []byte("<html>"), ContentType: "text/html", Header: http.Header{"Retry-After": {"1"}}}} {
			b.sim.ResetRequests()
			b.clock.Advance(time.Minute)
			want := requestsFor(status)
			b.sim.Inject(fault.To("", callPath).For(want))
			_, err := b.keepAlive(t)
			e := failure(t, err)
			if e.Attempts != want || e.GaveUp != "" || len(b.sent()) != want || len(b.clock.Slept()) != 0 {
				t.Errorf("%d: got %+v, want it to fail at once", status, e)
			}
		}
	}
}

func TestRetryAfter_isHonoured(t *testing.T) {
	t.Parallel()
	at := func(d time.Duration) string { return epoch.Add(d).Format(http.TimeFormat) }
	for name, test := range map[string]struct {
		retryAfter, date string
		want             time.Duration // 0 for what is not advised: backoff
	}{
		"whole":                    {"7", "", 7 * time.Second},
		"zeros in front":           {"007", "", 7 * time.Second},
		"fractional":               {"2.128", "", 2128 * time.Millisecond},
		"fractional without zero":  {".75", "", 750 * time.Millisecond},
		"above a minute":           {"90", "", 90 * time.Second},
		"below the first backoff":  {"0.5", "", 500 * time.Millisecond},
		"next to nothing":          {"0.000001", "", 500 * time.Millisecond}, // the shortest backoff, not a storm
		"HTTP date":                {at(40 * time.Second), "", 40 * time.Second},
		"HTTP date, older form":    {epoch.Add(40 * time.Second).Format("Monday, 02-Jan-06 15:04:05 GMT"), "", 40 * time.Second},
		"HTTP date, server's time": {at(time.Hour + 50*time.Second), at(time.Hour), 50 * time.Second},
		"HTTP date, without Date":  {at(30 * time.Second), "none", 30 * time.Second},
		"HTTP date, odd Date":      {at(30 * time.Second), "garbage", 30 * time.Second},
		"HTTP date, past":          {at(-time.Minute), "", 0},
		"HTTP date, now":           {at(0), "", 0},
		"none":                     {"", "", 0},
		"zero":                     {"0", "", 0},
		"negative":                 {"-5", "", 0},
		"negative and huge":        {"-1e300", "", 0},
		"garbage":                  {"soon", "", 0},
		"a duration":               {"5s", "", 0},
		"NaN":                      {"NaN", "", 0},
		"infinite":                 {"Inf", "", 0},
		"out of range":             {"1e999", "", 0},
		"two values":               {"5, 6", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newClient(t).signIn(t)
			fault := graphsim.Throttled(test.retryAfter)
			if fault.Header == nil {
				fault.Header = http.Header{}
			}
			switch test.date {
			case "":
			case "none":
				fault.Header["Date"] = nil
			default:
				fault.Header.Set("Date", test.date)
			}
			b.sim.Inject(fault)
			if _, err := b.keepAlive(t); err != nil {
				t.Fatal(err)
			}
			got := b.clock.Slept()
			if len(got) != 1 || test.want > 0 && got[0] != test.want || test.want == 0 && (got[0] < 500*time.Millisecond || got[0] > time.Second) {
				t.Errorf("got waits %v, want one of %v, or of the first backoff for 0", got, test.want)
			}
		})
	}
}

func TestRetryAfter_isTakenFromAnyResponseThatMayPass(t *testing.T) {
	t.Parallel()
	for _, status := range []int{408, 429, 500, 502, 503, 504} {
		b := newClient(t).signIn(t)
		fault := graphsim.Empty(status)
		fault.Header.Set("Retry-After", "13")
		b.sim.Inject(fault)
		if _, err := b.keepAlive(t); err != nil {
			t.Fatal(err)
		}
		if got := b.clock.Slept(); !slices.Equal(got, []time.Duration{13 * time.Second}) {
			t.Errorf("%d: got waits %v, want 13s", status, got)
		}
	}
}

func TestRetryAfter_beyondTheDeadlineEndsAtOnceAndSaysSo(t *testing.T) {
	t.Parallel()
	for retryAfter, want := range map[string]string{
		"3600":  "Graph asks to wait 1h before the next request (Retry-After) and only 2m of this operation's timeout is left",
		"120.5": "Graph asks to wait 2m0.5s before the next request",
		"1e300": "Graph asks to wait 8760h before the next request",
		epoch.Add(24 * time.Hour).Format(http.TimeFormat): "Graph asks to wait 24h before the next request",
	} {
		b := newClient(t).signIn(t)
		b.sim.Inject(graphsim.Throttled(retryAfter).For(-1))
		_, err := b.keepAlive(t)
		e := wantKind(t, err, graph.KindThrottled)
		wantText(t, e.GaveUp, want)
		wantText(t, e.Error(), want, "429 Too Many Requests, code TooManyRequests")
		if e.Attempts != 1 || e.Err != nil || len(b.clock.Slept()) != 0 || len(b.sent()) != 1 {
			t.Errorf("%s: got %+v and waits %v, want it to end at once", retryAfter, e, b.clock.Slept())
		}
	}
}

func TestRetry_deadlineCarriesTheLastResponseAndTheNumberOfTries(t *testing.T) {
	t.Parallel()
	b := newClient(t).signIn(t)
	b.sim.Inject(graphsim.Status(502).For(2))
	b.sim.Inject(graphsim.Throttled("50").For(-1))
	_, err := b.keepAlive(t)
	e := wantKind(t, err, graph.KindThrottled)
	sent := b.sent()
	// 2 minutes hold two backoffs and two waits of 50s, but not a third.
	if e.Attempts != 5 || len(sent) != 5 || e.Last.Code != "TooManyRequests" {
		t.Fatalf("got %d attempts, %d requests and %v, want 5 and the last response", e.Attempts, len(sent), e.Last)
	}
	if got, want := e.Last.ClientRequestID, sent[4].Header.Get("Client-Request-Id"); got != want {
		t.Errorf("got the response to %s, want that to the last, %s", got, want)
	}
	if got := e.Elapsed; got < 100*time.Second || got > 2*time.Minute || got != b.clock.Now().Sub(epoch) {
		t.Errorf("got %s elapsed, want the time since the first", got)
	}
	wantText(t, e.Error(), "after 5 requests in 1m4", "Graph asks to wait 50s")
}

func TestBackoff_doesNotRunIntoTheDeadline(t *testing.T) {
	t.Parallel()
	b := newClient(t).signIn(t)
	b.sim.Inject(graphsim.Status(503).For(-1))
	_, err := b.keepAlive(t)
	e := wantKind(t, err, graph.KindUnavailable)
	reason := "this operation's timeout has expired"
	if left := (2*time.Minute - e.Elapsed).Round(time.Second); left > 0 {
		reason = "only " + left.String() + " of this operation's timeout is left, less than the wait before the next attempt"
	}
	wantText(t, e.Error(), "gave up because "+reason)
	if strings.Contains(e.Error(), "Retry-After") {
		t.Errorf("got %v, want no advice that was not given", e)
	}
	// Its own deadline stops it, not the context's: no time is spent on a wait in vain.
	if e.Err != nil || e.Elapsed > 2*time.Minute || e.Attempts < 7 || e.Attempts != len(b.sent()) || len(b.clock.Slept()) != e.Attempts-1 {
		t.Errorf("got %+v, want as many tries as 2 minutes hold", e)
	}
}

func TestRetry_transportErrorAfterAResponseKeepsBoth(t *testing.T) {
	t.Parallel()
	o := patient
	o.MaxRetries = 1
	b := newClient(t, withRetry(o)).signIn(t)
	b.sim.Inject(graphsim.Status(503))
	b.sim.Inject(graphsim.CutOff(graphsim.CutRequest))
	_, err := b.keepAlive(t)
	e := failure(t, err)
	if e.Last == nil || e.Last.StatusCode != 503 || e.Err == nil || e.Attempts != 2 {
		t.Errorf("got %+v, want the error and the response before it", e)
	}
}

func TestBackoff_doublesUpToItsCapAndIsJittered(t *testing.T) {
	t.Parallel()
	var firsts []string
	for range 5 {
		b := newClient(t, withRetry(graph.RetryOptions{MaxRetries: 9, Delay: time.Second, MaxDelay: 20 * time.Second, AttemptTimeout: time.Minute})).signIn(t)
		b.sim.Inject(graphsim.Status(500).For(9))
		if _, err := b.KeepAlive(t.Context(), callID, nil); err != nil {
			t.Fatal(err)
		}
		got := b.clock.Slept()
		for i, seconds := range []int{1, 2, 4, 8, 16, 20, 20, 20, 20} {
			if bound := time.Duration(seconds) * time.Second; i >= len(got) || got[i] < bound/2 || got[i] > bound {
				t.Fatalf("got waits %v, want wait %d between half and the whole of %s", got, i+1, bound)
			}
		}
		firsts = append(firsts, got[0].String())
	}
	wantDistinct(t, firsts)
}

func TestRetry_adviceIsFollowedWhateverTheBackoffIs(t *testing.T) {
	t.Parallel()
	for _, delay := range []time.Duration{time.Minute, 10 * time.Millisecond} {
		b := newClient(t, withRetry(graph.RetryOptions{MaxRetries: -1, Delay: delay, MaxDelay: time.Minute, AttemptTimeout: time.Minute})).signIn(t)
		b.sim.Inject(graphsim.Throttled("2"))
		if _, err := b.keepAlive(t); err != nil {
			t.Fatal(err)
		}
		if got := b.clock.Slept(); !slices.Equal(got, []time.Duration{2 * time.Second}) {
			t.Errorf("got waits %v with a delay of %s, want the advised one", got, delay)
		}
	}
}

func TestRetry_waitsInAnyCase(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]graphsim.Fault{"backoff": graphsim.Status(503), "advice": graphsim.Throttled("0.000001")} {
		b := newClient(t, withRetry(graph.RetryOptions{MaxRetries: 5, Delay: 1, MaxDelay: 1, AttemptTimeout: time.Minute})).signIn(t)
		b.sim.Inject(fault.For(-1))
		if _, err := b.keepAlive(t); err == nil {
			t.Errorf("%s: got no error", name)
		}
		for _, wait := range b.clock.Slept() {
			if wait < 100*time.Millisecond {
				t.Errorf("%s: got waits %v, want none below a tenth of a second", name, b.clock.Slept())
				break
			}
		}
	}
}

func TestMaxRetries_endsARetry(t *testing.T) {
	t.Parallel()
	for _, most := range []int{0, 1, 3} {
		b := newClient(t, withRetry(graph.RetryOptions{MaxRetries: most, Delay: time.Second, MaxDelay: time.Second, AttemptTimeout: time.Minute})).signIn(t)
		b.sim.Inject(graphsim.Status(503).For(-1))
		_, err := b.keepAlive(t)
		e := wantKind(t, err, graph.KindUnavailable)
		if e.Attempts != most+1 || len(b.sent()) != most+1 || len(b.clock.Slept()) != most {
			t.Errorf("got %d attempts and %d requests, want %d", e.Attempts, len(b.sent()), most+1)
		}
		wantText(t, e.GaveUp, map[int]string{0: "did not retry, as max_retries is 0", 1: "gave up after 1 retry", 3: "gave up after 3 retries"}[most])
		if most == 1 && strings.Contains(e.GaveUp, "retries") {
			t.Errorf("got %q, want the singular", e.GaveUp)
		}
	}
}

func TestRetry_withoutADeadlineALongWaitIsWaited(t *testing.T) {
	t.Parallel()
	b := newClient(t).signIn(t)
	b.sim.Inject(graphsim.Throttled("86400"))
	if _, err := b.KeepAlive(t.Context(), callID, nil); errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want it to wait", err)
	}
	if got := b.clock.Slept(); !slices.Equal(got, []time.Duration{24 * time.Hour}) {
		t.Errorf("got waits %v, want a day", got)
	}
}

// interrupted is the machine's clock, on which something happens as soon as somebody waits.
type interrupted struct {
	clock.Clock
	happens func()
}

func (c interrupted) Sleep(ctx context.Context, d time.Duration) error {
	c.happens()
	return c.Clock.Sleep(ctx, d)
}

func TestRetry_cancelingEndsAWaitAtOnce(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	b := newClient(t, withClock(interrupted{clock.System(), cancel})).signIn(t)
	b.sim.Inject(graphsim.Throttled("3600"))
	_, err := b.KeepAlive(ctx, callID, nil)
	e := wantKind(t, err, graph.KindCanceled)
	if !errors.Is(err, context.Canceled) || len(b.sent()) != 1 {
		t.Errorf("got %v and %d requests, want it canceled in the wait", err, len(b.sent()))
	}
	if e.Last == nil || e.Last.StatusCode != 429 || e.GaveUp != "" {
		t.Errorf("got %+v, want the response that it waited after", e)
	}
}

func TestRetry_defaultRetryIsBoundByTheOperationsTimeAlone(t *testing.T) {
	t.Parallel()
	b := newClient(t, withRetry(graph.RetryOptions{})).signIn(t)
	b.sim.Inject(graphsim.Status(503).For(-1))
	_, err := b.keepAlive(t)
	if e := failure(t, err); e.Attempts < 5 || e.Elapsed < time.Minute || e.Elapsed > 2*time.Minute {
		t.Errorf("got %+v, want tries for most of 2 minutes", e)
	}
	if o := graph.DefaultRetry; o.AttemptTimeout <= 0 || o.AttemptTimeout > time.Minute {
		t.Errorf("got an attempt's timeout of %s, want room for several in the 2 minutes of an operation", o.AttemptTimeout)
	}
}
