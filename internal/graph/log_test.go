package graph_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/transport"
)

// logged are the lines of a log, each with the context it came with.
type logged struct {
	mu    sync.Mutex
	lines []logLine
}

type logLine struct {
	ctx     context.Context
	message string
	fields  map[string]any
}

func (l *logged) log(ctx context.Context, message string, fields map[string]any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, logLine{ctx, message, fields})
}

// about returns the lines about a path that ends so.
func (l *logged) about(suffix string) []logLine {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []logLine
	for _, line := range l.lines {
		if strings.HasSuffix(fmt.Sprint(line.fields["http_path"]), suffix) {
			all = append(all, line)
		}
	}
	return all
}

// newLogged returns a client whose transport has a log.
func newLogged(t testing.TB, added http.Header) (bench, *logged) {
	t.Helper()
	l := &logged{}
	b := newClient(t)
	transport, err := transport.New(transport.Options{CACertificateFile: writeFile(t, b.sim.CACertificate()), Log: l.log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	config := entra.Config{
		TenantID: graphsim.TenantID, ClientID: graphsim.ClientID, ClientSecret: graphsim.ClientSecret,
		AuthorityHost: b.sim.AuthorityURL(), DisableInstanceDiscovery: true, Transport: transport,
	}
	credential, err := entra.NewCredential(config)
	if err != nil {
		t.Fatal(err)
	}
	b.Client = graph.New(graph.Options{
		Endpoint: b.sim.GraphURL(), Credential: credential, Transport: transport, UserAgent: userAgent, Clock: b.clock, Retry: patient, Header: added,
		Renew: func() (azcore.TokenCredential, error) { return entra.NewCredential(config) },
	})
	return b, l
}

type markKey struct{}

func TestLog_everyRequestAndResponseIsLogged(t *testing.T) {
	t.Parallel()
	b, l := newLogged(t, nil)
	b.sim.Inject(graphsim.Throttled("2.5").To("", callPath))
	ctx := context.WithValue(t.Context(), markKey{}, "this operation")
	if _, err := b.KeepAlive(ctx, callID, nil); err != nil {
		t.Fatal(err)
	}
	lines := l.about("/keepAlive")
	if len(lines) != 4 {
		t.Fatalf("got %d lines, want one for each of two requests and two responses: %v", len(lines), lines)
	}
	for i, line := range lines {
		try, response := i/2+1, i%2 == 1
		f := line.fields
		if f["http_method"] != "POST" || f["http_path"] != callPath+"/keepAlive" || f["attempt"] != try || f["http_host"] != hostOf(b.sim.GraphURL()) {
			t.Errorf("line %d: got %v, want what is sent, by try %d", i, f, try)
		}
		if line.ctx.Value(markKey{}) != "this operation" {
			t.Errorf("line %d: got a context that is not the operation's", i)
		}
		sent := b.sent()[i/2]
		if f["client_request_id"] != sent.Header.Get("Client-Request-Id") {
			t.Errorf("line %d: got client-request-id %v, want that of the request", i, f["client_request_id"])
		}
		if !response {
			if line.message != "HTTP request sent" || f["http_status"] != nil || !strings.Contains(fmt.Sprint(f["http_headers"]), "User-Agent: "+userAgent[:20]) {
				t.Errorf("line %d: got %s %v, want the request", i, line.message, f)
			}
			continue
		}
		status := []int{429, 200}[i/2]
		if d, ok := f["duration_ms"].(int64); line.message != "HTTP response received" || f["http_status"] != status || !ok || d < 0 || f["request_id"] == nil {
			t.Errorf("line %d: got %s %v, want the response %d", i, line.message, f, status)
		}
	}
	if got := fmt.Sprint(lines[1].fields["http_headers"]); !strings.Contains(got, "Retry-After: 2.5") {
		t.Errorf("got headers %s, want Retry-After", got)
	}
	if tokens := l.about("/oauth2/v2.0/token"); len(tokens) != 2 || tokens[1].fields["http_status"] != 200 || tokens[0].fields["http_method"] != "POST" || tokens[1].fields["attempt"] != 1 {
		t.Errorf("got %v, want the request for the token as well", tokens)
	}
}

func TestLog_triesForATokenAreCounted(t *testing.T) {
	t.Parallel()
	b, l := newLogged(t, nil)
	b.sim.Inject(graphsim.Fault{Service: graphsim.ServiceEntra, Method: "POST", Status: 503, Times: 2})
	if _, err := b.keepAlive(t); err != nil {
		t.Fatal(err)
	}
	lines := l.about("/oauth2/v2.0/token")
	if len(lines) != 6 {
		t.Fatalf("got %d lines, want one for each of three requests and three responses: %v", len(lines), lines)
	}
	for i, line := range lines {
		if line.fields["attempt"] != i/2+1 {
			t.Errorf("line %d: got %v, want try %d", i, line.fields, i/2+1)
		}
	}
}

func TestLog_requestWithoutResponseIsLogged(t *testing.T) {
	t.Parallel()
	b, l := newLogged(t, nil)
	b.sim.Inject(graphsim.CutOff(graphsim.CutRequest).To("", callPath))
	if _, err := b.keepAlive(t); err != nil {
		t.Fatal(err)
	}
	lines := l.about("/keepAlive")
	if len(lines) != 4 || lines[1].message != "HTTP request failed" || lines[1].fields["duration_ms"] == nil || lines[1].fields["http_status"] != nil {
		t.Fatalf("got %v, want the failure in second place", lines)
	}
	wantText(t, fmt.Sprint(lines[1].fields["error"]), "request to "+hostOf(b.sim.GraphURL()))
}

func TestLog_showsNoHeaderThatIsNotOnTheList(t *testing.T) {
	t.Parallel()
	const added, own = "added~by~the~provider", "own~of~the~resource"
	b, l := newLogged(t, http.Header{"X-Key": {added}, "Accept": {added}, "User-Agent": {added}, "Client-Request-Id": {added}})
	fault := graphsim.Fault{Header: http.Header{"Set-Cookie": {"session=" + own}, "Location": {"https://x.test/?" + own}, "X-Echo": {added}, "Server": {"graph\r\nsim"}}}
	b.sim.Inject(fault.To("", callPath))
	if _, err := b.KeepAlive(b.within(t, time.Minute), callID, http.Header{"X-Own": {own}}); err != nil {
		t.Fatal(err)
	}
	for _, line := range l.lines {
		text := line.message + fmt.Sprint(line.fields)
		for _, secret := range []string{added, own, graphsim.ClientSecret, "eyJ", "Bearer", "client_credentials", "?"} {
			if strings.Contains(text, secret) {
				t.Errorf("got %s, want %q kept out of it", text, secret)
			}
		}
		wantShowable(t, text, 1)
	}
	if len(l.lines) < 4 {
		t.Errorf("got %d lines", len(l.lines))
	}
}
