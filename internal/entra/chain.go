package entra

import (
	"context"
	"sync/atomic"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"terraform-provider-msgraph/internal/redact"
)

// chain gets a token from the first credential that obtains one, and tries that credential first the next
// time.
//
// It replaces azidentity's ChainedTokenCredential, which stops at the first failure that is not a
// credentialUnavailableError: after a wrong secret, it would not try the managed identity. Its error also
// contains azidentity's type names and whole responses.
type chain struct {
	links   []link
	secrets *redact.Secrets // of the settings, which no error may repeat
	// worked is the index of the link that gave the last token.
	worked atomic.Int64
}

// link is a credential with its name.
type link struct {
	method string
	azcore.TokenCredential
}

// GetToken implements [azcore.TokenCredential].
func (c *chain) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	first := int(c.worked.Load())
	order := []int{first}
	for i := range c.links {
		if i != first {
			order = append(order, i)
		}
	}
	failed := &TokenError{}
	for _, i := range order {
		if ctx.Err() != nil {
			failed.NotTried = append(failed.NotTried, c.links[i].method)
			continue
		}
		token, last, err := c.links[i].try(ctx, o)
		if err == nil {
			c.worked.Store(int64(i))
			return token, nil
		}
		failed.Failures = append(failed.Failures, last.explain(c.links[i].method, err, c.secrets))
	}
	failed.ended = ctx.Err()
	return azcore.AccessToken{}, failed
}

// try requests a token from the credential. last is its last request.
func (l link) try(ctx context.Context, o policy.TokenRequestOptions) (token azcore.AccessToken, last exchange, err error) {
	r := &recorder{}
	err = guard(func() (err error) {
		token, err = l.GetToken(context.WithValue(ctx, recorderKey{}, r), o)
		return err
	})
	r.record(func(x *exchange) { last = *x })
	return token, last, err
}
