package entra_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/graphsim"
)

// The audience of a GitHub token is that of the cloud, unless the URL or the setting has one.
func TestOIDCAudience_byCloud(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ authority, query, setting, want string }{
		"default":              {"", "", "", "api://AzureADTokenExchange"},
		"public":               {"https://login.microsoftonline.com/", "api-version=2.0", "", "api://AzureADTokenExchange"},
		"US government":        {"https://login.microsoftonline.us", "", "", "api://AzureADTokenExchangeUSGov"},
		"US government, upper": {"https://LOGIN.MicrosoftOnline.US/", "", "", "api://AzureADTokenExchangeUSGov"},
		"China":                {"https://login.chinacloudapi.cn", "", "", "api://AzureADTokenExchangeChina"},
		"China, partner":       {"https://login.partner.microsoftonline.cn", "", "", "api://AzureADTokenExchangeChina"},
		"a private cloud":      {"https://login.contoso.local", "", "", "api://AzureADTokenExchange"},
		"no subdomain of it":   {"https://evil-login.microsoftonline.us", "", "", "api://AzureADTokenExchange"},
		"in the URL":           {"https://login.microsoftonline.us", "audience=api://own", "", "api://own"},
		"set":                  {"https://login.microsoftonline.us", "", "api://set", "api://set"},
		"set, and in the URL":  {"", "audience=api://own", "api://set", "api://set"},
		"empty in the URL":     {"", "audience=", "", "api://AzureADTokenExchange"},
	} {
		transport := &discovered{}
		c := oidc(config(transport))
		c.AuthorityHost, c.OIDCAudience = test.authority, test.setting
		c.OIDCRequestURL, c.OIDCRequestToken = "https://ci.example/token?"+test.query, "t0ken-of-the-job"
		_, _ = tokenFor(t, newCredential(t, c), "https://graph.microsoft.com")
		found := false
		for _, sent := range transport.urls {
			u, err := url.Parse(sent)
			if err != nil || u.Host != "ci.example" {
				continue
			}
			found = true
			if got := u.Query()["audience"]; len(got) != 1 || got[0] != test.want || u.Query().Get("api-version") != "2.0" && strings.Contains(test.query, "api-version") {
				t.Errorf("%s: got the query %s, want the audience %s", name, u.RawQuery, test.want)
			}
		}
		if !found {
			t.Errorf("%s: no OIDC token was requested: %q", name, transport.urls)
		}
	}
}

// discovered is requested for an Entra ID that tells where its endpoints are.
type discovered struct{ requested }

func (d *discovered) Do(req *http.Request) (*http.Response, error) {
	resp, err := d.requested.Do(req)
	if strings.HasSuffix(req.URL.Path, "/openid-configuration") {
		root := "https://" + req.URL.Host + "/" + graphsim.TenantID
		resp.StatusCode, resp.Status = http.StatusOK, "200 OK"
		resp.Body = bodyOf(`{"issuer":"` + root + `/v2.0","authorization_endpoint":"` + root + `/authorize","token_endpoint":"` + root + `/token"}`)
	}
	return resp, err
}

// A federated credential with another audience is refused with advice about the setting, which mends it.
func TestOIDCAudience_refused(t *testing.T) {
	t.Parallel()
	sim, c := newSim(t)
	c = oidc(c)
	c.OIDCRequestURL, c.OIDCRequestToken = sim.GitHubRequest()
	const audience = "api://AzureADTokenExchangeUSGov"
	sim.RegisterApp(graphsim.App{ClientID: graphsim.ClientID, Federated: []graphsim.FederatedCredential{
		{Issuer: sim.Issuer(graphsim.IssuerGitHub), Subject: graphsim.SubjectGitHub, Audience: audience},
	}})
	_, err := tokenFor(t, newCredential(t, c), sim.GraphURL())
	if err == nil || !strings.Contains(err.Error(), "AADSTS700212") || !strings.Contains(err.Error(), "oidc_audience (ARM_OIDC_AUDIENCE)") {
		t.Errorf("got %v, want advice on the audience", err)
	}
	c.OIDCAudience = audience
	if _, err := tokenFor(t, newCredential(t, c), sim.GraphURL()); err != nil {
		t.Errorf("got %v", err)
	}
}

// An address with a query keeps it, and gets its own parameters, each once.
func TestAzureDevOps_requestURLWithAQuery(t *testing.T) {
	t.Parallel()
	for query, version := range map[string]string{"": "7.1", "?a=b%26c": "7.1", "?api-version=7.2-preview.1&a=b%26c": "7.2-preview.1", "?serviceConnectionId=another#part": "7.1"} {
		sim, c := newSim(t)
		c = oidc(c)
		c.ServiceConnectionID = graphsim.ServiceConnectionID
		c.OIDCRequestURL, c.OIDCRequestToken = sim.AzureDevOpsRequest()
		c.OIDCRequestURL += query
		if _, err := tokenFor(t, newCredential(t, c), sim.GraphURL()); err != nil {
			t.Errorf("%q: got %v", query, err)
			continue
		}
		got, _ := url.ParseQuery(requestsTo(sim, graphsim.ServiceOIDC)[0].RawQuery)
		if got.Get("api-version") != version || len(got["serviceConnectionId"]) != 1 || strings.Contains(query, "a=") && got.Get("a") != "b&c" {
			t.Errorf("%q: got %v", query, got)
		}
	}
}

// What cannot be sent is refused before anything is: with the setting's name, and without its value.
func TestSettings_thatCannotBeSent(t *testing.T) {
	t.Parallel()
	transport := &requested{}
	for setting, change := range map[string]func(c *entra.Config, value string){
		"client_id":     func(c *entra.Config, v string) { c.ClientID = v },
		"client_secret": func(c *entra.Config, v string) { c.ClientSecret = v },
		"oidc_request_token": func(c *entra.Config, v string) {
			c.UseOIDC, c.OIDCRequestURL, c.OIDCRequestToken = true, "https://ci.example", v
		},
		"oidc_audience": func(c *entra.Config, v string) {
			c.UseOIDC, c.OIDCRequestURL, c.OIDCRequestToken, c.OIDCAudience = true, "https://ci.example", "t", v
		},
		"oidc_token":                         func(c *entra.Config, v string) { c.UseOIDC, c.OIDCToken = true, v },
		"ado_pipeline_service_connection_id": func(c *entra.Config, v string) { c.UseOIDC, c.ServiceConnectionID = true, v },
		"msi_object_id":                      func(c *entra.Config, v string) { c.UseManagedIdentity, c.ManagedIdentityObjectID = true, v },
		"msi_resource_id":                    func(c *entra.Config, v string) { c.UseManagedIdentity, c.ManagedIdentityResourceID = true, v },
	} {
		for value, says := range map[string]string{"s3cret\nvalue": "a line break", "s3cret\r\nvalue": "a line break", "s3cret\x00": "is not text", "<s-three-cret>": "a placeholder", "\xff\xfes\x00": "UTF-16"} {
			c := config(transport)
			change(&c, value)
			_, err := entra.NewCredential(c)
			if err == nil || !strings.Contains(err.Error(), setting+": ") || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("%s, %q: got %v, want it to say %q", setting, value, err, says)
			}
		}
		c := config(transport)
		change(&c, "\xef\xbb\xbfvalue\r\n")
		if _, err := entra.NewCredential(c); err != nil && strings.Contains(err.Error(), setting+":") {
			t.Errorf("%s, with a byte order mark: got %v", setting, err)
		}
	}
	c := oidc(config(transport))
	c.OIDCRequestURL, c.OIDCRequestToken = "https://ci.example", "two words"
	if _, err := entra.NewCredential(c); err == nil || !strings.Contains(err.Error(), "oidc_request_token: it contains a space") {
		t.Errorf("got %v", err)
	}
	if len(transport.urls) != 0 {
		t.Errorf("got requests %q, want none", transport.urls)
	}
}

// The error says what a job lacks, where it runs.
func TestOIDC_whatAJobLacks(t *testing.T) {
	t.Parallel()
	base := entra.Config{TenantID: graphsim.TenantID, ClientID: graphsim.ClientID, UseOIDC: true}
	for name, test := range map[string]struct {
		change func(*entra.Config)
		says   string
	}{
		"GitHub without permission": {func(c *entra.Config) { c.InGitHubActions = true }, "its workflow lacks permissions: id-token: write"},
		"Azure DevOps without a connection": {func(c *entra.Config) { c.InAzurePipelines = true },
			"no service connection of Azure DevOps is named: none of ado_pipeline_service_connection_id, "},
		"Azure DevOps without the access token": {func(c *entra.Config) {
			c.InAzurePipelines, c.ServiceConnectionID, c.OIDCRequestURL = true, "x", "https://ci.example"
		}, "oidc_request_token is not set; map it in the step: env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)"},
	} {
		c := base
		test.change(&c)
		if _, err := entra.NewCredential(c); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: got %v, want it to say %q", name, err, test.says)
		}
	}
}

// The environment of the process stays as it is, and is not read, for Azure DevOps.
func TestAzureDevOps_environmentIsLeftAlone(t *testing.T) {
	other := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(other.Close)
	t.Setenv("SYSTEM_OIDCREQUESTURI", other.URL)
	sim, c := newSim(t)
	c = oidc(c)
	c.ServiceConnectionID = graphsim.ServiceConnectionID
	c.OIDCRequestURL, c.OIDCRequestToken = sim.AzureDevOpsRequest()
	if _, err := tokenFor(t, newCredential(t, c), sim.GraphURL()); err != nil {
		t.Error(err)
	}
	if got := os.Getenv("SYSTEM_OIDCREQUESTURI"); got != other.URL {
		t.Errorf("the variable is %q now", got)
	}
}
