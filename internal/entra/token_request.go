package entra

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"terraform-provider-msgraph/internal/endpoint"
	"terraform-provider-msgraph/internal/permanent"
)

// tokenRequest asks a CI system for an OIDC token of the job.
type tokenRequest struct {
	method, url, bearer string
	header              http.Header
	// property is that of the response in which the token is.
	property  string
	transport policy.Transporter
}

// newTokenRequest returns a request to oidc_request_url, whose query parameters set may change.
func (c Config) newTokenRequest(set func(url.Values)) (*tokenRequest, error) {
	u, err := endpoint.Parse(c.OIDCRequestURL)
	if err == nil && endpoint.Unprotected(u) {
		err = endpoint.ErrUnprotected // a token goes along with the request
	}
	if err != nil {
		return nil, &SettingError{Setting: "oidc_request_url", Err: err}
	}
	query := u.Query()
	set(query)
	u.RawQuery, u.Fragment = query.Encode(), ""
	return &tokenRequest{url: u.String(), bearer: c.OIDCRequestToken, transport: c.Transport}, nil
}

// send returns the token.
func (r *tokenRequest) send(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, oneTry.TryTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, http.NoBody)
	if err != nil {
		return "", fmt.Errorf("the request for an OIDC token cannot be made: %w", err)
	}
	maps.Copy(req.Header, r.header)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Authorization", "Bearer "+r.bearer)
	resp, err := r.transport.Do(req)
	if err != nil {
		return "", oidcFailure(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", oidcFailure(err)
	}
	if resp.StatusCode != http.StatusOK {
		return "", oidcFailure(fmt.Errorf("the response was %d", resp.StatusCode))
	}
	var properties map[string]json.RawMessage
	_ = json.Unmarshal(body, &properties)
	token := stringIn(properties[r.property])
	if token == "" {
		return "", oidcFailure(errNoToken)
	}
	return token, nil
}

// errNoToken is a success without a token. The response is not shown: it may hold one.
var errNoToken = errors.New("the response was 200 OK without a token")

// oidcError is a failure to get an OIDC token from a CI system.
type oidcError struct{ error }

// Unwrap returns the error itself.
func (e *oidcError) Unwrap() error { return e.error }

// oidcFailure marks err as one that azcore does not retry: the caller of the credential does.
func oidcFailure(err error) error { return permanent.Error(&oidcError{err}) }

// stringIn returns the JSON string in raw, and "" for anything else.
func stringIn(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return ""
	}
	return text
}
