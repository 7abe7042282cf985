package entra_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/graphsim"
)

// tries are the requests for tokens, as what each was signed in with.
func tries(t *testing.T, sim *graphsim.Server) []string {
	t.Helper()
	var all []string
	for _, r := range sim.RequestsWhere(func(r graphsim.Request) bool {
		return r.Service == graphsim.ServiceEntra && r.Method == http.MethodPost
	}) {
		form, err := url.ParseQuery(string(r.Body))
		if err != nil {
			t.Fatal(err)
		}
		if form.Has("client_secret") {
			all = append(all, "secret")
		} else {
			all = append(all, "assertion")
		}
	}
	return all
}

func TestChain_orderAndMemory(t *testing.T) {
	t.Parallel()
	sim, c := newSim(t)
	sim.SetTokenLifetime(0)
	c.ClientSecret = "wr0ng~secret"
	c.UseOIDC, c.OIDCTokenFile = true, write(t, []byte(sim.Federate(graphsim.FederatedToken{})))
	credential := newCredential(t, c)
	for range 2 {
		if _, err := tokenFor(t, credential, sim.GraphURL()); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := tries(t, sim), []string{"secret", "assertion", "assertion"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The one that worked may fail later on. Then the others get another chance.
func TestChain_othersWhenTheLastOneFails(t *testing.T) {
	t.Parallel()
	sim, c := newSim(t)
	sim.SetTokenLifetime(0)
	file := write(t, []byte(sim.Federate(graphsim.FederatedToken{})))
	c.ClientSecret = "not-yet-the-secret"
	c.UseOIDC, c.OIDCTokenFile = true, file
	credential := newCredential(t, c)
	if _, err := tokenFor(t, credential, sim.GraphURL()); err != nil {
		t.Fatal(err)
	}
	sim.RegisterApp(graphsim.App{ClientID: graphsim.ClientID, ClientSecret: "not-yet-the-secret", Federated: []graphsim.FederatedCredential{}})
	if _, err := tokenFor(t, credential, sim.GraphURL()); err != nil {
		t.Fatal(err)
	}
	if got, want := tries(t, sim), []string{"secret", "assertion", "assertion", "secret"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTokenError_everyFailureByName(t *testing.T) {
	t.Parallel()
	sim, c := newSim(t)
	c.ClientSecret = "wr0ng~secret"
	c.UseOIDC = true
	c.OIDCTokenFile = write(t, []byte(sim.Federate(graphsim.FederatedToken{Subject: "somebody-else"})))
	c.OIDCToken = sim.Federate(graphsim.FederatedToken{Lifetime: -1})
	_, err := tokenFor(t, newCredential(t, c), sim.GraphURL())
	var failed *entra.TokenError
	if !errors.As(err, &failed) {
		t.Fatalf("got %T %v, want a TokenError", err, err)
	}
	var got []string
	for _, f := range failed.Failures {
		got = append(got, f.Method)
	}
	if want := []string{"client secret", "OIDC token file", "fixed OIDC token"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	lines := strings.Split(err.Error(), "\n")
	for i, want := range []string{
		"none of the configured credentials obtained a token:",
		"  - client secret: " + sim.AuthorityURL() + "/" + graphsim.TenantID + "/oauth2/v2.0/token responded with 401 Unauthorized: AADSTS7000215: Invalid client secret provided",
		"  - OIDC token file: " + sim.AuthorityURL() + "/" + graphsim.TenantID + "/oauth2/v2.0/token responded with 401 Unauthorized: AADSTS700213: No matching federated identity record found for presented assertion subject 'somebody-else'",
		"  - fixed OIDC token: " + sim.AuthorityURL() + "/" + graphsim.TenantID + "/oauth2/v2.0/token responded with 401 Unauthorized: AADSTS700024: Client assertion is not within its valid time range",
	} {
		if i >= len(lines) || !strings.HasPrefix(lines[i], want) {
			t.Errorf("got\n%v\nwant line %d to begin %q", err, i+1, want)
		}
	}
	if len(lines) != 4 || !strings.HasSuffix(lines[3], "oidc_request_url or oidc_token_file_path can be asked for a new one") {
		t.Errorf("got\n%v\nwant 4 lines, the last with a hint", err)
	}
	if strings.Count(err.Error(), "correlation ID") != 3 || strings.Contains(err.Error(), "Correlation ID") {
		t.Errorf("got\n%v\nwant Entra's ids once with each", err)
	}
	for _, secret := range []string{"wr0ng~secret", c.OIDCToken, "eyJ"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("got\n%v\nwant %q kept out of it", err, secret)
		}
	}
	if _, ok := errors.AsType[*azidentity.AuthenticationFailedError](err); !ok {
		t.Error("azidentity's own error is lost")
	}
}

func TestTokenError_notTried(t *testing.T) {
	t.Parallel()
	sim, c := newSim(t)
	c.UseOIDC, c.OIDCToken = true, sim.Federate(graphsim.FederatedToken{})
	ctx, cancel := context.WithCancel(t.Context())
	sim.Inject(graphsim.Stalled().ToEntra())
	c.Transport = cancelling{c.Transport, cancel}
	_, err := newCredential(t, c).GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{sim.GraphURL() + "/.default"}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want it to be %v", err, context.Canceled)
	}
	if text := err.Error(); !strings.Contains(text, "- client secret: ") || !strings.Contains(text, "- fixed OIDC token: not tried") {
		t.Errorf("got %q, want the second not tried", text)
	}
}

// cancelling cancels as soon as a token is requested.
type cancelling struct {
	policy.Transporter
	cancel func()
}

func (c cancelling) Do(req *http.Request) (*http.Response, error) {
	if req.Method == http.MethodPost {
		c.cancel()
	}
	return c.Transporter.Do(req)
}
