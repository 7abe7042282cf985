package entra

import (
	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// The commands below get their tokens by themselves: they use neither the provider's
// transport nor its authority, and the tenant only if one is given.

func hasAzureCLI(c Config) bool { return c.UseAzureCLI }

func newAzureCLI(c Config) (azcore.TokenCredential, error) {
	return azidentity.NewAzureCLICredential(&azidentity.AzureCLICredentialOptions{TenantID: c.TenantID})
}

func hasAzureDeveloperCLI(c Config) bool { return c.UseAzureDeveloperCLI }

func newAzureDeveloperCLI(c Config) (azcore.TokenCredential, error) {
	return azidentity.NewAzureDeveloperCLICredential(&azidentity.AzureDeveloperCLICredentialOptions{TenantID: c.TenantID})
}

func hasAzurePowerShell(c Config) bool { return c.UseAzurePowerShell }

func newAzurePowerShell(c Config) (azcore.TokenCredential, error) {
	return azidentity.NewAzurePowerShellCredential(&azidentity.AzurePowerShellCredentialOptions{TenantID: c.TenantID})
}
