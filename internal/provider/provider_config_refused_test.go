package provider

import (
	"maps"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/testos"
)

// What is wrong is said of the attribute and of its variables, no secret is shown, and nothing is sent.
func TestProviderConfig_refused(t *testing.T) {
	t.Parallel()
	secret := func(also attributes) attributes {
		block := application(attributes{"client_secret": graphsim.ClientSecret})
		maps.Copy(block, also)
		return block
	}
	for name, test := range map[string]struct {
		block attributes
		env   []string
		says  []string
	}{
		"nothing": {nil, nil, []string{
			"No Credential Configured", "client_secret (ARM_CLIENT_SECRET)", "client_certificate_path (ARM_CLIENT_CERTIFICATE_PATH)",
			"GitHub Actions: use_oidc (ARM_USE_OIDC)", "ado_pipeline_service_connection_id (ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID)", "SYSTEM_ACCESSTOKEN",
			"oidc_token_file_path (ARM_OIDC_TOKEN_FILE_PATH)", "oidc_token (ARM_OIDC_TOKEN)", "use_aks_workload_identity (ARM_USE_AKS_WORKLOAD_IDENTITY)",
			"use_msi (ARM_USE_MSI)", "msi_object_id", "msi_resource_id", "use_cli (ARM_USE_CLI)", "use_azd (ARM_USE_AZD)", "use_powershell (ARM_USE_POWERSHELL)",
		}},
		"nothing that is asked for": {nil, []string{"ACTIONS_ID_TOKEN_REQUEST_URL=https://x", "AZURE_FEDERATED_TOKEN_FILE=/t", "ARM_MSI_OBJECT_ID=o"}, []string{
			"No Credential Configured", "ACTIONS_ID_TOKEN_REQUEST_URL is set, but has no effect unless use_oidc (ARM_USE_OIDC) is true",
			"AZURE_FEDERATED_TOKEN_FILE is set, but has no effect unless use_aks_workload_identity", "ARM_MSI_OBJECT_ID is set, but has no effect unless use_msi",
		}},
		"OIDC from nowhere": {application(attributes{"use_oidc": true}), nil, []string{
			"Invalid Credential", "The OIDC credential cannot be used", "oidc_request_url (environment: ARM_OIDC_REQUEST_URL or ACTIONS_ID_TOKEN_REQUEST_URL or SYSTEM_OIDCREQUESTURI)",
			"ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "oidc_token_file_path", "ARM_OIDC_TOKEN",
		}},
		"certificate that is not there": {application(attributes{"client_certificate_path": "/nonexistent/c.pfx"}), nil, []string{
			"Invalid Credential", `The client certificate cannot be used: client_certificate_path: the file "/nonexistent/c.pfx" cannot be read`, "AZURE_CLIENT_CERTIFICATE_PATH",
		}},
		"secret file that is not there": {application(nil), []string{"ARM_CLIENT_SECRET_FILE_PATH=/nonexistent/secret"}, []string{
			`The value of client_secret_file_path cannot be used: the file "/nonexistent/secret" cannot be read: ` + testos.ReadError("/nonexistent/secret"), "ARM_CLIENT_SECRET_FILE_PATH",
		}},
		"GitHub Actions without id-token": {application(attributes{"use_oidc": true}), []string{"GITHUB_ACTIONS=true"}, []string{
			"Invalid Credential", "its workflow lacks permissions: id-token: write",
		}},
		"Azure DevOps, in a job": {application(attributes{"use_oidc": true, "ado_pipeline_service_connection_id": "c"}),
			[]string{"TF_BUILD=True", "SYSTEM_OIDCREQUESTURI=https://x"}, []string{"env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)"}},
		"several at once": {attributes{"client_id": "x", "client_secret": "s", "client_certificate": "c", "use_oidc": true}, nil, []string{
			"The client secret cannot be used: tenant_id is not set", "The client certificate cannot be used: tenant_id is not set", "The OIDC credential cannot be used",
		}},
		"OIDC not asked for": {secret(attributes{"oidc_token": "t"}), nil, []string{
			"Provider Setting Without Effect", "oidc_token has no effect unless use_oidc is true",
		}},
		"file not asked for": {secret(attributes{"oidc_token_file_path": "t"}), nil, []string{
			"oidc_token_file_path has no effect unless use_oidc or use_aks_workload_identity is true",
		}},
		"managed identity not asked for": {secret(attributes{"msi_object_id": "t"}), nil, []string{"msi_object_id has no effect unless use_msi is true"}},

		"tenant by variable":   {attributes{"client_id": "c", "client_secret": "s"}, []string{"ARM_TENANT_ID=common"}, []string{"Invalid Environment Variable", "ARM_TENANT_ID", "stands for any tenant"}},
		"endpoint by variable": {secret(attributes{"graph_endpoint": nil}), []string{"MSGRAPH_GRAPH_ENDPOINT=http://graph.example"}, []string{"MSGRAPH_GRAPH_ENDPOINT", "loopback"}},
		"flag by variable":     {secret(attributes{"disable_instance_discovery": nil}), []string{"MSGRAPH_DISABLE_INSTANCE_DISCOVERY=yes"}, []string{"MSGRAPH_DISABLE_INSTANCE_DISCOVERY", "must be true or false"}},
		"proxy by variable":    {secret(nil), []string{"HTTPS_PROXY=ftp://lab:s3cret~of@proxy.test"}, []string{"environment variable HTTPS_PROXY", "begins with"}},
		"no such CA file":      {secret(attributes{"ca_certificate_file": "/nonexistent/ca.pem"}), nil, []string{"CA certificate file", "/nonexistent/ca.pem"}},
		"step of no position": {secret(attributes{"http_pipeline_step": []any{attributes{"name": "a", "position": "middle", "command": []any{"true"}}}}), nil,
			[]string{`["prepend" "append"]`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t).withEnv(test.env...)
			_, wrong := l.configure(t, test.block)
			expectText(t, wrong, test.says...)
			expectNoSecret(t, "the error", wrong, graphsim.ClientSecret, "s3cret~of")
			l.expectNothingSent(t)
		})
	}
}

// Terraform shows the line that an error is about: no secret of the provider block is on one.
func TestProviderConfig_refusedUnderTheCLI(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.4.0", "1.6.0") // for terraform_data
	const secret = "s3cret~value"
	l := newLab(t)
	head := "resource \"terraform_data\" \"late\" { input = \"s\" }\n" + oneCall
	step := func(arguments string) string {
		return "  http_pipeline_step {\n    command = [\"true\"]\n    " + strings.ReplaceAll(arguments, "; ", "\n    ") + "\n  }\n"
	}
	w := newWorkspace(t, l, head+`
provider "msgraph" {
  tenant_id      = "common"
  client_secret  = "`+secret+`"
  environment    = "china"
  graph_endpoint = "http://graph.example"
  headers = {
    "Authorization" = "`+secret+`"
    "not a name"    = "`+secret+`"
    "X-Break"       = "`+secret+`\n"
    "X-Key"         = "`+secret+`"
    "x-key"         = "`+secret+`"
  }
  proxy { url = "http://lab:`+secret+`/x@proxy.test" }
  retry { delay = "0s" }
`+step(`name = "a"; position = "append"; environment = { KEY = "`+secret+`" }`)+step(`name = "a"; position = "prepend"`)+
		step(`name = "b"; position = "append"; environment = { "A=B" = "`+secret+`" }`)+"}\n")
	out := w.expectExit(1, []string{"validate"}, "Invalid Tenant ID", `"common" stands for any tenant`, "7505", "Graph has no cloud communications API in China",
		"Invalid Graph Endpoint", "Plain http is for loopback addresses only",
		`Header "Authorization": this header cannot be set`, "HTTP does not allow this name", "HTTP does not allow this value", "are the same header",
		"percent-encode", "The duration must be at least 10ms and at most 1h", "Duplicate Step Name", `"A=B" cannot be set`)

	w.write(head + "provider \"msgraph\" {\n" + step(`name = "a"`) + "}\n")
	w.expectExit(1, []string{"validate"}, `The argument "position" is required`)

	// What is not known yet is never read as absent.
	const late = "terraform_data.late.output"
	w.write(head + `
provider "msgraph" {
  client_secret = ` + late + `
  use_oidc      = ` + late + ` == "s"
  headers       = { (` + late + `) = "` + secret + `" }
  proxy {
    url      = "http://proxy.test"
    username = "lab"
    password = ` + late + `
  }
  retry { max_retries = length(` + late + `) }
` + step(`name = "a"; position = "append"; environment = { OTHER = "`+secret+`", KEY = `+late+` }`) + "}\n")
	out += w.expectExit(1, []string{"plan"}, "Error: Unknown Provider Setting")
	for _, setting := range []string{"client_secret", "use_oidc", "headers", "proxy.password", "retry.max_retries", "http_pipeline_step[0].environment"} {
		expectText(t, out, "The value of "+setting+" is known only after apply")
	}
	expectNoSecret(t, "the output", out, secret)
	l.expectNothingSent(t)
}
