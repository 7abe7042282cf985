package config

import (
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform-provider-msgraph/internal/transport"
)

// expect fails the test unless the text holds all of these; none of them is for no text at all.
func expect(t *testing.T, name, text string, says ...string) {
	t.Helper()
	for _, want := range says {
		if !strings.Contains(text, want) {
			t.Errorf("%s: got %q, want %q in it", name, text, want)
		}
	}
	if len(says) == 0 && text != "" {
		t.Errorf("%s: got %q, want nothing", name, text)
	}
	if strings.Contains(text, "s3cret") {
		t.Errorf("%s: a secret is shown: %q", name, text)
	}
}

func step(also attributes) attributes {
	all := attributes{"name": "sign", "position": "append", "command": []any{"sign", "-v"}}
	maps.Copy(all, also)
	return all
}

func TestBlocks_validation(t *testing.T) {
	t.Parallel()
	unknown := tftypes.UnknownValue
	steps := func(all ...any) attributes { return attributes{"http_pipeline_step": all} }
	for name, test := range map[string]struct {
		block attributes
		says  []string
	}{
		"nothing":                     {attributes{}, nil},
		"proxy":                       {attributes{"proxy": attributes{"url": "http://u:s3cret@proxy.test:3128", "no_proxy": "*"}}, nil},
		"proxy without a URL":         {attributes{"proxy": attributes{}}, []string{`AttributeName("proxy"): Missing Proxy URL`}},
		"proxy with an empty URL":     {attributes{"proxy": attributes{"url": ""}}, []string{"Invalid URL: The value must not be empty; omit the attribute"}},
		"proxy by another scheme":     {attributes{"proxy": attributes{"url": "ftp://u:s3cret@proxy.test"}}, []string{`AttributeName("proxy"): Invalid Proxy URL`}},
		"proxy, who twice":            {attributes{"proxy": attributes{"url": "http://proxy.test", "username": "u", "password": "s3cret", "use_default_credentials": true}}, []string{"Invalid Proxy: "}},
		"proxy, only a password":      {attributes{"proxy": attributes{"url": "http://proxy.test", "password": "s3cret"}}, []string{"Invalid Proxy: ", "password is set without username"}},
		"proxy, empty password":       {attributes{"proxy": attributes{"url": "http://proxy.test", "username": "u", "password": ""}}, []string{"Invalid Password"}},
		"proxy, who in the URL":       {attributes{"proxy": attributes{"url": "http://u:s3cret@proxy.test", "use_default_credentials": true}}, []string{"Invalid Proxy: "}},
		"proxy, Negotiate by SOCKS":   {attributes{"proxy": attributes{"url": "socks5://proxy.test", "use_default_credentials": true}}, []string{"Invalid Proxy: ", "does not support Negotiate"}},
		"proxy, Negotiate by address": {attributes{"proxy": attributes{"url": "http://192.0.2.1:3128", "use_default_credentials": true}}, []string{"Invalid Proxy: ", "has no Kerberos principal"}},
		"proxy, to be known":          {attributes{"proxy": attributes{"url": "http://proxy.test", "username": unknown, "password": "s3cret"}}, nil},
		"proxy URL to be known":       {attributes{"proxy": attributes{"url": unknown}}, nil},

		"retry":                      {attributes{"retry": attributes{"max_retries": 0, "delay": "10ms", "max_delay": "1h"}}, nil},
		"retry, delay that is none":  {attributes{"retry": attributes{"delay": "1ns"}}, []string{"Invalid Delay: The duration must be at least 10ms and at most 1h"}},
		"retry, delay that is zero":  {attributes{"retry": attributes{"delay": "0s"}}, []string{"Invalid Delay: "}},
		"retry, delay of centuries":  {attributes{"retry": attributes{"max_delay": "2562047h"}}, []string{"Invalid Max Delay: The duration must be at least 10ms and at most 1h"}},
		"retry, delay that is text":  {attributes{"retry": attributes{"delay": "soon"}}, []string{`"soon" is not a duration`}},
		"retry, delays crossed":      {attributes{"retry": attributes{"delay": "10s", "max_delay": "5s"}}, []string{"max_delay (5s) must not be shorter than delay (10s)"}},
		"retry, one delay not known": {attributes{"retry": attributes{"delay": unknown, "max_delay": "5s"}}, nil},
		"retry, fewer than none":     {attributes{"retry": attributes{"max_retries": -1}}, []string{"must be at least 0"}},

		"step":                     {steps(step(nil), step(attributes{"name": "trace", "timeout": "1s"})), nil},
		"step, same name":          {steps(step(nil), step(attributes{"position": "prepend"})), []string{`Duplicate Step Name: Another http_pipeline_step is named "sign"`}},
		"step, name":               {steps(step(attributes{"name": "a b"})), []string{"Invalid Name: The name of a step consists of up to 64 letters"}},
		"step, no command":         {steps(step(attributes{"command": []any{}})), []string{"at least 1"}},
		"step, empty program":      {steps(step(attributes{"command": []any{""}})), []string{"Invalid Command: The first element of command must be a program"}},
		"step, empty argument":     {steps(step(attributes{"command": []any{"true", ""}})), nil},
		"step, null argument":      {steps(step(attributes{"command": []any{"true", nil}})), []string{"Invalid Command: An argument must not be null"}},
		"step, argument not known": {steps(step(attributes{"command": []any{unknown, "x"}})), nil},
		"step, timeout":            {steps(step(attributes{"timeout": "2562047h"})), []string{"Invalid Timeout: The duration must be at least 1ms and at most 1h"}},
		"step, variable":           {steps(step(attributes{"environment": attributes{"A=B": "s3cret"}})), []string{`Invalid Environment: In the environment of the http_pipeline_step "sign": "A=B" cannot be set`}},
		"step, null variable":      {steps(step(attributes{"environment": attributes{"A": nil}})), []string{`"A" cannot be set`}},
		"steps not known":          {attributes{"http_pipeline_step": unknown}, nil},

		"tenant, any":          {attributes{"tenant_id": "Organizations"}, []string{"Invalid Tenant ID: ", "stands for any tenant"}},
		"tenant with a slash":  {attributes{"tenant_id": "a/b"}, []string{"Invalid Tenant ID: ", "letters, digits, hyphens and dots"}},
		"http authority":       {attributes{"authority_host": "http://login.example"}, []string{"Invalid Authority Host: ", "loopback addresses only"}},
		"endpoint with a path": {attributes{"graph_endpoint": "https://graph.example/v1.0"}, []string{"Invalid Graph Endpoint: ", `"https://graph.example"`}},
		"endpoint, no URL":     {attributes{"graph_endpoint": "graph.example"}, []string{"Invalid Graph Endpoint: ", "https://"}},

		"requests, least":     {attributes{"max_concurrent_requests": 1}, nil},
		"requests, most":      {attributes{"max_concurrent_requests": 250}, nil},
		"requests, none":      {attributes{"max_concurrent_requests": 0}, []string{"must be between 1 and 250"}},
		"requests, too many":  {attributes{"max_concurrent_requests": 251}, []string{"must be between 1 and 250"}},
		"requests, not known": {attributes{"max_concurrent_requests": unknown}, nil},
	} {
		expect(t, name, validate(t, test.block), test.says...)
	}
}

// Whatever is unknown in the provider block is an error that names it. The error has no path if it
// is of a secret: Terraform would show the line, and with it the part of the value that is known.
func TestSettings_unknownValues(t *testing.T) {
	t.Parallel()
	unknown := tftypes.UnknownValue
	type unknownIn struct {
		block  attributes
		secret bool
	}
	tests := map[string]unknownIn{
		"environment":                       {attributes{"environment": unknown}, false},
		"max_concurrent_requests":           {attributes{"max_concurrent_requests": unknown}, false},
		"headers":                           {attributes{"headers": attributes{"X-A": "s3cret", "X-B": unknown}}, true},
		"proxy.url":                         {attributes{"proxy": attributes{"url": unknown}}, true},
		"proxy.username":                    {attributes{"proxy": attributes{"url": "http://p.test", "username": unknown}}, false},
		"proxy.password":                    {attributes{"proxy": attributes{"url": "http://p.test", "password": unknown}}, true},
		"proxy.use_default_credentials":     {attributes{"proxy": attributes{"url": "http://p.test", "use_default_credentials": unknown}}, false},
		"proxy.no_proxy":                    {attributes{"proxy": attributes{"url": "http://p.test", "no_proxy": unknown}}, false},
		"proxy":                             {attributes{"proxy": unknown}, false},
		"retry":                             {attributes{"retry": unknown}, false},
		"retry.max_retries":                 {attributes{"retry": attributes{"max_retries": unknown}}, false},
		"retry.delay":                       {attributes{"retry": attributes{"delay": unknown}}, false},
		"retry.max_delay":                   {attributes{"retry": attributes{"max_delay": unknown}}, false},
		"http_pipeline_step":                {attributes{"http_pipeline_step": unknown}, false},
		"http_pipeline_step[1]":             {attributes{"http_pipeline_step": []any{step(nil), unknown}}, false},
		"http_pipeline_step[0].name":        {attributes{"http_pipeline_step": []any{step(attributes{"name": unknown})}}, false},
		"http_pipeline_step[0].command":     {attributes{"http_pipeline_step": []any{step(attributes{"command": []any{"true", unknown}})}}, false},
		"http_pipeline_step[0].environment": {attributes{"http_pipeline_step": []any{step(attributes{"environment": attributes{"A": "s3cret", "B": unknown}})}}, true},
		"http_pipeline_step[0].timeout":     {attributes{"http_pipeline_step": []any{step(attributes{"timeout": unknown})}}, false},
		"disable_instance_discovery":        {attributes{"disable_instance_discovery": unknown}, false},
	}
	for attribute := range credentialEnvVars {
		block := asking(attribute)
		block[attribute] = unknown
		tests[attribute] = unknownIn{block, described().Attributes[attribute].IsSensitive()}
	}
	for at, test := range tests {
		_, diags := modelOf(t, test.block).Settings(t.Context(), func(string) string { return "" })
		if len(diags) != 1 || diags[0].Summary() != "Unknown Provider Setting" || !strings.Contains(diags[0].Detail(), "The value of "+at+" is known only after apply.") {
			t.Errorf("%s: got %v", at, diags)
			continue
		}
		if got := pathOf(diags[0]); got != at && !test.secret || got != "" && test.secret {
			t.Errorf("%s: the error is at %q, secret %t", at, got, test.secret)
		}
	}
}

func TestSettings_blocks(t *testing.T) {
	t.Parallel()
	s, said := settingsOf(t, attributes{
		"proxy":   attributes{"url": "http://p.test", "username": "u", "password": "p", "no_proxy": "n"},
		"retry":   attributes{"max_retries": 2},
		"headers": attributes{"x-key": "h"},
		"http_pipeline_step": []any{
			step(attributes{"environment": attributes{"KEY": "e"}, "timeout": "3s"}), step(attributes{"name": "second", "position": "prepend"}), step(attributes{"name": "third"}),
		},
	}, nil)
	expect(t, "the block", said)
	proxy := transport.ProxyOptions{URL: "http://p.test", Username: "u", Password: "p", NoProxy: "n"}
	if got := s.Transport.Proxy; got.URL != proxy.URL || got.Username != proxy.Username || got.Password != proxy.Password || got.NoProxy != proxy.NoProxy || got.Negotiate != nil {
		t.Errorf("got the proxy %+v", got)
	}
	if s.Retry.MaxRetries != 2 || s.Headers.Get("X-Key") != "h" {
		t.Errorf("got %+v and %v", s.Retry, s.Headers)
	}
	if len(s.Prepend) != 1 || s.Prepend[0].Name != "second" || len(s.Append) != 2 || s.Append[1].Name != "third" {
		t.Errorf("got the steps %+v and %+v", s.Prepend, s.Append)
	}
	if first := s.Append[0]; first.Timeout != 3*time.Second || strings.Join(first.Command, " ") != "sign -v" || first.Environment["KEY"] != "e" {
		t.Errorf("got the step %+v", first)
	}
	if got := strings.Join(s.Secrets(), " "); got != "e h" {
		t.Errorf("the secrets are %q", got)
	}
}

func TestBlocks_maxConcurrentRequests(t *testing.T) {
	t.Parallel()
	const variable = "MSGRAPH_MAX_CONCURRENT_REQUESTS"
	for name, test := range map[string]struct {
		block attributes
		env   string
		want  int
		says  []string
	}{
		"default":         {nil, "", 50, nil},
		"attribute":       {attributes{"max_concurrent_requests": 7}, "", 7, nil},
		"variable":        {nil, "12\n", 12, nil},
		"attribute first": {attributes{"max_concurrent_requests": 7}, "12", 7, nil},
		"zero":            {nil, "0", 0, []string{"Invalid Environment Variable", variable + ", which sets max_concurrent_requests, must be a whole number from 1 to 250, not \"0\"."}},
		"negative":        {nil, "-5", 0, []string{"from 1 to 250"}},
		"too many":        {nil, "251", 0, []string{"from 1 to 250"}},
		"overflow":        {nil, strings.Repeat("9", 30), 0, []string{"from 1 to 250"}},
		"no number":       {nil, "many", 0, []string{`not "many"`}},
		"fraction":        {nil, "1.5", 0, []string{`not "1.5"`}},
	} {
		if test.block == nil {
			test.block = attributes{}
		}
		s, said := settingsOf(t, test.block, map[string]string{variable: test.env})
		expect(t, name, said, test.says...)
		if len(test.says) == 0 && s.MaxConcurrentRequests != test.want {
			t.Errorf("%s: got %s, want %d", name, strconv.Itoa(s.MaxConcurrentRequests), test.want)
		}
	}
}

// A variable that was filled from a file ends with that file's line break.
func TestEnvironment_lineBreaksAtTheEnd(t *testing.T) {
	t.Parallel()
	s, said := settingsOf(t, attributes{}, map[string]string{"ARM_TENANT_ID": tenantID + "\r\n", "ARM_CLIENT_SECRET": clientSecret + "\n", "ARM_USE_OIDC": "true\n", "AZURE_CLIENT_ID": clientID, "ARM_CLIENT_ID": "\n"})
	expect(t, "line breaks", strings.ReplaceAll(said, clientSecret, "s3cret"))
	if s.Credential.TenantID != tenantID || s.Credential.ClientSecret != clientSecret || !s.Credential.UseOIDC || s.Credential.ClientID != clientID {
		t.Errorf("got %+v", s.Credential)
	}
}

func TestNewCredential_missingSettings(t *testing.T) {
	t.Parallel()
	for missing, variables := range map[string]string{"tenant_id": "ARM_TENANT_ID or AZURE_TENANT_ID", "client_id": "ARM_CLIENT_ID or AZURE_CLIENT_ID"} {
		block := withSecret(nil)
		delete(block, missing)
		s, _ := settingsOf(t, block, nil)
		_, diags := s.NewCredential()
		expect(t, missing, textOf(diags), "Invalid Credential: The client secret cannot be used: "+missing+" is not set. Set "+missing+" (environment: "+variables+").")
	}
}

// A provider that knows tenant and client is told what is missing before what there is to choose from.
func TestNewCredential_whatIsMissing(t *testing.T) {
	t.Parallel()
	const missing = "What is missing is the credential itself, such as client_secret (ARM_CLIENT_SECRET)."
	for name, test := range map[string]struct {
		block attributes
		want  bool
	}{
		"tenant and client": {attributes{"tenant_id": tenantID, "client_id": clientID}, true},
		"tenant":            {attributes{"tenant_id": tenantID}, false},
		"nothing":           {attributes{}, false},
	} {
		s, _ := settingsOf(t, test.block, map[string]string{"ARM_MSI_OBJECT_ID": "o"})
		_, diags := s.NewCredential()
		said := textOf(diags)
		expect(t, name, said, "No Credential Configured", "- Client secret: client_secret (ARM_CLIENT_SECRET).", "ARM_MSI_OBJECT_ID is set, but has no effect unless use_msi (ARM_USE_MSI) is true.")
		if got := strings.Contains(said, missing); got != test.want {
			t.Errorf("%s: got %q", name, said)
		}
	}
}

func TestNewCredential_exposedFile(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such permissions")
	}
	file := filepath.Join(t.TempDir(), "the secret")
	if err := os.WriteFile(file, []byte(clientSecret), 0o600); err != nil {
		t.Fatal(err)
	}
	warning := func(mode os.FileMode) string {
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
		s, _ := settingsOf(t, attributes{"tenant_id": tenantID, "client_id": clientID, "client_secret_file_path": file}, nil)
		credential, diags := s.NewCredential()
		if credential == nil {
			t.Fatal(diags)
		}
		return textOf(diags)
	}
	expect(t, "0600", warning(0o600))
	expect(t, "0644", warning(0o644), "Warning: Secret File Readable by All Users: ", "(mode 0644)", "\n  chmod 600 '"+file+"'\n",
		"client_secret_file_path in the provider block or, if that is absent, by ARM_CLIENT_SECRET_FILE_PATH in the environment.")
}
