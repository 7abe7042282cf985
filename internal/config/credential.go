package config

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/textfile"
)

// credentialModel is the part of the provider block that configures credentials.
type credentialModel struct {
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

// Environment variables that platforms set whether or not anybody wants to authenticate with them. Each is
// used only if the credential that it belongs to is enabled.
const (
	adoRequestURLVariable   = "SYSTEM_OIDCREQUESTURI"
	adoRequestTokenVariable = "SYSTEM_ACCESSTOKEN"
	adoConnectionVariable   = "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"
	aksTokenFileVariable    = "AZURE_FEDERATED_TOKEN_FILE"
)

// credentialEnvVars are the part of [envVars] about credentials.
var credentialEnvVars = map[string][]string{
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

// credential returns what the block and the environment say about credentials.
func (c credentialModel) credential(r *settingReader) entra.Config {
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
	r.refuseIgnored()
	return e
}

// readOIDCRequest reads where OIDC tokens are requested, and with what. The variables of Azure
// Pipelines are used with a service connection only: every job there has them.
func (c credentialModel) readOIDCRequest(r *settingReader, e *entra.Config) {
	e.ServiceConnectionID = r.textWithout("ado_pipeline_service_connection_id", c.ADOPipelineServiceConnectionID, adoConnectionVariable)
	if e.ServiceConnectionID == "" && c.ADOPipelineServiceConnectionID.IsNull() {
		// Tasks set this variable to the connection that they run with. It is ignored in a job that has another
		// source of OIDC tokens and does not pass the access token to the step.
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

// textWithout is text without one of the attribute's environment variables.
func (r *settingReader) textWithout(attribute string, value types.String, variable string) string {
	hidden := settingReader{inBlock: r.inBlock, getenv: func(name string) string {
		if name == variable {
			return ""
		}
		return r.getenv(name)
	}}
	text := hidden.text(attribute, value, nil)
	r.diags.Append(hidden.diags...)
	return text
}

// valueOrFile reads a setting that is a value or the path of a file. If the provider block sets
// either, the environment is used for neither: a file that it names does not conflict with a
// value in the block.
func (r *settingReader) valueOrFile(attribute string, value types.String, fileAttribute string, file types.String) (text, path string) {
	if value.IsNull() || !file.IsNull() {
		path = r.text(fileAttribute, file, nil)
	}
	if file.IsNull() || !value.IsNull() {
		text = r.text(attribute, value, nil)
	}
	return text, path
}
