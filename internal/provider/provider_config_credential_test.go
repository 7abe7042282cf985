package provider

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/graphsim"
)

// blockOf is the provider block with the attributes, the others null.
func blockOf(t *testing.T, given map[string]any) (providerConfig, schema.Schema) {
	t.Helper()
	if given == nil {
		given = map[string]any{}
	}
	var described provider.SchemaResponse
	(&msgraph{}).Schema(t.Context(), provider.SchemaRequest{}, &described)
	as := described.Schema.Type().TerraformType(t.Context())
	var config providerConfig
	raw := (&protocol{t: t}).value(as, given)
	if diags := (tfsdk.Config{Schema: described.Schema, Raw: raw}).Get(t.Context(), &config); diags.HasError() {
		t.Fatal(diags)
	}
	return config, described.Schema
}

// credentialOf is what the provider makes of a block and an environment.
func credentialOf(t *testing.T, block map[string]any, env map[string]string) (entra.Config, string) {
	t.Helper()
	config, _ := blockOf(t, block)
	s, diags := config.settings(func(name string) string { return env[name] })
	var b strings.Builder
	for _, d := range diags {
		fmt.Fprintf(&b, "%s: %s\n", d.Summary(), d.Detail())
	}
	return s.credential, b.String()
}

// asking asks for every way to sign in that has to be asked for, so that each attribute and
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
	_, described := blockOf(t, nil)
	for attribute, names := range credentialVariables {
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
	for attribute, names := range credentialVariables {
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
	_, described := blockOf(t, nil)
	for attribute, names := range credentialVariables {
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

// An unknown value is never read as none, whichever attribute it is of.
func TestCredential_unknownValues(t *testing.T) {
	t.Parallel()
	for attribute := range credentialVariables {
		block := application(map[string]any{"client_secret": graphsim.ClientSecret, attribute: tftypes.UnknownValue})
		_, wrong := credentialOf(t, block, nil)
		if !strings.Contains(wrong, "Unknown Provider Setting: The value of "+attribute+" depends on") || strings.Count(wrong, "Unknown Provider Setting") != 1 {
			t.Errorf("%s: got %q", attribute, wrong)
		}
	}
}

// An empty value is refused, since it would quietly stand for the environment's.
func TestCredential_emptyValues(t *testing.T) {
	t.Parallel()
	_, described := blockOf(t, nil)
	l := newLab(t)
	for attribute := range credentialVariables {
		if _, isText := described.Attributes[attribute].(schema.StringAttribute); !isText {
			continue
		}
		block := application(map[string]any{"client_secret": graphsim.ClientSecret})
		block[attribute] = ""
		if _, wrong := l.configure(t, block); !strings.Contains(wrong, "Invalid "+title(attribute)) || !strings.Contains(wrong, "empty") {
			t.Errorf("%s: got %q", attribute, wrong)
		}
	}
}

func title(attribute string) string {
	words := strings.Split(attribute, "_")
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, " ")
}

// Every attribute of the provider that says how to sign in is described with its variables,
// and Terraform shows no secret.
func TestCredential_schema(t *testing.T) {
	t.Parallel()
	_, described := blockOf(t, nil)
	secrets := []string{"client_secret", "client_certificate", "client_certificate_password", "oidc_request_token", "oidc_token"}
	for attribute, names := range credentialVariables {
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
		if credentialVariables[attribute] == nil {
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
			"No Credential Configured", "ACTIONS_ID_TOKEN_REQUEST_URL is set, but counts only with use_oidc (ARM_USE_OIDC)",
			"AZURE_FEDERATED_TOKEN_FILE is set, but counts only with use_aks_workload_identity", "ARM_MSI_OBJECT_ID is set, but counts only with use_msi",
		}},
		"OIDC from nowhere": {application(map[string]any{"use_oidc": true}), nil, []string{
			"Invalid Credential", "The OIDC sign-in cannot be used", "oidc_request_url (in the environment: ARM_OIDC_REQUEST_URL or ACTIONS_ID_TOKEN_REQUEST_URL or SYSTEM_OIDCREQUESTURI)",
			"ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "oidc_token_file_path", "ARM_OIDC_TOKEN",
		}},
		"GitHub Actions without permission": {application(map[string]any{"use_oidc": true}), []string{"ACTIONS_ID_TOKEN_REQUEST_URL=https://x"}, []string{
			"The OIDC token of GitHub Actions cannot be used: oidc_request_token is not set", "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
		}},
		"Azure DevOps without an access token": {application(map[string]any{"use_oidc": true, "ado_pipeline_service_connection_id": "c"}),
			[]string{"SYSTEM_OIDCREQUESTURI=https://x"}, []string{"The OIDC token of Azure DevOps cannot be used: oidc_request_token is not set", "SYSTEM_ACCESSTOKEN"}},
		"AKS without a file": {application(map[string]any{"use_aks_workload_identity": true}), nil, []string{
			"The AKS workload identity cannot be used: oidc_token_file_path is not set", "AZURE_FEDERATED_TOKEN_FILE",
		}},
		"certificate that is not there": {application(map[string]any{"client_certificate_path": "/nonexistent/c.pfx"}), nil, []string{
			"Invalid Credential", `The client certificate cannot be used: client_certificate_path: the file "/nonexistent/c.pfx" cannot be read`, "AZURE_CLIENT_CERTIFICATE_PATH",
		}},
		"secret file that is not there": {application(nil), []string{"ARM_CLIENT_SECRET_FILE_PATH=/nonexistent/secret"}, []string{
			`The value of client_secret_file_path cannot be used: the file "/nonexistent/secret" cannot be read: no such file or directory`, "ARM_CLIENT_SECRET_FILE_PATH",
		}},
		"two secrets": {secret(map[string]any{"client_secret_file_path": "/dev/null"}), nil, []string{"client_secret_file_path", "is empty"}},
		"two managed identities": {map[string]any{"use_msi": true, "msi_object_id": "o", "msi_resource_id": "r"}, nil, []string{
			"The managed identity cannot be used: msi_resource_id: msi_object_id is set as well",
		}},
		"GitHub Actions without id-token": {application(map[string]any{"use_oidc": true}), []string{"GITHUB_ACTIONS=true"}, []string{
			"Invalid Credential", "its workflow lacks permissions: id-token: write",
		}},
		"Azure DevOps, in a job": {application(map[string]any{"use_oidc": true, "ado_pipeline_service_connection_id": "c"}),
			[]string{"TF_BUILD=True", "SYSTEM_OIDCREQUESTURI=https://x"}, []string{"env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)"}},
		"tenant and client only": {application(nil), nil, []string{
			"No Credential Configured", "The application is named by tenant_id and client_id, but nothing proves", "give client_secret, client_certificate_path, or use_oidc",
		}},
		"a request token in two lines": {application(map[string]any{"use_oidc": true, "oidc_request_url": "https://x", "oidc_request_token": "to\nken"}), nil, []string{
			"Invalid Credential", "The value of oidc_request_token cannot be used: it has a line break in it",
		}},
		"a placeholder": {application(map[string]any{"client_secret": "<client-secret>"}), nil, []string{"The value of client_secret cannot be used: it is a placeholder"}},
		"several at once": {map[string]any{"client_id": "x", "client_secret": "s", "client_certificate": "c", "use_oidc": true}, nil, []string{
			"The client secret cannot be used: tenant_id is not set", "The client certificate cannot be used: tenant_id is not set", "The OIDC sign-in cannot be used",
		}},
		"OIDC not asked for": {secret(map[string]any{"oidc_token": "t"}), nil, []string{
			"Provider Setting Without Effect", "Nothing asks for oidc_token: set use_oidc to true as well, or to false",
		}},
		"file not asked for": {secret(map[string]any{"oidc_token_file_path": "t"}), nil, []string{
			"Nothing asks for oidc_token_file_path: set use_oidc or use_aks_workload_identity to true as well",
		}},
		"managed identity not asked for": {secret(map[string]any{"msi_object_id": "t"}), nil, []string{"Nothing asks for msi_object_id: set use_msi to true as well"}},
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
