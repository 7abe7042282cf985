package graphsim_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

func TestRecord_ofRequests(t *testing.T) {
	s := start(t)
	s.clock.Advance(time.Minute)
	s.do("POST", callPath("a%2Fb")+"/keepAlive?x=%20y", "body", "X-Test", "1")
	all := s.Requests()
	if len(all) != 1 {
		t.Fatalf("%d requests, want 1", len(all))
	}
	r := all[0]
	if r.Service != "graph" || r.Method != "POST" || r.Path != "/v1.0/communications/calls/a%2Fb/keepAlive" ||
		r.RawQuery != "x=%20y" || string(r.Body) != "body" || r.Header.Get("X-Test") != "1" || r.Status != 400 ||
		r.Header.Get("Authorization") != "Bearer "+s.token || !r.At.Equal(epoch.Add(time.Minute)) ||
		r.Proto != "HTTP/2.0" || r.TLSVersion != "TLS 1.3" || r.Host == "" {
		t.Errorf("got %+v", r)
	}
	s.ResetRequests()
	if n := len(s.Requests()); n != 0 {
		t.Errorf("%d requests after the reset", n)
	}
}

func TestServer_realTimeIsTheDefault(t *testing.T) {
	server, err := graphsim.Start(graphsim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if c := server.PlaceCall(graphsim.Call{}); time.Since(c.StartedAt) > time.Minute {
		t.Errorf("started %s", c.StartedAt)
	}
}

func TestServer_countsConnectionsOfEachHost(t *testing.T) {
	s := start(t)
	if s.GraphURL() == s.AuthorityURL() {
		t.Fatal("one host for both")
	}
	for _, root := range []string{s.GraphURL(), s.AuthorityURL()} {
		if !strings.HasPrefix(root, "https://127.0.0.1:") {
			t.Errorf("%s is not on loopback", root)
		}
	}
	s.newToken()
	for range 3 {
		s.get("x")
	}
	if graph, entra := s.Connections(); graph != 1 || entra != 1 {
		t.Errorf("%d and %d connections, want 1 and 1", graph, entra)
	}
}

// What a client has sent before it was gone counts if it has begun, and comes to nothing otherwise.
func TestDropLate_waitsForWhatHasBegun(t *testing.T) {
	s := start(t)
	id := s.PlaceCall(graphsim.Call{}).ID
	arrived, goOn := make(chan struct{}), make(chan struct{})
	s.Watch(func(_ context.Context, _ int, at graphsim.Moment) {
		if at == graphsim.Arrived {
			close(arrived)
			<-goOn
		}
	})
	var work sync.WaitGroup
	work.Go(func() { s.keepAlive(id) })
	<-arrived
	close(goOn)
	s.DropLate()
	s.Watch(nil)
	if call, _ := s.Call(id); call.KeepAlives != 1 {
		t.Errorf("the call was kept alive %d times, want once", call.KeepAlives)
	}
	work.Wait()
	if resp, err := s.client.Get(s.GraphURL() + callPath(id)); err == nil {
		resp.Body.Close()
		t.Errorf("got %d on the connection of before", resp.StatusCode)
	}
	if n := len(s.Requests()); n != 1 {
		t.Errorf("%d requests are in the record, want 1", n)
	}
	s.client.CloseIdleConnections()
	s.get(id).wantStatus(t, 200)
}

func TestServer_certificates(t *testing.T) {
	s := start(t)
	if _, err := http.Get(s.GraphURL()); err == nil { //nolint:bodyclose // there is to be no response
		t.Error("trusted without its CA")
	}
	for _, name := range []string{"127.0.0.1", "::1", "localhost"} {
		s.dial(s.AuthorityURL(), name)
	}
}

// dial connects to a service by TLS, which takes the server for the one of that name.
func (s *sim) dial(url, name string) net.Conn {
	s.t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(s.CACertificate())
	conn, err := tls.Dial("tcp", strings.TrimPrefix(url, "https://"), &tls.Config{RootCAs: roots, ServerName: name})
	if err != nil {
		s.t.Fatalf("%s: %v", name, err)
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func TestKeepAlive_withoutContentLength(t *testing.T) {
	s := start(t)
	conn := s.dial(s.GraphURL(), "127.0.0.1")
	call := s.PlaceCall(graphsim.Call{})
	for headers, want := range map[string]int{"": 411, "Content-Length: 0\r\n": 200} {
		fmt.Fprintf(conn, "POST %s/keepAlive HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n%s\r\n", callPath(call.ID), s.token, headers)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil) //nolint:bodyclose // conn is
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		if resp.StatusCode != want {
			t.Errorf("with %q: %d, want %d", headers, resp.StatusCode, want)
		}
	}
}

func TestServer_concurrentUse(t *testing.T) {
	s := start(t)
	const calls = 200
	s.Inject(graphsim.Status(503).To("POST", "").For(calls / 2))
	s.get("x") // so that what follows shares one HTTP/2 connection
	var work sync.WaitGroup
	for i := range calls {
		work.Go(func() {
			id := s.PlaceCall(graphsim.Call{Subject: fmt.Sprint(i)}).ID
			s.keepAlive(id)
			s.get(id).wantStatus(t, 200)
			s.clock.Advance(time.Millisecond)
			s.Requests()
			s.EndCall(id, 200, 5001, "")
			s.get(id).wantStatus(t, 404)
		})
	}
	work.Wait()
	kept := 0
	for _, c := range s.Calls() {
		kept += c.KeepAlives
	}
	if kept != calls/2 || len(s.KeepAlives("")) != calls || s.FaultsLeft() != 0 {
		t.Errorf("%d kept of %d recorded, %d faults left", kept, len(s.KeepAlives("")), s.FaultsLeft())
	}
}
