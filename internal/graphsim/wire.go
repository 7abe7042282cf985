package graphsim

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"sync/atomic"
)

// Wire is a connection to Graph on which something happens at one byte. The bytes are those of HTTP, on either side of
// TLS: within a record of TLS, no byte makes a difference to anyone until the last one is there.
type Wire struct {
	// Strike is called when Bytes bytes have been passed on, of those that the client sends, or with FromServer of those
	// that the server does; at the latest when the connection ends. No other follows until it has returned. If it returns
	// false, the connection is cut. Nil does nothing.
	Strike     func() (goOn bool)
	Bytes      int64
	FromServer bool

	fromClient, fromServer atomic.Int64
}

// Passed returns how many bytes have been passed on so far.
func (w *Wire) Passed() (fromClient, fromServer int64) {
	return w.fromClient.Load(), w.fromServer.Load()
}

// WatchConnection has the next connection to Graph run over w; nil ends that for one that has not come.
func (s *Server) WatchConnection(w *Wire) { s.wire.Store(w) }

// wiredListener is the listener of a service that runs the next connection over a wire.
type wiredListener struct {
	net.Listener
	wire               *atomic.Pointer[Wire]
	toClient, toServer *tls.Config // for either side of the wire
}

func newWiredListener(l net.Listener, w *atomic.Pointer[Wire], cert tls.Certificate, ca *authority) *wiredListener {
	trusted := x509.NewCertPool()
	trusted.AddCert(ca.cert)
	return &wiredListener{
		Listener: l, wire: w,
		toClient: &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}},
		toServer: &tls.Config{RootCAs: trusted, ServerName: "localhost", MinVersion: tls.VersionTLS12},
	}
}

// Accept implements [net.Listener].
func (l *wiredListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	w := l.wire.Swap(nil)
	if w == nil {
		return conn, nil
	}
	near, far := net.Pipe()
	go func() {
		defer conn.Close()
		defer far.Close()
		client := tls.Server(conn, l.toClient)
		if client.HandshakeContext(context.Background()) != nil {
			return
		}
		config := l.toServer.Clone()
		if proto := client.ConnectionState().NegotiatedProtocol; proto != "" {
			config.NextProtos = []string{proto}
		}
		w.join(client, tls.Client(far, config))
	}()
	return near, nil
}

// join passes on what either side sends until one of them ends, or the wire is cut.
func (w *Wire) join(client, server io.ReadWriter) {
	ended := make(chan struct{}, 2)
	pass := func(to io.Writer, from io.Reader, n *atomic.Int64, struck bool) {
		defer func() { ended <- struct{}{} }()
		to = counted{to, n}
		if struck && w.Strike != nil {
			if _, err := io.CopyN(to, from, w.Bytes); !w.Strike() || err != nil {
				return
			}
		}
		_, _ = io.Copy(to, from)
	}
	go pass(server, client, &w.fromClient, !w.FromServer)
	go pass(client, server, &w.fromServer, w.FromServer)
	<-ended
}

// counted is a writer that counts.
type counted struct {
	io.Writer
	n *atomic.Int64
}

// Write implements [io.Writer]. It counts first, or a request could have its response before it is counted.
func (c counted) Write(b []byte) (int, error) {
	c.n.Add(int64(len(b)))
	n, err := c.Writer.Write(b)
	c.n.Add(int64(n - len(b)))
	return n, err
}
