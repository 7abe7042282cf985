package transport

import (
	"net/http"
	"net/http/httptrace"
	"sync"
)

// firstContact sends one request to a host before all others, until it has a connection.
//
// Whether a host speaks HTTP/2, with which one connection carries all requests, is not known
// before that. Fifty concurrent requests would make a connection each, with a TLS handshake, of which
// forty-nine are not needed. The same holds after a connection has broken.
type firstContact struct {
	mu    sync.Mutex
	hosts map[string]*contact
}

// contact is the first request to a host.
type contact struct {
	done    chan struct{}
	release func() // unblocks the waiting requests, by closing done
}

// roundTrip sends req by way of send, as the first to its host or after that.
func (f *firstContact) roundTrip(req *http.Request, send func(*http.Request) (*http.Response, error)) (*http.Response, error) {
	c, first := f.contact(req.URL.Host)
	if first {
		// A request that has waited is sent even if the first failed: their timeouts are the same.
		defer c.release()
		// Not GotConn: the transport shares the connection with others only after that.
		trace := &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { c.release() }}
		req = req.WithContext(httptrace.WithClientTrace(req.Context(), trace))
	} else {
		select {
		case <-c.done:
		case <-req.Context().Done(): // send returns the usual error
		}
	}
	resp, err := send(req)
	if err != nil {
		f.forget(req.URL.Host, c)
	}
	return resp, err
}

// contact returns the contact with a host, and whether the caller's request is the first.
func (f *firstContact) contact(host string) (c *contact, first bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c = f.hosts[host]; c != nil {
		return c, false
	}
	if f.hosts == nil {
		f.hosts = map[string]*contact{}
	}
	done := make(chan struct{})
	c = &contact{done: done, release: sync.OnceFunc(func() { close(done) })}
	f.hosts[host] = c
	return c, true
}

// forget makes the next request to the host the first again, unless there is another contact since c.
func (f *firstContact) forget(host string, c *contact) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.hosts[host] == c {
		delete(f.hosts, host)
	}
}
