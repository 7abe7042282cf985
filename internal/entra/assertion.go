package entra

import (
	"context"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// newAssertionCredential makes a credential that signs in with tokens of another identity
// provider. It asks get for one whenever it needs a new token from Entra ID.
func (c Config) newAssertionCredential(get func(context.Context) (string, error)) (azcore.TokenCredential, error) {
	if err := c.checkApplication(); err != nil {
		return nil, err
	}
	noting := func(ctx context.Context) (string, error) {
		assertion, err := get(ctx)
		noteAssertion(ctx, err) // azidentity keeps the text only
		return assertion, err
	}
	return azidentity.NewClientAssertionCredential(c.TenantID, c.ClientID, noting,
		&azidentity.ClientAssertionCredentialOptions{
			ClientOptions:            c.clientOptions(),
			DisableInstanceDiscovery: c.DisableInstanceDiscovery,
		})
}
