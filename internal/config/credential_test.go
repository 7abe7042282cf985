package config

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider/schema"

	"terraform-provider-msgraph/internal/entra"
)

// credentialOf is what is made of a block and an environment, without what belongs to the cloud.
func credentialOf(t *testing.T, block attributes, env map[string]string) (entra.Config, string) {
	t.Helper()
	s, said := settingsOf(t, block, env)
	s.Credential.AuthorityHost = ""
	return s.Credential, said
}

// asking enables every credential that has to be enabled, so that each attribute and
// each variable counts.
func asking(attribute string) map[string]any {
	block := map[string]any{
		"use_oidc": true, "use_msi": true, "use_aks_workload_identity": true,
		"ado_pipeline_service_connection_id": "a-connection", "oidc_request_token": "a-token",
	}
	delete(block, attribute)
	return block
}

// What each attribute sets comes from the provider block, else from the first of its
// variables that is set: text, secrets and flags alike.
func TestCredential_environment(t *testing.T) {
	t.Parallel()
	described := described()
	for attribute, names := range credentialEnvVars {
		_, isFlag := described.Attributes[attribute].(schema.BoolAttribute)
		for i, name := range names {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				if isFlag {
					expectFlag(t, attribute, name, names[i+1:])
				} else {
					expectSetting(t, attribute, name, names[i+1:])
				}
			})
		}
	}
}

// The names are those that Azure's Terraform providers share, in this order.
func TestCredential_variableNames(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"tenant_id": "ARM_TENANT_ID AZURE_TENANT_ID", "client_id": "ARM_CLIENT_ID AZURE_CLIENT_ID", "client_id_file_path": "ARM_CLIENT_ID_FILE_PATH",
		"client_secret": "ARM_CLIENT_SECRET AZURE_CLIENT_SECRET", "client_secret_file_path": "ARM_CLIENT_SECRET_FILE_PATH",
		"client_certificate": "ARM_CLIENT_CERTIFICATE", "client_certificate_path": "ARM_CLIENT_CERTIFICATE_PATH AZURE_CLIENT_CERTIFICATE_PATH",
		"client_certificate_password": "ARM_CLIENT_CERTIFICATE_PASSWORD AZURE_CLIENT_CERTIFICATE_PASSWORD",
		"send_certificate_chain":      "ARM_CLIENT_SEND_CERTIFICATE_CHAIN AZURE_CLIENT_SEND_CERTIFICATE_CHAIN",
		"use_oidc":                    "ARM_USE_OIDC", "oidc_token": "ARM_OIDC_TOKEN", "oidc_token_file_path": "ARM_OIDC_TOKEN_FILE_PATH AZURE_FEDERATED_TOKEN_FILE",
		"oidc_request_url":                   "ARM_OIDC_REQUEST_URL ACTIONS_ID_TOKEN_REQUEST_URL SYSTEM_OIDCREQUESTURI",
		"oidc_audience":                      "ARM_OIDC_AUDIENCE",
		"oidc_request_token":                 "ARM_OIDC_REQUEST_TOKEN ACTIONS_ID_TOKEN_REQUEST_TOKEN SYSTEM_ACCESSTOKEN",
		"ado_pipeline_service_connection_id": "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID ARM_OIDC_AZURE_SERVICE_CONNECTION_ID AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
		"use_aks_workload_identity":          "ARM_USE_AKS_WORKLOAD_IDENTITY", "use_msi": "ARM_USE_MSI",
		"msi_object_id": "ARM_MSI_OBJECT_ID", "msi_resource_id": "ARM_MSI_RESOURCE_ID",
		"use_cli": "ARM_USE_CLI", "use_azd": "ARM_USE_AZD ARM_USE_DEV_CLI", "use_powershell": "ARM_USE_POWERSHELL",
	}
	got := map[string]string{}
	for attribute, names := range credentialEnvVars {
		got[attribute] = strings.Join(names, " ")
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

// fields are the settings that the attributes end up in.
var fields = map[string]string{
	"tenant_id": "TenantID", "client_id": "ClientID", "client_id_file_path": "ClientIDFile",
	"client_secret": "ClientSecret", "client_secret_file_path": "ClientSecretFile",
	"client_certificate": "Certificate", "client_certificate_path": "CertificateFile",
	"client_certificate_password": "CertificatePassword", "send_certificate_chain": "SendCertificateChain",
	"use_oidc": "UseOIDC", "oidc_request_url": "OIDCRequestURL", "oidc_request_token": "OIDCRequestToken", "oidc_audience": "OIDCAudience",
	"ado_pipeline_service_connection_id": "ServiceConnectionID",
	"oidc_token_file_path":               "FederatedTokenFile", // and OIDCTokenFile, see TestCredential_variablesOfPlatforms
	"oidc_token":                         "OIDCToken", "use_aks_workload_identity": "UseWorkloadIdentity",
	"use_msi": "UseManagedIdentity", "msi_object_id": "ManagedIdentityObjectID", "msi_resource_id": "ManagedIdentityResourceID",
	"use_cli": "UseAzureCLI", "use_azd": "UseAzureDeveloperCLI", "use_powershell": "UseAzurePowerShell",
}

// settingIn is what the attribute has set.
func settingIn(t *testing.T, block map[string]any, env map[string]string, attribute string) any {
	t.Helper()
	c, wrong := credentialOf(t, block, env)
	if wrong != "" {
		t.Error(wrong)
	}
	field := reflect.ValueOf(c).FieldByName(fields[attribute])
	if !field.IsValid() {
		t.Fatalf("the test does not know what %s sets", attribute)
	}
	return field.Interface()
}

func expectSetting(t *testing.T, attribute, name string, later []string) {
	t.Helper()
	env := map[string]string{name: "from-the-variable"}
	for _, other := range later {
		env[other] = "must-not-be-used"
	}
	block := asking(attribute)
	if got := settingIn(t, block, env, attribute); got != "from-the-variable" {
		t.Errorf("%s is %q, want the value of %s", attribute, got, name)
	}
	block[attribute] = "from-the-attribute"
	if got := settingIn(t, block, env, attribute); got != "from-the-attribute" {
		t.Errorf("%s is %q, want the attribute's", attribute, got)
	}
}

func expectFlag(t *testing.T, attribute, name string, later []string) {
	t.Helper()
	if got := settingIn(t, nil, nil, attribute); got != false {
		t.Errorf("%s is on by itself", attribute)
	}
	for _, on := range []bool{true, false} {
		env := map[string]string{name: fmt.Sprint(on)}
		for _, other := range later {
			env[other] = fmt.Sprint(!on)
		}
		if got := settingIn(t, nil, env, attribute); got != on {
			t.Errorf("%v: %s is %t, want %t", env, attribute, got, on)
		}
		if got := settingIn(t, map[string]any{attribute: !on}, env, attribute); got == on {
			t.Errorf("%v: %s is %t, want the attribute's %t", env, attribute, got, !on)
		}
	}
}

func TestCredential_flagsInTheEnvironment(t *testing.T) {
	t.Parallel()
	described := described()
	for attribute, names := range credentialEnvVars {
		if _, isFlag := described.Attributes[attribute].(schema.BoolAttribute); !isFlag {
			continue
		}
		for _, text := range []string{"1", "t", "T", "true", "TRUE", "True", "tRuE", "0", "f", "F", "false", "FALSE", "False"} {
			if _, wrong := credentialOf(t, nil, map[string]string{names[0]: text}); wrong != "" {
				t.Errorf("%s=%s: %s", names[0], text, wrong)
			}
		}
		for _, text := range []string{"yes", "no", "on", "off", "2", " true", "enabled"} {
			_, wrong := credentialOf(t, nil, map[string]string{names[0]: text})
			if !strings.Contains(wrong, names[0]) || !strings.Contains(wrong, attribute) || !strings.Contains(wrong, "must be true or false") {
				t.Errorf("%s=%s: got %q, want an error that names it", names[0], text, wrong)
			}
		}
	}
}

// Every attribute of the provider that says how to sign in is described with its variables,
// and Terraform shows no secret.
func TestCredential_schema(t *testing.T) {
	t.Parallel()
	described := described()
	secrets := []string{"client_secret", "client_certificate", "client_certificate_password", "oidc_request_token", "oidc_token"}
	for attribute, names := range credentialEnvVars {
		a := described.Attributes[attribute]
		if got, want := a.IsSensitive(), slices.Contains(secrets, attribute); got != want {
			t.Errorf("%s: sensitive is %t, want %t", attribute, got, want)
		}
		for _, name := range names {
			if !strings.Contains(a.GetMarkdownDescription(), "`"+name+"`") {
				t.Errorf("%s: the description does not name %s", attribute, name)
			}
		}
	}
	for attribute := range credentialAttributes() {
		if credentialEnvVars[attribute] == nil {
			t.Errorf("%s has no variable", attribute)
		}
	}
}

// Variables that a platform sets by itself count only with what they belong to.
func TestCredential_variablesOfPlatforms(t *testing.T) {
	t.Parallel()
	pipelines := map[string]string{
		"ARM_USE_OIDC": "true", "SYSTEM_OIDCREQUESTURI": "https://ado.example", "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID": "connection",
	}
	with := func(base map[string]string, more ...string) map[string]string {
		env := maps.Clone(base)
		for _, variable := range more {
			name, value, _ := strings.Cut(variable, "=")
			env[name] = value
		}
		return env
	}
	for name, test := range map[string]struct {
		env   map[string]string
		want  entra.Config
		block map[string]any
	}{
		"Azure Pipelines, token in the block": {with(pipelines, "ARM_OIDC_TOKEN=fixed"),
			entra.Config{UseOIDC: true, ServiceConnectionID: "connection", OIDCRequestURL: "https://ado.example", OIDCRequestToken: "t", OIDCToken: "fixed"},
			map[string]any{"oidc_request_token": "t"}},
		"Azure Pipelines": {with(pipelines, "SYSTEM_ACCESSTOKEN=t"),
			entra.Config{UseOIDC: true, ServiceConnectionID: "connection", OIDCRequestURL: "https://ado.example", OIDCRequestToken: "t"}, nil},
		"Azure Pipelines, token by another name": {with(pipelines, "ARM_OIDC_REQUEST_TOKEN=t"),
			entra.Config{UseOIDC: true, ServiceConnectionID: "connection", OIDCRequestURL: "https://ado.example", OIDCRequestToken: "t"}, nil},
		"Azure Pipelines, access token not mapped": {pipelines,
			entra.Config{UseOIDC: true, ServiceConnectionID: "connection", OIDCRequestURL: "https://ado.example"}, nil},
		"Azure Pipelines, token of a task": {with(pipelines, "ARM_OIDC_TOKEN=fixed"),
			entra.Config{UseOIDC: true, OIDCToken: "fixed"}, nil},
		"Azure Pipelines, another connection": {with(pipelines, "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID=chosen", "ARM_OIDC_TOKEN=fixed"),
			entra.Config{UseOIDC: true, ServiceConnectionID: "chosen", OIDCRequestURL: "https://ado.example", OIDCToken: "fixed"}, nil},
		"Azure Pipelines without a connection": {map[string]string{"ARM_USE_OIDC": "true", "SYSTEM_OIDCREQUESTURI": "https://ado.example", "SYSTEM_ACCESSTOKEN": "t"},
			entra.Config{UseOIDC: true}, nil},
		"pod, not asked for": {map[string]string{"ARM_USE_OIDC": "true", "AZURE_FEDERATED_TOKEN_FILE": "/var/token"},
			entra.Config{UseOIDC: true}, nil},
		"pod": {map[string]string{"ARM_USE_AKS_WORKLOAD_IDENTITY": "true", "AZURE_FEDERATED_TOKEN_FILE": "/var/token"},
			entra.Config{UseWorkloadIdentity: true, FederatedTokenFile: "/var/token"}, nil},
		"pod with a path of its own": {map[string]string{"ARM_USE_AKS_WORKLOAD_IDENTITY": "true", "AZURE_FEDERATED_TOKEN_FILE": "/var/token", "ARM_OIDC_TOKEN_FILE_PATH": "/own"},
			entra.Config{UseWorkloadIdentity: true, FederatedTokenFile: "/own", OIDCTokenFile: "/own"}, nil},
	} {
		got, wrong := credentialOf(t, test.block, test.env)
		if got != test.want || wrong != "" {
			t.Errorf("%s: got  %+v %s\nwant %+v", name, got, wrong, test.want)
		}
	}
}

// What the block says of a value or of its file is said of both.
func TestCredential_valuesAndTheirFiles(t *testing.T) {
	t.Parallel()
	for _, pair := range []struct{ value, file, valueVariable, fileVariable string }{
		{"client_id", "client_id_file_path", "ARM_CLIENT_ID", "ARM_CLIENT_ID_FILE_PATH"},
		{"client_secret", "client_secret_file_path", "ARM_CLIENT_SECRET", "ARM_CLIENT_SECRET_FILE_PATH"},
		{"client_certificate", "client_certificate_path", "ARM_CLIENT_CERTIFICATE", "ARM_CLIENT_CERTIFICATE_PATH"},
	} {
		env := map[string]string{pair.valueVariable: "env-value", pair.fileVariable: "env-file"}
		for want, block := range map[string]map[string]any{
			"env-value env-file":     nil,
			"block-value":            {pair.value: "block-value"},
			"block-file":             {pair.file: "block-file"},
			"block-value block-file": {pair.value: "block-value", pair.file: "block-file"},
		} {
			c, wrong := credentialOf(t, block, env)
			got := strings.Join(strings.Fields(strings.Join([]string{
				c.ClientID, c.ClientIDFile, c.ClientSecret, c.ClientSecretFile, c.Certificate, c.CertificateFile,
			}, " ")), " ")
			if got != want || wrong != "" {
				t.Errorf("%v: got %q %s, want %q", block, got, wrong, want)
			}
		}
	}
}

// An empty value is refused: it does not fall back to the environment.
func TestCredential_emptyValues(t *testing.T) {
	t.Parallel()
	for attribute := range credentialEnvVars {
		if _, isText := Attributes()[attribute].(schema.StringAttribute); !isText {
			continue
		}
		if said := validate(t, withSecret(attributes{attribute: ""})); !strings.Contains(said, `AttributeName("`+attribute+`"): Invalid `) || !strings.Contains(said, "must not be empty") {
			t.Errorf("%s: got %q", attribute, said)
		}
	}
}
