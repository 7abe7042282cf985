package entra

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
)

// oidcTokenVersion is the version of Azure DevOps' API for OIDC tokens.
//
// Source: https://learn.microsoft.com/en-us/rest/api/azure/devops/distributedtask/oidctoken/create
const oidcTokenVersion = "7.1"

// newAzureDevOpsOIDC makes a credential that requests a token from Azure Pipelines at each use. It replaces
// azidentity's AzurePipelinesCredential, which reads the URL only from the environment, and breaks a URL that
// has a query.
func newAzureDevOpsOIDC(c Config) (azcore.TokenCredential, error) {
	if err := require("tenant_id", c.TenantID, "client_id", c.ClientID, "oidc_request_url", c.OIDCRequestURL); err != nil {
		return nil, err
	}
	if err := require("oidc_request_token", c.OIDCRequestToken); err != nil {
		if c.InAzurePipelines {
			return nil, fmt.Errorf("%w; map it in the step: env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)", err)
		}
		return nil, err
	}
	request, err := c.newTokenRequest(func(query url.Values) {
		query.Set("serviceConnectionId", c.ServiceConnectionID)
		if query.Get("api-version") == "" {
			query.Set("api-version", oidcTokenVersion)
		}
	})
	if err != nil {
		return nil, err
	}
	request.method, request.property = http.MethodPost, "oidcToken"
	// Without it, Azure DevOps redirects a wrong token to a sign-in page instead of refusing it.
	request.header = http.Header{"X-Tfs-Fedauthredirect": {"Suppress"}}
	return c.newAssertionCredential(request.send)
}

// adviceAzureDevOps is for a request that Azure DevOps refuses.
//
// Source, on the stage: https://github.com/dotnet/docker-tools/pull/2013
const adviceAzureDevOps = "check ado_pipeline_service_connection_id, that the pipeline may use the service connection, and that a task of the same stage names it, " +
	"which Azure DevOps requires since March 2026 (for example AzureCLI@2 with azureSubscription)"
