package entra

import (
	"os"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

func hasAzureDevOpsOIDC(c Config) bool { return c.UseOIDC && c.ServiceConnectionID != "" }

// newAzureDevOpsOIDC makes a credential that asks Azure Pipelines for a token at each use.
func newAzureDevOpsOIDC(c Config) (azcore.TokenCredential, error) {
	err := require("tenant_id", c.TenantID, "client_id", c.ClientID,
		"oidc_request_url", c.OIDCRequestURL, "oidc_request_token", c.OIDCRequestToken)
	if err != nil {
		return nil, err
	}
	if err := checkRequestURL(c.OIDCRequestURL); err != nil {
		return nil, &SettingError{Setting: "oidc_request_url", Err: err}
	}
	var credential azcore.TokenCredential
	withEnvironment("SYSTEM_OIDCREQUESTURI", c.OIDCRequestURL, func() {
		credential, err = azidentity.NewAzurePipelinesCredential(c.TenantID, c.ClientID, c.ServiceConnectionID, c.OIDCRequestToken,
			&azidentity.AzurePipelinesCredentialOptions{
				ClientOptions:            c.clientOptions(),
				DisableInstanceDiscovery: c.DisableInstanceDiscovery,
			})
	})
	if err != nil {
		return nil, err
	}
	return credential, nil
}

var environmentMutex sync.Mutex

// withEnvironment runs f with a variable of the environment set. azidentity takes the
// address of Azure Pipelines from its variable alone, as it makes the credential; the
// provider also has an attribute for it.
func withEnvironment(name, value string, f func()) {
	environmentMutex.Lock()
	defer environmentMutex.Unlock()
	old, set := os.LookupEnv(name)
	if old == value {
		f()
		return
	}
	_ = os.Setenv(name, value) // fails for names that are none
	defer func() {
		if set {
			_ = os.Setenv(name, old)
		} else {
			_ = os.Unsetenv(name)
		}
	}()
	f()
}
