// Package entra turns the provider's settings into a credential that gets tokens from
// Microsoft Entra ID. It depends on no Terraform package; azidentity does the work.
package entra

import (
	"errors"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"terraform-provider-msgraph/internal/redact"
)

// method is one kind of credential.
type method struct {
	name string
	// configured reports whether the settings select it.
	configured func(Config) bool
	// build makes the credential. It sends nothing.
	build func(Config) (azcore.TokenCredential, error)
}

// The names of credentials whose failures have advice of their own.
const (
	methodAzureDevOps       = "Azure DevOps OIDC token"
	methodManagedIdentity   = "managed identity"
	methodAzureCLI          = "Azure CLI"
	methodAzureDeveloperCLI = "Azure Developer CLI"
	methodAzurePowerShell   = "Azure PowerShell"
	methodFixedOIDC         = "fixed OIDC token"
)

// methods are the credentials, in the order in which they are tried. Credentials that can renew their tokens
// precede those that cannot, and credentials that were configured for this provider precede the account that
// is signed in on the machine.
var methods = []method{
	{"client secret", func(c Config) bool { return c.ClientSecret != "" }, newClientSecret},
	{"client certificate", func(c Config) bool { return c.Certificate != "" || c.CertificateFile != "" }, newClientCertificate},
	{"GitHub Actions OIDC token", func(c Config) bool {
		return c.UseOIDC && c.ServiceConnectionID == "" && (c.OIDCRequestURL != "" || c.OIDCRequestToken != "")
	}, newGitHubOIDC},
	{methodAzureDevOps, func(c Config) bool { return c.UseOIDC && c.ServiceConnectionID != "" }, newAzureDevOpsOIDC},
	{"OIDC token file", func(c Config) bool { return c.UseOIDC && c.OIDCTokenFile != "" }, newOIDCTokenFile},
	{"AKS workload identity", func(c Config) bool { return c.UseWorkloadIdentity }, newWorkloadIdentity},
	{methodManagedIdentity, func(c Config) bool { return c.UseManagedIdentity }, newManagedIdentity},
	{methodAzureCLI, func(c Config) bool { return c.UseAzureCLI }, newAzureCLI},
	{methodAzureDeveloperCLI, func(c Config) bool { return c.UseAzureDeveloperCLI }, newAzureDeveloperCLI},
	{methodAzurePowerShell, func(c Config) bool { return c.UseAzurePowerShell }, newAzurePowerShell},
	{methodFixedOIDC, func(c Config) bool { return c.UseOIDC && c.OIDCToken != "" }, newOIDCToken},
}

// Methods returns the names of the credentials, in the order in which they are tried.
func Methods() []string {
	var names []string
	for _, m := range methods {
		names = append(names, m.name)
	}
	return names
}

// NewCredential returns the credential that the settings select: one that tries all the
// credentials that are configured, one after the other. It loads the settings, see [Config.Load],
// and sends nothing. Its error is [ErrNotConfigured], a [*SettingError], or one that
// joins a [*MethodError] for each credential that is configured and cannot be used, so that
// none is passed over silently.
//
// The errors of the credential's GetToken are of type [*TokenError].
func NewCredential(c Config) (azcore.TokenCredential, error) {
	c, err := c.Load()
	if err != nil {
		return nil, err
	}
	var used []method
	for _, m := range methods {
		if m.configured(c) {
			used = append(used, m)
		}
	}
	var failures []error
	if lacksOIDCSource(c) {
		failures = append(failures, &MethodError{Method: "OIDC credential", Err: c.errNoOIDCSource()})
	}
	if len(used) == 0 && len(failures) == 0 {
		return nil, ErrNotConfigured
	}
	c.oneOfSeveral = len(used) > 1
	if c.Redact == nil {
		c.Redact = redact.New()
	}
	c.Redact.Add(c.Secrets()...)
	if c.Transport != nil {
		c.Transport = observed{c.Transport, c.Redact}
	}
	tried := &chain{secrets: c.Redact}
	for _, m := range used {
		credential, err := m.build(c)
		if err != nil {
			failures = append(failures, &MethodError{Method: m.name, Err: err})
			continue
		}
		tried.links = append(tried.links, link{method: m.name, TokenCredential: credential})
	}
	if len(failures) > 0 {
		return nil, errors.Join(failures...)
	}
	return tried, nil
}
