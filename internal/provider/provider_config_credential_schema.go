package provider

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/provider/schema"

	"terraform-provider-msgraph/internal/entra"
)

// howItSignsIn is the part of the provider's description about its credentials.
func howItSignsIn() string {
	return "It signs in with whatever way is configured, from the provider block or the environment. Of several it takes the " +
		"first that gets a token, in this order: " + strings.Join(entra.Methods(), ", ") + ". One that is configured and cannot be " +
		"used is an error; when none gets a token, the error says why of each."
}

// credentialAttributes are the attributes of [credentialConfig].
func credentialAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"tenant_id": textSetting("tenant_id", "The tenant that the calls belong to: its id (a GUID) or one of its domain names. "+
			"`common` and `organizations` are refused: Graph lets only the call's own tenant touch a call.",
			checked("must be a tenant's id or domain name", entra.CheckTenantID)),
		"client_id": textSetting("client_id", "The application (client) id of the app registration that placed the calls. "+
			"With `use_msi`, the client id of a user-assigned managed identity; without any id, `use_msi` takes the system-assigned one."),
		"client_id_file_path": textSetting("client_id_file_path", "The path of a file that holds the client id."),

		"client_secret": secretSetting("client_secret", "A client secret of the app registration."),
		"client_secret_file_path": textSetting("client_secret_file_path", "The path of a file that holds the client secret. "+
			"White space around it is ignored."),

		"client_certificate": secretSetting("client_certificate", "A certificate of the app registration with its private key (RSA): "+
			"PKCS#12 in base64, or PEM."),
		"client_certificate_path": textSetting("client_certificate_path", "The path of a PKCS#12 or PEM file with a certificate of the "+
			"app registration and its private key (RSA)."),
		"client_certificate_password": secretSetting("client_certificate_password", "The password of the PKCS#12 file. The private key "+
			"of a PEM file must not be encrypted."),
		"send_certificate_chain": flagSetting("send_certificate_chain", "Send the certificate and its chain along with each request for a "+
			"token. Needed where the app registration trusts a subject name and issuer instead of one certificate."),

		"use_oidc": flagSetting("use_oidc", "Sign in with an OpenID Connect token that the app registration trusts (a federated "+
			"credential). On GitHub Actions nothing else is needed but `permissions: id-token: write`; on Azure DevOps, "+
			"`ado_pipeline_service_connection_id`; elsewhere, `oidc_token_file_path` or `oidc_token`."),
		"oidc_request_url": textSetting("oidc_request_url", "Where the CI system hands out OIDC tokens. GitHub Actions and Azure DevOps "+
			"set the variable."),
		"oidc_request_token": secretSetting("oidc_request_token", "What the CI system asks for in return for an OIDC token. GitHub "+
			"Actions sets the variable; in Azure DevOps, map it in the step: `env: { SYSTEM_ACCESSTOKEN: $(System.AccessToken) }`."),
		"oidc_audience": textSetting("oidc_audience", "The audience of the token that GitHub Actions is asked for, where the federated credential "+
			"has another than its default. Default: the one in `oidc_request_url`, or else `api://AzureADTokenExchange`, in the US government "+
			"clouds `api://AzureADTokenExchangeUSGov`."),
		"ado_pipeline_service_connection_id": textSetting("ado_pipeline_service_connection_id", "The id of the Azure DevOps service "+
			"connection (workload identity federation) to sign in as, with `use_oidc`."),
		"oidc_token_file_path": textSetting("oidc_token_file_path", "The path of a file that holds an OIDC token. It is read at each "+
			"use, so that whatever wrote it can renew it. `"+aksTokenFileVariable+"` counts with `use_aks_workload_identity` alone."),
		"oidc_token": secretSetting("oidc_token", "An OIDC token. Most live for minutes and nothing renews this one, so every other way "+
			"that is configured is tried before it."),

		"use_aks_workload_identity": flagSetting("use_aks_workload_identity", "Sign in with the Kubernetes service account of the pod. "+
			"AKS sets `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `"+aksTokenFileVariable+"`."),

		"use_msi": flagSetting("use_msi", "Sign in as the managed identity of the machine: virtual machine, App Service, Azure Arc and "+
			"so on. Without `client_id`, `msi_object_id` and `msi_resource_id` that is the system-assigned one."),
		"msi_object_id":   textSetting("msi_object_id", "The object (principal) id of the user-assigned managed identity, instead of `client_id`."),
		"msi_resource_id": textSetting("msi_resource_id", "The Azure resource id of the user-assigned managed identity, instead of `client_id`."),

		"use_cli": flagSetting("use_cli", "Sign in as the service principal that is signed in to the Azure CLI (`az`). A user's token "+
			"will not do: Graph lets no user keep a call alive."),
		"use_azd": flagSetting("use_azd", "Sign in as the service principal that is signed in to the Azure Developer CLI (`azd`). A "+
			"user's token will not do."),
		"use_powershell": flagSetting("use_powershell", "Sign in as the service principal that is signed in to Azure PowerShell "+
			"(`Connect-AzAccount`). A user's token will not do."),
	}
}
