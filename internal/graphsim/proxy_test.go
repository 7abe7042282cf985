package graphsim_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

// named starts a server whose Graph has a name that no resolver knows.
func named(t testing.TB) *graphsim.Server {
	t.Helper()
	s, err := graphsim.Start(graphsim.Options{GraphHost: "graph.example.test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

type starter func(graphsim.ProxyOptions) (*graphsim.Proxy, error)

func (start starter) start(t testing.TB, o graphsim.ProxyOptions) *graphsim.Proxy {
	t.Helper()
	p, err := start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// via gets a URL through a proxy, and returns the status.
func via(t testing.TB, target string, p *graphsim.Proxy, user *url.Userinfo, trusted ...[]byte) (int, error) {
	t.Helper()
	return viaWithin(t, time.Minute, target, p, user, trusted...)
}

func viaWithin(t testing.TB, limit time.Duration, target string, p *graphsim.Proxy, user *url.Userinfo, trusted ...[]byte) (int, error) {
	t.Helper()
	roots := x509.NewCertPool()
	for _, pem := range trusted {
		roots.AppendCertsFromPEM(pem)
	}
	proxy, err := url.Parse(p.URL())
	if err != nil {
		t.Fatal(err)
	}
	proxy.User = user
	transport := &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: !strings.HasPrefix(p.URL(), "https")}
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport, Timeout: limit}).Get(target)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, err
}

func TestProxy_requiresItsCredentials(t *testing.T) {
	t.Parallel()
	s := named(t)
	for name, start := range map[string]starter{"http": graphsim.StartProxy, "socks": graphsim.StartSOCKSProxy} {
		p := start.start(t, graphsim.ProxyOptions{Username: "u", Password: "p:w"})
		for _, user := range []*url.Userinfo{nil, url.UserPassword("u", "x"), url.UserPassword("u", "p:w")} {
			status, err := via(t, s.GraphURL(), p, user, s.CACertificate())
			if right := user != nil && user.String() == "u:p%3Aw"; right != (err == nil && status != 0) {
				t.Errorf("%s: got %d, %v for %v", name, status, err, user)
			}
		}
		requests := p.Requests()
		last := requests[len(requests)-1]
		if len(requests) != 3 || last.Target != strings.TrimPrefix(s.GraphURL(), "https://") || !last.Granted || last.Password != "p:w" || requests[0].Granted || requests[1].Granted {
			t.Errorf("%s: got %+v on record", name, requests)
		}
	}
}

func TestProxy_interceptsWithItsOwnCertificate(t *testing.T) {
	t.Parallel()
	s := named(t)
	p := starter(graphsim.StartProxy).start(t, graphsim.ProxyOptions{Intercept: s.CACertificate()})
	if status, err := via(t, s.GraphURL(), p, nil, p.CACertificate()); err != nil || status == 0 || status == 502 {
		t.Errorf("got %d, %v, want the response of the server behind", status, err)
	}
	if _, err := via(t, s.GraphURL(), p, nil, s.CACertificate()); err == nil || !strings.Contains(err.Error(), "unknown authority") {
		t.Errorf("got %v, want the proxy's certificate to be distrusted", err)
	}
	if _, err := graphsim.StartProxy(graphsim.ProxyOptions{Intercept: []byte("no PEM")}); err == nil {
		t.Error("got no error for CAs that are none")
	}
}

func TestProxy_refusesAndHangs(t *testing.T) {
	t.Parallel()
	s := named(t)
	for name, start := range map[string]starter{"http": graphsim.StartProxy, "socks": graphsim.StartSOCKSProxy} {
		if _, err := via(t, s.GraphURL(), start.start(t, graphsim.ProxyOptions{Status: 403}), nil, s.CACertificate()); err == nil {
			t.Errorf("%s: got no error, want a refusal", name)
		}
		if _, err := viaWithin(t, time.Second, s.GraphURL(), start.start(t, graphsim.ProxyOptions{Stall: true}), nil, s.CACertificate()); err == nil || !strings.Contains(err.Error(), "exceeded") {
			t.Errorf("%s: got %v, want the client's timeout", name, err)
		}
	}
	// What is no request for a tunnel is refused, and on record.
	p := starter(graphsim.StartProxy).start(t, graphsim.ProxyOptions{})
	resp, err := http.Get(p.URL() + "/x")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusNotImplemented || len(p.Requests()) != 1 || p.Requests()[0].Granted {
		t.Errorf("got %d and %+v", resp.StatusCode, p.Requests())
	}
	const nobody = "https://graph.example.test:1" // on a port that the system assigns to no one
	if status, err := via(t, nobody, p, nil, s.CACertificate()); err == nil || !strings.Contains(err.Error(), "Bad Gateway") {
		t.Errorf("got %d, %v, want the proxy to say that nobody is there", status, err)
	}
}
