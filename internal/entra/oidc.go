package entra

import (
	"context"
	"fmt"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

func hasOIDCTokenFile(c Config) bool { return c.UseOIDC && c.OIDCTokenFile != "" }

// newOIDCTokenFile makes a credential that reads the file at each use, since whatever wrote
// it may renew it.
func newOIDCTokenFile(c Config) (azcore.TokenCredential, error) {
	read := func(context.Context) (string, error) {
		token, err := readText(c.OIDCTokenFile)
		if err != nil {
			return "", &SettingError{Setting: "oidc_token_file_path", Err: err}
		}
		return token, nil
	}
	if _, err := read(context.Background()); err != nil {
		return nil, err
	}
	return c.newAssertionCredential(read)
}

func hasOIDCToken(c Config) bool { return c.UseOIDC && c.OIDCToken != "" }

// newOIDCToken makes a credential from a token that nothing renews.
func newOIDCToken(c Config) (azcore.TokenCredential, error) {
	credential, err := c.newAssertionCredential(func(context.Context) (string, error) { return c.OIDCToken, nil })
	if err != nil {
		return nil, err
	}
	return fixedToken{credential}, nil
}

// fixedToken says with each failure what is most often behind it.
type fixedToken struct{ azcore.TokenCredential }

// GetToken implements [azcore.TokenCredential].
func (f fixedToken) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := f.TokenCredential.GetToken(ctx, o)
	if err != nil {
		err = hintedError{err, "oidc_token is never renewed, and most such tokens live for minutes; " +
			"oidc_request_url or oidc_token_file_path can be asked for a new one"}
	}
	return token, err
}

// lacksOIDCSource reports whether OIDC is asked for with nothing to get a token from.
func lacksOIDCSource(c Config) bool {
	return c.UseOIDC && !hasGitHubOIDC(c) && !hasAzureDevOpsOIDC(c) && !hasOIDCTokenFile(c) && !hasOIDCToken(c)
}

var errNoOIDCSource = fmt.Errorf("use_oidc is set, and nothing says where the token comes from: %w", &MissingSettingError{
	Setting: "oidc_request_url", Or: []string{"ado_pipeline_service_connection_id", "oidc_token_file_path", "oidc_token"},
})
