package graph_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/permanent"
	"terraform-provider-msgraph/internal/transport"
)

// named is a proxy's URL with the machine's name in place of its address.
func named(p *graphsim.Proxy) string { return strings.Replace(p.URL(), "127.0.0.1", "localhost", 1) }

func TestNegotiate_eachTunnelGetsATokenOfItsOwn(t *testing.T) {
	t.Parallel()
	proxy := newProxy(t, graphsim.StartProxy, graphsim.ProxyOptions{})
	var requested atomic.Int32
	b := newProxied(t, transport.Options{Proxy: transport.ProxyOptions{URL: named(proxy), Negotiate: func(_ context.Context, host string) (string, error) {
		if host != "localhost" {
			t.Errorf("a token for %q is requested, want localhost", host)
		}
		return "Negotiate token" + strconv.Itoa(int(requested.Add(1))), nil
	}}})
	if _, err := b.keepAlive(t); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range proxy.Requests() {
		seen[r.Header.Get("Proxy-Authorization")] = true
	}
	if len(seen) != 2 || !seen["Negotiate token1"] || !seen["Negotiate token2"] {
		t.Errorf("got %v at the proxy, want two tokens", seen)
	}
	for _, r := range b.sim.Requests() {
		if r.Header.Get("Proxy-Authorization") != "" {
			t.Errorf("%s got the proxy's header", r.Service)
		}
	}
}

func TestNegotiate_negotiatingProxysFailures(t *testing.T) {
	t.Parallel()
	good := func(context.Context, string) (string, error) { return "Negotiate c2VjcmV0", nil }
	for name, test := range map[string]struct {
		proxy     graphsim.ProxyOptions
		negotiate func(context.Context, string) (string, error)
		tunnels   int
		says      []string
	}{
		"offers only Basic": {graphsim.ProxyOptions{Username: "a", Password: "b"}, good, 1, []string{"does not support Negotiate", "offers Basic"}},
		"no token": {graphsim.ProxyOptions{}, func(context.Context, string) (string, error) {
			return "", permanent.Error(errors.New("run kinit"))
		}, 0, []string{"no Negotiate token could be obtained: run kinit"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := newProxy(t, graphsim.StartProxy, test.proxy)
			b := newProxied(t, transport.Options{Proxy: transport.ProxyOptions{URL: named(proxy), Negotiate: test.negotiate}})
			_, err := b.keepAlive(t)
			e := wantKind(t, err, graph.KindProxy)
			wantText(t, e.Error(), test.says...)
			if strings.Contains(e.Error(), "c2VjcmV0") {
				t.Errorf("got %v, which shows the token", e)
			}
			if len(b.clock.Slept()) != 0 || len(proxy.Requests()) != test.tunnels || len(b.sim.Requests()) != 0 {
				t.Errorf("got waits %v and tunnels %v, want it permanent", b.clock.Slept(), proxy.Requests())
			}
		})
	}
}

// A KDC that cannot be reached may be there the next time.
func TestNegotiate_tokenThatMayComeLaterIsRetried(t *testing.T) {
	t.Parallel()
	proxy := newProxy(t, graphsim.StartProxy, graphsim.ProxyOptions{})
	var requested atomic.Int32
	b := newProxied(t, transport.Options{Proxy: transport.ProxyOptions{URL: named(proxy), Negotiate: func(context.Context, string) (string, error) {
		if requested.Add(1) == 1 {
			return "", errors.New("the KDC is away")
		}
		return "Negotiate token", nil
	}}})
	if _, err := b.keepAlive(t); err != nil {
		t.Errorf("got %v, want success at the second try", err)
	}
}
