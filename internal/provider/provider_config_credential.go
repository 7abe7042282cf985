package provider

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/textfile"
)

// credentialConfig is the part of the provider block that says how to sign in.
type credentialConfig struct {
	TenantID         types.String `tfsdk:"tenant_id"`
	ClientID         types.String `tfsdk:"client_id"`
	ClientIDFilePath types.String `tfsdk:"client_id_file_path"`

	ClientSecret         types.String `tfsdk:"client_secret"`
	ClientSecretFilePath types.String `tfsdk:"client_secret_file_path"`

	ClientCertificate         types.String `tfsdk:"client_certificate"`
	ClientCertificatePath     types.String `tfsdk:"client_certificate_path"`
	ClientCertificatePassword types.String `tfsdk:"client_certificate_password"`
	SendCertificateChain      types.Bool   `tfsdk:"send_certificate_chain"`

	UseOIDC                        types.Bool   `tfsdk:"use_oidc"`
	OIDCRequestURL                 types.String `tfsdk:"oidc_request_url"`
	OIDCRequestToken               types.String `tfsdk:"oidc_request_token"`
	OIDCAudience                   types.String `tfsdk:"oidc_audience"`
	ADOPipelineServiceConnectionID types.String `tfsdk:"ado_pipeline_service_connection_id"`
	OIDCTokenFilePath              types.String `tfsdk:"oidc_token_file_path"`
	OIDCToken                      types.String `tfsdk:"oidc_token"`

	UseAKSWorkloadIdentity types.Bool `tfsdk:"use_aks_workload_identity"`

	UseMSI        types.Bool   `tfsdk:"use_msi"`
	MSIObjectID   types.String `tfsdk:"msi_object_id"`
	MSIResourceID types.String `tfsdk:"msi_resource_id"`

	UseCLI        types.Bool `tfsdk:"use_cli"`
	UseAzd        types.Bool `tfsdk:"use_azd"`
	UsePowerShell types.Bool `tfsdk:"use_powershell"`
}

// Variables that platforms set by themselves, whether or not anybody wants to sign in with
// them. Each counts only where the method that it belongs to is asked for.
const (
	adoRequestURLVariable   = "SYSTEM_OIDCREQUESTURI"
	adoRequestTokenVariable = "SYSTEM_ACCESSTOKEN"
	adoConnectionVariable   = "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"
	aksTokenFileVariable    = "AZURE_FEDERATED_TOKEN_FILE"
)

// credentialVariables are the part of [environment] that says how to sign in.
var credentialVariables = map[string][]string{
	"tenant_id":           {"ARM_TENANT_ID", "AZURE_TENANT_ID"},
	"client_id":           {"ARM_CLIENT_ID", "AZURE_CLIENT_ID"},
	"client_id_file_path": {"ARM_CLIENT_ID_FILE_PATH"},

	"client_secret":           {"ARM_CLIENT_SECRET", "AZURE_CLIENT_SECRET"},
	"client_secret_file_path": {"ARM_CLIENT_SECRET_FILE_PATH"},

	"client_certificate":          {"ARM_CLIENT_CERTIFICATE"},
	"client_certificate_path":     {"ARM_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PATH"},
	"client_certificate_password": {"ARM_CLIENT_CERTIFICATE_PASSWORD", "AZURE_CLIENT_CERTIFICATE_PASSWORD"},
	"send_certificate_chain":      {"ARM_CLIENT_SEND_CERTIFICATE_CHAIN", "AZURE_CLIENT_SEND_CERTIFICATE_CHAIN"},

	"use_oidc":           {"ARM_USE_OIDC"},
	"oidc_request_url":   {"ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL", adoRequestURLVariable},
	"oidc_request_token": {"ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", adoRequestTokenVariable},
	"oidc_audience":      {"ARM_OIDC_AUDIENCE"},
	"ado_pipeline_service_connection_id": {"ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID",
		adoConnectionVariable},
	"oidc_token_file_path": {"ARM_OIDC_TOKEN_FILE_PATH", aksTokenFileVariable},
	"oidc_token":           {"ARM_OIDC_TOKEN"},

	"use_aks_workload_identity": {"ARM_USE_AKS_WORKLOAD_IDENTITY"},

	"use_msi":         {"ARM_USE_MSI"},
	"msi_object_id":   {"ARM_MSI_OBJECT_ID"},
	"msi_resource_id": {"ARM_MSI_RESOURCE_ID"},

	"use_cli":        {"ARM_USE_CLI"},
	"use_azd":        {"ARM_USE_AZD", "ARM_USE_DEV_CLI"},
	"use_powershell": {"ARM_USE_POWERSHELL"},
}

// settings puts the part of the provider block and that of the environment together.
func (c credentialConfig) settings(r *settingReader) entra.Config {
	e := entra.Config{
		TenantID:                  r.text("tenant_id", c.TenantID, entra.CheckTenantID),
		CertificatePassword:       r.text("client_certificate_password", c.ClientCertificatePassword, nil),
		SendCertificateChain:      r.flag("send_certificate_chain", c.SendCertificateChain),
		UseOIDC:                   r.flag("use_oidc", c.UseOIDC),
		OIDCAudience:              r.text("oidc_audience", c.OIDCAudience, nil),
		OIDCToken:                 r.text("oidc_token", c.OIDCToken, nil),
		InGitHubActions:           r.getenv("GITHUB_ACTIONS") != "",
		InAzurePipelines:          r.getenv("TF_BUILD") != "",
		UseWorkloadIdentity:       r.flag("use_aks_workload_identity", c.UseAKSWorkloadIdentity),
		UseManagedIdentity:        r.flag("use_msi", c.UseMSI),
		ManagedIdentityObjectID:   r.text("msi_object_id", c.MSIObjectID, nil),
		ManagedIdentityResourceID: r.text("msi_resource_id", c.MSIResourceID, nil),
		UseAzureCLI:               r.flag("use_cli", c.UseCLI),
		UseAzureDeveloperCLI:      r.flag("use_azd", c.UseAzd),
		UseAzurePowerShell:        r.flag("use_powershell", c.UsePowerShell),
	}
	e.ClientID, e.ClientIDFile = r.valueOrFile("client_id", c.ClientID, "client_id_file_path", c.ClientIDFilePath)
	e.ClientSecret, e.ClientSecretFile = r.valueOrFile("client_secret", c.ClientSecret, "client_secret_file_path", c.ClientSecretFilePath)
	e.Certificate, e.CertificateFile = r.valueOrFile("client_certificate", c.ClientCertificate, "client_certificate_path", c.ClientCertificatePath)

	e.OIDCTokenFile = r.textWithout("oidc_token_file_path", c.OIDCTokenFilePath, aksTokenFileVariable)
	if e.UseWorkloadIdentity {
		e.FederatedTokenFile = r.text("oidc_token_file_path", c.OIDCTokenFilePath, nil)
	}
	c.readOIDCRequest(r, &e)
	c.refuseUnasked(r)
	return e
}

// readOIDCRequest reads where tokens are asked for, and with what. The names that belong to
// Azure Pipelines count with a service connection alone: every job there has them.
func (c credentialConfig) readOIDCRequest(r *settingReader, e *entra.Config) {
	e.ServiceConnectionID = r.textWithout("ado_pipeline_service_connection_id", c.ADOPipelineServiceConnectionID, adoConnectionVariable)
	if e.ServiceConnectionID == "" && c.ADOPipelineServiceConnectionID.IsNull() {
		// Tasks set this one for the connection that they run with. A job that takes its token
		// from elsewhere, and lets no step have the access token, does not mean it.
		_, token := r.lookup("oidc_request_token")
		elsewhere := e.OIDCToken != "" || e.OIDCTokenFile != ""
		if token != "" || !c.OIDCRequestToken.IsNull() || !elsewhere {
			e.ServiceConnectionID = textfile.Line(r.getenv(adoConnectionVariable))
		}
	}
	if e.ServiceConnectionID != "" {
		e.OIDCRequestURL = r.text("oidc_request_url", c.OIDCRequestURL, nil)
		e.OIDCRequestToken = r.text("oidc_request_token", c.OIDCRequestToken, nil)
		return
	}
	e.OIDCRequestURL = r.textWithout("oidc_request_url", c.OIDCRequestURL, adoRequestURLVariable)
	e.OIDCRequestToken = r.textWithout("oidc_request_token", c.OIDCRequestToken, adoRequestTokenVariable)
}

// textWithout is text with one variable of the attribute's left out.
func (r *settingReader) textWithout(attribute string, value types.String, variable string) string {
	hidden := settingReader{getenv: func(name string) string {
		if name == variable {
			return ""
		}
		return r.getenv(name)
	}}
	text := hidden.text(attribute, value, nil)
	r.diags.Append(hidden.diags...)
	return text
}

// valueOrFile reads a setting that can be given by itself or as the path of a file. What
// the provider block says of either one is said of both: a file that the environment names
// does not speak against a value in the block.
func (r *settingReader) valueOrFile(attribute string, value types.String, fileAttribute string, file types.String) (text, path string) {
	if value.IsNull() || !file.IsNull() {
		path = r.text(fileAttribute, file, nil)
	}
	if file.IsNull() || !value.IsNull() {
		text = r.text(attribute, value, nil)
	}
	return text, path
}

// unasked are the attributes that mean nothing unless one of the flags beside them is set.
var unasked = []struct {
	attribute string
	flags     []string
}{
	{"oidc_request_url", []string{"use_oidc"}},
	{"oidc_request_token", []string{"use_oidc"}},
	{"oidc_audience", []string{"use_oidc"}},
	{"ado_pipeline_service_connection_id", []string{"use_oidc"}},
	{"oidc_token", []string{"use_oidc"}},
	{"oidc_token_file_path", []string{"use_oidc", "use_aks_workload_identity"}},
	{"msi_object_id", []string{"use_msi"}},
	{"msi_resource_id", []string{"use_msi"}},
}

// refuseUnasked adds an error for an attribute that the provider block sets and that nothing
// asks for: whoever wrote it believes it to be used. A flag that is set to false says that
// it is not to be.
func (c credentialConfig) refuseUnasked(r *settingReader) {
	set := c.inBlock()
	for _, u := range unasked {
		decided := slices.ContainsFunc(u.flags, func(flag string) bool {
			name, _ := r.lookup(flag)
			return set[flag] || name != ""
		})
		if set[u.attribute] && !decided {
			r.unasked(u.attribute, u.flags)
		}
	}
}

// inBlock tells which of the attributes that refuseUnasked looks at the provider block sets.
func (c credentialConfig) inBlock() map[string]bool {
	return map[string]bool{
		"use_oidc":                           !c.UseOIDC.IsNull(),
		"oidc_request_url":                   !c.OIDCRequestURL.IsNull(),
		"oidc_request_token":                 !c.OIDCRequestToken.IsNull(),
		"oidc_audience":                      !c.OIDCAudience.IsNull(),
		"ado_pipeline_service_connection_id": !c.ADOPipelineServiceConnectionID.IsNull(),
		"oidc_token":                         !c.OIDCToken.IsNull(),
		"oidc_token_file_path":               !c.OIDCTokenFilePath.IsNull(),
		"use_aks_workload_identity":          !c.UseAKSWorkloadIdentity.IsNull(),
		"use_msi":                            !c.UseMSI.IsNull(),
		"msi_object_id":                      !c.MSIObjectID.IsNull(),
		"msi_resource_id":                    !c.MSIResourceID.IsNull(),
	}
}

// unaskedVariables are the variables that are set in the environment and would say how to
// sign in, if only the flag beside each were set.
func unaskedVariables(getenv func(string) string) map[string]string {
	found := map[string]string{}
	for _, u := range unasked {
		for _, name := range environment[u.attribute] {
			if getenv(name) != "" {
				flag := u.flags[0]
				if name == aksTokenFileVariable {
					flag = "use_aks_workload_identity"
				}
				found[name] = flag
			}
		}
	}
	return found
}
