package entra_test

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/testos"
	"terraform-provider-msgraph/internal/transport"
)

func entraResponds(sim *graphsim.Server, status int, kind, body string) {
	sim.Inject(graphsim.Fault{Status: status, Header: http.Header{"Content-Type": {kind}}, Body: []byte(body)}.ToEntra())
}

// libraryWords are those of libraries, which say nothing to a user.
var libraryWords = regexp.MustCompile(`unable to resolve an endpoint|asn1|invalid character|on path|pkcs12|authentication failed|CallErr|http call\(|Credential:|RESPONSE|\(, |timestamp \)`)

func TestSentences_leaveTheNameOfASetting(t *testing.T) {
	t.Parallel()
	got := entra.Sentences("tenant_id is wrong.", "", "client_secret is wrong", "check it")
	if want := "tenant_id is wrong. client_secret is wrong. Check it"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What happened is told by type, so that a diagnostic can be headed by it.
func TestTokenError_cause(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*testing.T, *graphsim.Server, *entra.Config)
		want   entra.Cause
		says   []string
	}{
		"refused": {func(_ *testing.T, _ *graphsim.Server, c *entra.Config) { c.ClientSecret = "wr0ng~secret" }, entra.CauseRefused,
			[]string{"AADSTS7000215", "client_secret (ARM_CLIENT_SECRET) is wrong"}},
		"unknown tenant": {func(_ *testing.T, _ *graphsim.Server, c *entra.Config) {
			c.TenantID = "22222222-2222-2222-2222-222222222222"
		}, entra.CauseRefused,
			[]string{"AADSTS90002", "check tenant_id"}},
		"unknown application": {func(_ *testing.T, _ *graphsim.Server, c *entra.Config) {
			c.ClientID = "11111111-1111-1111-1111-111111111111"
		}, entra.CauseRefused, []string{"AADSTS700016", "check client_id and tenant_id"}},
		"unavailable": {func(_ *testing.T, sim *graphsim.Server, _ *entra.Config) {
			sim.Inject(graphsim.Status(http.StatusServiceUnavailable).ToEntra().For(-1))
		}, entra.CauseUnavailable, []string{"503 Service Unavailable"}},
		"throttled": {func(_ *testing.T, sim *graphsim.Server, _ *entra.Config) {
			sim.Inject(graphsim.Status(http.StatusTooManyRequests).ToEntra().For(-1))
		}, entra.CauseUnavailable, []string{"429 Too Many Requests"}},
		"unreachable": {func(_ *testing.T, _ *graphsim.Server, c *entra.Config) { c.AuthorityHost = "https://127.0.0.1:1" }, entra.CauseUnreachable,
			[]string{testos.ConnectionRefused(), "Check the network, the proxy settings and authority_host"}},
		"no such host": {func(_ *testing.T, _ *graphsim.Server, c *entra.Config) { c.AuthorityHost = "https://login.invalid" }, entra.CauseUnreachable,
			[]string{"login.invalid"}},
		"untrusted": {func(t *testing.T, _ *graphsim.Server, c *entra.Config) {
			t.Helper()
			own, err := transport.New(transport.Options{})
			if err != nil {
				t.Fatal(err)
			}
			c.Transport = own
		}, entra.CauseUntrusted, []string{"certificate signed by unknown authority", "set ca_certificate_file"}},
		"a web page": {func(_ *testing.T, sim *graphsim.Server, _ *entra.Config) {
			entraResponds(sim, 200, "text/html", "<html>Sign in to the network</html>")
		}, entra.CauseUnexpected, []string{"responded with", "not JSON", "text/html", "a proxy, a gateway or a sign-in page"}},
		"longer than can be": {func(_ *testing.T, sim *graphsim.Server, _ *entra.Config) {
			entraResponds(sim, 200, "application/json", strings.Repeat(" ", 1<<20)+"{}")
		}, entra.CauseUnexpected, []string{"is longer than 1024 KiB"}},
		"a file that has gone": {func(t *testing.T, sim *graphsim.Server, c *entra.Config) {
			t.Helper()
			*c = oidc(*c)
			c.OIDCTokenFile = write(t, []byte(sim.Federate(graphsim.FederatedToken{})))
		}, entra.CauseLocal, []string{"oidc_token_file_path: the file ", "cannot be read"}},
		"no identity endpoint": {func(_ *testing.T, _ *graphsim.Server, c *entra.Config) {
			*c = entra.Config{UseManagedIdentity: true, UseOIDC: true, OIDCRequestURL: "https://127.0.0.1:1", OIDCRequestToken: "t", AuthorityHost: c.AuthorityHost, DisableInstanceDiscovery: true,
				TenantID: c.TenantID, ClientID: c.ClientID, Transport: once{noIMDS(c.Transport)}}
		}, entra.CauseUnreachable, []string{"managed identities exist only on Azure resources", "the proxy settings and oidc_request_url"}},
		"identity endpoint that refuses": {func(_ *testing.T, sim *graphsim.Server, c *entra.Config) {
			*c = entra.Config{UseManagedIdentity: true, Transport: imdsOf(sim, c.Transport)}
			sim.Inject(graphsim.Fault{Service: graphsim.ServiceIdentity, Status: http.StatusForbidden, Times: -1})
		}, entra.CauseRefused, []string{"403 Forbidden", "check that this machine has a managed identity"}},
		"several": {func(_ *testing.T, sim *graphsim.Server, c *entra.Config) {
			c.ClientSecret, c.UseOIDC, c.OIDCRequestURL, c.OIDCRequestToken = "wr0ng~secret", true, "https://127.0.0.1:1", "t"
		}, entra.CauseRefused, []string{"AADSTS7000215", testos.ConnectionRefused()}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim, c := newSim(t)
			test.change(t, sim, &c)
			credential := newCredential(t, c)
			if c.OIDCTokenFile != "" {
				if err := os.Remove(c.OIDCTokenFile); err != nil {
					t.Fatal(err)
				}
			}
			token, err := tokenFor(t, credential, sim.GraphURL())
			failed, ok := errors.AsType[*entra.TokenError](err)
			if !ok || failed.Cause() != test.want || token.Token != "" || sim.TokensIssued() != 0 {
				t.Fatalf("got %+v, %v, want the cause %d", token, err, test.want)
			}
			if strings.Contains(err.Error(), "wr0ng~secret") || strings.Contains(err.Error(), graphsim.ClientSecret) {
				t.Errorf("got %v, want the secret kept out of it", err)
			}
			for _, says := range test.says {
				if !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(says)) {
					t.Errorf("got %v, want it to say %q", err, says)
				}
			}
			if words := libraryWords.FindString(err.Error()); words != "" {
				t.Errorf("got %v, with the library's words %q", err, words)
			}
			if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok != (test.want == entra.CauseUntrusted) {
				t.Errorf("the certificate's error in it: %t", ok)
			}
			if _, ok := errors.AsType[*net.OpError](err); ok && test.want == entra.CauseLocal {
				t.Error("a failure of the network is in it")
			}
		})
	}
}

// Of Entra's IDs, those that the response has are shown, and no others.
func TestTokenError_idsThatAreThere(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"error":"x","error_description":"AADSTS1: no. Trace ID: t Correlation ID: c Timestamp: w","trace_id":"t","correlation_id":"c","timestamp":"w"}`: "AADSTS1: no (trace ID t, correlation ID c, timestamp w)",
		`{"error":"x","error_description":"AADSTS1: no.","trace_id":"t"}`:                                                                                 "AADSTS1: no (trace ID t)",
		`{"error":"x","error_description":"AADSTS1: no.","trace_id":"","timestamp":1,"error_codes":"7"}`:                                                  "AADSTS1: no",
		`{"error":{"code":"A","message":"no."}}`:                                                                                                          "no",
		`{"error":"invalid_client","error_description":7}`:                                                                                                "invalid_client",
		`{"Message":"capital"}`: `and a body of the type application/json, which begins "{\"Message\":\"capital\"}"`,
	} {
		sim, c := newSim(t)
		entraResponds(sim, 400, "application/json", body)
		_, err := tokenFor(t, newCredential(t, c), sim.GraphURL())
		if err == nil || !strings.HasSuffix(err.Error(), " "+want) {
			t.Errorf("got %v, want it to end %q", err, want)
		}
	}
}

// Each code has advice that names what to do, in the error and on the page, and the page has no others.
func TestCodes_inErrorsAndOnThePage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", "troubleshooting.md"))
	if err != nil {
		t.Fatal(err)
	}
	var onPage, known []string
	for _, match := range regexp.MustCompile(`(?m)^\| AADSTS(\d+) \|`).FindAllSubmatch(page, -1) {
		onPage = append(onPage, string(match[1]))
	}
	for number, advice := range entra.Advice {
		known = append(known, number)
		sim, c := newSim(t)
		entraResponds(sim, 401, "application/json", `{"error":"invalid_client","error_description":"AADSTS`+number+`: It is so."}`)
		_, err := tokenFor(t, newCredential(t, c), sim.GraphURL())
		want := "AADSTS" + number + ": It is so. " + strings.ToUpper(advice[:1]) + advice[1:]
		if err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("got %v, want it to end %q", err, want)
		}
	}
	slices.Sort(onPage)
	slices.Sort(known)
	if !slices.Equal(onPage, known) {
		t.Errorf("the page has the codes %q, and there is advice on %q", onPage, known)
	}
	for _, number := range []string{"7000215", "7000222", "700016", "90002", "700027", "700211", "700212", "700213", "700024", "50034", "53003", "65001"} {
		if !slices.Contains(known, number) {
			t.Errorf("there is no advice on %s", number)
		}
	}
}

// A secret that a long response repeats is redacted before the response is cut, wherever the cut is.
func TestTokenError_redactedBeforeItIsCut(t *testing.T) {
	t.Parallel()
	const secret = "s3cret~s3cret~s3cret"
	for _, page := range []bool{true, false} {
		for before := 180; before <= 1000; before += 5 {
			if !page && before < 950 || page && before > 200 {
				continue
			}
			sim, c := newSim(t)
			c.ClientSecret = secret
			text := strings.Repeat("x", before) + secret + strings.Repeat("y", 300)
			if page {
				entraResponds(sim, 400, "text/plain", text)
			} else {
				entraResponds(sim, 400, "application/json", `{"error_description":"`+text+`"}`)
			}
			_, err := tokenFor(t, newCredential(t, c), sim.GraphURL())
			if err == nil || strings.Contains(err.Error(), "s3c") {
				t.Errorf("page %t, %d: got %v", page, before, err)
			}
		}
	}
}

// A panic of a library over what it reads is a failure of that credential, and the next gets its turn.
func TestCredential_panicOfALibrary(t *testing.T) {
	t.Parallel()
	sim, c := newSim(t)
	c.Transport = panicking{c.Transport}
	_, err := tokenFor(t, newCredential(t, c), sim.GraphURL())
	failed, ok := errors.AsType[*entra.TokenError](err)
	if !ok || failed.Cause() != entra.CauseUnexpected || !strings.Contains(err.Error(), "a library panicked while parsing its input") {
		t.Errorf("got %v", err)
	}
}

// panicking has whatever reads a response fail as a library does that trusts a length in it.
type panicking struct{ policy.Transporter }

func (p panicking) Do(req *http.Request) (*http.Response, error) {
	resp, err := p.Transporter.Do(req)
	if err == nil && req.Method == http.MethodPost {
		resp.Body = panickingBody{}
	}
	return resp, err
}

type panickingBody struct{}

func (panickingBody) Read(p []byte) (int, error) { return len(p[:cap(p)+1]), nil }
func (panickingBody) Close() error               { return nil }

// The secrets by which identity endpoints know the machine are redacted, whatever repeats them.
func TestManagedIdentity_secretsOfTheEndpoint(t *testing.T) {
	for name, set := range map[string]func(t *testing.T, url string){
		"App Service": func(t *testing.T, url string) {
			t.Helper()
			t.Setenv("IDENTITY_ENDPOINT", url)
			t.Setenv("IDENTITY_HEADER", "h3ader~of~the~host")
		},
		"Machine Learning": func(t *testing.T, url string) {
			t.Helper()
			t.Setenv("MSI_ENDPOINT", url)
			t.Setenv("MSI_SECRET", "h3ader~of~the~host")
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, c := newSim(t)
			set(t, "http://identity.test/token")
			var seen http.Header
			c.Transport = repeating{&seen}
			c.ClientSecret, c.UseManagedIdentity, c.ClientID = "", true, ""
			_, err := newCredential(t, c).GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{"https://graph.microsoft.com/.default"}})
			if err == nil || !strings.Contains(err.Error(), "got [redacted]") || strings.Contains(err.Error(), "h3ader") {
				t.Errorf("got %v of the headers %v", err, seen)
			}
		})
	}
}

// repeating refuses requests, and repeats their headers.
type repeating struct{ seen *http.Header }

func (r repeating) Do(req *http.Request) (*http.Response, error) {
	*r.seen = req.Header
	w := &http.Response{StatusCode: http.StatusForbidden, Header: http.Header{"Content-Type": {"application/json"}}, Request: req}
	w.Body = bodyOf(`{"message":"got ` + req.Header.Get("X-Identity-Header") + req.Header.Get("Secret") + `"}`)
	return w, nil
}

// A command that is not there is called by its name, with its setting.
func TestCommands_notInstalled(t *testing.T) {
	t.Setenv("PATH", testos.PathWithoutPrograms(t))
	for want, change := range map[string]func(*entra.Config){
		"the command az is not installed, or not in PATH; install it, or turn use_cli off":          func(c *entra.Config) { c.UseAzureCLI = true },
		"the command azd is not installed, or not in PATH; install it, or turn use_azd off":         func(c *entra.Config) { c.UseAzureDeveloperCLI = true },
		"the command pwsh is not installed, or not in PATH; install it, or turn use_powershell off": func(c *entra.Config) { c.UseAzurePowerShell = true },
	} {
		c := entra.Config{TenantID: graphsim.TenantID}
		change(&c)
		_, err := newCredential(t, c).GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{"https://graph.microsoft.com/.default"}})
		failed, ok := errors.AsType[*entra.TokenError](err)
		if !ok || !strings.HasSuffix(err.Error(), want) || failed.Cause() != entra.CauseLocal {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
