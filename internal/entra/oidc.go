package entra

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
)

func newOIDCTokenFile(c Config) (azcore.TokenCredential, error) {
	return c.newFileCredential(c.OIDCTokenFile)
}

// newOIDCToken makes a credential from a fixed token, which is not renewed.
func newOIDCToken(c Config) (azcore.TokenCredential, error) {
	return c.newAssertionCredential(func(context.Context) (string, error) { return c.OIDCToken, nil })
}

// adviceFixedToken is the most common cause of a failure with a fixed token.
const adviceFixedToken = "the value of oidc_token is not renewed, and most OIDC tokens expire within minutes; " +
	"use oidc_request_url or oidc_token_file_path for a token that can be renewed"

// lacksOIDCSource reports whether OIDC is configured with nothing to get a token from.
func lacksOIDCSource(c Config) bool {
	return c.UseOIDC && cmp.Or(c.ServiceConnectionID, c.OIDCRequestURL, c.OIDCRequestToken, c.OIDCTokenFile, c.OIDCToken) == ""
}

// errNoOIDCSource says what is missing for a token, by where the program runs.
func (c Config) errNoOIDCSource() error {
	switch {
	case c.InGitHubActions:
		return errors.New("this GitHub Actions job gets no OIDC token: its workflow lacks permissions: id-token: write; add it to the job, " +
			"whose other permissions then have to be listed as well. Jobs of pull requests from forks never get it")
	case c.InAzurePipelines:
		return fmt.Errorf("use_oidc is set, but no service connection of Azure DevOps is named: %w",
			&MissingSettingError{Setting: "ado_pipeline_service_connection_id", Or: []string{"oidc_token_file_path", "oidc_token"}})
	}
	return fmt.Errorf("use_oidc is set, but no source of the OIDC token is configured: %w", &MissingSettingError{
		Setting: "oidc_request_url", Or: []string{"ado_pipeline_service_connection_id", "oidc_token_file_path", "oidc_token"},
	})
}
