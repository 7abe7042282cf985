package graphsim

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"slices"
	"strconv"
)

// methodSOCKS5 is the Method of a ProxyRequest that came by SOCKS.
const methodSOCKS5 = "SOCKS5"

// Bytes of SOCKS.
// https://www.rfc-editor.org/rfc/rfc1928, https://www.rfc-editor.org/rfc/rfc1929
const (
	socksVersion    = 5
	socksNoAuth     = 0
	socksPassword   = 2
	socksNoMethod   = 0xff
	socksConnect    = 1
	socksIPv4       = 1
	socksName       = 3
	socksGranted    = 0
	socksNotAllowed = 2
	socksNoHost     = 4
)

// StartSOCKSProxy starts a proxy for SOCKS version 5, on
// 127.0.0.1 and a free port. It does not intercept, and has no TLS of its own.
func StartSOCKSProxy(o ProxyOptions) (*Proxy, error) {
	p, err := newProxy(o, "socks5")
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			conn, err := p.listener.Accept()
			if err != nil {
				return
			}
			go p.serveSOCKS(conn)
		}
	}()
	return p, nil
}

// socksConn is a connection of a client. After an error, which it keeps, it reads zeros, so that a whole message can be
// read before a look at the error.
type socksConn struct {
	net.Conn
	err error
}

// next reads n bytes.
func (c *socksConn) next(n byte) []byte {
	b := make([]byte, n)
	if c.err == nil {
		_, c.err = io.ReadFull(c, b)
	}
	return b
}

// field reads text that follows its length.
func (c *socksConn) field() string { return string(c.next(c.next(1)[0])) }

// send sends bytes. If the client has gone, the next read fails.
func (c *socksConn) send(b ...byte) { _, _ = c.Write(b) }

// reply replies to a request; the address in it means nothing to clients.
func (c *socksConn) reply(code byte) { c.send(socksVersion, code, 0, socksIPv4, 0, 0, 0, 0, 0, 0) }

// serveSOCKS speaks SOCKS to one client.
func (p *Proxy) serveSOCKS(client net.Conn) {
	defer client.Close()
	c, request := &socksConn{Conn: client}, ProxyRequest{Method: methodSOCKS5}
	if !p.greet(c, &request) || !c.readTarget(&request) {
		return
	}
	granted := p.record(request)
	switch {
	case p.options.Stall:
		<-p.closing
		return
	case !granted:
		c.reply(socksNotAllowed)
		return
	}
	target, err := dialHere(context.Background(), "tcp", request.Target)
	if err != nil {
		c.reply(socksNoHost)
		return
	}
	c.reply(socksGranted)
	p.join(client, target)
}

// greet authenticates the client and reports whether it may go on. A refusal is recorded
// before the client learns of it.
func (p *Proxy) greet(c *socksConn, request *ProxyRequest) bool {
	head := c.next(2)
	offered := c.next(head[1])
	if c.err != nil || head[0] != socksVersion {
		return false
	}
	want := byte(socksNoAuth)
	if p.options.Username != "" || p.options.Password != "" {
		want = socksPassword
	}
	if !slices.Contains(offered, want) {
		p.record(*request)
		c.send(socksVersion, socksNoMethod)
		return false
	}
	c.send(socksVersion, want)
	return want == socksNoAuth || p.checkPassword(c, request)
}

// checkPassword reads a username and a password and reports whether they are right.
func (p *Proxy) checkPassword(c *socksConn, request *ProxyRequest) bool {
	_ = c.next(1) // the version of this exchange
	request.Username, request.Password = c.field(), c.field()
	switch {
	case c.err != nil:
		return false
	case !p.admits(request.Username, request.Password):
		p.record(*request)
		c.send(1, 1)
		return false
	}
	c.send(1, 0)
	return true
}

// readTarget reads where the client wants to be connected to, and reports whether it has named the host.
func (c *socksConn) readTarget(request *ProxyRequest) bool {
	head := c.next(4)
	if head[1] != socksConnect || head[3] != socksName {
		return false
	}
	name, port := c.field(), binary.BigEndian.Uint16(c.next(2))
	request.Target = net.JoinHostPort(name, strconv.Itoa(int(port)))
	return c.err == nil
}
