package entra

import "github.com/Azure/azure-sdk-for-go/sdk/azcore"

func hasWorkloadIdentity(c Config) bool { return c.UseWorkloadIdentity }

// newWorkloadIdentity makes a credential from the token of a Kubernetes service account,
// which Kubernetes renews in its file. It stands in place of azidentity's own, which reads the
// file without a limit and takes a line break for a part of the token.
func newWorkloadIdentity(c Config) (azcore.TokenCredential, error) {
	err := require("tenant_id", c.TenantID, "client_id", c.ClientID, "oidc_token_file_path", c.FederatedTokenFile)
	if err != nil {
		return nil, err
	}
	read, err := c.tokenFile("oidc_token_file_path", c.FederatedTokenFile)
	if err != nil {
		return nil, err
	}
	return c.newAssertionCredential(read)
}
