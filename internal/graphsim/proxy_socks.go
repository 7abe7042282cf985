package graphsim

import (
	"context"
	"encoding/binary"
	"errors"
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

// serveSOCKS speaks SOCKS to one client.
func (p *Proxy) serveSOCKS(client net.Conn) {
	defer client.Close()
	request := ProxyRequest{Method: methodSOCKS5}
	admitted, err := p.greet(client, &request)
	if err != nil || !admitted {
		return
	}
	if request.Target, err = readSOCKSTarget(client); err != nil {
		return
	}
	granted := p.record(request)
	switch {
	case p.options.Stall:
		<-p.closing
		return
	case !granted:
		_ = socksReply(client, socksNotAllowed)
		return
	}
	target, err := dialHere(context.Background(), "tcp", request.Target)
	if err != nil {
		_ = socksReply(client, socksNoHost)
		return
	}
	_ = socksReply(client, socksGranted) // join notices a client that has gone
	p.join(client, target)
}

// greet authenticates the client and reports whether it may go on. A refusal is recorded
// before the client learns of it.
func (p *Proxy) greet(client net.Conn, request *ProxyRequest) (bool, error) {
	head, err := read(client, 2)
	if err != nil || head[0] != socksVersion {
		return false, errors.Join(err, errors.New("not SOCKS 5"))
	}
	offered, err := read(client, int(head[1]))
	if err != nil {
		return false, err
	}
	want := byte(socksNoAuth)
	if p.options.Username != "" || p.options.Password != "" {
		want = socksPassword
	}
	if !slices.Contains(offered, want) {
		p.record(*request)
		_, err = client.Write([]byte{socksVersion, socksNoMethod})
		return false, err
	}
	if _, err := client.Write([]byte{socksVersion, want}); err != nil || want == socksNoAuth {
		return err == nil, err
	}
	return p.checkPassword(client, request)
}

// checkPassword reads a username and a password and reports whether they are right.
func (p *Proxy) checkPassword(client net.Conn, request *ProxyRequest) (bool, error) {
	if _, err := read(client, 1); err != nil {
		return false, err
	}
	for _, field := range []*string{&request.Username, &request.Password} {
		size, err := read(client, 1)
		if err != nil {
			return false, err
		}
		text, err := read(client, int(size[0]))
		if err != nil {
			return false, err
		}
		*field = string(text)
	}
	status := byte(1)
	if p.admits(request.Username, request.Password) {
		status = 0
	} else {
		p.record(*request)
	}
	_, err := client.Write([]byte{1, status})
	return status == 0, err
}

// readSOCKSTarget reads where a client wants to be connected to, as host:port. It has to name the host.
func readSOCKSTarget(client net.Conn) (string, error) {
	head, err := read(client, 5)
	if err != nil || head[1] != socksConnect || head[3] != socksName {
		return "", errors.Join(err, errors.New("not CONNECT to a name"))
	}
	name, err := read(client, int(head[4]))
	if err != nil {
		return "", err
	}
	port, err := read(client, 2)
	if err != nil {
		return "", err
	}
	return net.JoinHostPort(string(name), strconv.Itoa(int(binary.BigEndian.Uint16(port)))), nil
}

// socksReply is the reply to a request; the address in it means nothing to clients.
func socksReply(client net.Conn, reply byte) error {
	_, err := client.Write([]byte{socksVersion, reply, 0, socksIPv4, 0, 0, 0, 0, 0, 0})
	return err
}

func read(r io.Reader, n int) ([]byte, error) {
	b := make([]byte, n)
	_, err := io.ReadFull(r, b)
	return b, err
}
