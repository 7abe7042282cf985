package graph_test

import (
	"context"
	"fmt"
	"net"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/transport"
)

// mute is a server that takes connections and says nothing, not even for TLS.
func mute(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { conn.Close() })
		}
	}()
	return listener.Addr().String()
}

// blackHole is an address from which nothing ever comes back, not even that nobody is there:
// a socket whose queue of connections is full, so that the kernel drops all others.
func blackHole(t testing.TB) string {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(fd) })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	bound, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("127.0.0.1:%d", bound.(*syscall.SockaddrInet4).Port)
	for range 10 {
		conn, err := net.DialTimeout("tcp", address, 200*time.Millisecond)
		if err != nil {
			return address
		}
		t.Cleanup(func() { conn.Close() })
	}
	t.Skip("this kernel takes connections for which there is no room")
	return ""
}

// dialed has a transport count its connections, which all go to address.
func dialed(transport *transport.Transport, address string) *atomic.Int32 {
	dials := new(atomic.Int32)
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		dials.Add(1)
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
	return dials
}

// An operation ends when its time is up, and leaves time for several tries before, wherever
// a connection comes to a stop.
func TestHang_connectionsThatComeToAStopEndInTime(t *testing.T) {
	t.Parallel()
	for name, server := range map[string]func(testing.TB) string{"black hole": blackHole, "mute": mute} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newClient(t)
			address, transport := server(t), newTransport(t, b.sim.CACertificate())
			dials := dialed(transport, address)
			b = b.with(t, graph.Options{Endpoint: "https://" + address, Retry: graph.DefaultRetry, Transport: transport})
			b.advance(t, graph.DefaultRetry.AttemptTimeout, 10, counted(dials))
			_, err := b.keepAlive(t)
			e := wantKind(t, err, graph.KindNetwork)
			if e.Attempts < 2 || e.Last != nil {
				t.Errorf("got %+v, want several tries", e)
			}
			wantText(t, e.Error(), "this operation's timeout", "no complete response within 30s")
		})
	}
}

func TestHang_entraThatTricklesEndsInTime(t *testing.T) {
	t.Parallel()
	b := newClient(t)
	b.sim.Inject(graphsim.Trickled(10 * time.Millisecond).ToEntra().For(-1))
	_, err := b.KeepAlive(b.outlast(t, b.faults), callID, nil)
	wantText(t, wantKind(t, err, graph.KindCredential).Error(), "this operation's timeout has expired")
	b.wantSent(t, 0)
}

func TestHang_authorityInABlackHoleEndsInTime(t *testing.T) {
	t.Parallel()
	for name, server := range map[string]func(testing.TB) string{"black hole": blackHole, "mute": mute} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := server(t)
			var dials *atomic.Int32
			b := newClient(t, func(s *setup) {
				s.credential.AuthorityHost = "https://" + address
				s.transport = func(t *transport.Transport) { dials = dialed(t, address) }
			})
			_, err := b.KeepAlive(b.outlast(t, counted(dials)), callID, nil)
			wantText(t, wantKind(t, err, graph.KindCredential).Error(), "request to "+address, "this operation's timeout")
		})
	}
}
