package entra

import (
	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

func hasWorkloadIdentity(c Config) bool { return c.UseWorkloadIdentity }

// newWorkloadIdentity makes a credential from the token of a Kubernetes service account,
// which Kubernetes renews in its file.
func newWorkloadIdentity(c Config) (azcore.TokenCredential, error) {
	err := require("tenant_id", c.TenantID, "client_id", c.ClientID, "oidc_token_file_path", c.FederatedTokenFile)
	if err != nil {
		return nil, err
	}
	if _, err := readText(c.FederatedTokenFile); err != nil {
		return nil, &SettingError{Setting: "oidc_token_file_path", Err: err}
	}
	return azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
		ClientOptions:            c.clientOptions(),
		ClientID:                 c.ClientID,
		TenantID:                 c.TenantID,
		TokenFilePath:            c.FederatedTokenFile,
		DisableInstanceDiscovery: c.DisableInstanceDiscovery,
	})
}
