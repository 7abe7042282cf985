package entra

import (
	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

func hasClientCertificate(c Config) bool { return c.Certificate != "" || c.CertificateFile != "" }

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
