package provider

import (
	"maps"
	"os"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/testos"
)

// What is wrong is said of the attribute and of its variables, and nothing is sent.
func TestCredential_badSettings(t *testing.T) {
	t.Parallel()
	secret := func(also map[string]any) map[string]any {
		block := application(map[string]any{"client_secret": graphsim.ClientSecret})
		maps.Copy(block, also)
		return block
	}
	for name, test := range map[string]struct {
		block map[string]any
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
		"OIDC from nowhere": {application(map[string]any{"use_oidc": true}), nil, []string{
			"Invalid Credential", "The OIDC credential cannot be used", "oidc_request_url (environment: ARM_OIDC_REQUEST_URL or ACTIONS_ID_TOKEN_REQUEST_URL or SYSTEM_OIDCREQUESTURI)",
			"ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "oidc_token_file_path", "ARM_OIDC_TOKEN",
		}},
		"GitHub Actions without permission": {application(map[string]any{"use_oidc": true}), []string{"ACTIONS_ID_TOKEN_REQUEST_URL=https://x"}, []string{
			"The GitHub Actions OIDC token cannot be used: oidc_request_token is not set", "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
		}},
		"Azure DevOps without an access token": {application(map[string]any{"use_oidc": true, "ado_pipeline_service_connection_id": "c"}),
			[]string{"SYSTEM_OIDCREQUESTURI=https://x"}, []string{"The Azure DevOps OIDC token cannot be used: oidc_request_token is not set", "SYSTEM_ACCESSTOKEN"}},
		"AKS without a file": {application(map[string]any{"use_aks_workload_identity": true}), nil, []string{
			"The AKS workload identity cannot be used: oidc_token_file_path is not set", "AZURE_FEDERATED_TOKEN_FILE",
		}},
		"certificate that is not there": {application(map[string]any{"client_certificate_path": "/nonexistent/c.pfx"}), nil, []string{
			"Invalid Credential", `The client certificate cannot be used: client_certificate_path: the file "/nonexistent/c.pfx" cannot be read`, "AZURE_CLIENT_CERTIFICATE_PATH",
		}},
		"secret file that is not there": {application(nil), []string{"ARM_CLIENT_SECRET_FILE_PATH=/nonexistent/secret"}, []string{
			`The value of client_secret_file_path cannot be used: the file "/nonexistent/secret" cannot be read: ` + testos.ReadError("/nonexistent/secret"), "ARM_CLIENT_SECRET_FILE_PATH",
		}},
		"two secrets": {secret(map[string]any{"client_secret_file_path": os.DevNull}), nil, []string{"client_secret_file_path", "is empty"}},
		"two managed identities": {map[string]any{"use_msi": true, "msi_object_id": "o", "msi_resource_id": "r"}, nil, []string{
			"The managed identity cannot be used: msi_resource_id: msi_object_id is set as well",
		}},
		"GitHub Actions without id-token": {application(map[string]any{"use_oidc": true}), []string{"GITHUB_ACTIONS=true"}, []string{
			"Invalid Credential", "its workflow lacks permissions: id-token: write",
		}},
		"Azure DevOps, in a job": {application(map[string]any{"use_oidc": true, "ado_pipeline_service_connection_id": "c"}),
			[]string{"TF_BUILD=True", "SYSTEM_OIDCREQUESTURI=https://x"}, []string{"env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)"}},
		"tenant and client only": {application(nil), nil, []string{
			"No Credential Configured", "tenant_id and client_id are set. What is missing is the credential itself, such as client_secret",
		}},
		"a request token in two lines": {application(map[string]any{"use_oidc": true, "oidc_request_url": "https://x", "oidc_request_token": "to\nken"}), nil, []string{
			"Invalid Credential", "The value of oidc_request_token cannot be used: it has a line break in it",
		}},
		"a placeholder": {application(map[string]any{"client_secret": "<client-secret>"}), nil, []string{"The value of client_secret cannot be used: it is a placeholder"}},
		"several at once": {map[string]any{"client_id": "x", "client_secret": "s", "client_certificate": "c", "use_oidc": true}, nil, []string{
			"The client secret cannot be used: tenant_id is not set", "The client certificate cannot be used: tenant_id is not set", "The OIDC credential cannot be used",
		}},
		"OIDC not asked for": {secret(map[string]any{"oidc_token": "t"}), nil, []string{
			"Provider Setting Without Effect", "oidc_token has no effect unless use_oidc is true",
		}},
		"file not asked for": {secret(map[string]any{"oidc_token_file_path": "t"}), nil, []string{
			"oidc_token_file_path has no effect unless use_oidc or use_aks_workload_identity is true",
		}},
		"managed identity not asked for": {secret(map[string]any{"msi_object_id": "t"}), nil, []string{"msi_object_id has no effect unless use_msi is true"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t).withEnv(test.env...)
			_, wrong := l.configure(t, test.block)
			expectText(t, wrong, test.says...)
			if strings.Contains(wrong, graphsim.ClientSecret) {
				t.Errorf("the secret is shown:\n%s", wrong)
			}
			if n := len(l.Requests()); n != 0 {
				t.Errorf("%d requests were sent", n)
			}
		})
	}
}

// What is turned off by hand is not asked for, and no mistake.
func TestCredential_turnedOff(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		block map[string]any
		env   []string
	}{
		"in the block":       {map[string]any{"use_oidc": false, "oidc_token": "t", "use_msi": false, "msi_object_id": "o"}, nil},
		"in the environment": {map[string]any{"oidc_token": "t", "oidc_request_url": "u"}, []string{"ARM_USE_OIDC=0"}},
	} {
		l := newLab(t).withEnv(test.env...)
		block := application(map[string]any{"client_secret": graphsim.ClientSecret})
		maps.Copy(block, test.block)
		s, wrong := l.configure(t, block)
		if wrong != "" {
			t.Fatalf("%s: %s", name, wrong)
		}
		if wrong := s.read(); wrong != "" {
			t.Errorf("%s: %s", name, wrong)
		}
	}
}

// What a shell leaves at the end of a variable, or an editor at its beginning, is no part of its value.
func TestCredential_variablesLoseLineBreaks(t *testing.T) {
	t.Parallel()
	for end, begin := range map[string]string{"\n": "", "\r\n": "", "": "\xef\xbb\xbf", "\n\n": "\xef\xbb\xbf"} {
		l := newLab(t).withEnv("ARM_TENANT_ID="+begin+graphsim.TenantID+end, "ARM_CLIENT_ID="+begin+graphsim.ClientID+end, "ARM_CLIENT_SECRET="+begin+graphsim.ClientSecret+end,
			"ARM_USE_MSI="+begin+"false"+end)
		s, wrong := l.configure(t, map[string]any{})
		if wrong == "" {
			wrong = s.read()
		}
		if wrong != "" {
			t.Errorf("%q and %q: %s", begin, end, wrong)
		}
	}
}
