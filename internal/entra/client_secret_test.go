package entra_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
)

func TestClientSecret_tokenForGraph(t *testing.T) {
	t.Parallel()
	sim, c := newSim(t)
	credential := newCredential(t, c)
	if got := sim.Requests(); len(got) != 0 {
		t.Errorf("got requests %v before a token is asked for, want none", got)
	}
	token, err := tokenFor(t, credential, sim.GraphURL())
	if err != nil || !strings.HasPrefix(token.Token, "ey") || token.ExpiresOn.IsZero() {
		t.Fatalf("got %+v, %v, want a token", token, err)
	}
	posts := sim.RequestsWhere(func(r graphsim.Request) bool { return r.Method == http.MethodPost })
	if len(posts) != 1 || posts[0].Path != "/"+graphsim.TenantID+"/oauth2/v2.0/token" {
		t.Fatalf("got %v, want one request for a token of the tenant", posts)
	}
	form, err := url.ParseQuery(string(posts[0].Body))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"grant_type": "client_credentials", "client_id": graphsim.ClientID, "client_secret": graphsim.ClientSecret,
	} {
		if got := form.Get(name); got != want {
			t.Errorf("got %s %q, want %q", name, got, want)
		}
	}
	if got := form.Get("scope"); !strings.Contains(got, sim.GraphURL()+"/.default") {
		t.Errorf("got scope %q, want Graph's", got)
	}
}

func TestClientSecret_tokenIsCached(t *testing.T) {
	t.Parallel()
	sim, c := newSim(t)
	credential := newCredential(t, c)
	for range 3 {
		if _, err := tokenFor(t, credential, sim.GraphURL()); err != nil {
			t.Fatal(err)
		}
	}
	if got := sim.TokensIssued(); got != 1 {
		t.Errorf("got %d tokens, want 1", got)
	}
}

func TestClientSecret_refused(t *testing.T) {
	t.Parallel()
	const secret = "wr0ng~secret"
	sim, c := newSim(t)
	for want, change := range map[string]func(){
		"AADSTS7000215": func() { c.ClientSecret = secret },
		"AADSTS700016":  func() { c.ClientID = "11111111-1111-1111-1111-111111111111" },
		"AADSTS90002":   func() { c.TenantID = "22222222-2222-2222-2222-222222222222" },
	} {
		before := c
		change()
		token, err := tokenFor(t, newCredential(t, c), sim.GraphURL())
		if err == nil || token.Token != "" || !strings.Contains(err.Error(), want) {
			t.Errorf("got %+v, %v, want an error with %s", token, err, want)
		} else if strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), graphsim.ClientSecret) {
			t.Errorf("got %v, want the secret kept out of it", err)
		}
		c = before
	}
	if got := sim.TokensIssued(); got != 0 {
		t.Errorf("got %d tokens, want none", got)
	}
}

func TestAuthority_onlyItIsAsked(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		authority, want string
		discovery       bool
	}{
		{"", "https://login.microsoftonline.com/" + graphsim.TenantID + "/", false},
		{"", "https://login.microsoftonline.com/", true}, // Microsoft's own is asked whether it is one
		{"https://login.microsoftonline.us", "https://login.microsoftonline.us/" + graphsim.TenantID + "/", false},
		{"https://login.contoso.local:8443", "https://login.contoso.local:8443/" + graphsim.TenantID + "/", false},
		{"https://login.contoso.local:8443/", "https://login.contoso.local:8443/" + graphsim.TenantID + "/", false},
	} {
		transport := &requested{}
		c := config(transport)
		c.AuthorityHost, c.DisableInstanceDiscovery = test.authority, !test.discovery
		if token, err := tokenFor(t, newCredential(t, c), "https://graph.microsoft.com"); err == nil {
			t.Fatalf("got %+v from nowhere", token)
		}
		if len(transport.urls) == 0 {
			t.Errorf("%q: got no request by the transport", test.authority)
		}
		for _, got := range transport.urls {
			if !strings.HasPrefix(got, test.want) {
				t.Errorf("%q: got a request to %s, want it under %s", test.authority, got, test.want)
			}
		}
	}
}

// A private authority is not known to Microsoft: with instance discovery it is asked there
// first, which the setting is for.
func TestAuthority_instanceDiscovery(t *testing.T) {
	t.Parallel()
	for _, off := range []bool{true, false} {
		transport := &requested{}
		c := config(transport)
		c.AuthorityHost, c.DisableInstanceDiscovery = "https://login.contoso.local", off
		_, _ = tokenFor(t, newCredential(t, c), "https://graph.microsoft.com")
		asked := false
		for _, u := range transport.urls {
			asked = asked || strings.HasPrefix(u, "https://login.microsoftonline.com/")
		}
		if asked == off {
			t.Errorf("instance discovery off %t: got requests %q", off, transport.urls)
		}
	}
}
