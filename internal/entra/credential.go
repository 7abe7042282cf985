// Package entra turns the provider's settings into a credential that gets tokens from
// Microsoft Entra ID. It knows nothing of Terraform; azidentity does the work.
package entra

import (
	"errors"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"terraform-provider-msgraph/internal/redact"
)

// method is one way to sign in.
type method struct {
	name string
	// configured reports whether the settings ask for this way.
	configured func(Config) bool
	// build makes the credential. It sends nothing.
	build func(Config) (azcore.TokenCredential, error)
}

// methods are the ways to sign in, in the order in which they are tried. What can get a new
// token when the old one runs out comes before what cannot, and what was set up for this
// provider comes before whoever happens to be signed in on the machine.
var methods = []method{
	{"client secret", hasClientSecret, newClientSecret},
	{"client certificate", hasClientCertificate, newClientCertificate},
	{"OIDC token of " + gitHubActions, hasGitHubOIDC, newGitHubOIDC},
	{"OIDC token of Azure DevOps", hasAzureDevOpsOIDC, newAzureDevOpsOIDC},
	{"OIDC token file", hasOIDCTokenFile, newOIDCTokenFile},
	{"AKS workload identity", hasWorkloadIdentity, newWorkloadIdentity},
	{"managed identity", hasManagedIdentity, newManagedIdentity},
	{"Azure CLI", hasAzureCLI, newAzureCLI},
	{"Azure Developer CLI", hasAzureDeveloperCLI, newAzureDeveloperCLI},
	{"Azure PowerShell", hasAzurePowerShell, newAzurePowerShell},
	{"fixed OIDC token", hasOIDCToken, newOIDCToken},
}

// Methods returns the names of the ways to sign in, in the order in which they are tried.
func Methods() []string {
	var names []string
	for _, m := range methods {
		names = append(names, m.name)
	}
	return names
}

// NewCredential returns the credential that the settings ask for: one that tries all the
// ways to sign in that are configured, one after the other. It sends nothing. Its error is
// [ErrNotConfigured], a [*SettingError] about a file, or one that joins a [*MethodError]
// for each way that is configured and cannot be used, so that none is passed over silently.
//
// The errors of the credential's GetToken are of type [*TokenError].
func NewCredential(c Config) (azcore.TokenCredential, error) {
	c, err := c.Load()
	if err != nil {
		return nil, err
	}
	var asked []method
	for _, m := range methods {
		if m.configured(c) {
			asked = append(asked, m)
		}
	}
	var failures []error
	if lacksOIDCSource(c) {
		failures = append(failures, &MethodError{Method: "OIDC sign-in", Err: errNoOIDCSource})
	}
	if len(asked) == 0 && len(failures) == 0 {
		return nil, ErrNotConfigured
	}
	c.oneOfSeveral = len(asked) > 1
	tried := &chain{secrets: redact.New(c.Secrets()...)}
	for _, m := range asked {
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
