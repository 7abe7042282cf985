package entra_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"terraform-provider-msgraph/internal/graphsim"
)

// A stand-in without TLS is reached as it is, on loopback; azidentity itself refuses one.
func TestAuthority_loopbackWithoutTLS(t *testing.T) {
	t.Parallel()
	for _, scheme := range []string{"http", "https"} { // as the authority calls its own endpoints
		var mu sync.Mutex
		var got []string
		authority := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, r.Method+" "+r.URL.Path)
			w.Header().Set("Content-Type", "application/json")
			if r.Method == http.MethodPost {
				fmt.Fprint(w, `{"token_type":"Bearer","expires_in":3600,"access_token":"a-token"}`)
				return
			}
			tenant := r.Host + "/" + graphsim.TenantID
			base := scheme + "://" + tenant
			fmt.Fprintf(w, `{"issuer":%q,"authorization_endpoint":%q,"token_endpoint":%q}`,
				"https://"+tenant+"/v2.0", base+"/authorize", base+"/token")
		}))
		t.Cleanup(authority.Close)
		c := config(http.DefaultClient)
		c.AuthorityHost = authority.URL
		token, err := tokenFor(t, newCredential(t, c), "https://graph.microsoft.com")
		if err != nil || token.Token != "a-token" {
			t.Fatalf("%s: got %+v, %v, want its token", scheme, token, err)
		}
		want := []string{"GET /" + graphsim.TenantID + "/v2.0/.well-known/openid-configuration", "POST /" + graphsim.TenantID + "/token"}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", scheme, got, want)
		}
	}
	options := &azidentity.ClientSecretCredentialOptions{DisableInstanceDiscovery: true}
	options.Cloud.ActiveDirectoryAuthorityHost = "http://127.0.0.1:1"
	if _, err := azidentity.NewClientSecretCredential(graphsim.TenantID, graphsim.ClientID, "x", options); err == nil {
		t.Error("azidentity accepts an authority without TLS: plainLoopback can go")
	}
}
