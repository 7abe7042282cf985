package entra

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

const (
	gitHubActions = "GitHub Actions"

	// audience is whom a token must be meant for to be taken by Entra ID, in every cloud.
	//
	// Source: https://learn.microsoft.com/en-us/entra/workload-id/workload-identity-federation-considerations
	audience = "api://AzureADTokenExchange"
)

func hasGitHubOIDC(c Config) bool {
	return c.UseOIDC && c.ServiceConnectionID == "" && (c.OIDCRequestURL != "" || c.OIDCRequestToken != "")
}

// newGitHubOIDC makes a credential that asks GitHub Actions, or what offers the same
// interface, for a token at each use.
func newGitHubOIDC(c Config) (azcore.TokenCredential, error) {
	if err := require("oidc_request_url", c.OIDCRequestURL, "oidc_request_token", c.OIDCRequestToken); err != nil {
		return nil, err
	}
	if err := checkRequestURL(c.OIDCRequestURL); err != nil {
		return nil, &SettingError{Setting: "oidc_request_url", Err: err}
	}
	source := gitHubTokens{
		url: c.OIDCRequestURL, bearer: c.OIDCRequestToken,
		pipeline: runtime.NewPipeline("msgraph", "v0.0.0", runtime.PipelineOptions{}, &policy.ClientOptions{
			Transport: c.Transport,
			Telemetry: policy.TelemetryOptions{Disabled: true},
			Retry:     oneTry,
		}),
	}
	return c.newAssertionCredential(source.get)
}

// gitHubTokens gets OIDC tokens of a GitHub Actions job.
//
// Source: https://docs.github.com/en/actions/reference/security/oidc#methods-for-requesting-the-oidc-token
type gitHubTokens struct {
	url, bearer string
	pipeline    runtime.Pipeline
}

func (g gitHubTokens) get(ctx context.Context) (string, error) {
	u, err := url.Parse(g.url)
	if err != nil {
		return "", errors.New("oidc_request_url is not a URL")
	}
	query := u.Query()
	query.Set("audience", audience)
	u.RawQuery = query.Encode()
	req, err := runtime.NewRequest(ctx, http.MethodGet, u.String())
	if err != nil {
		return "", fmt.Errorf("the request for an OIDC token cannot be made: %w", err)
	}
	req.Raw().Header.Set("Accept", "application/json")
	req.Raw().Header.Set("Authorization", "Bearer "+g.bearer)
	resp, err := g.pipeline.Do(req)
	if err != nil {
		return "", fmt.Errorf("no OIDC token came from %s: %w", u.Host, err)
	}
	defer func() { _ = resp.Body.Close() }() // in memory, thanks to azcore
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("no OIDC token: %s", explainAnswer(resp))
	}
	var answer struct {
		Value string `json:"value"`
	}
	// An answer that was meant to carry a token is not shown, whatever is wrong with it.
	if err := runtime.UnmarshalAsJSON(resp, &answer); err != nil || answer.Value == "" {
		return "", fmt.Errorf("no OIDC token: %s answered 200 OK without one", u.Host)
	}
	return answer.Value, nil
}
