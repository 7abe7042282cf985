package provider

import "terraform-provider-msgraph/internal/graph"

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
