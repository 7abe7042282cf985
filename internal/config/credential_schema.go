package config

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/provider/schema"

	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/tfvalue"
)

// CredentialDescription returns the part of the provider's description about its credentials.
func CredentialDescription() string {
	return "The provider uses whichever credentials are configured in the provider block or the environment. If there are several, it uses " +
		"the first that obtains a token, in this order: " + strings.Join(entra.Methods(), ", ") + ". A credential that is configured but " +
		"cannot be used is an error. If none obtains a token, the error gives the reason for each."
}

// credentialAttributes are the attributes of [credentialModel].
func credentialAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"tenant_id": textSetting("tenant_id", "The tenant of the calls: its ID (a GUID) or one of its domain names. "+
			"`common` and `organizations` are rejected: Graph gives only the call's own tenant access to a call.",
			tfvalue.Checked("must be the ID or a domain name of a tenant", entra.CheckTenantID)),
		"client_id": textSetting("client_id", "The application (client) ID of the app registration that placed the calls. "+
			"With `use_msi`, the client ID of a user-assigned managed identity."),
		"client_id_file_path": textSetting("client_id_file_path", "The path of a file that contains the client ID."),

		"client_secret": secretSetting("client_secret", "A client secret of the app registration."),
		"client_secret_file_path": textSetting("client_secret_file_path", "The path of a file that contains the client secret. "+
			"Leading and trailing white space is ignored."),

		"client_certificate": secretSetting("client_certificate", "A certificate of the app registration with its RSA private key, as "+
			"base64-encoded PKCS#12 or as PEM."),
		"client_certificate_path": textSetting("client_certificate_path", "The path of a PKCS#12 or PEM file that contains a certificate of "+
			"the app registration with its RSA private key."),
		"client_certificate_password": secretSetting("client_certificate_password", "The password of the PKCS#12 certificate. The private "+
			"key in a PEM file must not be encrypted."),
		"send_certificate_chain": flagSetting("send_certificate_chain", "Send the certificate chain with each request for a token (`x5c`). "+
			"Required if the app registration trusts certificates by subject name and issuer."),

		"use_oidc": flagSetting("use_oidc", "Authenticate with an OpenID Connect token that the app registration trusts (a federated "+
			"credential). GitHub Actions needs only `permissions: id-token: write`; Azure DevOps needs "+
			"`ado_pipeline_service_connection_id`; other systems need `oidc_token_file_path` or `oidc_token`."),
		"oidc_request_url": textSetting("oidc_request_url", "The URL from which the CI system issues OIDC tokens. GitHub Actions and Azure "+
			"DevOps set the environment variable."),
		"oidc_request_token": secretSetting("oidc_request_token", "The bearer token for requests to `oidc_request_url`. GitHub "+
			"Actions sets the environment variable; in Azure DevOps, map it in the step: `env: { SYSTEM_ACCESSTOKEN: $(System.AccessToken) }`."),
		"oidc_audience": textSetting("oidc_audience", "The audience of the token to request from GitHub Actions. Required if the federated "+
			"credential has another audience than the default, which is the one in `oidc_request_url`, or else `api://AzureADTokenExchange` "+
			"(`api://AzureADTokenExchangeUSGov` in the US government clouds)."),
		"ado_pipeline_service_connection_id": textSetting("ado_pipeline_service_connection_id", "The ID of the Azure DevOps service "+
			"connection (workload identity federation) to authenticate with. Requires `use_oidc`."),
		"oidc_token_file_path": textSetting("oidc_token_file_path", "The path of a file that contains an OIDC token. The file is read for "+
			"each request, so that the token may be renewed. `"+aksTokenFileVariable+"` is used only with `use_aks_workload_identity`."),
		"oidc_token": secretSetting("oidc_token", "An OIDC token. Such tokens usually expire within minutes and this one cannot be renewed; "+
			"every other configured credential takes precedence."),

		"use_aks_workload_identity": flagSetting("use_aks_workload_identity", "Authenticate with the Kubernetes service account of the pod. "+
			"AKS sets `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `"+aksTokenFileVariable+"`."),

		"use_msi": flagSetting("use_msi", "Authenticate with the managed identity of the host, such as a virtual machine, App Service or "+
			"Azure Arc. Without `client_id`, `msi_object_id` and `msi_resource_id`, the system-assigned identity is used."),
		"msi_object_id":   textSetting("msi_object_id", "The object (principal) ID of the user-assigned managed identity, instead of `client_id`."),
		"msi_resource_id": textSetting("msi_resource_id", "The Azure resource ID of the user-assigned managed identity, instead of `client_id`."),

		"use_cli": flagSetting("use_cli", "Authenticate as the service principal that is signed in to the Azure CLI (`az`). User accounts "+
			"are not supported: Graph does not support `keepAlive` with delegated permissions."),
		"use_azd": flagSetting("use_azd", "Authenticate as the service principal that is signed in to the Azure Developer CLI (`azd`). "+
			"User accounts are not supported."),
		"use_powershell": flagSetting("use_powershell", "Authenticate as the service principal that is signed in to Azure PowerShell "+
			"(`Connect-AzAccount`). User accounts are not supported."),
	}
}
