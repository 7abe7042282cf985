package graph_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"terraform-provider-msgraph/internal/clock"
	"terraform-provider-msgraph/internal/endpoint"
	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
)

func TestKeepAlive_succeedsOnAny2xxWhateverTheBody(t *testing.T) {
	t.Parallel()
	cutBody := func(status int) graphsim.Fault {
		return graphsim.Fault{Status: status, Body: []byte(strings.Repeat("x", 100_000)), Cut: graphsim.CutBody}
	}
	for name, fault := range map[string]graphsim.Fault{
		"200 text/plain, empty": {Status: 200, Body: []byte{}, ContentType: "text/plain"},
		"200, nothing":          graphsim.Empty(200),
		"200 text":              {Status: 200, Body: []byte("OK")},
		"200 JSON":              jsonFault(200, []byte(`{"state":"terminated"}`)),
		"200 error envelope":    jsonFault(200, errorJSON(`"code":"8522","message":"Call not found."`)),
		"200 garbage":           graphsim.Garbage(200),
		"200 truncated JSON":    graphsim.TruncatedJSON(200),
		"200 of 1 MiB":          graphsim.Oversized(200),
		"200 text/html, empty":  {Status: 200, Body: []byte{}, ContentType: "text/html"},
		"200 cut":               cutBody(200),
		"202 cut":               cutBody(202),
		"201":                   graphsim.Empty(201),
		"202":                   graphsim.Empty(202),
		"202 JSON":              jsonFault(202, []byte(`{"status":"running"}`)),
		"204":                   graphsim.Empty(204),
		"299":                   {Status: 299, Body: []byte("odd")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newClient(t).signIn(t)
			b.sim.Inject(fault)
			response, err := b.keepAlive(t)
			if err != nil {
				t.Fatal(err)
			}
			if response.StatusCode != fault.Status || !response.Success() || !response.Date.Equal(epoch) || response.Code+response.Message != "" {
				t.Errorf("got %+v, want status %d and the date, and no error", response, fault.Status)
			}
			b.wantSent(t, 1)
			if slept := b.clock.Slept(); len(slept) != 0 {
				t.Errorf("got waits %v, want none", slept)
			}
		})
	}
}

// A proxy that blocks a request says so in a page, and some send that with a status of success.
func TestClient_pageIsNoSuccessWhateverItsStatus(t *testing.T) {
	t.Parallel()
	for name, page := range map[string]graphsim.Fault{
		"text/html":       {Status: 200, Body: []byte("Blocked by policy"), ContentType: "text/html; charset=utf-8"},
		"HTML as text":    {Status: 200, Body: []byte("\n<!DOCTYPE html><html><body>Blocked</body></html>"), ContentType: "text/plain"},
		"XHTML as XML":    {Status: 200, Body: []byte(`<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>`), ContentType: "application/xml"},
		"202":             {Status: 202, Body: []byte("<html>"), ContentType: "application/json"},
		"cut in the page": {Status: 200, Body: append([]byte("<html>"), make([]byte, 100_000)...), Cut: graphsim.CutBody},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newClient(t).signIn(t)
			for operation, send := range map[string]func() error{
				"keepAlive": func() error { _, err := b.keepAlive(t); return err },
				"hang-up":   func() error { return b.HangUp(b.within(t, time.Minute), callID) },
				"get": func() error {
					if page.Cut != graphsim.NoCut {
						return nil // which is read again
					}
					_, err := b.get(t)
					return err
				},
			} {
				b.sim.ClearFaults()
				b.sim.Inject(page)
				err := send()
				if err == nil && operation == "get" {
					continue
				}
				e := wantKind(t, err, graph.KindNotGraph)
				if e.Last == nil || e.Last.StatusCode != page.Status || e.Attempts != 1 || !e.MayHaveTakenEffect {
					t.Errorf("%s: got %+v, want the page in it, and no other attempt", operation, e)
				}
				if strings.Contains(e.Error(), "JSON object") {
					t.Errorf("%s: got %v, want no word on JSON beside a page", operation, e)
				}
			}
		})
	}
}

func TestKeepAlive_takesEffectOnceWhateverItsStatus(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 202, 204} {
		b := newClient(t)
		b.sim.Inject(graphsim.Status(status).After().To("POST", "/keepAlive"))
		response, err := b.keepAlive(t)
		if err != nil || response.StatusCode != status {
			t.Errorf("got %+v, %v, want status %d", response, err, status)
			continue
		}
		call, _ := b.sim.Call(callID)
		if call.KeepAlives != 1 || len(b.sim.KeepAlives(callID)) != 1 || len(b.sent()) != 1 {
			t.Errorf("%d: got %d keepAlives, %d requests, want 1", status, call.KeepAlives, len(b.sent()))
		}
		if r := b.sent()[0]; response.ClientRequestID != r.Header.Get("Client-Request-Id") || response.RequestID == "" ||
			!response.Date.Equal(epoch) || response.Header().Get("X-Ms-Ags-Diagnostic") == "" || response.Code != "" || response.Message != "" {
			t.Errorf("%d: got %+v, want Graph's ids, date and headers", status, response)
		}
	}
}

var guid = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

func TestClient_requestsAreThoseOfTheDocumentation(t *testing.T) {
	t.Parallel()
	for proto, change := range map[string]func(*setup){"HTTP/1.1": withHTTP1, "HTTP/2.0": func(*setup) {}} {
		b := newClient(t, change)
		if _, err := b.keepAlive(t); err != nil {
			t.Fatal(err)
		}
		if _, err := b.get(t); err != nil {
			t.Fatal(err)
		}
		if err := b.HangUp(t.Context(), callID); err != nil {
			t.Fatal(err)
		}
		got := b.sent()
		want := []string{"POST " + callPath + "/keepAlive", "GET " + callPath, "DELETE " + callPath}
		if len(got) != len(want) {
			t.Fatalf("got %d requests, want %d", len(got), len(want))
		}
		for i, r := range got {
			if r.Method+" "+r.Path != want[i] || r.RawQuery != "" || r.Proto != proto || r.TLSVersion != "TLS 1.3" {
				t.Errorf("got %s %s?%s by %s, %s, want %s by %s", r.Method, r.Path, r.RawQuery, r.Proto, r.TLSVersion, want[i], proto)
			}
			if len(r.Body) != 0 || len(r.Header.Values("Content-Type")) != 0 || len(r.Header.Values("Transfer-Encoding")) != 0 {
				t.Errorf("%s: got body %q and header %v, want none of a body", want[i], r.Body, r.Header)
			}
			if got := r.Header.Get("User-Agent"); got != userAgent {
				t.Errorf("%s: got user agent %q, want %q", want[i], got, userAgent)
			}
			if got := r.Header.Get("Client-Request-Id"); !guid.MatchString(got) {
				t.Errorf("%s: got client-request-id %q, want a GUID", want[i], got)
			}
			if got := r.Header.Get("Authorization"); !strings.HasPrefix(got, "Bearer ey") {
				t.Errorf("%s: got %q, want a token", want[i], got)
			}
		}
		if got := got[0].Header.Get("Content-Length"); got != "0" {
			t.Errorf("%s: got Content-Length %q on the POST, want 0", proto, got)
		}
		wantDistinct(t, header(got, "Client-Request-Id"))
	}
}

func TestClient_usersHeadersAreSentWithEveryRequest(t *testing.T) {
	t.Parallel()
	b := newClient(t).signIn(t)
	b.sim.Inject(graphsim.Status(503))
	lower := "x-lower" // not the canonical form
	user := http.Header{"Scenario-Id": {"s"}, lower: {"a", "b"}, "Client-Request-Id": {"mine"}, "User-Agent": {"mine too"}}
	response, err := b.KeepAlive(b.within(t, time.Minute), callID, user)
	if err != nil {
		t.Fatal(err)
	}
	if response.ClientRequestID != "mine" {
		t.Errorf("got client-request-id %q, want the user's", response.ClientRequestID)
	}
	b.wantSent(t, 2)
	for _, r := range b.sent() {
		for name, want := range map[string]string{"Scenario-Id": "s", "X-Lower": "a,b", "Client-Request-Id": "mine", "User-Agent": "mine too"} {
			if got := strings.Join(r.Header.Values(name), ","); got != want {
				t.Errorf("got %s %q, want %q", name, got, want)
			}
		}
	}
	if len(user) != 4 || !slices.Equal(user[lower], []string{"a", "b"}) {
		t.Errorf("got %v, want the user's headers left as they were", user)
	}
}

func TestHangUp_isDoneWhenTheCallIsGone(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(b bench){
		"204":         func(bench) {},
		"202":         func(b bench) { b.sim.Inject(graphsim.Status(202).After()) },
		"404":         func(b bench) { b.sim.EndCall(callID, 200, 5001, "") },
		"404, empty":  func(b bench) { b.sim.Inject(graphsim.Empty(404)) },
		"404, odd":    func(b bench) { b.sim.Inject(graphsim.Garbage(404)) },
		"503 and 204": func(b bench) { b.sim.Inject(graphsim.Status(503)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newClient(t).signIn(t)
			prepare(b)
			if err := b.HangUp(b.within(t, time.Minute), callID); err != nil {
				t.Errorf("got %v, want no error", err)
			}
			if got := b.sent()[0].Method; got != http.MethodDelete {
				t.Errorf("got %s, want DELETE", got)
			}
		})
	}
}

func TestHangUp_failsWhenTheCallMayGoOn(t *testing.T) {
	t.Parallel()
	b := newClient(t, withRetry(once)).signIn(t)
	for _, test := range []struct {
		fault graphsim.Fault
		want  graph.Kind
	}{
		{graphsim.HTMLNotFound(), graph.KindNotGraph},
		{graphsim.Status(403), graph.KindForbidden},
		{graphsim.Status(410), graph.KindRefused},
		{graphsim.Status(503), graph.KindUnavailable},
		{graphsim.Redirect("/"), graph.KindNotGraph},
		{graphsim.CutOff(graphsim.CutRequest), graph.KindNetwork},
	} {
		b.sim.Inject(test.fault)
		e := wantKind(t, b.HangUp(t.Context(), callID), test.want)
		if e.Operation != graph.OperationHangUp || e.Method != http.MethodDelete || e.URL != b.sim.GraphURL()+callPath {
			t.Errorf("got %+v, want what was tried in it", e)
		}
	}
	if call, _ := b.sim.Call(callID); !call.EndedAt.IsZero() {
		t.Errorf("got %+v, want a call that has not ended", call)
	}
}

func TestClient_callIDThatIsRefusedIsNoRequestAndNoToken(t *testing.T) {
	t.Parallel()
	b := newClient(t)
	for _, id := range []string{"", "a/b", "..", "/communications/calls/x", "a\nb"} {
		_, err := b.KeepAlive(t.Context(), id, nil)
		e := wantKind(t, err, graph.KindInvalidID)
		if e.Attempts != 0 || e.Last != nil || e.GaveUp != "" || e.Err == nil || e.CallID != id {
			t.Errorf("%q: got %+v, want it refused before any request", id, e)
		}
		if want := b.sim.GraphURL() + "/v1.0/communications/calls/" + url.PathEscape(id) + "/keepAlive"; e.URL != want {
			t.Errorf("%q: got URL %s, want the id escaped in it even so: %s", id, e.URL, want)
		}
		if _, _, err := b.Get(t.Context(), id); err == nil {
			t.Errorf("Get(%q): got no error", id)
		}
		if err := b.HangUp(t.Context(), id); err == nil {
			t.Errorf("HangUp(%q): got no error", id)
		}
	}
	if got := len(b.sim.Requests()); got != 0 {
		t.Errorf("got %d requests, want none", got)
	}
}

// fixedToken is a credential for a server that asks no questions.
type fixedToken struct{}

func (fixedToken) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "fixed", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// seen is a plain HTTP server that says which requests came, and responds with 204.
func seen(t *testing.T) (root string, requests func() []string) {
	t.Helper()
	var mu sync.Mutex
	var all []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, r.Method+" "+r.RequestURI+" "+r.Header.Get("Authorization"))
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(server.Close)
	return server.URL, func() []string { mu.Lock(); defer mu.Unlock(); return slices.Clone(all) }
}

// Every way to write a root that CheckRoot takes leads to the same place.
func TestEndpoint_isARootHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	root, requests := seen(t)
	host := strings.TrimPrefix(root, "http://")
	for _, s := range []string{root, root + "/", "HTTP://" + host, strings.Replace(root, "127.0.0.1", "LOCALHOST", 1)} {
		before := len(requests())
		if err := endpoint.CheckRoot(s); err != nil {
			t.Errorf("endpoint %q is refused: %v", s, err)
		}
		client := graph.New(graph.Options{Endpoint: s, Credential: fixedToken{}, Transport: http.DefaultClient, Clock: clock.System(), Retry: once})
		_, err := client.KeepAlive(t.Context(), callID, nil)
		got := requests()[before:]
		if want := []string{"POST " + callPath + "/keepAlive Bearer fixed"}; err != nil || !slices.Equal(got, want) {
			t.Errorf("endpoint %q: got %q, %v, want %q", s, got, err, want)
		}
	}
}

// requested is a transport that notes the URLs and responds with 204 without a network.
type requested struct{ urls []string }

func (r *requested) Do(req *http.Request) (*http.Response, error) {
	r.urls = append(r.urls, req.URL.String())
	return &http.Response{StatusCode: 204, Header: http.Header{}, Body: http.NoBody, Request: req}, nil
}

// scopes is a credential that notes the scopes that are requested.
type scopes struct{ requested []string }

func (s *scopes) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	s.requested = append(s.requested, o.Scopes...)
	return fixedToken{}.GetToken(ctx, o)
}

func TestEndpoint_decidesTheURLAndTheScope(t *testing.T) {
	t.Parallel()
	for endpoint, want := range map[string]string{
		"":                               "https://graph.microsoft.com",
		"https://graph.microsoft.us":     "https://graph.microsoft.us",
		"https://dod-graph.microsoft.us": "https://dod-graph.microsoft.us",
		"https://microsoftgraph.chinacloudapi.cn/": "https://microsoftgraph.chinacloudapi.cn",
	} {
		transport, credential := &requested{}, &scopes{}
		client := graph.New(graph.Options{Endpoint: endpoint, Credential: credential, Transport: transport, Clock: clock.System()})
		if _, err := client.KeepAlive(t.Context(), callID, nil); err != nil {
			t.Fatal(err)
		}
		if want := want + callPath + "/keepAlive"; !slices.Equal(transport.urls, []string{want}) {
			t.Errorf("endpoint %q: got %q, want %q", endpoint, transport.urls, want)
		}
		if want := want + "/.default"; !slices.Equal(credential.requested, []string{want}) {
			t.Errorf("endpoint %q: got scopes %q, want %q", endpoint, credential.requested, want)
		}
	}
}
