package provider

import (
	"fmt"
	"io"
	"maps"
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

// What is wrong with the provider's settings is said of the attribute or the variable, and
// nothing is sent.
func TestProvider_badSettings(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		set  map[string]string // attributes on top of the complete ones; "" leaves one out
		env  []string
		says []string
	}{
		"nothing": {map[string]string{"tenant_id": "", "client_id": "", "client_secret": ""}, nil,
			[]string{"No Credential Configured", "client_secret", "ARM_CLIENT_SECRET"}},
		"no tenant":            {map[string]string{"tenant_id": ""}, nil, []string{"Invalid Credential", "client secret", "tenant_id", "ARM_TENANT_ID"}},
		"tenant common":        {map[string]string{"tenant_id": "common"}, nil, []string{"Invalid Tenant ID", `"common" stands for any tenant`, "7505"}},
		"tenant by variable":   {map[string]string{"tenant_id": ""}, []string{"ARM_TENANT_ID=common"}, []string{"Invalid Environment Variable", "ARM_TENANT_ID", "stands for any tenant"}},
		"http endpoint":        {map[string]string{"graph_endpoint": "http://graph.example"}, nil, []string{"Invalid Graph Endpoint", "Plain http is for loopback addresses only"}},
		"endpoint by variable": {nil, []string{"MSGRAPH_GRAPH_ENDPOINT=http://graph.example"}, []string{"MSGRAPH_GRAPH_ENDPOINT", "loopback"}},
		"no such CA file":      {map[string]string{"ca_certificate_file": "/nonexistent/ca.pem"}, nil, []string{"CA certificate file", "/nonexistent/ca.pem"}},
		"boolean by variable":  {nil, []string{"MSGRAPH_DISABLE_INSTANCE_DISCOVERY=yes"}, []string{"MSGRAPH_DISABLE_INSTANCE_DISCOVERY", "must be true or false"}},
		"unknown":              {map[string]string{"client_secret": "${terraform_data.late.output}"}, nil, []string{"Unknown Provider Setting", "client_secret"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			attributes := map[string]string{"tenant_id": graphsim.TenantID, "client_id": graphsim.ClientID, "client_secret": "s"}
			maps.Copy(attributes, c.set)
			var block strings.Builder
			for attribute, value := range attributes {
				if value != "" {
					fmt.Fprintf(&block, "  %s = %q\n", attribute, value)
				}
			}
			w := newWorkspace(t, l.withEnv(c.env...), "provider \"msgraph\" {\n"+block.String()+"}\nresource \"terraform_data\" \"late\" { input = \"s\" }\n"+oneCall)
			out, code := w.run("plan")
			if code != 1 {
				t.Errorf("plan exited %d", code)
			}
			expectText(t, out, c.says...)
			if n := len(l.Requests()); n != 0 {
				t.Errorf("%d requests were sent", n)
			}
		})
	}
}

// All that points the provider at the lab can come from the environment.
func TestProvider_environment(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l.withEnv(
		"ARM_TENANT_ID="+graphsim.TenantID, "ARM_CLIENT_ID="+graphsim.ClientID, "ARM_CLIENT_SECRET="+graphsim.ClientSecret,
		"MSGRAPH_GRAPH_ENDPOINT="+l.GraphURL(), "MSGRAPH_AUTHORITY_HOST="+l.AuthorityURL(),
		"MSGRAPH_DISABLE_INSTANCE_DISCOVERY=T", "MSGRAPH_CA_CERTIFICATE_FILE="+l.caFile,
	), oneCall)
	w.mustRun("apply", "-auto-approve")
	l.expectSent(t, 1)
}

func TestProvider_wrongSecretIsOneReadableError(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newWorkspace(t, l, strings.Replace(l.minimal(""), graphsim.ClientSecret, "Wr0ng~s3cret", 1))
	out, code := w.run("apply", "-auto-approve")
	if code != 1 {
		t.Errorf("apply exited %d", code)
	}
	expectText(t, out, "Error: No Token From Entra ID", "AADSTS7000215", "Nothing was sent to Graph")
	if strings.Contains(out, "Wr0ng~s3cret") {
		t.Errorf("the secret is shown:\n%s", out)
	}
	l.expectSent(t, 0)
}

// On a loopback address, plain http will do for both services.
func TestProvider_plainHTTPOnLoopback(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	graph := plainHTTP(t, l, l.GraphURL(), nil)
	// The scope follows the endpoint, and the stand-in for Entra knows only its own.
	authority := plainHTTP(t, l, l.AuthorityURL(), strings.NewReplacer(url.QueryEscape(graph), url.QueryEscape(l.GraphURL())))
	config := strings.NewReplacer(l.GraphURL(), graph, l.AuthorityURL(), authority).Replace(l.minimal(""))
	newWorkspace(t, l, config).mustRun("apply", "-auto-approve")
	l.expectSent(t, 1)
}

// plainHTTP serves target, one of the lab's services, without TLS. It changes the bodies of
// requests on the way, and in answers what the service says its own address is.
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
