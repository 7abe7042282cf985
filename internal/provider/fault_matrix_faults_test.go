package provider

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

// matrixFault is a row of the fault matrix.
type matrixFault struct {
	name string
	// graph and entra are what happens to the requests there; nil for nothing.
	graph, entra *graphsim.Fault
	// turns are faults of one kind, which the cells take in turn as theirs.
	turns []graphsim.Fault
	// dial says to which address a connection to Graph goes in place of its own.
	dial func(*wire) func(ctx context.Context) (net.Conn, error)
	// entraToo has dial go for the connections to Entra ID, in place of those to Graph.
	entraToo bool
	// revoked has Graph refuse the tokens so far.
	revoked bool
	// aged is how much of its hour the token that the provider holds has behind it.
	aged time.Duration
	// defaults has the operation go without settings for retries; ranged is set where the
	// number of requests then depends on the chance in the waits.
	defaults, ranged bool
	// dateIn makes the response carry a Retry-After date, that far in the future.
	dateIn time.Duration
	// skew sets the provider's machine's clock ahead.
	skew time.Duration
	// transient and lasting bound the time that an operation takes, on the moved clock, and
	// absent is the bound of a form that a fault does not have. A close, which looks at the call and
	// then hangs it up, may take twice as long.
	transient, lasting time.Duration
	// hangs is the method of the requests that get no response, or no end of one; "" for none. The operation's timeout
	// ends it then, as the clock is moved on once the request is there.
	hangs string
	// trickles is set where the status and the headers of such a response come.
	trickles bool
	// refreshes has the token endpoint say that a token is to be renewed at once, and hang.
	refreshes bool
}

const absent = -1 * time.Second

// anyMethod stands for all methods in matrixFault.hangs.
const anyMethod = "any"

// refreshWait is how long an operation waits for a new token while the one that it has is still good.
const refreshWait = time.Second

// With delay and max_delay of "100ms" and three retries: each wait is the shortest that there is, so that none depends on
// chance, nor does how many of them fit into the half minute in which a destroy awaits the end of a call.
const (
	oneWait  = 100 * time.Millisecond
	allWaits = 3 * oneWait
)

// How much of its hour a token has behind it: so much that there are four minutes left, or all.
const (
	nearEnd = 56 * time.Minute
	pastEnd = time.Hour
)

// ofTokens is set where the requests for tokens count, too.
func (f matrixFault) ofTokens() bool { return f.revoked || f.aged > 0 || f.refreshes }

// timed is set where a fault that lasts takes all the time of the operation.
func (f matrixFault) timed() bool { return f.ranged || f.hangs != "" && !f.refreshes }

// bound is the most that an operation takes.
func (f matrixFault) bound(length string) time.Duration {
	switch {
	case length == transient:
		return f.transient
	case f.timed():
		return defaultTimeout
	}
	return f.lasting
}

func matrixFaults() []matrixFault {
	status := func(name string, f graphsim.Fault, transient, lasting time.Duration) matrixFault {
		return matrixFault{name: name, graph: &f, transient: transient, lasting: lasting}
	}
	permanentStatus := func(status int) matrixFault {
		return matrixFault{name: statusName(status), graph: new(graphsim.Status(status))}
	}
	statuses := func(all ...int) (faults []graphsim.Fault) {
		for _, status := range all {
			faults = append(faults, graphsim.Status(status))
		}
		return faults
	}
	large := graphsim.Fault{Status: http.StatusOK, Body: bytes.Repeat([]byte("0123456789abcde\n"), 5<<16)}
	typed := graphsim.Fault{Status: http.StatusOK, ContentType: "application/octet-stream", Body: []byte("%PDF-1.7")}
	entra := func(name string, f graphsim.Fault, transient, lasting time.Duration) matrixFault {
		return matrixFault{name: name, entra: &f, revoked: true, transient: transient, lasting: lasting}
	}
	return []matrixFault{
		{name: "none"},
		{name: "400, 409 or 410", turns: statuses(400, 409, 410)},
		permanentStatus(401), permanentStatus(403), permanentStatus(404),
		status("404, a web page", graphsim.HTMLNotFound(), 0, 0),
		status("429, Retry-After: 1", graphsim.Throttled("1"), time.Second, 3*time.Second),
		status("429, Retry-After: 1.5", graphsim.Throttled("1.5"), 1500*time.Millisecond, 4500*time.Millisecond),
		{name: "429, Retry-After: a date in 20 s", graph: new(graphsim.Throttled("")), dateIn: 20 * time.Second,
			transient: 20 * time.Second, lasting: 20*time.Second + allWaits},
		{name: "429, Retry-After: none, soon, -5 or a past date", turns: []graphsim.Fault{
			graphsim.Throttled(""), graphsim.Throttled("soon"), graphsim.Throttled("-5"), graphsim.Throttled(start.Add(-time.Hour).Format(http.TimeFormat)),
		}, transient: oneWait, lasting: allWaits},
		status("429, Retry-After: 1e300", graphsim.Throttled("1e300"), 0, 0),
		{name: "408, 500, 502, 503 or 504", turns: statuses(408, 500, 502, 503, 504), transient: oneWait, lasting: allWaits},
		{name: "redirect to another host", graph: new(graphsim.Redirect(otherHost))},
		{name: "connection refused", dial: (*wire).refused, transient: oneWait, lasting: allWaits},
		{name: "reset before or in the headers", turns: []graphsim.Fault{graphsim.CutOff(graphsim.CutRequest), graphsim.CutOff(graphsim.CutHeaders)},
			transient: oneWait, lasting: allWaits},
		status("reset in the body", graphsim.CutOff(graphsim.CutBody), oneWait, allWaits),
		status("response lost once Graph has acted", graphsim.Lost(), oneWait, allWaits),
		{name: "TLS: unknown authority", dial: (*wire).stranger},
		{name: "DNS: no such host", dial: (*wire).unresolved, transient: oneWait, lasting: allWaits},
		{name: "stall", graph: new(graphsim.Stalled()), transient: absent, hangs: anyMethod},
		{name: "trickle", graph: new(graphsim.Trickled(10 * time.Millisecond)), transient: absent, hangs: anyMethod, trickles: true},
		status("200, 5 MiB of text", large, 0, absent),
		status("500, 1 MiB of text", graphsim.Oversized(http.StatusInternalServerError), oneWait, allWaits),
		status("200, garbage", graphsim.Garbage(http.StatusOK), 0, 0),
		status("404, garbage", graphsim.Garbage(http.StatusNotFound), 0, 0),
		status("200, a web page", graphsim.BlockedPage(), 0, 0),
		status("200, another content type", typed, 0, 0),
		{name: "503, default settings", graph: new(graphsim.Status(http.StatusServiceUnavailable)),
			defaults: true, ranged: true, transient: time.Second, lasting: defaultTimeout},
		{name: "429, Retry-After: 30, default settings", graph: new(graphsim.Throttled("30")),
			defaults: true, transient: 30 * time.Second, lasting: 90 * time.Second},
		{name: "connection refused, default settings", dial: (*wire).refused,
			defaults: true, ranged: true, transient: time.Second, lasting: defaultTimeout},
		{name: "token revoked in mid-run", revoked: true, transient: absent},
		{name: "token near its end", aged: nearEnd, revoked: true, transient: absent},
		{name: "token past its end", aged: pastEnd, revoked: true, transient: absent},
		{name: "token near its end, token endpoint: 503", aged: nearEnd,
			entra: new(graphsim.Status(http.StatusServiceUnavailable).ToEntra())},
		{name: "token past its end, token endpoint: 503", aged: pastEnd, revoked: true,
			entra: new(graphsim.Status(http.StatusServiceUnavailable).ToEntra()), transient: oneWait, lasting: allWaits},
		{name: "token endpoint: 503, default settings", revoked: true, entra: new(graphsim.Status(http.StatusServiceUnavailable).ToEntra()),
			defaults: true, ranged: true, transient: time.Second, lasting: defaultTimeout},
		entra("token endpoint: 503", graphsim.Status(http.StatusServiceUnavailable).ToEntra(), oneWait, allWaits),
		entra("token endpoint: 401", graphsim.Status(http.StatusUnauthorized).ToEntra(), 0, 0),
		entra("token endpoint: redirect", graphsim.Redirect(otherHost).ToEntra(), 0, 0),
		entra("token endpoint: 200 ms late", graphsim.Slow(200*time.Millisecond).ToEntra(), 0, 0),
		{name: "token endpoint: refused", dial: (*wire).refused, entraToo: true, revoked: true, transient: oneWait, lasting: allWaits},
		{name: "token endpoint: stall", entra: new(graphsim.Stalled().ToEntra()), revoked: true,
			transient: absent, hangs: http.MethodPost},
		{name: "token due for renewal, token endpoint: stall", entra: new(graphsim.Stalled().ToEntra()), refreshes: true,
			transient: absent, lasting: refreshWait, hangs: http.MethodPost},
		{name: "clock 20 minutes ahead", skew: 20 * time.Minute, transient: absent},
		{name: "clock 20 minutes behind", skew: -20 * time.Minute, transient: absent},
	}
}

func statusName(status int) string { return strconv.Itoa(status) + " " + http.StatusText(status) }

// otherHost stands for the URL of the host that nothing may reach.
const otherHost = "other"

// wire makes a lab's connections, so that they can fail and be broken.
type wire struct {
	strange *graphsim.Server // whose certificate is not trusted
	sent    atomic.Int64     // requests, as far as the log says

	mu    sync.Mutex
	conns []*wiredConn
	fails func(ctx context.Context) (net.Conn, error)
	at    string // the address that fails
	left  int    // how often, negative for ever
	tries int    // requests that a connection to at failed for
	hit   int64  // the last of them
}

type wiredConn struct {
	net.Conn
	once   sync.Once
	closed chan struct{}
}

// Close implements [net.Conn].
func (c *wiredConn) Close() error {
	defer c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

func (w *wire) dial(ctx context.Context, network, address string) (net.Conn, error) {
	w.mu.Lock()
	fails := w.fails
	// net/http puts a new connection by for others once its request may be over. If that has broken meanwhile, the
	// next request gets it while one is being made, and then has another made.
	request := w.sent.Load()
	switch again := request > 0 && request == w.hit; {
	case address != w.at || w.left == 0 && !again:
		fails = nil
	case !again:
		w.left--
		w.tries++
		w.hit = request
	}
	w.mu.Unlock()
	if fails != nil {
		return fails(ctx)
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	wired := &wiredConn{Conn: conn, closed: make(chan struct{})}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conns = append(w.conns, wired)
	return wired, nil
}

// fail makes the next connections to the URL's host fail, and breaks all that there are.
func (w *wire) fail(t *testing.T, url string, times int, how func(ctx context.Context) (net.Conn, error)) {
	t.Helper()
	w.mu.Lock()
	w.at, w.left, w.fails = strings.TrimPrefix(url, "https://"), times, how
	conns := w.conns
	w.mu.Unlock()
	for _, c := range conns {
		_ = c.Conn.Close()
		<-c.closed // the transport has noticed, and will not use it again
	}
}

// refused connects to a port on which nobody listens.
func (w *wire) refused() func(ctx context.Context) (net.Conn, error) {
	return func(ctx context.Context) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", "127.0.0.1:1") // the system hands it out to no one
	}
}

// stranger connects to a server with a certificate of an authority that nobody trusts.
func (w *wire) stranger() func(ctx context.Context) (net.Conn, error) {
	return func(ctx context.Context) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", strings.TrimPrefix(w.strange.GraphURL(), "https://"))
	}
}

// unresolved asks a resolver on this machine, which is not there, for a host.
func (w *wire) unresolved() func(ctx context.Context) (net.Conn, error) {
	resolver := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("no resolver")
	}}
	return func(ctx context.Context) (net.Conn, error) {
		return (&net.Dialer{Resolver: resolver}).DialContext(ctx, "tcp", "graph.invalid:443")
	}
}
