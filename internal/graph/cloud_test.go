package graph_test

import (
	"slices"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/endpoint"
	"terraform-provider-msgraph/internal/graph"
)

func TestClouds_byName(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		names               []string
		endpoint, authority string
		beta                bool
	}{
		{[]string{"public", "global", "Public", "GLOBAL"}, "https://graph.microsoft.com", "https://login.microsoftonline.com", true},
		{[]string{"usgovernment", "usgovernmentl4", "USGovernment", "usgovernmentL4"}, "https://graph.microsoft.us", "https://login.microsoftonline.us", false},
		{[]string{"dod", "usgovernmentl5", "DoD", "USGOVERNMENTL5"}, "https://dod-graph.microsoft.us", "https://login.microsoftonline.us", false},
	} {
		for _, name := range test.names {
			c, err := graph.CloudNamed(name)
			if err != nil || c.Endpoint != test.endpoint || c.AuthorityHosts[0] != test.authority || c.Beta != test.beta {
				t.Errorf("%s: got %+v, %v", name, c, err)
			}
			if !slices.Contains(graph.CloudNames(), strings.ToLower(name)) {
				t.Errorf("got names %q, want %s among them", graph.CloudNames(), name)
			}
			if err := endpoint.CheckRoot(c.Endpoint); err != nil {
				t.Error(err)
			}
			if err := graph.CheckCloud(c.Endpoint, c.AuthorityHosts[0]); err != nil {
				t.Error(err)
			}
			if of, ok := graph.CloudOf(strings.ToUpper(c.Endpoint) + "/"); !ok || of.Names[0] != c.Names[0] {
				t.Errorf("got %+v of %s", of, c.Endpoint)
			}
		}
	}
	if got := len(graph.CloudNames()); got != 6 {
		t.Errorf("got %d names, want 6: %q", got, graph.CloudNames())
	}
}

func TestClouds_thatThereAreNot(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"china":            {"no cloud communications API in China"},
		"China":            {"no cloud communications API in China"},
		"german":           {`unknown environment "german"`, "public, global, usgovernment, usgovernmentl4, dod, usgovernmentl5", "graph_endpoint and authority_host"},
		"":                 {`unknown environment ""`},
		"production":       {"unknown environment"},
		"AzurePublicCloud": {"unknown environment"},
		" public":          {"unknown environment"},
	} {
		_, err := graph.CloudNamed(name)
		if err == nil {
			t.Errorf("%q: got no error", name)
			continue
		}
		wantText(t, err.Error(), want...)
	}
	if slices.Contains(graph.CloudNames(), "china") {
		t.Errorf("got names %q, want those that can be used", graph.CloudNames())
	}
}

func TestClouds_doNotMix(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ endpoint, authority, want string }{
		{"https://graph.microsoft.com", "https://login.microsoftonline.com/", ""},
		{"https://graph.microsoft.com", "https://login.windows.net", ""},
		{"https://graph.microsoft.us", "https://login.microsoftonline.us", ""},
		{"https://dod-graph.microsoft.us/", "https://login.microsoftonline.us", ""},
		{"https://graph.microsoft.us", "https://login.contoso.test", ""},
		{"https://graph.contoso.test", "https://login.microsoftonline.com", ""},
		{"https://graph.microsoft.us", "https://login.microsoftonline.com", `for this Graph, "usgovernment"`},
		{"https://dod-graph.microsoft.us", "https://LOGIN.microsoftonline.com", `for this Graph, "dod"`},
		{"https://graph.microsoft.com", "https://login.microsoftonline.us", `for this Graph, "public"`},
		{"https://graph.microsoft.com", "https://login.chinacloudapi.cn", "not valid in another"},
		{"https://microsoftgraph.chinacloudapi.cn", "https://login.chinacloudapi.cn", "no cloud communications API in China"},
	} {
		err := graph.CheckCloud(test.endpoint, test.authority)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s with %s: got %v, want %q", test.endpoint, test.authority, err, test.want)
		}
	}
	if _, ok := graph.CloudOf("https://graph.contoso.test"); ok {
		t.Error("got a cloud for an endpoint that nobody knows")
	}
}

func TestClouds_apiVersionIsInEveryPath(t *testing.T) {
	t.Parallel()
	b := newClient(t)
	beta := b.with(t, graph.Options{APIVersion: graph.BetaAPIVersion, Retry: once})
	_, _ = beta.KeepAlive(t.Context(), callID, nil)
	_, _, _ = beta.Get(t.Context(), callID)
	_ = beta.HangUp(t.Context(), callID)
	b.wantSent(t, 3)
	for _, r := range b.sent() {
		if !strings.HasPrefix(r.Path, "/beta/communications/calls/"+callID) {
			t.Errorf("got %s, want it under beta", r.Path)
		}
	}
}
