package transport

import (
	"net/http"
	"net/http/httptrace"
	"sync"
)

// firstContact lets one request to a host go ahead of all others, until it has a connection.
//
// Whether a host speaks HTTP/2, of which one connection carries all requests, is not known
// before. Fifty requests at a time would make a connection each, TLS handshake and all, of which
// forty-nine are of no use. The same holds once a connection has broken under them.
type firstContact struct {
	mu    sync.Mutex
	hosts map[string]*contact
}

// contact is how far the first request to a host has come.
type contact struct {
	over chan struct{} // closed by release
	end  sync.Once
}

// release unblocks the waiting requests.
func (c *contact) release() { c.end.Do(func() { close(c.over) }) }

// roundTrip sends req by way of send, as the first to its host or after that.
func (f *firstContact) roundTrip(req *http.Request, send func(*http.Request) (*http.Response, error)) (*http.Response, error) {
	c, first := f.contact(req.URL.Host)
	if !first {
		select {
		case <-c.over:
		case <-req.Context().Done(): // which send says in the usual words
		}
		resp, err := send(req)
		if err != nil {
			f.forget(req.URL.Host, c)
		}
		return resp, err
	}
	// Not GotConn: the transport shares the connection with others only just after that.
	trace := &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { c.release() }}
	resp, err := send(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil {
		f.forget(req.URL.Host, c)
	}
	// A request that has waited is sent even if the first failed: their timeouts are the same.
	c.release()
	return resp, err
}

// contact returns that with a host, and whether the caller is the first.
func (f *firstContact) contact(host string) (c *contact, first bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c = f.hosts[host]; c != nil {
		return c, false
	}
	if f.hosts == nil {
		f.hosts = map[string]*contact{}
	}
	c = &contact{over: make(chan struct{})}
	f.hosts[host] = c
	return c, true
}

// forget has the next request be the first again, unless another one has become that since c.
func (f *firstContact) forget(host string, c *contact) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.hosts[host] == c {
		delete(f.hosts, host)
	}
}
