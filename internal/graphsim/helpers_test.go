package graphsim_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"terraform-provider-msgraph/internal/clock/clocktest"
	"terraform-provider-msgraph/internal/graphsim"
)

var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// sim is a server on a frozen clock with a client that trusts it.
type sim struct {
	*graphsim.Server
	t      testing.TB
	clock  *clocktest.Clock
	client *http.Client
	token  string // sent by do
}

func start(t testing.TB) *sim {
	t.Helper()
	clock := clocktest.New(epoch)
	server, err := graphsim.Start(graphsim.Options{Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	s := &sim{Server: server, t: t, clock: clock, client: newClient(t, server, true)}
	s.signIn(graphsim.App{ClientID: graphsim.ClientID, ClientSecret: graphsim.ClientSecret})
	return s
}

// signIn has do send the token of an app, which it registers.
func (s *sim) signIn(a graphsim.App) { s.token, _ = s.AppToken(s.RegisterApp(a)) }

// newClient follows no redirects, so that a test sees them.
func newClient(t testing.TB, s *graphsim.Server, http2 bool) *http.Client {
	t.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(s.CACertificate()) {
		t.Fatal("the CA certificate is not PEM")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: http2}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport:     transport,
		Timeout:       time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// credential is azidentity's, of the app that every server knows.
func (s *sim) credential() azcore.TokenCredential {
	s.t.Helper()
	cred, err := azidentity.NewClientSecretCredential(graphsim.TenantID, graphsim.ClientID, graphsim.ClientSecret,
		&azidentity.ClientSecretCredentialOptions{
			ClientOptions: azcore.ClientOptions{
				Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: s.AuthorityURL()},
				Transport: s.client,
				Retry:     policy.RetryOptions{MaxRetries: -1},
			},
			DisableInstanceDiscovery: true,
		})
	if err != nil {
		s.t.Fatal(err)
	}
	return cred
}

func (s *sim) tokenOptions() policy.TokenRequestOptions {
	return policy.TokenRequestOptions{Scopes: []string{s.GraphURL() + "/.default"}}
}

// newToken gets a token by azidentity.
func (s *sim) newToken() azcore.AccessToken {
	s.t.Helper()
	token, err := s.credential().GetToken(s.t.Context(), s.tokenOptions())
	if err != nil {
		s.t.Fatal(err)
	}
	return token
}

// reply is a response, read to its end.
type reply struct {
	*http.Response
	body string
}

// newRequest makes a request; headers are pairs.
func newRequest(ctx context.Context, t testing.TB, method, url, body string, headers ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

// request makes a request to Graph with the token; path follows the host.
func (s *sim) request(ctx context.Context, method, path, body string, headers ...string) *http.Request {
	s.t.Helper()
	if s.token != "" {
		headers = append([]string{"Authorization", "Bearer " + s.token}, headers...)
	}
	return newRequest(ctx, s.t, method, s.GraphURL()+path, body, headers...)
}

// try sends a request to Graph.
func (s *sim) try(method, path, body string, headers ...string) (reply, error) {
	s.t.Helper()
	return roundTrip(s.client, s.request(s.t.Context(), method, path, body, headers...))
}

// ask sends a request as it stands.
func (s *sim) ask(method, url, body string, headers ...string) reply {
	s.t.Helper()
	got, err := roundTrip(s.client, newRequest(s.t.Context(), s.t, method, url, body, headers...))
	if err != nil {
		s.t.Fatal(err)
	}
	return got
}

func roundTrip(client *http.Client, r *http.Request) (reply, error) {
	resp, err := client.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return reply{resp, string(text)}, err
}

func (s *sim) do(method, path, body string, headers ...string) reply {
	s.t.Helper()
	got, err := s.try(method, path, body, headers...)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return got
}

func (s *sim) get(id string) reply { s.t.Helper(); return s.do("GET", callPath(id), "") }
func (s *sim) keepAlive(id string) reply {
	s.t.Helper()
	return s.do("POST", callPath(id)+"/keepAlive", "")
}

func callPath(id string) string { return "/v1.0/communications/calls/" + id }

// object parses the body.
func (r reply) object(t testing.TB) map[string]any {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal([]byte(r.body), &o); err != nil {
		t.Fatalf("%s is not a JSON object: %v", r.body, err)
	}
	return o
}

// wantError checks the status and Graph's envelope around code and message.
func (r reply) wantError(t testing.TB, status int, code, message string) {
	t.Helper()
	e, _ := r.object(t)["error"].(map[string]any)
	if r.StatusCode != status || e["code"] != code || e["message"] != message {
		t.Errorf("got %d %s, want %d %s %q", r.StatusCode, r.body, status, code, message)
	}
}

func (r reply) wantStatus(t testing.TB, status int) {
	t.Helper()
	if r.StatusCode != status {
		t.Errorf("got %d %s, want %d", r.StatusCode, r.body, status)
	}
}
