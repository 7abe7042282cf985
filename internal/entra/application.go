package entra

import (
	"context"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

func newClientSecret(c Config) (azcore.TokenCredential, error) {
	if err := c.checkApplication(); err != nil {
		return nil, err
	}
	return azidentity.NewClientSecretCredential(c.TenantID, c.ClientID, c.ClientSecret, &azidentity.ClientSecretCredentialOptions{
		ClientOptions:            c.clientOptions(),
		DisableInstanceDiscovery: c.DisableInstanceDiscovery,
	})
}

func newClientCertificate(c Config) (azcore.TokenCredential, error) {
	if err := c.checkApplication(); err != nil {
		return nil, err
	}
	pair, err := c.loadCertificate()
	if err != nil {
		return nil, err
	}
	return azidentity.NewClientCertificateCredential(c.TenantID, c.ClientID, pair.certificates, pair.key,
		&azidentity.ClientCertificateCredentialOptions{
			ClientOptions:            c.clientOptions(),
			DisableInstanceDiscovery: c.DisableInstanceDiscovery,
			SendCertificateChain:     c.SendCertificateChain,
		})
}

// newAssertionCredential makes a credential that signs in with tokens of another identity
// provider. It asks get for one whenever it needs a new token from Entra ID.
func (c Config) newAssertionCredential(get func(context.Context) (string, error)) (azcore.TokenCredential, error) {
	if err := c.checkApplication(); err != nil {
		return nil, err
	}
	noting := func(ctx context.Context) (string, error) {
		assertion, err := get(ctx)
		recorderIn(ctx).record(func(x *exchange) { x.assertion = err }) // azidentity keeps the text only
		return assertion, err
	}
	return azidentity.NewClientAssertionCredential(c.TenantID, c.ClientID, noting, &azidentity.ClientAssertionCredentialOptions{
		ClientOptions:            c.clientOptions(),
		DisableInstanceDiscovery: c.DisableInstanceDiscovery,
	})
}

// newWorkloadIdentity makes a credential from the token of a Kubernetes service account,
// which Kubernetes renews in its file. It replaces azidentity's WorkloadIdentityCredential, which does not
// limit the size of the file and includes a line break in the token.
func newWorkloadIdentity(c Config) (azcore.TokenCredential, error) {
	err := require("tenant_id", c.TenantID, "client_id", c.ClientID, "oidc_token_file_path", c.FederatedTokenFile)
	if err != nil {
		return nil, err
	}
	return c.newFileCredential(c.FederatedTokenFile)
}
