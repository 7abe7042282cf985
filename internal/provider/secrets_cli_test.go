package provider

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/redact"
)

// Secrets with all that URLs, JSON and quoting treat in some special way.
const (
	oddSecret = `Cl13nt~s3cret/+=&?"x%`
	oddHeader = `g4teway\key/+="%41`
)

// Nothing that Terraform and the provider write has a secret in it, in whatever form: the
// output, the log at TRACE, the state, a saved plan. The services and the proxy repeat what
// they are told, in responses to requests that succeed and to others that fail.
func TestSecrets_inAllThatIsWritten(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.10.0", "1.11.0") // for ephemeral variables
	for name, signIn := range map[string]func(*testing.T, *lab) (env, secrets []string){
		"client secret": func(t *testing.T, l *lab) (env, secrets []string) {
			l.RegisterApp(graphsim.App{ClientID: graphsim.ClientID, ClientSecret: oddSecret})
			return []string{"ARM_CLIENT_SECRET=" + oddSecret}, []string{oddSecret}
		},
		"client certificate": func(t *testing.T, l *lab) (env, secrets []string) {
			data, certificate := pfx(t)
			l.trustCertificate(certificate)
			encoded := base64.StdEncoding.EncodeToString([]byte(data))
			return []string{"ARM_CLIENT_CERTIFICATE=" + encoded, "ARM_CLIENT_CERTIFICATE_PASSWORD=" + certificatePassword},
				[]string{encoded, data, certificatePassword}
		},
		"GitHub Actions": func(_ *testing.T, l *lab) (env, secrets []string) {
			u, token := l.GitHubRequest()
			return []string{"ARM_USE_OIDC=true", "ACTIONS_ID_TOKEN_REQUEST_URL=" + u, "ACTIONS_ID_TOKEN_REQUEST_TOKEN=" + token}, []string{token}
		},
		"Azure DevOps": func(_ *testing.T, l *lab) (env, secrets []string) {
			u, token := l.AzureDevOpsRequest()
			return []string{"ARM_USE_OIDC=true", "SYSTEM_OIDCREQUESTURI=" + u, "SYSTEM_ACCESSTOKEN=" + token,
				"ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID=" + graphsim.ServiceConnectionID}, []string{token}
		},
		"fixed token": func(_ *testing.T, l *lab) (env, secrets []string) {
			token := l.Federate(graphsim.FederatedToken{})
			return []string{"ARM_USE_OIDC=true", "ARM_OIDC_TOKEN=" + token}, []string{token}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, proxy := newProxiedLab(t, authenticating)
			env, secrets := signIn(t, l)
			secrets = append(secrets, proxyPassword, oddHeader)
			w := newBuiltWorkspace(t, secretsConfig, slices.Concat(env, secretsEnv(l, proxy), []string{
				"ARM_TENANT_ID=" + graphsim.TenantID, "ARM_CLIENT_ID=" + graphsim.ClientID, "AZURE_SDK_GO_LOGGING=all",
			})...)
			echo := http.Header{"X-Echo": {"Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(proxyUser+":"+proxyPassword)), oddHeader, url.QueryEscape(oddHeader)}}

			var out strings.Builder
			run := func(args ...string) int {
				text, code := w.run(args...)
				out.WriteString(text)
				return code
			}
			l.Inject(graphsim.Fault{Header: echo, Times: -1}.To("", "/communications/"))
			commands := [][]string{{"plan", "-out=saved"}, {"apply", "saved"}}
			all := name == "client secret" // what does not depend on the credential is shown once
			if all {
				commands = [][]string{{"plan", "-out=saved"}, {"show", "-json", "saved"}, {"apply", "saved"}, {"plan"}, {"show", "-json"}}
			}
			for _, args := range commands {
				if code := run(args...); code != 0 {
					t.Fatalf("%q exited %d:\n%s", args, code, out.String())
				}
			}
			l.ClearFaults()
			l.RevokeTokens()
			for _, token := range l.bearers() {
				echo.Add("X-Echo", "Bearer "+token)
			}
			body := "You sent:\n" + strings.Join(append(secrets, echo["X-Echo"]...), "\n") + "\n" + url.QueryEscape(oddSecret)
			faults := []graphsim.Fault{
				graphsim.Fault{Status: 400, Body: []byte(fmt.Sprintf(`{"error":{"code":%q,"message":%q}}`, oddHeader, body))}.To("", "/communications/"),
				{Service: graphsim.ServiceEntra, Method: "POST", Status: 400, Body: []byte(fmt.Sprintf(`{"error":%q,"error_description":%q}`, oddSecret, body)), Header: echo},
			}
			if all {
				faults = append(faults, graphsim.Fault{Status: 400, Body: []byte(body), Header: echo}.To("", "/communications/"),
					graphsim.Fault{Service: graphsim.ServiceEntra, Status: 503, Body: []byte(body), Header: echo, Times: -1})
			}
			for i, fault := range faults {
				l.Inject(fault)
				if code := run("apply", "-auto-approve", "-var=again="+strconv.Itoa(i)); code != 1 {
					t.Errorf("apply exited %d, want the failure", code)
				}
				l.ClearFaults()
			}
			if all {
				w.env = append(w.env, "TF_VAR_proxy_user="+proxyUser+"x")
				if code := run("apply", "-auto-approve"); code != 1 || !strings.Contains(out.String(), "407 Proxy Authentication Required") {
					t.Errorf("apply exited %d, want the proxy to refuse:\n%s", code, out.String())
				}
			}

			files := w.written()
			files["the output"] = []byte(out.String())
			secrets = append(secrets, presented(t, l)...)
			for where, content := range files {
				expectNoSecret(t, where, string(content), secrets...)
			}
			log := string(files["trace.log#0"])
			for _, text := range []string{
				"HTTP request sent", "HTTP response received", "/communications/calls/" + callID + "/keepAlive", "/oauth2/v2.0/token",
				"http_status=200", "duration_ms=", "attempt=1", "request_id=", "TRACE",
			} {
				if !strings.Contains(log, text) {
					t.Errorf("the log does not have %q: it is not the one that this test is about", text)
				}
			}
			for _, where := range []string{"the output", "terraform.tfstate#0"} {
				if !strings.Contains(string(files[where]), redact.Mark) {
					t.Errorf("%s does not show where a secret stood: nothing has repeated it", where)
				}
			}
		})
	}
}

// secretsEnv is what secretsConfig needs of the environment besides a credential, and has the log at TRACE written to trace.log.
func secretsEnv(l *lab, proxy *graphsim.Proxy) []string {
	return []string{
		"MSGRAPH_GRAPH_ENDPOINT=" + l.GraphURL(), "MSGRAPH_AUTHORITY_HOST=" + l.AuthorityURL(),
		"MSGRAPH_DISABLE_INSTANCE_DISCOVERY=true", "MSGRAPH_CA_CERTIFICATE_FILE=" + l.caFile,
		"TF_VAR_proxy_url=" + proxy.URL(), "TF_VAR_proxy_user=" + proxyUser, "TF_VAR_proxy_password=" + proxyPassword, "TF_VAR_key=" + oddHeader,
		"TF_LOG=TRACE", "TF_LOG_PATH=trace.log",
	}
}

// secretsConfig takes all secrets from ephemeral variables, or from the environment: Terraform
// itself writes down what stands in a configuration, and other variables.
const secretsConfig = `
variable "proxy_url" {}
variable "proxy_user" {}
variable "proxy_password" {
  ephemeral = true
}
variable "key" {
  ephemeral = true
}
variable "again" {
  default = ""
}
provider "msgraph" {
  headers = {
    "X-Gateway-Key"     = var.key
    "User-Agent"        = var.key
    "Client-Request-Id" = var.key
  }
  proxy {
    url      = var.proxy_url
    username = var.proxy_user
    password = var.proxy_password
  }
  retry {
    max_retries = 1
    delay       = "10ms"
  }
}
resource "msgraph_call_keepalive" "lab" {
  call_id                 = "` + callID + `"
  export_response_headers = true
  renew_after             = "0s"
  triggers                = { again = var.again }
}
`

// presented are the tokens, secrets and assertions that the services were shown, apart from
// those that fell out of the record.
func presented(t *testing.T, l *lab) []string {
	t.Helper()
	var all []string
	for _, r := range l.Requests() {
		if _, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok {
			all = append(all, token)
		}
		if r.Method != http.MethodPost {
			continue
		}
		form, err := url.ParseQuery(string(r.Body))
		if err != nil {
			continue
		}
		for _, field := range []string{"client_secret", "client_assertion"} {
			if value := form.Get(field); value != "" {
				all = append(all, value)
			}
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	if len(all) < 2 {
		t.Errorf("got %q, want at least a token and what it was asked for with", all)
	}
	return all
}

// At DEBUG, each request and each response is one line, of the provider's log only.
func TestLog_atDebug(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.Inject(graphsim.Throttled("0.01").To("POST", "/keepAlive"))
	// With wait_for_call, the plan looks at nothing.
	w := newBuiltWorkspace(t, l.minimal(`wait_for_call = "1s"`), "TF_LOG_PROVIDER=DEBUG", "TF_LOG_PATH=debug.log")
	w.mustRun("apply", "-auto-approve")
	log := string(w.written()["debug.log#0"])
	for _, message := range []string{"HTTP request sent", "HTTP response received"} {
		for path, want := range map[string]int{"/oauth2/v2.0/token": 1, "/communications/calls/" + callID + "/keepAlive": 2} {
			lines := regexp.MustCompile(`(?m)\[DEBUG\].* `+message+`: .*http_path=\S*`+path+` `).FindAllString(log, -1)
			if len(lines) != want {
				t.Errorf("got %d lines of %q about %s, want %d, in:\n%s", len(lines), message, path, want, log)
			}
		}
	}
	expectNoSecret(t, "the log", log, append(presented(t, l), graphsim.ClientSecret)...)
}
