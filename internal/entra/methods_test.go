package entra_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/permanent"
	"terraform-provider-msgraph/internal/testos"
)

// oidc is a config without a secret that selects OIDC.
func oidc(c entra.Config) entra.Config {
	c.ClientSecret, c.UseOIDC = "", true
	return c
}

func requestsTo(sim *graphsim.Server, service string) []graphsim.Request {
	return sim.RequestsWhere(func(r graphsim.Request) bool { return r.Service == service })
}

// The order is documented: what can be renewed before what cannot.
func TestMethods_order(t *testing.T) {
	t.Parallel()
	want := []string{
		"client secret", "client certificate", "GitHub Actions OIDC token", "Azure DevOps OIDC token", "OIDC token file",
		"AKS workload identity", "managed identity", "Azure CLI", "Azure Developer CLI", "Azure PowerShell", "fixed OIDC token",
	}
	if got := entra.Methods(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A token is requested from a CI system at each use.
func TestOIDC_requestedAtEachUse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change          func(*graphsim.Server, *entra.Config)
		method, subject string
		query           map[string]string
	}{
		"GitHub": {func(sim *graphsim.Server, c *entra.Config) {
			c.OIDCRequestURL, c.OIDCRequestToken = sim.GitHubRequest()
		}, http.MethodGet, graphsim.SubjectGitHub, map[string]string{"audience": "api://AzureADTokenExchange", "api-version": "2.0"}},
		"Azure DevOps": {func(sim *graphsim.Server, c *entra.Config) { // which responds with 405 to GET
			c.ServiceConnectionID = graphsim.ServiceConnectionID
			c.OIDCRequestURL, c.OIDCRequestToken = sim.AzureDevOpsRequest()
		}, http.MethodPost, graphsim.SubjectAzureDevOps, map[string]string{"serviceConnectionId": graphsim.ServiceConnectionID, "api-version": "7.1"}},
	} {
		sim, c := newSim(t)
		sim.AgeTokens(time.Hour)
		c = oidc(c)
		test.change(sim, &c)
		credential := newCredential(t, c)
		for range 2 {
			if _, err := tokenFor(t, credential, sim.GraphURL()); err != nil {
				t.Fatal(name, err)
			}
		}
		got := requestsTo(sim, graphsim.ServiceOIDC)
		if len(got) != 2 {
			t.Fatalf("%s: got %d requests, want 2", name, len(got))
		}
		for _, r := range got {
			query, _ := url.ParseQuery(r.RawQuery)
			for parameter, want := range test.query {
				if query.Get(parameter) != want || r.Method != test.method || r.Header.Get("Authorization") != "Bearer "+c.OIDCRequestToken {
					t.Errorf("%s: got %s %s?%s", name, r.Method, r.Path, r.RawQuery)
				}
			}
		}
		if _, claims := lastAssertion(t, sim); claims.Subject != test.subject || !slices.Equal(claims.Audience, []string{"api://AzureADTokenExchange"}) {
			t.Errorf("%s: got %+v, want the job's token for Entra", name, claims)
		}
	}
}

func TestTokenFile_readAtEachUse(t *testing.T) {
	t.Parallel()
	sim, c := newSim(t)
	sim.AgeTokens(time.Hour)
	c = oidc(c)
	c.OIDCTokenFile = write(t, []byte(sim.Federate(graphsim.FederatedToken{})+"\n"))
	credential := newCredential(t, c)
	var ids []string
	for range 2 {
		if _, err := tokenFor(t, credential, sim.GraphURL()); err != nil {
			t.Fatal(err)
		}
		_, claims := lastAssertion(t, sim)
		ids = append(ids, claims.ID)
		if err := os.WriteFile(c.OIDCTokenFile, []byte(sim.Federate(graphsim.FederatedToken{})), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if ids[0] == ids[1] {
		t.Error("the second token came of the file as it was before")
	}
	if err := os.Remove(c.OIDCTokenFile); err != nil {
		t.Fatal(err)
	}
	_, err := tokenFor(t, credential, sim.GraphURL())
	if want := "the OIDC token file credential did not obtain a token: oidc_token_file_path: the file "; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want it to begin %q", err, want)
	}
}

// imds leads requests for the address of every virtual machine's IMDS to another host.
type imds struct {
	policy.Transporter
	host string
}

func (i imds) Do(req *http.Request) (*http.Response, error) {
	if req.URL.Host == "169.254.169.254" {
		req = req.Clone(req.Context())
		req.URL.Host = i.host
	}
	return i.Transporter.Do(req)
}

// imdsOf is IMDS as the stand-in has it, and noIMDS a machine without.
func imdsOf(sim *graphsim.Server, next policy.Transporter) imds {
	return imds{next, strings.TrimPrefix(sim.IdentityURL(), "http://")}
}

func noIMDS(next policy.Transporter) imds { return imds{next, "127.0.0.1:1"} }

func TestManagedIdentity_whichOne(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*entra.Config)
		query  string
	}{
		"none": {func(*entra.Config) {}, ""},
		"client id": {func(c *entra.Config) { c.ClientID = graphsim.UserAssignedClientID },
			"client_id=" + graphsim.UserAssignedClientID},
		"object id": {func(c *entra.Config) { c.ManagedIdentityObjectID = graphsim.UserAssignedObjectID },
			"object_id=" + graphsim.UserAssignedObjectID},
		"resource id": {func(c *entra.Config) { c.ManagedIdentityResourceID = graphsim.UserAssignedResourceID },
			"msi_res_id=" + url.QueryEscape(graphsim.UserAssignedResourceID)},
		"object id before client id": {func(c *entra.Config) {
			c.ClientID, c.ManagedIdentityObjectID = graphsim.ClientID, graphsim.UserAssignedObjectID
		}, "object_id=" + graphsim.UserAssignedObjectID},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim, c := newSim(t)
			c = entra.Config{UseManagedIdentity: true, Transport: imdsOf(sim, c.Transport)}
			test.change(&c)
			if _, err := tokenFor(t, newCredential(t, c), sim.GraphURL()); err != nil {
				t.Fatal(err)
			}
			got := requestsTo(sim, graphsim.ServiceIdentity)
			if len(got) != 1 || !strings.Contains(got[0].RawQuery, test.query) || test.query == "" && strings.Contains(got[0].RawQuery, "_id=") {
				t.Errorf("got %v, want one request with %q", got, test.query)
			}
			sim, next := newSim(t) // azidentity keeps the tokens of managed identities, by the Graph that they are for
			sim.RemoveManagedIdentities()
			c.Transport = imdsOf(sim, next.Transport)
			_, err := tokenFor(t, newCredential(t, c), sim.GraphURL())
			says := "msi_resource_id is not assigned to this machine"
			if test.query == "" {
				says = "This machine has no system-assigned identity"
			}
			if err == nil || !strings.Contains(err.Error(), "responded with 400 Bad Request: Identity not found. ") || !strings.Contains(err.Error(), says) {
				t.Errorf("got %v, want it to say %q", err, says)
			}
		})
	}
}

// Where no identity endpoint is, the next credential gets its turn, and within the time of
// an operation: azidentity would go on looking for minutes.
func TestManagedIdentity_noneOnThisMachine(t *testing.T) {
	t.Parallel()
	sim, c := newSim(t)
	c.ClientSecret, c.UseManagedIdentity = "", true
	c.UseOIDC, c.OIDCToken = true, sim.Federate(graphsim.FederatedToken{})
	c.Transport = noIMDS(c.Transport)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	_, err := newCredential(t, c).GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{sim.GraphURL() + "/.default"}})
	if err != nil {
		t.Fatal(err)
	}
}

// A busy host takes its time to respond, or cannot at first, also where other credentials
// would be at hand.
func TestManagedIdentity_busyEndpoint(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]graphsim.Fault{
		"slow": graphsim.Slow(1500 * time.Millisecond),
		"503":  graphsim.Status(http.StatusServiceUnavailable),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim, c := newSim(t)
			fault.Service = graphsim.ServiceIdentity
			sim.Inject(fault)
			c.ClientSecret, c.ClientID, c.UseManagedIdentity, c.Transport = "", "", true, imdsOf(sim, c.Transport)
			c.UseAzureCLI = true
			if _, err := tokenFor(t, newCredential(t, c), sim.GraphURL()); err != nil {
				t.Fatal(err)
			}
			if n := len(requestsTo(sim, graphsim.ServiceIdentity)); n == 0 || sim.FaultsLeft() != 0 {
				t.Errorf("got %d requests for the machine's identity, and %d faults left", n, sim.FaultsLeft())
			}
		})
	}
}

// What is missing is named, by the attribute.
func TestNewCredential_missingSettings(t *testing.T) {
	t.Parallel()
	transport := &requested{}
	base := entra.Config{TenantID: graphsim.TenantID, ClientID: graphsim.ClientID, Transport: transport}
	for name, test := range map[string]struct {
		change func(*entra.Config)
		want   string
	}{
		"tenant of any kind": {func(c *entra.Config) { c.ClientSecret, c.TenantID = graphsim.ClientSecret, "a/b" },
			`the client secret cannot be used: tenant_id: a tenant ID is a GUID or a domain name: letters, digits, hyphens and dots, not "/"`},
		"two that cannot be used, whatever else could": {func(c *entra.Config) {
			c.ClientSecret, c.CertificateFile, c.TenantID, c.UseManagedIdentity = graphsim.ClientSecret, "/nonexistent/c.pfx", "", true
		}, "the client secret cannot be used: tenant_id is not set\nthe client certificate cannot be used: tenant_id is not set"},
		"OIDC from nowhere": {func(c *entra.Config) { c.UseOIDC = true },
			"the OIDC credential cannot be used: use_oidc is set, but no source of the OIDC token is configured: none of oidc_request_url, ado_pipeline_service_connection_id, oidc_token_file_path, oidc_token is set"},
		"GitHub without a token": {func(c *entra.Config) { c.UseOIDC, c.OIDCRequestURL = true, "https://ci.example" },
			"the GitHub Actions OIDC token cannot be used: oidc_request_token is not set"},
		"GitHub without a URL": {func(c *entra.Config) { c.UseOIDC, c.OIDCRequestToken = true, "t" },
			"the GitHub Actions OIDC token cannot be used: oidc_request_url is not set"},
		"GitHub without TLS": {func(c *entra.Config) {
			c.UseOIDC, c.OIDCRequestURL, c.OIDCRequestToken = true, "http://ci.example/token", "t"
		}, "the GitHub Actions OIDC token cannot be used: oidc_request_url: plain http is for loopback addresses only, since tokens would be sent over an unencrypted connection; use https"},
		"Azure DevOps without a token": {func(c *entra.Config) {
			c.UseOIDC, c.ServiceConnectionID, c.OIDCRequestURL = true, "x", "https://ci.example"
		},
			"the Azure DevOps OIDC token cannot be used: oidc_request_token is not set"},
		"Azure DevOps without a URL": {func(c *entra.Config) { c.UseOIDC, c.ServiceConnectionID, c.OIDCRequestToken = true, "x", "t" },
			"the Azure DevOps OIDC token cannot be used: oidc_request_url is not set"},
		"Azure DevOps with no URL": {func(c *entra.Config) {
			c.UseOIDC, c.ServiceConnectionID, c.OIDCRequestURL, c.OIDCRequestToken = true, "x", "ci.example", "t"
		}, `the Azure DevOps OIDC token cannot be used: oidc_request_url: the URL must begin with "https://"`},
		"token without a client": {func(c *entra.Config) { c.UseOIDC, c.OIDCToken, c.ClientID = true, "t", "" },
			"the fixed OIDC token cannot be used: client_id is not set"},
		"file that is not there": {func(c *entra.Config) { c.UseOIDC, c.OIDCTokenFile = true, "/nonexistent/token" },
			`the OIDC token file cannot be used: oidc_token_file_path: the file "/nonexistent/token" cannot be read: ` + testos.ReadError("/nonexistent/token")},
		"workload identity without a file": {func(c *entra.Config) { c.UseWorkloadIdentity = true },
			"the AKS workload identity cannot be used: oidc_token_file_path is not set"},
		"workload identity, empty file": {func(c *entra.Config) { c.UseWorkloadIdentity, c.FederatedTokenFile = true, os.DevNull },
			`the AKS workload identity cannot be used: oidc_token_file_path: the file "` + os.DevNull + `" is empty`},
		"two managed identities": {func(c *entra.Config) {
			c.UseManagedIdentity, c.ManagedIdentityObjectID, c.ManagedIdentityResourceID = true, "o", "r"
		}, "the managed identity cannot be used: msi_resource_id: msi_object_id is set as well; set only one of them"},
	} {
		c := base
		test.change(&c)
		credential, err := entra.NewCredential(c)
		if err == nil || err.Error() != test.want || credential != nil || errors.Is(err, entra.ErrNotConfigured) {
			t.Errorf("%s: got %v, %v, want %s", name, credential, err, test.want)
		}
	}
	if len(transport.urls) != 0 {
		t.Errorf("got requests %q, want none", transport.urls)
	}
}

func TestOIDC_refusals(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*graphsim.Server, *entra.Config)
		want   string // at the beginning
	}{
		"GitHub, wrong request token": {func(sim *graphsim.Server, c *entra.Config) {
			c.OIDCRequestURL, _ = sim.GitHubRequest()
			c.OIDCRequestToken = "wr0ng~request~token"
		}, "the GitHub Actions OIDC token credential did not obtain a token: no OIDC token: OIDC/github/idtoken responded with 401 Unauthorized: Invalid request token"},
		"GitHub, a web page": {func(sim *graphsim.Server, c *entra.Config) {
			c.OIDCRequestURL, c.OIDCRequestToken = sim.GitHubRequest()
			f := graphsim.HTMLNotFound()
			f.Service = graphsim.ServiceOIDC
			sim.Inject(f)
		}, `the GitHub Actions OIDC token credential did not obtain a token: no OIDC token: OIDC/github/idtoken responded with 404 Not Found and a body of the type text/html, which begins "<!DOCTYPE html>\n<html>`},
		"GitHub, empty response": {func(sim *graphsim.Server, c *entra.Config) {
			c.OIDCRequestURL, c.OIDCRequestToken = sim.GitHubRequest()
			f := graphsim.Empty(http.StatusForbidden)
			f.Service = graphsim.ServiceOIDC
			sim.Inject(f)
		}, "the GitHub Actions OIDC token credential did not obtain a token: no OIDC token: OIDC/github/idtoken responded with 403 Forbidden and an empty body"},
		"GitHub, no token in the response": {func(sim *graphsim.Server, c *entra.Config) {
			c.OIDCRequestURL, c.OIDCRequestToken = sim.GitHubRequest()
			sim.Inject(graphsim.Fault{Service: graphsim.ServiceOIDC, Status: 200, Body: []byte(`{"values":"s3cret"}`)})
		}, "the GitHub Actions OIDC token credential did not obtain a token: no OIDC token: OIDCHOST responded with 200 OK without one"},
		"GitHub, not there": {func(_ *graphsim.Server, c *entra.Config) {
			c.OIDCRequestURL, c.OIDCRequestToken = "https://127.0.0.1:1/token?s3cret=1", "wr0ng~request~token"
			c.Transport = once{c.Transport}
		}, "the GitHub Actions OIDC token credential did not obtain a token: no OIDC token: request to 127.0.0.1:1: dial tcp 127.0.0.1:1: " + testos.ConnectionRefused() + ". Check the network, the proxy settings and oidc_request_url"},
		"Azure DevOps, wrong access token": {func(sim *graphsim.Server, c *entra.Config) {
			c.ServiceConnectionID = graphsim.ServiceConnectionID
			c.OIDCRequestURL, _ = sim.AzureDevOpsRequest()
			c.OIDCRequestToken = "wr0ng~request~token"
		}, "the Azure DevOps OIDC token credential did not obtain a token: no OIDC token: OIDC/azuredevops/test-lab/_apis/distributedtask/hubs/build/plans/1/jobs/2/oidctoken responded with 401 Unauthorized: TF400813"},
		"Azure DevOps, unknown connection": {func(sim *graphsim.Server, c *entra.Config) {
			c.ServiceConnectionID = "11111111-1111-1111-1111-111111111111"
			c.OIDCRequestURL, c.OIDCRequestToken = sim.AzureDevOpsRequest()
		}, "the Azure DevOps OIDC token credential did not obtain a token: no OIDC token: OIDC/azuredevops/test-lab/_apis/distributedtask/hubs/build/plans/1/jobs/2/oidctoken responded with 404 Not Found: The service connection 11111111-1111-1111-1111-111111111111 does not exist"},
		"audience": {func(sim *graphsim.Server, c *entra.Config) {
			c.OIDCToken = sim.Federate(graphsim.FederatedToken{Audience: "https://github.com/contoso"})
		}, "the fixed OIDC token credential did not obtain a token: ENTRA responded with 401 Unauthorized: AADSTS700212: No matching federated identity record found for presented assertion audience 'https://github.com/contoso'"},
		"no token at all": {func(_ *graphsim.Server, c *entra.Config) { c.OIDCToken = "n0t~a~t0ken" },
			"the fixed OIDC token credential did not obtain a token: ENTRA responded with 400 Bad Request: AADSTS50027: JWT token is invalid or malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim, c := newSim(t)
			c = oidc(c)
			test.change(sim, &c)
			_, err := tokenFor(t, newCredential(t, c), sim.GraphURL())
			root, _ := sim.GitHubRequest()
			root, _, _ = strings.Cut(root, "/github")
			want := strings.NewReplacer("OIDCHOST", strings.TrimPrefix(root, "https://"), "OIDC/", root+"/",
				"ENTRA", sim.AuthorityURL()+"/"+graphsim.TenantID+"/oauth2/v2.0/token").Replace(test.want)
			if err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Fatalf("got  %v\nwant %s", err, want)
			}
			if advice := "a task of the same stage names it, which Azure DevOps requires since March 2026"; strings.Contains(err.Error(), advice) != (c.ServiceConnectionID != "") {
				t.Errorf("got %v, want advice on the stage from Azure DevOps only", err)
			}
			for _, secret := range append(c.Secrets(), "s3cret", "eyJ") {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("got %v, want %q kept out of it", err, secret)
				}
			}
		})
	}
}

// once makes failures to connect permanent, so that nobody waits for retries.
type once struct{ policy.Transporter }

func (o once) Do(req *http.Request) (*http.Response, error) {
	resp, err := o.Transporter.Do(req)
	if err != nil {
		return nil, permanent.Error(err)
	}
	return resp, nil
}

// A service may repeat what it was given; an error does not.
func TestTokenError_redacted(t *testing.T) {
	t.Parallel()
	const secret = "s3cret with+signs/and=such"
	for name, form := range map[string]string{
		"as it is": secret, "in a form": url.QueryEscape(secret), "in a path": url.PathEscape(secret),
		"in base64": "czNjcmV0IHdpdGgrc2lnbnMvYW5kPXN1Y2g=",
	} {
		sim, c := newSim(t)
		c.ClientSecret = secret
		sim.Inject(graphsim.Fault{Status: 400, Body: []byte(`{"error":"invalid_request","error_description":"AADSTS1: got [` + form + `] and eyJhbGciOi.eyJzdWIi.c2ln"}`)}.ToEntra())
		_, err := tokenFor(t, newCredential(t, c), sim.GraphURL())
		if err == nil || !strings.Contains(err.Error(), "AADSTS1: got [[redacted]] and [redacted]") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestLoad_valueAndFileAgree(t *testing.T) {
	t.Parallel()
	sim, c := newSim(t)
	good := c
	good.ClientIDFile, good.ClientSecretFile = write(t, []byte(graphsim.ClientID+"\n")), write(t, []byte("\t"+graphsim.ClientSecret+"\r\n"))
	for _, both := range []bool{true, false} {
		c := good
		if !both {
			c.ClientID, c.ClientSecret = "", ""
		}
		if _, err := tokenFor(t, newCredential(t, c), sim.GraphURL()); err != nil {
			t.Errorf("both %t: got %v", both, err)
		}
	}
	loaded, err := good.Load()
	if err != nil || loaded.ClientIDFile != "" || loaded.ClientSecretFile != "" || !slices.Contains(loaded.Secrets(), graphsim.ClientSecret) {
		t.Errorf("got %+v, %v, want the files read", loaded, err)
	}
	for want, change := range map[string]func(*entra.Config){
		"client_id_file_path: the content of the file differs from client_id; set only one of them":              func(c *entra.Config) { c.ClientID = "another" },
		"client_secret_file_path: the content of the file differs from client_secret; set only one of them":      func(c *entra.Config) { c.ClientSecret = "an0ther~secret" },
		`client_secret_file_path: the file "` + os.DevNull + `" is empty`:                                        func(c *entra.Config) { c.ClientSecretFile = os.DevNull },
		`client_id_file_path: the file "/nonexistent/id" cannot be read: ` + testos.ReadError("/nonexistent/id"): func(c *entra.Config) { c.ClientIDFile = "/nonexistent/id" },
	} {
		c := good
		change(&c)
		_, err := entra.NewCredential(c)
		if _, ok := errors.AsType[*entra.SettingError](err); !ok || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
