package entra_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

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

// newCredential returns the credential that c asks for.
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
