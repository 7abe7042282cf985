package entra

import (
	"errors"
	"fmt"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"terraform-provider-msgraph/internal/endpoint"
)

// DefaultAuthorityHost is Entra ID's authority for Graph's global service.
//
// Source: https://learn.microsoft.com/en-us/graph/deployments
const DefaultAuthorityHost = "https://login.microsoftonline.com"

// Config is all that the credentials are made from. Empty means not set.
type Config struct {
	// TenantID is the tenant of the calls: a GUID or a domain name.
	TenantID string
	// ClientID is the application (client) id of the app registration, or of a
	// user-assigned managed identity.
	ClientID string
	// ClientIDFile is the path of a file that holds the client id.
	ClientIDFile string

	// ClientSecret is a secret of the app registration.
	ClientSecret string
	// ClientSecretFile is the path of a file that holds the secret.
	ClientSecretFile string

	// Certificate is a certificate with its private key: PEM, or PKCS#12 in base64.
	Certificate string
	// CertificateFile is the path of a file of PEM or PKCS#12.
	CertificateFile string
	// CertificatePassword opens a PKCS#12 file.
	CertificatePassword string
	// SendCertificateChain sends the certificate and what came with it along, for app
	// registrations that trust a subject name and issuer instead of one certificate.
	SendCertificateChain bool

	// UseOIDC signs in with a token of another identity provider that the app registration
	// trusts (a federated credential). Where that token comes from, the settings below say.
	UseOIDC bool
	// OIDCRequestURL is where the CI system hands out such tokens, and OIDCRequestToken what
	// it asks for in return.
	OIDCRequestURL, OIDCRequestToken string
	// ServiceConnectionID is the Azure DevOps service connection to sign in as; with one, the
	// two above are those of Azure Pipelines.
	ServiceConnectionID string
	// OIDCTokenFile is the path of a file that holds such a token. It is read at each use.
	OIDCTokenFile string
	// OIDCToken is such a token. It cannot be renewed.
	OIDCToken string

	// UseWorkloadIdentity signs in with the service account of a pod on Kubernetes.
	UseWorkloadIdentity bool
	// FederatedTokenFile is the path of the service account's token.
	FederatedTokenFile string

	// UseManagedIdentity signs in as the managed identity of the machine: the one that is
	// named by object id, resource id or client id, in this order, or else the machine's own.
	UseManagedIdentity bool
	// ManagedIdentityObjectID is the object (principal) id of a user-assigned identity.
	ManagedIdentityObjectID string
	// ManagedIdentityResourceID is the Azure resource id of a user-assigned identity.
	ManagedIdentityResourceID string

	// UseAzureCLI, UseAzureDeveloperCLI and UseAzurePowerShell sign in as whoever is signed in
	// to az, azd or Azure PowerShell on this machine.
	UseAzureCLI, UseAzureDeveloperCLI, UseAzurePowerShell bool

	// AuthorityHost is the root of Entra ID, such as [DefaultAuthorityHost], which an
	// empty one stands for.
	AuthorityHost string
	// DisableInstanceDiscovery keeps azidentity from asking Microsoft's global service
	// whether AuthorityHost is one of Entra ID's, which no private one is.
	DisableInstanceDiscovery bool
	// Transport sends the requests for tokens.
	Transport policy.Transporter

	// oneOfSeveral is set where other ways to sign in are configured as well.
	oneOfSeveral bool
}

// Secrets returns what in the settings must never be shown. Files count once
// [Config.Load] has read them.
func (c Config) Secrets() []string {
	var secrets []string
	for _, s := range []string{c.ClientSecret, c.Certificate, c.CertificatePassword, c.OIDCRequestToken, c.OIDCToken} {
		if s != "" {
			secrets = append(secrets, s)
		}
	}
	return secrets
}

// clientOptions are what all credentials share.
func (c Config) clientOptions() policy.ClientOptions {
	host := c.AuthorityHost
	if host == "" {
		host = DefaultAuthorityHost
	}
	host, transport := withTLS(host, c.Transport)
	return policy.ClientOptions{
		Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: host},
		Transport: transport,
		Retry:     oneTry,
	}
}

// CheckTenantID returns nil when id can be the tenant of a call, else an error that says
// why not.
func CheckTenantID(id string) error {
	switch strings.ToLower(id) {
	case "":
		return errors.New("a tenant id must not be empty")
	case "common", "organizations", "consumers":
		return fmt.Errorf("%q stands for any tenant; a call belongs to one, and Graph refuses tokens of any other "+
			"(code 7505, tenant mismatch). Give the id (a GUID) or a domain name of the call's tenant", id)
	}
	for _, r := range id {
		if !(r == '-' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return fmt.Errorf("a tenant id is a GUID or a domain name: letters, digits, hyphens and dots, not %q", string(r))
		}
	}
	return nil
}

// checkRequestURL returns nil when s can be where a CI system hands out tokens: an https
// URL, or an http one on a loopback address, since a token goes along with the request.
func checkRequestURL(s string) error {
	u, err := endpoint.Parse(s)
	if err != nil {
		return err
	}
	if endpoint.Unprotected(u) {
		return errors.New("plain http is for loopback addresses only, since the request's token would cross the network unprotected; use https")
	}
	return nil
}
