package config

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/tfvalue"
)

// noCredential is the detail of the error for a provider without a credential.
const noCredential = `The provider needs an application credential for Microsoft Entra ID; Graph does not support keepAlive with ` +
	`delegated permissions. Configure at least one of the following, in the provider block or with the environment variable in ` +
	`parentheses. All except managed identity and the command-line tools also need tenant_id (ARM_TENANT_ID) and client_id (ARM_CLIENT_ID).

  - Client secret: client_secret (ARM_CLIENT_SECRET).
  - Client certificate: client_certificate_path (ARM_CLIENT_CERTIFICATE_PATH) or client_certificate (ARM_CLIENT_CERTIFICATE).
  - GitHub Actions: use_oidc (ARM_USE_OIDC), and "permissions: id-token: write" in the workflow.
  - Azure DevOps: use_oidc and ado_pipeline_service_connection_id (ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID), and ` +
	`SYSTEM_ACCESSTOKEN: $(System.AccessToken) in the env of the step.
  - OIDC elsewhere: use_oidc, and oidc_token_file_path (ARM_OIDC_TOKEN_FILE_PATH) or oidc_token (ARM_OIDC_TOKEN).
  - AKS workload identity: use_aks_workload_identity (ARM_USE_AKS_WORKLOAD_IDENTITY).
  - Managed identity: use_msi (ARM_USE_MSI); for a user-assigned identity, also client_id, msi_object_id or msi_resource_id.
  - Azure CLI, Azure Developer CLI or Azure PowerShell, signed in as a service principal: use_cli (ARM_USE_CLI), ` +
	`use_azd (ARM_USE_AZD) or use_powershell (ARM_USE_POWERSHELL).`

// addCredentialErrors adds an error for each credential that cannot be used, or one that lists
// the credentials if none is configured.
func (s Settings) addCredentialErrors(diags *diag.Diagnostics, err error) {
	if errors.Is(err, entra.ErrNotConfigured) {
		diags.AddError("No Credential Configured", strings.TrimRight(s.present()+noCredential+"\n\n"+s.ignored, "\n"))
		return
	}
	failures := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		failures = joined.Unwrap()
	}
	for _, failure := range failures {
		const summary = "Invalid Credential"
		detail := tfvalue.Capitalize(failure) + whereToSet(failure)
		if at, ok := errors.AsType[*entra.SettingError](failure); ok {
			if _, ok := errors.AsType[*entra.MethodError](failure); !ok {
				detail = fmt.Sprintf("The value of %s cannot be used: %v.", at.Setting, at.Err) + whereToSet(failure)
			}
			addSettingError(diags, at.Setting, summary, detail)
			continue
		}
		diags.AddError(summary, detail)
	}
}

// present begins the detail for a provider that has tenant_id and client_id, but no credential.
func (s Settings) present() string {
	if s.Credential.TenantID == "" || s.Credential.ClientID == "" && s.Credential.ClientIDFile == "" {
		return ""
	}
	return "tenant_id and client_id are set. What is missing is the credential itself, such as client_secret (ARM_CLIENT_SECRET).\n\n"
}

// whereToSet ends the text of an error about a setting that is missing or wrong.
func whereToSet(err error) string {
	if missing, ok := errors.AsType[*entra.MissingSettingError](err); ok {
		places := make([]string, 0, len(missing.Settings()))
		for _, setting := range missing.Settings() {
			places = append(places, fmt.Sprintf("%s (environment: %s)", setting, strings.Join(envVars[setting], " or ")))
		}
		return " Set " + strings.Join(places, ", or ") + "."
	}
	if wrong, ok := errors.AsType[*entra.SettingError](err); ok {
		return fmt.Sprintf(" It is set by %s in the provider block or, if that is absent, by %s in the environment.",
			wrong.Setting, strings.Join(envVars[wrong.Setting], " or "))
	}
	return ""
}
