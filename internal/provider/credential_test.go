package provider

import (
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"terraform-provider-msgraph/internal/graphsim"
)

// application is who calls the tests' calls.
func application(also attributes) attributes {
	block := attributes{"tenant_id": graphsim.TenantID, "client_id": graphsim.ClientID}
	maps.Copy(block, also)
	return block
}

// credentialCase is a credential that needs nothing of the process but what a test can hand it. There is one for each page
// about signing in; others are in the tests of package entra.
type credentialCase struct {
	// configure sets the lab up and returns the provider block.
	configure func(t *testing.T, l *lab) attributes
	// app is whose token Graph is to see.
	app string
	// service is asked for each token, by a request that has with in its query or its body.
	service, with string
	// refuse breaks what configure has set up, or changes the provider block. It is nil where the
	// tests of package entra show the same error.
	refuse func(t *testing.T, l *lab, block attributes)
	// says is what the error then has in it.
	says []string
}

func credentialCases() map[string]credentialCase {
	const entra, secret, assertion = graphsim.ServiceEntra, "client_secret=", "client_assertion="
	return map[string]credentialCase{
		"client secret": {
			configure: func(*testing.T, *lab) attributes {
				return application(attributes{"client_secret": graphsim.ClientSecret})
			},
			app: graphsim.ClientID, service: entra, with: secret,
			refuse: func(_ *testing.T, _ *lab, block attributes) { block["client_secret"] = "wr0ng~s3cret" },
			says:   []string{"The client secret credential did not obtain a token", "AADSTS7000215: Invalid client secret provided", "correlation ID"},
		},
		"client certificate": {
			configure: func(t *testing.T, l *lab) attributes {
				data, certificate := pfx(t)
				l.trustCertificate(certificate)
				return application(attributes{"client_certificate_path": writeFile(t, data), "client_certificate_password": certificatePassword})
			},
			app: graphsim.ClientID, service: entra, with: assertion,
			refuse: func(_ *testing.T, l *lab, _ attributes) {
				l.RegisterApp(graphsim.App{ClientID: graphsim.ClientID})
			},
			says: []string{"The client certificate credential did not obtain a token", "AADSTS700027: The certificate with identifier used to sign the client assertion is not registered on application"},
		},
		"GitHub Actions": {
			configure: func(_ *testing.T, l *lab) attributes {
				u, token := l.GitHubRequest()
				l.withEnv("ARM_USE_OIDC=1", "ARM_TENANT_ID="+graphsim.TenantID, "ARM_CLIENT_ID="+graphsim.ClientID,
					"ACTIONS_ID_TOKEN_REQUEST_URL="+u, "ACTIONS_ID_TOKEN_REQUEST_TOKEN="+token)
				return attributes{}
			},
			app: graphsim.ClientID, service: graphsim.ServiceOIDC, with: "audience=" + url.QueryEscape("api://AzureADTokenExchange"),
		},
		"Azure DevOps": {
			configure: func(_ *testing.T, l *lab) attributes {
				u, token := l.AzureDevOpsRequest()
				l.withEnv("ARM_USE_OIDC=True", "ARM_TENANT_ID="+graphsim.TenantID, "ARM_CLIENT_ID="+graphsim.ClientID,
					"SYSTEM_OIDCREQUESTURI="+u, "SYSTEM_ACCESSTOKEN="+token,
					"AZURESUBSCRIPTION_SERVICE_CONNECTION_ID="+graphsim.ServiceConnectionID)
				return attributes{}
			},
			app: graphsim.ClientID, service: graphsim.ServiceOIDC, with: "serviceConnectionId=" + graphsim.ServiceConnectionID,
		},
		"OIDC token file": {
			configure: func(t *testing.T, l *lab) attributes {
				return application(attributes{"use_oidc": true, "oidc_token_file_path": writeFile(t, l.Federate(graphsim.FederatedToken{})+"\n")})
			},
			app: graphsim.ClientID, service: entra, with: assertion,
		},
		"AKS workload identity": { // with what an editor leaves at the beginning of a variable, and a shell at its end
			configure: func(t *testing.T, l *lab) attributes {
				l.withEnv("ARM_USE_AKS_WORKLOAD_IDENTITY=\xef\xbb\xbft\r\n", "AZURE_TENANT_ID=\xef\xbb\xbf"+graphsim.TenantID+"\r\n", "AZURE_CLIENT_ID=\xef\xbb\xbf"+graphsim.ClientID+"\n\n",
					"AZURE_FEDERATED_TOKEN_FILE="+writeFile(t, l.Federate(graphsim.FederatedToken{})))
				return attributes{}
			},
			app: graphsim.ClientID, service: entra, with: assertion,
			refuse: func(_ *testing.T, l *lab, _ attributes) {
				l.RegisterApp(graphsim.App{ClientID: graphsim.ClientID, Federated: []graphsim.FederatedCredential{}})
			},
			says: []string{"The AKS workload identity credential did not obtain a token", "AADSTS700211: No matching federated identity record found for presented assertion issuer"},
		},
		"managed identity by client id": {
			configure: func(_ *testing.T, l *lab) attributes {
				l.onVirtualMachine()
				return attributes{"use_msi": true, "client_id": graphsim.UserAssignedClientID}
			},
			app: graphsim.UserAssignedClientID, service: graphsim.ServiceIdentity, with: "client_id=" + graphsim.UserAssignedClientID,
			refuse: func(_ *testing.T, _ *lab, block attributes) { block["client_id"] = graphsim.ClientID },
			says: []string{"The managed identity credential did not obtain a token", "is not assigned to this machine",
				"http://169.254.169.254/metadata/identity/oauth2/token responded with 400 Bad Request: Identity not found"},
		},
	}
}

// Each credential gets one token for all that the provider does.
func TestCredential_used(t *testing.T) {
	t.Parallel()
	for name, w := range credentialCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w.used(t, newLab(t))
		})
	}
}

func (w credentialCase) used(t *testing.T, l *lab) {
	t.Helper()
	p := l.mustConfigure(t, w.configure(t, l))
	l.expectNothingSent(t)
	for range 3 {
		p.mustReadCall()
	}
	if bearers := l.bearers(); len(bearers) != 1 || appOf(t, bearers[0]) != w.app {
		t.Errorf("Graph saw the tokens %q, want one of %s", bearers, w.app)
	}
	if asked := w.asked(t, l); w.service != "" && len(asked) != 1 {
		t.Errorf("the %s service was asked %d times, want 1", w.service, len(asked))
	}
}

// asked are the requests for tokens that the credential's service got. What they hold beside with, the stand-in checks.
func (w credentialCase) asked(t *testing.T, l *lab) []graphsim.Request {
	t.Helper()
	asked := l.RequestsWhere(func(r graphsim.Request) bool {
		return r.Service == w.service && !strings.Contains(r.Path, "/.well-known/")
	})
	for _, r := range asked {
		if !strings.Contains(r.RawQuery+"&"+string(r.Body), w.with) {
			t.Errorf("got %s %s?%s with the body %s, want %s in it", r.Method, r.Path, r.RawQuery, r.Body, w.with)
		}
	}
	return asked
}

// Each credential gets another token when the first one runs out while the provider runs. Graph refuses a token that has run out.
func TestCredential_refreshed(t *testing.T) {
	t.Parallel()
	for name, w := range credentialCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w.refreshed(t, newLab(t), func() {})
		})
	}
}

// refreshed reads the call with a token that then has run out, calls expired, and reads the
// call again.
func (w credentialCase) refreshed(t *testing.T, l *lab, expired func()) {
	t.Helper()
	l.AgeTokens(time.Hour)
	p := l.mustConfigure(t, w.configure(t, l))
	p.mustReadCall()
	before, asked := l.bearers(), len(w.asked(t, l))
	l.AgeTokens(0)
	l.RevokeTokens()
	expired()
	l.ResetRequests()
	p.mustReadCall()
	after := l.bearers()
	if len(after) == 0 || slices.Contains(before, after[0]) {
		t.Errorf("the token that has run out was used again")
	}
	for _, token := range after {
		if got := appOf(t, token); got != w.app {
			t.Errorf("Graph saw a token of %s, want %s", got, w.app)
		}
	}
	if again := len(w.asked(t, l)); w.service != "" && (asked == 0 || again == 0) {
		t.Errorf("the %s service was asked %d times, and then %d", w.service, asked, again)
	}
}

// Each credential that gets no token says why in words, without secrets, and nothing reaches Graph.
func TestCredential_refused(t *testing.T) {
	t.Parallel()
	for name, w := range credentialCases() {
		if w.refuse == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w.refused(t, newLab(t))
		})
	}
}

func (w credentialCase) refused(t *testing.T, l *lab) {
	t.Helper()
	block := w.configure(t, l)
	w.refuse(t, l, block)
	p := l.mustConfigure(t, block)
	wrong := p.readCall()
	expectText(t, wrong, append([]string{"Nothing was sent to Graph"}, w.says...)...)
	if !strings.Contains(wrong, "ERROR: No Token From Entra ID") && !strings.Contains(wrong, "ERROR: Credential Cannot Be Used") {
		t.Errorf("the headline is another one:\n%s", wrong)
	}
	for _, secret := range []string{"wr0ng~s3cret", graphsim.ClientSecret, certificatePassword, graphsim.IdentityHeader, "eyJ", "-----", "RESPONSE 4", "aka.ms"} {
		if strings.Contains(wrong, secret) {
			t.Errorf("%q is shown:\n%s", secret, wrong)
		}
	}
	if lines := strings.Count(wrong, "\n"); lines > 10 {
		t.Errorf("the error has %d lines:\n%s", lines, wrong)
	}
	l.expectSent(t, 0)
	if n := len(l.asked(graphsim.ServiceGraph)); n != 0 {
		t.Errorf("Graph got %d requests", n)
	}
}

// App Service says where its identities are in variables of the process, which azidentity
// reads by itself: so these tests cannot be parallel.
func TestCredential_appService(t *testing.T) {
	const notFound = " responded with 400 Bad Request: No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId"
	for name, test := range map[string]struct {
		block      attributes
		app, query string
	}{
		"system-assigned": {attributes{}, graphsim.SystemAssignedClientID, ""},
		"by client id":    {attributes{"client_id": graphsim.UserAssignedClientID}, graphsim.UserAssignedClientID, "client_id=" + graphsim.UserAssignedClientID},
		"by object id":    {attributes{"msi_object_id": graphsim.UserAssignedObjectID}, graphsim.UserAssignedClientID, "object_id=" + graphsim.UserAssignedObjectID},
		"by resource id":  {attributes{"msi_resource_id": graphsim.UserAssignedResourceID}, graphsim.UserAssignedClientID, "mi_res_id=" + url.QueryEscape(graphsim.UserAssignedResourceID)},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			t.Setenv("IDENTITY_ENDPOINT", l.AppServiceURL())
			t.Setenv("IDENTITY_HEADER", graphsim.IdentityHeader)
			w := credentialCase{
				configure: func(*testing.T, *lab) attributes {
					test.block["use_msi"] = true
					return test.block
				},
				app: test.app, service: graphsim.ServiceIdentity, with: test.query,
				refuse: func(_ *testing.T, l *lab, _ attributes) { l.RemoveManagedIdentities() },
				says:   []string{"The managed identity credential did not obtain a token", ""},
			}
			w.used(t, l)
			// Each with a lab of its own: azidentity keeps the tokens of managed identities for all
			// of the process, by the Graph that they are for.
			for _, show := range []func(*lab){
				func(l *lab) { w.refreshed(t, l, func() {}) },
				func(l *lab) { w.says[1] = l.AppServiceURL() + notFound; w.refused(t, l) },
			} {
				l := newLab(t)
				t.Setenv("IDENTITY_ENDPOINT", l.AppServiceURL())
				show(l)
			}
		})
	}
}

// The commands are looked for on the PATH of the process: so these tests cannot be parallel.
func TestCredential_commands(t *testing.T) {
	stderr := map[string]string{
		"use_cli":        "ERROR: Please run 'az login' to setup account.",
		"use_azd":        `{"type":"consoleMessage","data":{"message":"ERROR: not logged in, run azd auth login"}}`,
		"use_powershell": "Get-AzAccessToken: Run Connect-AzAccount to login.",
	}
	says := map[string][]string{
		"use_cli":        {"The Azure CLI credential did not obtain a token: ERROR: Please run 'az login' to setup account"},
		"use_azd":        {"The Azure Developer CLI credential did not obtain a token: ERROR: not logged in, run azd auth login"},
		"use_powershell": {`The Azure PowerShell credential did not obtain a token: Please run "Connect-AzAccount" to set up an account`},
	}
	for attribute, c := range commands(t) {
		t.Run(c.name, func(t *testing.T) {
			c.install(t)
			l := newLab(t)
			hand := func() {
				token, expires := l.AppToken(graphsim.App{ClientID: graphsim.ClientID})
				c.handsOut(t, token, expires)
			}
			hand()
			w := credentialCase{
				configure: func(*testing.T, *lab) attributes {
					return attributes{attribute: true, "tenant_id": graphsim.TenantID}
				},
				app:    graphsim.ClientID,
				refuse: func(t *testing.T, _ *lab, _ attributes) { c.refuses(t, stderr[attribute]) },
				says:   says[attribute],
			}
			w.used(t, l)
			calls := c.calls(t)
			if len(calls) != 1 {
				t.Fatalf("%s ran %d times, want once", c.name, len(calls))
			}
			arguments := calls[0]
			if c.name == "pwsh" {
				arguments = decodePowerShell(t, arguments)
			}
			if !strings.Contains(arguments, l.GraphURL()) || !strings.Contains(arguments, graphsim.TenantID) {
				t.Errorf("%s ran with %q, want Graph and the tenant in it", c.name, arguments)
			}
			l.AgeTokens(time.Hour)
			hand()
			w.refreshed(t, l, hand)
			l.ResetRequests()
			w.refused(t, l)
		})
	}
}

// decodePowerShell is the script in the arguments of pwsh: base64 of UTF-16.
func decodePowerShell(t *testing.T, arguments string) string {
	t.Helper()
	fields := strings.Fields(arguments)
	data, err := base64.StdEncoding.DecodeString(fields[len(fields)-1])
	if err != nil {
		t.Fatal(err)
	}
	var units []uint16
	for i := 0; i+1 < len(data); i += 2 {
		units = append(units, uint16(data[i])|uint16(data[i+1])<<8)
	}
	return string(utf16.Decode(units))
}

// A user's token gets nowhere, and the error says that this is why.
func TestCredential_delegatedToken(t *testing.T) {
	az := commands(t)["use_cli"]
	az.install(t)
	for name, status := range map[string]int{"as Graph responds": 0, "with 401": http.StatusUnauthorized, "with 403": http.StatusForbidden} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			token, expires := l.UserToken(graphsim.App{ClientID: "04b07795-8ddb-461a-bbee-02f9e1bf7b46"})
			az.handsOut(t, token, expires)
			if status != 0 {
				l.Inject(graphsim.Status(status).To("", "").For(-1))
			}
			p := l.mustConfigure(t, attributes{"use_cli": true})
			wrong := p.readCall()
			expectText(t, wrong, "The token is a user's (a delegated token)", "az login --service-principal", "use_cli")
			if strings.Contains(wrong, token) || strings.Contains(wrong, "eyJ") {
				t.Errorf("the token is shown:\n%s", wrong)
			}
		})
	}
}

// An application that may not touch the call is told what to do, by Graph's code.
func TestCredential_adviceByCode(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prepare func(l *lab)
		says    []string
		not     string
	}{
		"7504": {func(l *lab) {
			l.RegisterApp(graphsim.App{ClientID: graphsim.ClientID, ClientSecret: graphsim.ClientSecret, Roles: []string{}})
		}, []string{"Graph Denied Access to the Call", "Code 7504: the application lacks permission", "consent", "Calls.Initiate.All"}, "7505"},
		"7504 with 401": {func(l *lab) {
			l.Inject(graphsim.Fault{Status: 401, ContentType: "application/json", Body: []byte(`{"error":{"code":"7504","message":"Insufficient"}}`)}.To("", "").For(-1))
		}, []string{"Graph Refused the Token", "Code 7504"}, "7505"},
		"7505": {func(l *lab) {
			l.PlaceCall(graphsim.Call{ID: callID, TenantID: "11111111-2222-3333-4444-555555555555"})
		}, []string{"Graph Denied Access to the Call", "Code 7505", "Set tenant_id (ARM_TENANT_ID) to the tenant of the call"}, "7504"},
		"any other": {func(l *lab) { l.Inject(graphsim.Status(http.StatusForbidden).To("", "").For(-1)) },
			[]string{"Graph Denied Access to the Call", "7504", "7505"}, "delegated"},
		"401": {func(l *lab) { l.Inject(graphsim.Status(http.StatusUnauthorized).To("", "").For(-1)) },
			[]string{"Graph Refused the Token", "belong to the same cloud and tenant"}, "delegated"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			test.prepare(l)
			p := l.mustConfigure(t, application(attributes{"client_secret": graphsim.ClientSecret}))
			wrong := p.readCall()
			expectText(t, wrong, test.says...)
			if strings.Contains(strings.ReplaceAll(wrong, "7505 bytes", ""), test.not) {
				t.Errorf("it also says %q:\n%s", test.not, wrong)
			}
		})
	}
}

// What is turned off by hand is not asked for, and no mistake.
func TestCredential_turnedOff(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		block attributes
		env   []string
	}{
		"in the block":       {attributes{"use_oidc": false, "oidc_token": "t", "use_msi": false, "msi_object_id": "o"}, nil},
		"in the environment": {attributes{"oidc_token": "t", "oidc_request_url": "u"}, []string{"ARM_USE_OIDC=0"}},
	} {
		l := newLab(t).withEnv(test.env...)
		block := application(attributes{"client_secret": graphsim.ClientSecret})
		maps.Copy(block, test.block)
		p, wrong := l.configure(t, block)
		if wrong += p.readCall(); wrong != "" {
			t.Errorf("%s: %s", name, wrong)
		}
	}
}

// A file of a secret that everybody may read is a warning, for the variable that names it, and the run goes on.
func TestCredential_fileReadableByOthers(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("files have other permissions on Windows")
	}
	l := newLab(t)
	file := writeFile(t, graphsim.ClientSecret+"\n")
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	p, warning := l.withEnv("ARM_CLIENT_SECRET_FILE_PATH="+file).configure(t, application(nil))
	expectText(t, warning, "WARNING: Secret File Readable by All Users", "(mode 0644)", "chmod 600 "+file, "client_secret_file_path", "ARM_CLIENT_SECRET_FILE_PATH")
	if strings.Contains(warning, graphsim.ClientSecret) {
		t.Errorf("the secret is shown:\n%s", warning)
	}
	p.mustReadCall()
}
