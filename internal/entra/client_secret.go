package entra

import (
	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

func hasClientSecret(c Config) bool { return c.ClientSecret != "" }

func newClientSecret(c Config) (azcore.TokenCredential, error) {
	if err := c.checkApplication(); err != nil {
		return nil, err
	}
	return azidentity.NewClientSecretCredential(c.TenantID, c.ClientID, c.ClientSecret,
		&azidentity.ClientSecretCredentialOptions{
			ClientOptions:            c.clientOptions(),
			DisableInstanceDiscovery: c.DisableInstanceDiscovery,
		})
}
