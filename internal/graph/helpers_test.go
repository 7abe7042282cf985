package graph_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"terraform-provider-msgraph/internal/clock"
	"terraform-provider-msgraph/internal/clock/clocktest"
	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/pipelinestep"
	"terraform-provider-msgraph/internal/redact"
	"terraform-provider-msgraph/internal/transport"
)

// requestsFor is how many requests an operation sends whose last response has that
// status: a token that is refused is replaced once.
func requestsFor(status int) int {
	if status == http.StatusUnauthorized {
		return 2
	}
	return 1
}

// epoch is when a bench's clock stands at first.
var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// callID is the call that a bench has from the start.
const callID = "57dab8b1-894c-409a-b240-bd8beae78896"

const callPath = "/v1.0/communications/calls/" + callID

const userAgent = "terraform-provider-msgraph/1.2.3 Terraform/1.14.0"

// patient is a retry without limits but the operation's own time, on a clock that costs
// none. Its attempts time out only when something is broken.
var patient = graph.RetryOptions{
	MaxRetries: -1, Delay: time.Second, MaxDelay: 30 * time.Second, AttemptTimeout: time.Minute,
}

// once is patient without retries.
var once = graph.RetryOptions{AttemptTimeout: time.Minute}

// bench is a client and the stand-in that it talks to, over TLS and on one clock.
type bench struct {
	*graph.Client
	sim   *graphsim.Server
	clock *clocktest.Clock
}

// setup is what a test may ask of its client.
type setup struct {
	retry      graph.RetryOptions
	clock      clock.Clock
	credential entra.Config
	trusted    []byte                     // CA certificates
	transport  func(*transport.Transport) // changes it
	prepend    []pipelinestep.Step
	append     []pipelinestep.Step
	secrets    []string
	concurrent int
}

func withRetry(o graph.RetryOptions) func(*setup) { return func(s *setup) { s.retry = o } }
func withSecret(secret string) func(*setup) {
	return func(s *setup) { s.credential.ClientSecret = secret }
}
func withTrusted(certificates []byte) func(*setup) {
	return func(s *setup) { s.trusted = certificates }
}

// withHTTP1 has the client speak HTTP/1.1.
func withHTTP1(s *setup) {
	s.transport = func(t *transport.Transport) { t.ForceAttemptHTTP2 = false }
}

// withClock makes the client wait by another clock than the stand-in's.
func withClock(c clock.Clock) func(*setup) { return func(s *setup) { s.clock = c } }

// newClient returns a client that signs in to a stand-in of its own with a client secret,
// and that knows one call, callID.
func newClient(t testing.TB, changes ...func(*setup)) bench {
	t.Helper()
	now := clocktest.New(epoch)
	sim := newSim(t, now.Now)
	s := setup{
		retry: patient, clock: now, trusted: sim.CACertificate(), transport: func(*transport.Transport) {},
		credential: entra.Config{
			TenantID: graphsim.TenantID, ClientID: graphsim.ClientID, ClientSecret: graphsim.ClientSecret,
			AuthorityHost: sim.AuthorityURL(), DisableInstanceDiscovery: true,
		},
	}
	for _, change := range changes {
		change(&s)
	}
	transport := newTransport(t, s.trusted)
	s.transport(transport)
	s.credential.Transport = transport
	credential, err := entra.NewCredential(s.credential)
	if err != nil {
		t.Fatal(err)
	}
	return bench{sim: sim, clock: now, Client: graph.New(graph.Options{
		Endpoint: sim.GraphURL(), Credential: credential, Transport: transport,
		Renew:     func() (azcore.TokenCredential, error) { return entra.NewCredential(s.credential) },
		UserAgent: userAgent, Clock: s.clock, Retry: s.retry, Prepend: s.prepend, Append: s.append, Secrets: redact.New(s.secrets...), MaxConcurrent: s.concurrent,
	})}
}

// with returns b with a client of its own. Its options default to those of a client of the stand-in with a fixed token.
func (b bench) with(t testing.TB, o graph.Options) bench {
	t.Helper()
	o.Endpoint, o.Retry = cmp.Or(o.Endpoint, b.sim.GraphURL()), cmp.Or(o.Retry, patient)
	if o.Credential == nil {
		o.Credential = fixedToken{}
	}
	if o.Transport == nil {
		o.Transport = newTransport(t, b.sim.CACertificate())
	}
	if o.Clock == nil {
		o.Clock = b.clock
	}
	b.Client = graph.New(o)
	return b
}

// concurrently does something n times at once, and waits until all are done.
func concurrently(n int, do func()) {
	var group sync.WaitGroup
	for range n {
		group.Go(do)
	}
	group.Wait()
}

// eventually waits until something is so, and fails the test if that takes a minute.
func eventually(t testing.TB, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("waited for a minute in vain")
		}
	}
}

// newSim starts a stand-in with one call, callID.
func newSim(t testing.TB, now func() time.Time) *graphsim.Server {
	t.Helper()
	sim, err := graphsim.Start(graphsim.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	sim.PlaceCall(graphsim.Call{ID: callID})
	return sim
}

// newTransport returns a transport that trusts the certificates.
func newTransport(t testing.TB, certificates []byte) *transport.Transport {
	t.Helper()
	transport, err := transport.New(transport.Options{CACertificateFile: writeFile(t, certificates)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

func writeFile(t testing.TB, content []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// keepAlive sends a keepAlive for callID, with as much time as any operation gets.
func (b bench) keepAlive(t testing.TB) (*graph.Response, error) {
	t.Helper()
	return b.KeepAlive(b.within(t, 2*time.Minute), callID, nil)
}

// get reads callID, with as much time as any operation gets.
func (b bench) get(t testing.TB) (graph.Call, error) {
	t.Helper()
	call, _, err := b.Get(b.within(t, 2*time.Minute), callID)
	return call, err
}

// signIn gets the token, so that what follows is only about Graph, and empties the record.
func (b bench) signIn(t testing.TB) bench {
	t.Helper()
	if _, err := b.get(t); err != nil {
		t.Fatal(err)
	}
	b.sim.ResetRequests()
	return b
}

// sent are the requests that Graph got.
func (b bench) sent() []graphsim.Request {
	return b.sim.RequestsWhere(func(r graphsim.Request) bool { return r.Service == graphsim.ServiceGraph })
}

// wantSent checks how many requests Graph got.
func (b bench) wantSent(t testing.TB, want int) {
	t.Helper()
	if got := len(b.sent()); got != want {
		t.Errorf("Graph got %d requests, want %d", got, want)
	}
}

// within returns a context that ends after d by the bench's clock.
func (b bench) within(t testing.TB, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := b.clock.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// outlast returns a context that ends after 30 seconds by the bench's clock, which is advanced by that once a request hangs.
func (b bench) outlast(t testing.TB, hanging func() int) context.Context {
	t.Helper()
	const d = 30 * time.Second
	ctx := b.within(t, d)
	b.advance(t, d, 1, hanging)
	return ctx
}

// advance advances the bench's clock by d each time that one more request hangs, up to n times.
func (b bench) advance(t testing.TB, d time.Duration, n int, hanging func() int) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range n {
			for hanging() <= i {
				if t.Context().Err() != nil {
					return
				}
				time.Sleep(time.Millisecond)
			}
			b.clock.Advance(d)
		}
	}()
	t.Cleanup(func() { <-done })
}

// faults is how many requests to the stand-in have got a fault.
func (b bench) faults() int {
	return len(b.sim.RequestsWhere(func(r graphsim.Request) bool { return r.Fault != "" }))
}

// stalled is how many of them hang.
func (b bench) stalled() int {
	return len(b.sim.RequestsWhere(func(r graphsim.Request) bool { return r.Fault == "stall" }))
}

// counted is how far a counter has come.
func counted(c *atomic.Int32) func() int { return func() int { return int(c.Load()) } }

// failure is err as the only type of error that a client returns.
func failure(t testing.TB, err error) *graph.Error {
	t.Helper()
	var e *graph.Error
	if !errors.As(err, &e) {
		t.Fatalf("got error %T %v, want a *graph.Error", err, err)
	}
	return e
}

// wantKind checks that err is a failure of that kind, and returns it.
func wantKind(t testing.TB, err error, want graph.Kind) *graph.Error {
	t.Helper()
	e := failure(t, err)
	if e.Kind() != want {
		t.Errorf("got %s: %v\nwant %s", kindNames[e.Kind()], e, kindNames[want])
	}
	return e
}

var kindNames = map[graph.Kind]string{
	graph.KindNetwork: "KindNetwork", graph.KindNotFound: "KindNotFound", graph.KindNotGraph: "KindNotGraph",
	graph.KindUnauthorized: "KindUnauthorized", graph.KindForbidden: "KindForbidden", graph.KindThrottled: "KindThrottled",
	graph.KindUnavailable: "KindUnavailable", graph.KindRefused: "KindRefused", graph.KindCredential: "KindCredential",
	graph.KindCanceled: "KindCanceled", graph.KindProxy: "KindProxy", graph.KindStep: "KindStep", graph.KindInvalidID: "KindInvalidID",
	graph.KindInvalidHeader: "KindInvalidHeader", graph.KindUnreachable: "KindUnreachable", graph.KindCertificate: "KindCertificate",
}

// wantText checks that a text has all the parts.
func wantText(t testing.TB, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("got text %q, want it to hold %q", text, part)
		}
	}
}

// wantShowable checks that a text does nothing to a terminal or a log but stand in it: it
// has no control or invisible characters, apart from line breaks if lines is more than
// one, and is of a length that somebody reads.
func wantShowable(t testing.TB, text string, lines int) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("got text %q, want valid UTF-8", text)
	}
	for _, r := range text {
		if r != '\n' && !unicode.IsPrint(r) {
			t.Errorf("got text %.200q, want %q escaped in it", text, r)
			break
		}
	}
	if got := strings.Count(text, "\n") + 1; got > lines {
		t.Errorf("got %d lines: %.500q, want %d at most", got, text, lines)
	}
	if len(text) > 8000 {
		t.Errorf("got a text of %d bytes, want less than 8000: %.200q", len(text), text)
	}
}

// resultInfo is why a call ended, with all of its properties.
func resultInfo(code, subcode int64, message string) graph.ResultInfo {
	return graph.ResultInfo{Code: &code, Subcode: &subcode, Message: &message}
}

// errorJSON is Graph's error envelope, with that content.
func errorJSON(format string, args ...any) []byte {
	return fmt.Appendf(nil, `{"error":{`+format+`}}`, args...)
}

// jsonFault is a fault that responds with JSON.
func jsonFault(status int, body []byte) graphsim.Fault {
	return graphsim.Fault{Status: status, Body: body, ContentType: "application/json"}
}

// without takes headers out of a fault's response.
func without(f graphsim.Fault, names ...string) graphsim.Fault {
	f.Header = f.Header.Clone()
	if f.Header == nil {
		f.Header = http.Header{}
	}
	for _, name := range names {
		f.Header[name] = nil
	}
	return f
}

// header returns the values of one header in all requests.
func header(requests []graphsim.Request, name string) []string {
	var values []string
	for _, r := range requests {
		values = append(values, strings.Join(r.Header.Values(name), ","))
	}
	return values
}

// wantDistinct checks that no value occurs twice, and none is empty.
func wantDistinct(t testing.TB, values []string) {
	t.Helper()
	sorted := slices.Sorted(slices.Values(values))
	if slices.Contains(sorted, "") || len(slices.Compact(slices.Clone(sorted))) != len(sorted) {
		t.Errorf("got %q, want each there and different from the others", values)
	}
}

// bundle joins PEM files.
func bundle(files ...[]byte) []byte { return bytes.Join(files, nil) }
