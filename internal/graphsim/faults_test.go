package graphsim_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/testos"
)

// overBoth runs a test over HTTP/1.1 and over HTTP/2.
func overBoth(t *testing.T, test func(t *testing.T, s *sim)) {
	for proto, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2.0": true} {
		t.Run(proto, func(t *testing.T) {
			s := start(t)
			s.client = newClient(t, s.Server, http2)
			call := s.PlaceCall(graphsim.Call{ID: "c"})
			if got := s.get(call.ID); got.Proto != proto {
				t.Fatalf("talking %s, want %s", got.Proto, proto)
			}
			s.ResetRequests()
			test(t, s)
		})
	}
}

func (s *sim) wantRecorded(status int, fault string) {
	s.t.Helper()
	all := s.Requests()
	if last := all[len(all)-1]; last.Status != status || last.Fault != fault {
		s.t.Errorf("recorded %d %q, want %d %q", last.Status, last.Fault, status, fault)
	}
}

func (s *sim) wantKeepAlives(n int) {
	s.t.Helper()
	if call, _ := s.Call("c"); call.KeepAlives != n {
		s.t.Errorf("%d keepAlives took effect, want %d", call.KeepAlives, n)
	}
}

func TestFault_madeUpResponses(t *testing.T) {
	const html = "text/html; charset=utf-8"
	isHTML := func(r reply) bool { return strings.Contains(r.body, "<html>") && r.Header.Get("Request-Id") == "" }
	isBroken := func(r reply) bool { return !json.Valid([]byte(r.body)) }
	overBoth(t, func(t *testing.T, s *sim) {
		for name, test := range map[string]struct {
			fault       graphsim.Fault
			status      int
			contentType string
			is          func(reply) bool
		}{
			"status 429":     {graphsim.Throttled("2.128"), 429, "application/json; charset=utf-8", func(r reply) bool { return r.Header.Get("Retry-After") == "2.128" }},
			"HTML 404":       {graphsim.HTMLNotFound(), 404, html, isHTML},
			"blocked page":   {graphsim.BlockedPage(), 200, html, isHTML},
			"garbage":        {graphsim.Garbage(200), 200, "application/json", isBroken},
			"truncated JSON": {graphsim.TruncatedJSON(500), 500, "application/json", isBroken},
			"oversized":      {graphsim.Oversized(502), 502, "text/plain", func(r reply) bool { return len(r.body) == 1<<20 }},
			"redirect": {graphsim.Redirect("https://elsewhere.example/"), 307, "text/plain", func(r reply) bool {
				return r.Header.Get("Location") == "https://elsewhere.example/"
			}},
			"status 404, body of 0 bytes": {graphsim.Empty(404), 404, "", func(r reply) bool { return r.body == "" }},
		} {
			s.Inject(test.fault.For(3))
			for request, got := range map[string]reply{
				"keepAlive": s.keepAlive("c"), "hang-up": s.do("DELETE", callPath("c"), ""), "place": s.place(body(t, toUser())),
			} {
				if got.StatusCode != test.status || got.Header.Get("Content-Type") != test.contentType || !test.is(got) {
					t.Errorf("%s, %s: %d %v %.300s", name, request, got.StatusCode, got.Header, got.body)
				}
			}
			s.wantRecorded(test.status, name)
		}
		for _, status := range []int{400, 401, 403, 404, 405, 408, 409, 410, 429, 500, 502, 503, 504} {
			s.Inject(graphsim.Status(status))
			got := s.get("c")
			got.wantStatus(t, status)
			if _, ok := got.object(t)["error"].(map[string]any)["code"].(string); !ok {
				t.Errorf("%d: %s", status, got.body)
			}
			if (status == 401) != (got.Header.Get("WWW-Authenticate") != "") {
				t.Errorf("%d: WWW-Authenticate %q", status, got.Header.Get("WWW-Authenticate"))
			}
		}
		s.Inject(graphsim.Throttled(""))
		s.keepAlive("c").wantError(t, 429, "TooManyRequests", "Please retry again later.")
		s.wantKeepAlives(0)
		if call, _ := s.Call("c"); call.State != "established" || len(s.Placed()) != 0 {
			t.Errorf("a request got through: %+v, %d placed", call, len(s.Placed()))
		}
		s.keepAlive("c").wantStatus(t, 200) // all used up
		s.wantRecorded(200, "")
	})
}

func TestFault_headersOfTheRealResponse(t *testing.T) {
	overBoth(t, func(t *testing.T, s *sim) {
		s.Inject(graphsim.DateHeader("Sun, 01 Mar 2026 12:20:00 GMT"))
		got := s.keepAlive("c")
		got.wantStatus(t, 200)
		if got.Header.Get("Date") != "Sun, 01 Mar 2026 12:20:00 GMT" {
			t.Errorf("Date %q", got.Header.Get("Date"))
		}
		s.Inject(graphsim.DateHeader(""))
		if got = s.keepAlive("c"); len(got.Header["Date"]) != 0 {
			t.Errorf("Date %q", got.Header["Date"])
		}
		s.wantKeepAlives(2)
		s.wantRecorded(200, "date")
	})
}

func TestCut_beforeAndAfterProcessing(t *testing.T) {
	overBoth(t, func(t *testing.T, s *sim) {
		for _, at := range []graphsim.CutPoint{graphsim.CutRequest, graphsim.CutHeaders, graphsim.CutBody} {
			s.get("c") // on a connection, since clients repeat a request that fails on a used one
			s.client.CloseIdleConnections()
			before, _ := s.Call("c")
			s.ResetRequests()

			s.Inject(graphsim.CutOff(at).For(-1))
			if got, err := s.try("POST", callPath("c")+"/keepAlive", ""); err == nil {
				t.Errorf("cut %s: got %d %q", at, got.StatusCode, got.body)
			}
			s.wantRecorded(0, "cut "+string(at))
			s.wantKeepAlives(before.KeepAlives)
			s.ClearFaults()

			s.Inject(graphsim.CutOff(at).After().To("POST", "/keepAlive"))
			if got, err := s.try("POST", callPath("c")+"/keepAlive", ""); err == nil {
				t.Errorf("cut %s after: got %d %q", at, got.StatusCode, got.body)
			}
			s.wantRecorded(0, "cut "+string(at)+", after processing")
			s.wantKeepAlives(before.KeepAlives + 1)
			s.keepAlive("c").wantStatus(t, 200)
		}
	})
}

// What a client sees of a cut: nothing, or part of the response, then a reset.
func TestCut_whatTheClientSees(t *testing.T) {
	s := start(t)
	s.client = newClient(t, s.Server, false)
	s.PlaceCall(graphsim.Call{ID: "c"})
	s.Inject(graphsim.CutOff(graphsim.CutBody).After())
	got, err := s.try("GET", callPath("c"), "")
	if err == nil || got.Response == nil || got.StatusCode != 200 || !strings.HasPrefix(got.body, `{"@odata.context"`) {
		t.Errorf("cut body: %v, %q", err, got.body)
	}
	s.Inject(graphsim.CutOff(graphsim.CutRequest).For(2))
	if _, err = s.try("POST", callPath("c")+"/keepAlive", ""); !testos.ConnectionReset(err) {
		t.Errorf("cut request: %v", err)
	}
}

func TestStall_endsWithTheClient(t *testing.T) {
	overBoth(t, func(t *testing.T, s *sim) {
		s.Inject(graphsim.Stalled())
		s.leaveAfter(func() bool { return len(s.Requests()) > 0 })
		s.wantRecorded(0, "stall")
		s.wantKeepAlives(0)
		s.Inject(graphsim.Stalled().After().To("POST", "/keepAlive"))
		s.leaveAfter(func() bool { call, _ := s.Call("c"); return call.KeepAlives > 0 })
	})
}

// leaveAfter sends a keepAlive, and cancels it once that has been seen.
func (s *sim) leaveAfter(seen func() bool) {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	r := s.request(ctx, "POST", callPath("c")+"/keepAlive", "")
	failed := make(chan error)
	go func() { _, err := roundTrip(s.client, r); failed <- err }()
	for !seen() {
		time.Sleep(time.Millisecond)
	}
	cancel()
	if err := <-failed; !errors.Is(err, context.Canceled) {
		s.t.Errorf("got %v", err)
	}
}

func TestStall_endsWithTheServer(t *testing.T) {
	overBoth(t, func(t *testing.T, s *sim) {
		s.Inject(graphsim.Stalled().For(-1)) // net/http may send it again before the listener is closed
		failed := make(chan error)
		go func() { _, err := s.try("GET", callPath("c"), ""); failed <- err }()
		for len(s.Requests()) == 0 {
			time.Sleep(time.Millisecond)
		}
		s.Close()
		if err := <-failed; err == nil {
			t.Error("got a response")
		}
	})
}

func TestFault_delay(t *testing.T) {
	s := start(t)
	s.PlaceCall(graphsim.Call{ID: "c"})
	s.Inject(graphsim.Slow(50 * time.Millisecond))
	began := time.Now()
	s.keepAlive("c").wantStatus(t, 200)
	if took := time.Since(began); took < 50*time.Millisecond {
		t.Errorf("took %s", took)
	}
	s.wantKeepAlives(1)
}

func TestFault_trickle(t *testing.T) {
	overBoth(t, func(t *testing.T, s *sim) {
		s.Inject(graphsim.Fault{Trickle: time.Millisecond, Status: 200, Body: []byte("drops")})
		if got := s.get("c"); got.body != "drops" {
			t.Errorf("got %q", got.body)
		}
		s.Inject(graphsim.Trickled(time.Hour))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		resp, err := s.client.Do(s.request(ctx, "GET", callPath("c"), ""))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if n, err := resp.Body.Read(make([]byte, 10)); n != 1 || err != nil {
			t.Errorf("read %d bytes, %v", n, err)
		}
		cancel()
		if _, err := io.ReadAll(resp.Body); err == nil {
			t.Error("the body came to an end")
		}
	})
}

func TestFault_matchesAndCounts(t *testing.T) {
	s := start(t)
	s.PlaceCall(graphsim.Call{ID: "c"})
	s.PlaceCall(graphsim.Call{ID: "d"})
	s.Inject(graphsim.Status(503).To("POST", "/c/").For(2))
	s.Inject(graphsim.Fault{Status: 500, Method: "POST", Skip: 1})
	s.get("c").wantStatus(t, 200)
	s.keepAlive("d").wantStatus(t, 200) // skipped
	s.keepAlive("c").wantStatus(t, 503)
	s.keepAlive("d").wantStatus(t, 500)
	if n := s.FaultsLeft(); n != 1 {
		t.Errorf("%d faults left, want 1", n)
	}
	s.keepAlive("c").wantStatus(t, 503)
	s.keepAlive("c").wantStatus(t, 200)
	s.Inject(graphsim.Status(500).For(-1))
	for range 5 {
		s.get("c").wantStatus(t, 500)
	}
	s.ClearFaults()
	s.get("c").wantStatus(t, 200)
}

func TestFault_atEntra(t *testing.T) {
	s := start(t)
	s.Inject(graphsim.Status(503).ToEntra())
	cred := s.credential()
	_, err := cred.GetToken(t.Context(), s.tokenOptions())
	if err == nil || !strings.Contains(err.Error(), "AADSTS90033") {
		t.Errorf("got %v", err)
	}
	if _, err := cred.GetToken(t.Context(), s.tokenOptions()); err != nil {
		t.Errorf("the second time: %v", err)
	}
}

func TestFault_afterProcessing(t *testing.T) {
	overBoth(t, func(t *testing.T, s *sim) {
		s.Inject(graphsim.Status(504).After())
		s.keepAlive("c").wantStatus(t, 504)
		for _, status := range []int{200, 202} {
			s.Inject(graphsim.Status(status).After())
			got := s.keepAlive("c")
			if got.StatusCode != status || got.Header.Get("Content-Type") != "text/plain" || got.body != "" {
				t.Errorf("%d %v %q", got.StatusCode, got.Header, got.body)
			}
		}
		s.Inject(graphsim.Lost().To("POST", "/keepAlive"))
		if got, err := s.try("POST", callPath("c")+"/keepAlive", ""); err == nil {
			t.Errorf("got %d", got.StatusCode)
		}
		s.wantRecorded(0, "lost")
		s.wantKeepAlives(4)
		if n := len(s.KeepAlives("c")); n != 4 {
			t.Errorf("%d recorded, want 4", n)
		}
		s.Inject(graphsim.Status(200).After())
		s.do("DELETE", callPath("c"), "").wantStatus(t, 200)
		s.get("c").wantStatus(t, 404)
	})
}

func TestTokenRefresh_hangsAfterTheFirst(t *testing.T) {
	s := start(t)
	s.RenewTokensAtOnce()
	s.Inject(graphsim.Stalled().ToEntra().AfterFirst(1))
	cred := s.credential()
	token, err := cred.GetToken(t.Context(), s.tokenOptions())
	if err != nil || token.RefreshOn.IsZero() || token.RefreshOn.After(time.Now()) || time.Until(token.ExpiresOn) < 59*time.Minute {
		t.Fatalf("%v, to be renewed on %s, good until %s", err, token.RefreshOn, token.ExpiresOn)
	}
	for !time.Now().After(token.RefreshOn) { // the clock of Windows moves on in steps of milliseconds
		time.Sleep(time.Millisecond)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		hangs := func(r graphsim.Request) bool { return r.Fault == "stall" }
		for len(s.RequestsWhere(hangs)) == 0 && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	// MSAL may fall back to the token that it has once the wait is over.
	if _, err := cred.GetToken(ctx, s.tokenOptions()); ctx.Err() == nil {
		t.Errorf("it did not hang: %v", err)
	}
	if n := s.TokensIssued(); n != 2 { // the first one is that of the test's own
		t.Errorf("%d tokens, want 2", n)
	}
}
