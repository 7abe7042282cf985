package entra_test

import (
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
)

func TestClientSecret_tokenForGraph(t *testing.T) {
	t.Parallel()
	sim, c := newSim(t)
	credential := newCredential(t, c)
	if got := sim.Requests(); len(got) != 0 {
		t.Errorf("got requests %v before a token is requested, want none", got)
	}
	token, err := tokenFor(t, credential, sim.GraphURL())
	if err != nil || !strings.HasPrefix(token.Token, "ey") || token.ExpiresOn.IsZero() {
		t.Fatalf("got %+v, %v, want a token", token, err)
	}
	for range 2 { // from azidentity's cache
		if _, err := tokenFor(t, credential, sim.GraphURL()); err != nil {
			t.Fatal(err)
		}
	}
	forms := tokenRequests(t, sim)
	if len(forms) != 1 {
		t.Fatalf("got %v, want one request for a token of the tenant in all", forms)
	}
	form := forms[0]
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

func TestAuthority_onlyItIsAsked(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		authority, want string
		discovery       bool
	}{
		{"", "https://login.microsoftonline.com/" + graphsim.TenantID + "/", false},
		{"", "https://login.microsoftonline.com/", true}, // checked with Microsoft's own
		{"https://login.microsoftonline.us", "https://login.microsoftonline.us/" + graphsim.TenantID + "/", false},
		{"https://login.contoso.local:8443", "https://login.contoso.local:8443/" + graphsim.TenantID + "/", false},
		{"https://login.contoso.local:8443/", "https://login.contoso.local:8443/" + graphsim.TenantID + "/", false},
		{"https://login.contoso.local", "https://login.microsoftonline.com/", true}, // which does not know a private one
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
