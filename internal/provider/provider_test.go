package provider

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/transport"
)

const oneCall = "resource \"msgraph_call_keepalive\" \"lab\" {\n  call_id = \"" + callID + "\"\n}\n"

func TestCredential_wrongSecretIsOneReadableError(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, strings.Replace(l.minimal(""), graphsim.ClientSecret, "Wr0ng~s3cret", 1))
	out := w.expectExit(1, applyNow, "Error: No Token From Entra ID", "AADSTS7000215", "Nothing was sent to Graph")
	if strings.Contains(out, "Wr0ng~s3cret") {
		t.Errorf("the secret is shown:\n%s", out)
	}
	l.expectSent(t, 0)
}

// On a loopback address, plain http will do for both services.
func TestProviderConfig_plainHTTPOnLoopback(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	graph := plainHTTP(t, l, l.GraphURL(), nil)
	// The scope follows the endpoint, and the stand-in for Entra knows only its own.
	authority := plainHTTP(t, l, l.AuthorityURL(), strings.NewReplacer(url.QueryEscape(graph), url.QueryEscape(l.GraphURL())))
	l.mustConfigure(t, application(attributes{
		"client_secret": graphsim.ClientSecret, "graph_endpoint": graph, "authority_host": authority,
	})).mustReadCall()
}

// plainHTTP serves target, one of the lab's services, without TLS. It changes the bodies of
// requests on the way, and in responses what the service says its own address is.
func plainHTTP(t *testing.T, l *lab, target string, change *strings.Replacer) string {
	t.Helper()
	client, err := transport.New(transport.Options{CACertificateFile: l.caFile})
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	var server *httptest.Server
	server = httptest.NewServer(&httputil.ReverseProxy{
		Transport: client.Transport,
		ModifyResponse: func(resp *http.Response) error {
			body, err := io.ReadAll(resp.Body)
			text := strings.ReplaceAll(string(body), target, strings.Replace(server.URL, "http:", "https:", 1))
			resp.Body, resp.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
			resp.Header.Del("Content-Length")
			return err
		},
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(u)
			if change != nil && r.Out.Method == http.MethodPost {
				body, _ := io.ReadAll(r.In.Body)
				text := change.Replace(string(body))
				r.Out.Body, r.Out.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
			}
		},
	})
	t.Cleanup(server.Close)
	return server.URL
}
