package provider

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/graph"
)

// waysToSignIn is the detail of the error for a provider without a credential.
const waysToSignIn = `Nothing says how to sign in to Microsoft Entra ID. The provider needs a token of an application: ` +
	`a user's cannot keep a call alive. Any of these will do, from the provider block or, as named in brackets, from the ` +
	`environment. All but the last two also need tenant_id (ARM_TENANT_ID) and client_id (ARM_CLIENT_ID).

  - Client secret: client_secret (ARM_CLIENT_SECRET).
  - Client certificate: client_certificate_path (ARM_CLIENT_CERTIFICATE_PATH) or client_certificate (ARM_CLIENT_CERTIFICATE).
  - GitHub Actions: use_oidc (ARM_USE_OIDC), and "permissions: id-token: write" in the workflow.
  - Azure DevOps: use_oidc and ado_pipeline_service_connection_id (ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID), and ` +
	`SYSTEM_ACCESSTOKEN: $(System.AccessToken) in the step's env.
  - OIDC elsewhere: use_oidc, and oidc_token_file_path (ARM_OIDC_TOKEN_FILE_PATH) or oidc_token (ARM_OIDC_TOKEN).
  - AKS workload identity: use_aks_workload_identity (ARM_USE_AKS_WORKLOAD_IDENTITY).
  - Managed identity: use_msi (ARM_USE_MSI); a user-assigned one also by client_id, msi_object_id or msi_resource_id.
  - Azure CLI, Azure Developer CLI or Azure PowerShell, with a service principal signed in there: use_cli (ARM_USE_CLI), ` +
	`use_azd (ARM_USE_AZD) or use_powershell (ARM_USE_POWERSHELL).`

// addCredentialErrors adds an error for each way to sign in that cannot be used, or one that
// lists the ways if there is none.
func addCredentialErrors(diags *diag.Diagnostics, err error, unasked map[string]string) {
	if errors.Is(err, entra.ErrNotConfigured) {
		missing := ""
		if err != entra.ErrNotConfigured { //nolint:errorlint // with something to add
			missing = sentence(err)
		}
		diags.AddError("No Credential Configured", joinParagraphs(missing, waysToSignIn, almostConfigured(unasked)))
		return
	}
	failures := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		failures = joined.Unwrap()
	}
	for _, failure := range failures {
		const summary = "Invalid Credential"
		detail := sentence(failure) + whereToSet(failure)
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

// almostConfigured names the variables that nothing asks for, and what would.
func almostConfigured(unasked map[string]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(unasked)) {
		flag := unasked[name]
		fmt.Fprintf(&b, "%s is set, but counts only with %s (%s).\n", name, flag, strings.Join(environment[flag], " or "))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// whereToSet ends the text of an error about a setting that is missing or wrong.
func whereToSet(err error) string {
	if missing, ok := errors.AsType[*entra.MissingSettingError](err); ok {
		places := make([]string, 0, len(missing.Settings()))
		for _, setting := range missing.Settings() {
			places = append(places, fmt.Sprintf("%s (in the environment: %s)", setting, strings.Join(environment[setting], " or ")))
		}
		return " Set " + strings.Join(places, ", or ") + "."
	}
	if wrong, ok := errors.AsType[*entra.SettingError](err); ok {
		return fmt.Sprintf(" The setting comes from %s in the provider block, or else from %s in the environment.",
			wrong.Setting, strings.Join(environment[wrong.Setting], " or "))
	}
	return ""
}

// What to do about a token that Graph does not let at a call.
const (
	adviceDelegated = "The token is a user's (a delegated one), and Graph lets no user touch a call: no delegated permission for " +
		"it exists. Sign in as the application that placed the call. If the token came from az, azd or Azure PowerShell, sign in " +
		"there with a service principal (for example az login --service-principal), or turn use_cli, use_azd and " +
		"use_powershell off and configure a client secret, a certificate, OIDC or a managed identity."
	adviceConsent = "Code 7504: the application lacks permission in the call's tenant. An administrator of that tenant has to " +
		"grant consent to its application permission Calls.Initiate.All, and to do so again whenever its permissions change " +
		"(Microsoft Entra admin center, App registrations, API permissions, Grant admin consent). A new grant shows in new " +
		"tokens only: run Terraform again."
	adviceTenant = "Code 7505: the token was issued by another tenant than the one that the call belongs to. Set tenant_id " +
		"(ARM_TENANT_ID) to the tenant of the call; for calls of several tenants, use one provider block (alias) for each."
)

// accessAdvice is the advice for a token that Graph refused; general is that for no reason
// in particular.
func accessAdvice(e *graph.Error, general string) string {
	switch {
	case e.Delegated:
		return adviceDelegated
	case e.Last.Code == "7504":
		return adviceConsent
	case e.Last.Code == "7505":
		return adviceTenant
	}
	return general
}
