package entra_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/graphsim"
)

// tries are what each request for a token was signed in with.
func tries(t *testing.T, sim *graphsim.Server) (all []string) {
	t.Helper()
	for _, form := range tokenRequests(t, sim) {
		if form.Has("client_secret") {
			all = append(all, "secret")
		} else {
			all = append(all, "assertion")
		}
	}
	return all
}

// The one that worked is tried first the next time. If it then fails, the others get another chance.
func TestChain_orderAndMemory(t *testing.T) {
	t.Parallel()
	sim, c := newSim(t)
	sim.AgeTokens(time.Hour)
	c.ClientSecret = "not-yet-the-secret"
	c.UseOIDC, c.OIDCTokenFile = true, write(t, []byte(sim.Federate(graphsim.FederatedToken{})))
	credential := newCredential(t, c)
	for range 2 {
		if _, err := tokenFor(t, credential, sim.GraphURL()); err != nil {
			t.Fatal(err)
		}
	}
	sim.RegisterApp(graphsim.App{ClientID: graphsim.ClientID, ClientSecret: "not-yet-the-secret", Federated: []graphsim.FederatedCredential{}})
	if _, err := tokenFor(t, credential, sim.GraphURL()); err != nil {
		t.Fatal(err)
	}
	if got, want := tries(t, sim), []string{"secret", "assertion", "assertion", "assertion", "secret"}; !slices.Equal(got, want) {
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
	failed, ok := errors.AsType[*entra.TokenError](err)
	if !ok {
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
	if len(lines) != 4 || !strings.HasSuffix(lines[3], "use oidc_request_url or oidc_token_file_path for a token that can be renewed") {
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
