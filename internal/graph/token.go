package graph

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"terraform-provider-msgraph/internal/clock"
	"terraform-provider-msgraph/internal/endpoint"
	"terraform-provider-msgraph/internal/permanent"
	"terraform-provider-msgraph/internal/redact"
	"terraform-provider-msgraph/internal/transport"
)

// authorized sends the request with a token. If Graph refuses the token (401), the request is sent again with a
// new one, once in an operation.
func (c *Client) authorized(ctx context.Context, op *operation, req *http.Request) (*Response, error) {
	if endpoint.Unprotected(req.URL) {
		return nil, permanent.Error(errors.New("a token must not be sent over an unencrypted connection"))
	}
	token, err := c.tokens.get(ctx, op)
	if err != nil {
		return nil, err
	}
	resp, err := c.attemptWith(ctx, op, req, token)
	mayRepeat := op.idempotent || !op.mayHaveTakenEffect
	if err != nil || resp.StatusCode != http.StatusUnauthorized || op.renewed || !mayRepeat {
		return resp, err
	}
	op.renewed = true
	fresh, err := c.tokens.replace(ctx, op, token, claimsChallenge(resp.header))
	switch {
	case err != nil:
		op.last = resp
		return nil, err
	case fresh == token:
		return resp, nil // there is no other
	}
	return c.attemptWith(ctx, op, req, fresh)
}

// attemptWith sends the request once, with the token.
func (c *Client) attemptWith(ctx context.Context, op *operation, req *http.Request, token string) (*Response, error) {
	req = req.Clone(ctx)
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := c.attempt(ctx, op, req)
	if err == nil && resp.StatusCode != http.StatusUnauthorized {
		c.tokens.accepted.Store(token)
	}
	return resp, err
}

// tokenSource gets the tokens of a client and keeps the last one. One operation at a time
// requests a token; the others wait for it within their own time.
type tokenSource struct {
	scopes []string
	// renew is as in [Options].
	renew func() (azcore.TokenCredential, error)
	// secrets receives every token, to redact it.
	secrets *redact.Secrets

	clock clock.Clock // for waits; the expiry of tokens is by the machine's own clock, as in credentials

	// lock guards the fields below it. It is a channel, full while it is held, so that it can be waited for with
	// a context.
	lock        chan struct{}
	credential  azcore.TokenCredential
	notBefore   time.Time        // when the next attempt to replace a good token is due
	failed      *credentialError // why there was no token, which is returned to all until failedUntil
	failedUntil time.Time
	replaced    string // the last token that replaced a refused one
	replacedAt  time.Time

	held     atomic.Pointer[azcore.AccessToken]
	accepted atomic.Value // the last token that Graph has not refused
}

func newTokenSource(o Options, scope string) *tokenSource {
	return &tokenSource{
		scopes: []string{scope}, renew: o.Renew, secrets: o.Secrets, credential: o.Credential, clock: o.Clock, lock: make(chan struct{}, 1),
	}
}

const (
	// refreshAhead is how long before its expiry a token is replaced, if the credential does not
	// say when; azidentity's credentials return a new one from then on.
	refreshAhead = 5 * time.Minute
	// refreshPause is the time between attempts to replace a token that is still good.
	refreshPause = 30 * time.Second
	// refreshWait is how long an operation waits for the replacement of a token that is still good, and
	// refreshTimeout how long that may take in the background.
	refreshWait    = time.Second
	refreshTimeout = 30 * time.Second
	// failureTTL is how long a permanent failure to get a token, or to get one that Graph accepts, is
	// returned to the other operations as well: a thousand calls with a wrong secret must not be a thousand
	// sign-ins. A transient failure is returned for as long as Entra ID asks to wait, and no longer than this.
	failureTTL = 30 * time.Second
)

// get returns a token that is good for now. One that is due for replacement, and still
// good, is used by all other operations meanwhile, and by this one if there is no other.
func (s *tokenSource) get(ctx context.Context, op *operation) (string, error) {
	t := s.held.Load()
	switch {
	case t != nil && !due(*t):
		return t.Token, nil
	case t != nil && good(*t):
		select {
		case s.lock <- struct{}{}:
		default:
			return t.Token, nil
		}
	default:
		if err := s.acquire(ctx); err != nil {
			return "", err
		}
	}
	t = s.held.Load()
	usable := t != nil && good(*t)
	if usable && due(*t) && !s.clock.Now().Before(s.notBefore) {
		return s.refresh(ctx, op, t.Token), nil
	}
	defer s.release()
	if usable {
		return t.Token, nil
	}
	if err := s.recentFailure(); err != nil {
		return "", err
	}
	return s.request(ctx, op, "")
}

// fail records why there is no token: the other operations need not send a request to get the same failure, and wait
// as long as the one that did.
func (s *tokenSource) fail(failed *credentialError) {
	now, ttl := s.clock.Now(), failureTTL
	if failed.transient {
		ttl = min(max(failed.retryIn(now), leastWait), failureTTL)
	}
	s.failed, s.failedUntil = failed, now.Add(ttl)
}

// recentFailure returns why there is no token, if another attempt is not due yet.
func (s *tokenSource) recentFailure() error {
	if s.failed != nil && s.clock.Now().Before(s.failedUntil) {
		return s.failed
	}
	return nil
}

// refresh replaces a token that is still good, in the background, and returns the token to use.
// The caller must hold s.lock; refresh releases it.
func (s *tokenSource) refresh(ctx context.Context, op *operation, held string) string {
	fresh := make(chan string, 1)
	wait, cancel := s.clock.WithTimeout(ctx, refreshWait)
	defer cancel()
	go func() {
		ctx, cancel := s.clock.WithTimeout(context.WithoutCancel(ctx), refreshTimeout)
		defer cancel()
		token, err := s.request(ctx, op, "")
		if err != nil {
			s.notBefore, token = s.clock.Now().Add(refreshPause), held
		}
		s.release() // first, or the next operation could still find a replacement under way
		fresh <- token
	}()
	select {
	case token := <-fresh:
		return token
	case <-wait.Done():
		return held
	}
}

// replace returns another token than the refused one, or the refused one itself if the
// credential has no other. claims are those that Graph requires; "" for none.
func (s *tokenSource) replace(ctx context.Context, op *operation, refused, claims string) (string, error) {
	if err := s.acquire(ctx); err != nil {
		return "", err
	}
	defer s.release()
	if t := s.held.Load(); t != nil && t.Token != refused {
		return t.Token, nil // another operation has got one since
	}
	if err := s.recentFailure(); err != nil {
		s.held.Store(nil)
		return "", err // or has failed to
	}
	if claims == "" && refused == s.replaced && s.accepted.Load() != refused && s.clock.Now().Sub(s.replacedAt) < failureTTL {
		return refused, nil // it replaced a refused token itself, and Graph has never accepted it
	}
	token, err := s.requestOther(ctx, op, refused, claims)
	if err == nil {
		s.replaced, s.replacedAt = token, s.clock.Now()
	}
	return token, err
}

// requestOther requests another token than the refused one.
func (s *tokenSource) requestOther(ctx context.Context, op *operation, refused, claims string) (string, error) {
	s.held.Store(nil)
	if claims != "" {
		return s.request(ctx, op, claims)
	}
	if s.renew != nil {
		renewed, err := s.renew()
		if err != nil {
			s.fail(&credentialError{error: err})
			return "", s.failed
		}
		s.credential = renewed
	}
	token, err := s.request(ctx, op, "")
	if err != nil || token != refused {
		return token, err
	}
	// A managed identity's token is cached for the whole process; a request with claims bypasses
	// that cache. Other credentials may ignore them; then there is no other token.
	s.held.Store(nil)
	if other, err := s.request(ctx, op, noClaims); err == nil {
		return other, nil
	}
	return refused, nil
}

// noClaims is a claims request without any claim.
//
// Source: https://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter
const noClaims = `{"access_token":{}}`

// request requests a token from the credential. The caller must hold s.lock.
func (s *tokenSource) request(ctx context.Context, op *operation, claims string) (string, error) {
	ctx = transport.WithTrace(ctx, &transport.Trace{Attempt: op.tokenAttempt})
	token, err := s.credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: s.scopes, Claims: claims, EnableCAE: true})
	if err != nil {
		failed := newCredentialError(err, s.clock.Now())
		if ctx.Err() == nil {
			s.fail(failed)
		}
		return "", failed
	}
	s.failed = nil
	if redact.Token.FindString(token.Token) != token.Token {
		s.secrets.Add(token.Token) // others are recognized by their form
	}
	s.held.Store(&token)
	return token.Token, nil
}

// acquire takes the lock, or fails once ctx is done.
func (s *tokenSource) acquire(ctx context.Context) error {
	select {
	case s.lock <- struct{}{}:
		return nil
	case <-ctx.Done():
		return &credentialError{error: ctx.Err()}
	}
}

func (s *tokenSource) release() { <-s.lock }

// good reports whether a token can still be used.
func good(t azcore.AccessToken) bool { return time.Now().Before(t.ExpiresOn) }

// due reports whether it is time to replace a token.
func due(t azcore.AccessToken) bool {
	at := t.RefreshOn
	if at.IsZero() {
		at = t.ExpiresOn.Add(-refreshAhead)
	}
	return !time.Now().Before(at)
}

var challengedClaims = regexp.MustCompile(`\bclaims="([^"]*)"`)

// claimsChallenge returns the claims that Graph requires in a token; "" for none.
//
// Source: https://learn.microsoft.com/en-us/entra/identity-platform/claims-challenge
func claimsChallenge(h http.Header) string {
	for _, challenge := range h.Values("WWW-Authenticate") {
		if !strings.Contains(challenge, "insufficient_claims") {
			continue
		}
		if match := challengedClaims.FindStringSubmatch(challenge); match != nil {
			if claims, err := base64.StdEncoding.DecodeString(match[1]); err == nil {
				return string(claims)
			}
		}
	}
	return ""
}
