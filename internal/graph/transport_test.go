package graph_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/testos"
	"terraform-provider-msgraph/internal/transport"
)

// Two stand-ins, and a client that trusts both: nothing but its own refusal keeps it from
// taking its token from one to the other.
func TestTransport_redirectIsNotFollowedAndNoTokenReachesAnotherHost(t *testing.T) {
	t.Parallel()
	other := newSim(t, time.Now)
	for _, status := range []int{300, 301, 302, 303, 307, 308} {
		b := newClient(t, func(s *setup) { s.trusted = bundle(s.trusted, other.CACertificate()) }).signIn(t)
		for _, location := range []string{other.GraphURL() + callPath + "/keepAlive", other.AuthorityURL(), b.sim.GraphURL() + callPath, "/elsewhere", "", "::"} {
			b.sim.ResetRequests()
			fault := graphsim.Redirect(location)
			fault.Status = status
			b.sim.Inject(fault)
			_, err := b.keepAlive(t)
			e := wantKind(t, err, graph.KindNotGraph)
			if e.Attempts != 1 || e.Last == nil || e.Last.StatusCode != status || len(b.sent()) != 1 {
				t.Errorf("%d to %q: got %+v, want the redirect itself", status, location, e)
			}
		}
	}
	graphs, entras := other.Connections()
	if graphs != 0 || entras != 0 || len(other.Requests()) != 0 {
		t.Errorf("the other host got %d connections and %v, want nothing", graphs+entras, other.Requests())
	}
}

func TestTransport_entrasRedirectIsNotFollowedAndNoSecretReachesAnotherHost(t *testing.T) {
	t.Parallel()
	other := newSim(t, time.Now)
	for _, fault := range []graphsim.Fault{
		graphsim.Redirect(other.AuthorityURL() + "/" + graphsim.TenantID + "/oauth2/v2.0/token").ToEntra(),
		{Service: graphsim.ServiceEntra, Method: http.MethodGet, Status: 302, Body: []byte{}, Times: -1,
			Header: http.Header{"Location": {other.AuthorityURL() + "/" + graphsim.TenantID + "/v2.0/.well-known/openid-configuration"}}},
	} {
		b := newClient(t, func(s *setup) { s.trusted = bundle(s.trusted, other.CACertificate()) })
		b.sim.Inject(fault)
		_, err := b.keepAlive(t)
		wantKind(t, err, graph.KindCredential)
		b.wantSent(t, 0)
	}
	if got := other.Requests(); len(got) != 0 {
		t.Errorf("the other host got %v, want nothing", got)
	}
}

func TestTransport_unknownAuthorityIsPermanentAndReadable(t *testing.T) {
	t.Parallel()
	stranger := newSim(t, time.Now)
	systems, err := transport.New(transport.Options{}) // which trusts the system's roots only
	if err != nil {
		t.Fatal(err)
	}
	for where, client := range map[string]func(b bench) bench{
		"Graph": func(b bench) bench {
			return b.with(t, graph.Options{Transport: newTransport(t, stranger.CACertificate())})
		},
		"Graph, with the system's roots": func(b bench) bench { return b.with(t, graph.Options{Transport: systems}) },
		"Entra":                          func(b bench) bench { return b },
	} {
		b := client(newClient(t, withTrusted(stranger.CACertificate())))
		_, err := b.KeepAlive(b.within(t, time.Minute), callID, nil)
		e := failure(t, err)
		wantKind(t, err, graph.KindCertificate)
		wantText(t, e.Error(), "certificate signed by unknown authority")
		if e.GaveUp != "" || len(b.clock.Slept()) != 0 {
			t.Errorf("%s: got %+v and waits %v, want it permanent", where, e, b.clock.Slept())
		}
		graphs, entras := b.sim.Connections()
		if graphs+entras != 1 || len(b.sim.Requests()) != 0 {
			t.Errorf("%s: got %d connections to Graph, %d to Entra and requests %v, want one try without any",
				where, graphs, entras, b.sim.Requests())
		}
	}
}

// The stand-in's certificate is for 127.0.0.1, ::1 and localhost.
func TestTransport_certificateOfAnotherHostIsPermanent(t *testing.T) {
	t.Parallel()
	b := newClient(t)
	transport := newTransport(t, b.sim.CACertificate())
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, strings.TrimPrefix(b.sim.GraphURL(), "https://"))
	}
	_, err := b.with(t, graph.Options{Endpoint: "https://graph.contoso.com", Transport: transport}).KeepAlive(b.within(t, time.Minute), callID, nil)
	e := wantKind(t, err, graph.KindCertificate)
	wantText(t, e.Error(), "not graph.contoso.com")
	if e.Attempts != 1 || e.GaveUp != "" {
		t.Errorf("got %+v, want it permanent", e)
	}
	b.wantSent(t, 0)
}

// hole is a connection that swallows what is sent once it is cut, as one does that a
// firewall has forgotten.
type hole struct {
	net.Conn
	cut *atomic.Bool
}

func (h hole) Write(b []byte) (int, error) {
	if h.cut.Load() {
		return len(b), nil
	}
	return h.Conn.Write(b)
}

func TestTransport_connectionThatWentDeadIsGivenUpWithinAnAttempt(t *testing.T) {
	t.Parallel()
	var cut atomic.Bool
	var dials atomic.Int32
	b := newClient(t, func(s *setup) {
		s.transport = func(transport *transport.Transport) {
			if limit := transport.HTTP2.SendPingTimeout + transport.HTTP2.PingTimeout; limit >= graph.DefaultRetry.AttemptTimeout {
				t.Errorf("got %s until a dead connection is noticed, want less than the %s of an attempt", limit, graph.DefaultRetry.AttemptTimeout)
			}
			transport.HTTP2.SendPingTimeout /= 100 // nobody waits that long here
			transport.HTTP2.PingTimeout /= 2       // on a busy machine, a live one takes its time as well
			transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
				if dials.Add(1) <= 2 { // one to Entra, one to Graph
					conn = hole{conn, &cut}
				}
				return conn, err
			}
		}
	}).signIn(t)
	cut.Store(true)
	if _, err := b.keepAlive(t); err != nil {
		t.Error(err)
	}
	if got := dials.Load(); got != 3 {
		t.Errorf("got %d connections, want a new one to Graph", got)
	}
}

// What this machine refuses to send, it refuses however often it is tried.
func TestLocalErrors_areNotRetried(t *testing.T) {
	t.Parallel()
	b := newClient(t).with(t, graph.Options{Endpoint: "https://127.0.0.1:99999"})
	_, err := b.keepAlive(t)
	if e := failure(t, err); e.GaveUp != "" || len(b.clock.Slept()) != 0 {
		t.Errorf("got %v after waits %v, want it permanent", e, b.clock.Slept())
	}
	// The request of a credential whose own token has a line break.
	sender := newTransport(t, b.sim.CACertificate())
	credential := scripted(func(ctx context.Context, _ policy.TokenRequestOptions) (azcore.AccessToken, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.sim.AuthorityURL(), http.NoBody)
		if err != nil {
			return azcore.AccessToken{}, err
		}
		req.Header.Set("Authorization", "Bearer s3cret\n")
		_, err = sender.Do(req) //nolint:bodyclose // there is none
		return azcore.AccessToken{}, err
	})
	b = b.with(t, graph.Options{Credential: credential, Transport: sender})
	_, err = b.keepAlive(t)
	e := wantKind(t, err, graph.KindCredential)
	wantText(t, e.Error(), "its header Authorization holds a line break")
	if e.GaveUp != "" || len(b.clock.Slept()) != 0 || strings.Contains(e.Error(), "s3cret") || len(b.sim.Requests()) != 0 {
		t.Errorf("got %v after waits %v, want it permanent, and the token kept out of it", e, b.clock.Slept())
	}
}

func TestBodies_ofTokenResponsesAreReadToABoundOnly(t *testing.T) {
	t.Parallel()
	b := newClient(t)
	b.sim.Inject(graphsim.Fault{Status: 200, Body: bytes.Repeat([]byte(" "), 9<<20), ContentType: "application/json"}.ToEntra().For(-1))
	_, err := b.keepAlive(t)
	e := wantKind(t, err, graph.KindCredential)
	wantText(t, e.Error(), "longer than 1024 KiB")
	if e.GaveUp != "" || len(b.clock.Slept()) != 0 {
		t.Errorf("got %v after waits %v, want it permanent", e, b.clock.Slept())
	}
}

// What happened to the network is the headline, whichever of the two services it kept from being reached.
func TestKind_isThatOfTheConnectionWhenEntraCannotBeReached(t *testing.T) {
	t.Parallel()
	b := newClient(t, withRetry(once), func(s *setup) { s.credential.AuthorityHost = "https://127.0.0.1:1" }) // where nobody listens
	_, err := b.keepAlive(t)
	wantText(t, wantKind(t, err, graph.KindUnreachable).Error(), "127.0.0.1:1", testos.ConnectionRefused())
	b.wantSent(t, 0)
	// Who was reached, and refused a token, has said what is wrong.
	b = newClient(t, withRetry(once), withSecret("wr0ng~secret"))
	_, err = b.keepAlive(t)
	wantKind(t, err, graph.KindCredential)
}

// What kept the attempts from Entra counts, not that time was up in the last of them.
func TestKind_isThatOfTheAttemptBeforeTimeWasUp(t *testing.T) {
	t.Parallel()
	var dials atomic.Int32
	b := newClient(t, func(s *setup) {
		s.transport = func(transport *transport.Transport) {
			transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
				if dials.Add(1) > 1 {
					<-ctx.Done()
					return nil, ctx.Err()
				}
				return (&net.Dialer{}).DialContext(ctx, network, "127.0.0.1:1") // where nobody listens
			}
		}
	})
	_, err := b.KeepAlive(b.outlast(t, func() int { return int(dials.Load()) - 1 }), callID, nil)
	e := wantKind(t, err, graph.KindUnreachable)
	wantText(t, e.Error(), testos.ConnectionRefused(), "this operation's timeout has expired")
}

// The body of such a response is the connection, which no timeout closes.
func TestTransport_switchedProtocolsAreAnError(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = conn.Close() }()
		_ = conn.SetDeadline(time.Now().Add(5 * time.Second)) // or the failure would be a hang
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		_, _ = io.Copy(io.Discard, conn)
	}))
	t.Cleanup(server.Close)
	b := newClient(t).with(t, graph.Options{Endpoint: server.URL, Transport: newTransport(t, certificate(server)), Retry: once})
	for name, do := range map[string]func(context.Context) error{
		"get":       func(ctx context.Context) error { _, _, err := b.Get(ctx, callID); return err },
		"keepAlive": func(ctx context.Context) error { _, err := b.KeepAlive(ctx, callID, nil); return err },
		"hang up":   func(ctx context.Context) error { return b.HangUp(ctx, callID) },
		"place":     func(ctx context.Context) error { _, _, err := b.Place(ctx, callBody, nil); return err },
	} {
		e := wantKind(t, do(b.within(t, time.Minute)), graph.KindNetwork)
		wantText(t, e.Error(), "101 Switching Protocols", "a proxy or a gateway in between")
		if e.Attempts != 1 || !e.MayHaveTakenEffect {
			t.Errorf("%s: got %+v, want one request that may have taken effect", name, e)
		}
	}
	b = newClient(t, withRetry(once), withTrusted(certificate(server)), func(s *setup) { s.credential.AuthorityHost = server.URL })
	_, err := b.keepAlive(t)
	wantText(t, wantKind(t, err, graph.KindCredential).Error(), "101 Switching Protocols", "a proxy or a gateway in between")
}

func TestTransport_nobodyListeningIsRetried(t *testing.T) {
	t.Parallel()
	b := newClient(t).with(t, graph.Options{Endpoint: "https://127.0.0.1:1"}) // a port that the system assigns to no one
	_, err := b.keepAlive(t)
	e := wantKind(t, err, graph.KindUnreachable)
	if e.Attempts < 5 || e.Last != nil {
		t.Errorf("got %+v, want tries for as long as there is time", e)
	}
	wantText(t, e.Error(), testos.ConnectionRefused(), "this operation's timeout")
}
