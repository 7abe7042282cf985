package entra

import (
	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// The commands below get their tokens by themselves: they use neither the provider's
// transport nor its authority, and the tenant only if one is given.

func newAzureCLI(c Config) (azcore.TokenCredential, error) {
	return azidentity.NewAzureCLICredential(&azidentity.AzureCLICredentialOptions{TenantID: c.TenantID})
}

func newAzureDeveloperCLI(c Config) (azcore.TokenCredential, error) {
	return azidentity.NewAzureDeveloperCLICredential(&azidentity.AzureDeveloperCLICredentialOptions{TenantID: c.TenantID})
}

func newAzurePowerShell(c Config) (azcore.TokenCredential, error) {
	return azidentity.NewAzurePowerShellCredential(&azidentity.AzurePowerShellCredentialOptions{TenantID: c.TenantID})
}
