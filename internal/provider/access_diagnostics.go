package provider

import "terraform-provider-msgraph/internal/graph"

// Advice about a token that Graph does not accept for a call.
const (
	adviceDelegated = "The token is a user's (a delegated token), and Graph does not support access to calls with delegated " +
		"permissions. Authenticate as the application that placed the call. If the token came from az, azd or Azure PowerShell, sign in " +
		"there with a service principal (for example az login --service-principal), or turn off use_cli, use_azd and use_powershell " +
		"and configure a client secret, a certificate, OIDC or a managed identity."
	adviceConsent = "Code 7504: the application lacks permission in the call's tenant. An administrator of that tenant has to " +
		"grant consent to its application permission Calls.Initiate.All, again after each change of its permissions (Microsoft Entra " +
		"admin center, App registrations, API permissions, Grant admin consent). Only new tokens contain a new grant: run Terraform again."
	adviceTenant = "Code 7505: the token was issued by a tenant other than the call's. Set tenant_id " +
		"(ARM_TENANT_ID) to the tenant of the call; for calls of several tenants, use one provider block (alias) for each."
)

// accessAdvice returns the advice about a token that Graph refused; general is for an unknown reason.
func accessAdvice(e *graph.Error, general string) string {
	switch {
	case e.Delegated:
		return adviceDelegated
	case e.Last.Is("7504"):
		return adviceConsent
	case e.Last.Is("7505"):
		return adviceTenant
	}
	return general
}
