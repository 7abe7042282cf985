package graphsim_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"terraform-provider-msgraph/internal/graphsim"
)

func entraPaths(s *sim) (paths []string) {
	for _, r := range s.Requests() {
		if r.Service != graphsim.ServiceEntra {
			s.t.Errorf("%s %s went to %s", r.Method, r.Path, r.Service)
		}
		paths = append(paths, r.Method+" "+r.Path)
	}
	return paths
}

const (
	getOpenID = "GET /" + graphsim.TenantID + "/v2.0/.well-known/openid-configuration"
	postToken = "POST /" + graphsim.TenantID + "/oauth2/v2.0/token"
)

func TestAzidentity_signsInWithASecret(t *testing.T) {
	s := start(t)
	cred := s.credential(graphsim.TenantID, graphsim.ClientID, graphsim.ClientSecret, false)
	for range 3 { // the second and third from azidentity's cache
		if _, err := cred.GetToken(t.Context(), s.tokenOptions()); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := entraPaths(s), []string{getOpenID, postToken}; !slices.Equal(got, want) {
		t.Errorf("requests:\n%q\nwant\n%q", got, want)
	}
	if n := s.TokensIssued(); n != 2 { // one by start
		t.Errorf("%d tokens issued, want 2", n)
	}
}

// rerouted sends what is meant for one host to another.
type rerouted struct {
	from, to string
	next     http.RoundTripper
}

func (r rerouted) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Host == r.from {
		req = req.Clone(req.Context())
		req.URL.Host, req.Host = r.to, ""
	}
	return r.next.RoundTrip(req)
}

// MSAL does not ask an unknown authority for instance discovery but the public
// cloud's, which is why the provider has disable_instance_discovery.
func TestAzidentity_signsInWithInstanceDiscovery(t *testing.T) {
	s := start(t)
	host := strings.TrimPrefix(s.AuthorityURL(), "https://")
	s.client.Transport = rerouted{"login.microsoftonline.com", host, s.client.Transport}
	cred := s.credential(graphsim.TenantID, graphsim.ClientID, graphsim.ClientSecret, true)
	if _, err := cred.GetToken(t.Context(), s.tokenOptions()); err != nil {
		t.Fatal(err)
	}
	// Once for the endpoints and once for the aliases of its cache.
	want := []string{"GET /common/discovery/instance", "GET /common/discovery/instance", getOpenID, postToken}
	if got := entraPaths(s); !slices.Equal(got, want) {
		t.Errorf("requests:\n%q\nwant\n%q", got, want)
	}
}

func TestMSAL_whatItSends(t *testing.T) {
	s := start(t)
	s.newToken(graphsim.TenantID, graphsim.ClientID, graphsim.ClientSecret)
	requests := s.Requests()
	form, err := url.ParseQuery(string(requests[len(requests)-1].Body))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"grant_type":    "client_credentials",
		"client_id":     graphsim.ClientID,
		"client_secret": graphsim.ClientSecret,
		"scope":         s.GraphURL() + "/.default openid offline_access profile",
	} {
		if got := form.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestToken_isShapedLikeEntras(t *testing.T) {
	s := start(t)
	parts := strings.Split(s.token, ".")
	if len(parts) != 3 {
		t.Fatalf("%d parts, want 3", len(parts))
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(text, &claims); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"aud": s.GraphURL(), "tid": graphsim.TenantID, "appid": graphsim.ClientID, "idtyp": "app",
		"iss": s.AuthorityURL() + "/" + graphsim.TenantID + "/v2.0",
	} {
		if claims[name] != want {
			t.Errorf("%s is %v, want %s", name, claims[name], want)
		}
	}
	if roles, _ := claims["roles"].([]any); len(roles) != 3 || roles[0] != graphsim.RoleCallsInitiate {
		t.Errorf("roles are %v", claims["roles"])
	}
}

func TestAzidentity_reportsRefusals(t *testing.T) {
	s := start(t)
	for name, test := range map[string]struct{ tenant, client, secret, scope, want string }{
		"secret":   {graphsim.TenantID, graphsim.ClientID, "wrong", s.GraphURL(), "AADSTS7000215"},
		"app":      {graphsim.TenantID, "00000000-0000-0000-0000-000000000001", "x", s.GraphURL(), "AADSTS700016"},
		"tenant":   {"nowhere.example", graphsim.ClientID, graphsim.ClientSecret, s.GraphURL(), "AADSTS90002"},
		"resource": {graphsim.TenantID, graphsim.ClientID, graphsim.ClientSecret, "https://graph.microsoft.com", "AADSTS500011"},
	} {
		t.Run(name, func(t *testing.T) {
			cred := s.credential(test.tenant, test.client, test.secret, false)
			_, err := cred.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{test.scope + "/.default"}})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, want %s", err, test.want)
			}
			var failed *azidentity.AuthenticationFailedError
			if name == "secret" && !errors.As(err, &failed) {
				t.Errorf("%T is no AuthenticationFailedError", err)
			}
		})
	}
}

func TestAzidentity_refusesPlainHTTPAuthorities(t *testing.T) {
	s := start(t)
	s.client = nil
	options := &azidentity.ClientSecretCredentialOptions{DisableInstanceDiscovery: true}
	options.Cloud.ActiveDirectoryAuthorityHost = "http://127.0.0.1:1"
	if _, err := azidentity.NewClientSecretCredential(graphsim.TenantID, graphsim.ClientID, "x", options); err == nil {
		t.Error("accepted: the provider can do so too now")
	}
}

func TestToken_lifetime(t *testing.T) {
	s := start(t)
	s.SetTokenLifetime(10*time.Minute + 400*time.Millisecond)
	cred := s.credential(graphsim.TenantID, graphsim.ClientID, graphsim.ClientSecret, false)
	token, err := cred.GetToken(t.Context(), s.tokenOptions())
	if err != nil {
		t.Fatal(err)
	}
	if left := time.Until(token.ExpiresOn); left > 10*time.Minute || left < 9*time.Minute {
		t.Errorf("%s left, want just under 10m", left)
	}
}

func TestAgeTokens_tellsClientsLess(t *testing.T) {
	s := start(t)
	call := s.PlaceCall(graphsim.Call{})
	for aged, left := range map[time.Duration]time.Duration{56 * time.Minute: 4 * time.Minute, 2 * time.Hour: 0} {
		s.AgeTokens(aged)
		cred := s.credential(graphsim.TenantID, graphsim.ClientID, graphsim.ClientSecret, false)
		token, err := cred.GetToken(t.Context(), s.tokenOptions())
		if err != nil {
			t.Fatal(err)
		}
		if got := time.Until(token.ExpiresOn); got > left || got < left-time.Minute {
			t.Errorf("aged by %s, a token has %s left, want just under %s", aged, got, left)
		}
		s.token = token.Token
		s.get(call.ID).wantStatus(t, 200)
	}
}

// A token that has run out is the one thing here that takes real time.
func TestToken_expiredIsRefused(t *testing.T) {
	s := start(t)
	call := s.PlaceCall(graphsim.Call{})
	for lifetime := time.Second; ; lifetime *= 2 { // until it is long enough for one request, on a busy machine
		s.SetTokenLifetime(lifetime)
		s.token = s.newToken(graphsim.TenantID, graphsim.ClientID, graphsim.ClientSecret)
		if s.get(call.ID).StatusCode == 200 {
			break
		}
	}
	got := s.get(call.ID)
	for ; got.StatusCode == 200; got = s.get(call.ID) {
		time.Sleep(20 * time.Millisecond)
	}
	got.wantError(t, 401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid.")
}
