package entra_test

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/golang-jwt/jwt/v5"

	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/transport"
)

// config is the stand-in's client secret, with the authority left at its default.
func config(transport policy.Transporter) entra.Config {
	return entra.Config{
		TenantID: graphsim.TenantID, ClientID: graphsim.ClientID, ClientSecret: graphsim.ClientSecret,
		DisableInstanceDiscovery: true, Transport: transport,
	}
}

// newSim starts a stand-in and returns it with the settings to sign in to it.
func newSim(t *testing.T) (*graphsim.Server, entra.Config) {
	t.Helper()
	sim, err := graphsim.Start(graphsim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, sim.CACertificate(), 0o600); err != nil {
		t.Fatal(err)
	}
	transport, err := transport.New(transport.Options{CACertificateFile: file})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	c := config(transport)
	c.AuthorityHost = sim.AuthorityURL()
	return sim, c
}

// newCredential returns the credential that c selects.
func newCredential(t *testing.T, c entra.Config) azcore.TokenCredential {
	t.Helper()
	credential, err := entra.NewCredential(c)
	if err != nil {
		t.Fatal(err)
	}
	return credential
}

// tokenFor gets a token for the Graph at root.
func tokenFor(t *testing.T, credential azcore.TokenCredential, root string) (azcore.AccessToken, error) {
	t.Helper()
	return credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{root + "/.default"}})
}

// tokenRequests are the forms of the requests for tokens that Entra got.
func tokenRequests(t *testing.T, sim *graphsim.Server) (forms []url.Values) {
	t.Helper()
	for _, r := range requestsTo(sim, graphsim.ServiceEntra) {
		if r.Method != http.MethodPost {
			continue
		}
		form, err := url.ParseQuery(string(r.Body))
		if err != nil || r.Path != "/"+graphsim.TenantID+"/oauth2/v2.0/token" {
			t.Fatalf("got %s with %s, %v", r.Path, r.Body, err)
		}
		forms = append(forms, form)
	}
	return forms
}

// lastAssertion is the last client_assertion that Entra got.
func lastAssertion(t *testing.T, sim *graphsim.Server) (token *jwt.Token, claims jwt.RegisteredClaims) {
	t.Helper()
	forms := tokenRequests(t, sim)
	form := forms[len(forms)-1]
	token, _, err := jwt.NewParser().ParseUnverified(form.Get("client_assertion"), &claims)
	if err != nil || form.Get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
		t.Fatalf("got %v of %v", err, form)
	}
	return token, claims
}

// requested is a transport that notes where requests would go and refuses them, as Entra
// would, without a network.
type requested struct {
	mu   sync.Mutex
	urls []string
}

func (r *requested) Do(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.urls = append(r.urls, req.URL.String())
	return &http.Response{
		StatusCode: http.StatusBadRequest, Status: "400 Bad Request",
		Header: http.Header{"Date": {time.Now().UTC().Format(http.TimeFormat)}}, Body: http.NoBody, Request: req,
	}, nil
}

func bodyOf(text string) io.ReadCloser { return io.NopCloser(strings.NewReader(text)) }
