package entra

import (
	"cmp"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"terraform-provider-msgraph/internal/redact"
)

// Config has the settings of the credentials. An empty field is not set.
type Config struct {
	// TenantID is the tenant of the calls: a GUID or a domain name.
	TenantID string
	// ClientID is the application (client) ID of the app registration, or of a
	// user-assigned managed identity.
	ClientID string
	// ClientIDFile is the path of a file that holds the client ID.
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
	// SendCertificateChain sends the certificate chain with each request (x5c), for app registrations that
	// trust a subject name and issuer.
	SendCertificateChain bool

	// UseOIDC signs in with a token of another identity provider that the app registration
	// trusts (a federated credential). The settings below say where that token comes from.
	UseOIDC bool
	// OIDCRequestURL is where the CI system issues such tokens, and OIDCRequestToken the bearer token for
	// the request.
	OIDCRequestURL, OIDCRequestToken string
	// OIDCAudience is the audience of the token that is requested from GitHub Actions. If it is
	// empty, it is that of OIDCRequestURL, or else the one that Entra ID expects.
	OIDCAudience string
	// ServiceConnectionID is the Azure DevOps service connection to authenticate as. If it is set,
	// OIDCRequestURL and OIDCRequestToken are those of Azure Pipelines.
	ServiceConnectionID string
	// OIDCTokenFile is the path of a file that holds such a token. It is read at each use.
	OIDCTokenFile string
	// OIDCToken is such a token. It cannot be renewed.
	OIDCToken string

	// UseWorkloadIdentity signs in with the service account of a pod on Kubernetes.
	UseWorkloadIdentity bool
	// FederatedTokenFile is the path of the service account's token.
	FederatedTokenFile string

	// UseManagedIdentity authenticates as the managed identity of the host: the user-assigned one with the
	// object ID, resource ID or client ID, in this order, or else the system-assigned one.
	UseManagedIdentity bool
	// ManagedIdentityObjectID is the object (principal) ID of a user-assigned identity.
	ManagedIdentityObjectID string
	// ManagedIdentityResourceID is the Azure resource ID of a user-assigned identity.
	ManagedIdentityResourceID string

	// UseAzureCLI, UseAzureDeveloperCLI and UseAzurePowerShell sign in as the account that is signed in
	// to az, azd or Azure PowerShell on this machine.
	UseAzureCLI, UseAzureDeveloperCLI, UseAzurePowerShell bool

	// AuthorityHost is the root of Entra ID; empty for that of the global service,
	// https://login.microsoftonline.com.
	AuthorityHost string
	// DisableInstanceDiscovery keeps azidentity from asking Microsoft's global service
	// whether AuthorityHost is one of Entra ID's, which no private one is.
	DisableInstanceDiscovery bool
	// Transport sends the requests for tokens.
	Transport policy.Transporter
	// Redact receives every secret that the credentials read or send, and redacts their
	// errors; nil for a set of their own.
	Redact *redact.Secrets

	// InGitHubActions and InAzurePipelines say where the program runs, for the advice in errors.
	InGitHubActions, InAzurePipelines bool

	// certificateFile is what [Config.Load] has read of CertificateFile, or why it could not.
	certificateFile *fileContent
	// oneOfSeveral is set where other credentials are configured as well.
	oneOfSeveral bool
}

// fileContent is the outcome of reading a file.
type fileContent struct {
	data []byte
	err  error
}

// Secrets returns what in the settings must never be shown. Files count once
// [Config.Load] has read them.
func (c Config) Secrets() []string {
	all := []string{c.ClientSecret, c.Certificate, c.CertificatePassword, c.OIDCRequestToken, c.OIDCToken}
	if c.certificateFile != nil && utf8.Valid(c.certificateFile.data) {
		all = append(all, string(c.certificateFile.data)) // PEM, or base64
	}
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}

// oneTry disables azcore's retries. The caller retries, within the timeout of its operation and with the
// delay that the response requests; azcore would ignore the deadline while it waits, and discard the
// responses. TryTimeout ends a request that hangs, so that there is time for another.
var oneTry = policy.RetryOptions{MaxRetries: -1, TryTimeout: 30 * time.Second}

// clientOptions are what all credentials share.
func (c Config) clientOptions() policy.ClientOptions {
	host, transport := withTLS(cmp.Or(c.AuthorityHost, cloud.AzurePublic.ActiveDirectoryAuthorityHost), c.Transport)
	return policy.ClientOptions{
		Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: host},
		Transport: transport,
		Retry:     oneTry,
	}
}
