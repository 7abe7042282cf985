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

// authorized sends the request with a token. When Graph refuses that (401), the request is sent once
// more with a fresh one, and not again in the same operation.
func (c *Client) authorized(ctx context.Context, op *operation, req *http.Request) (*rawResponse, error) {
	if endpoint.Unprotected(req.URL) {
		return nil, permanent.Error(errors.New("a token must not be sent over an unencrypted connection"))
	}
	token, err := c.tokens.get(ctx, op)
	if err != nil {
		return nil, err
	}
	resp, err := c.attemptWith(ctx, op, req, token)
	mayRepeat := op.idempotent || !op.maybeTaken
	if err != nil || resp.status != http.StatusUnauthorized || op.renewed || !mayRepeat {
		return resp, err
	}
	op.renewed = true
	fresh, err := c.tokens.replace(ctx, op, token, claimsChallenge(resp.header))
	switch {
	case err != nil:
		op.note(resp)
		return nil, err
	case fresh == token:
		return resp, nil // there is no other
	}
	return c.attemptWith(ctx, op, req, fresh)
}

// attemptWith sends the request once, with the token.
func (c *Client) attemptWith(ctx context.Context, op *operation, req *http.Request, token string) (*rawResponse, error) {
	req = req.Clone(ctx)
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := c.attempt(ctx, op, req)
	if err == nil && resp.status != http.StatusUnauthorized {
		c.tokens.accepted.Store(token)
	}
	return resp, err
}

// tokenSource gets the tokens of a client and keeps the last one. One request at a time
// asks for a token; those that have to wait for it do so no longer than they have time.
type tokenSource struct {
	scopes []string
	// renew makes the credential again, without the tokens that it has cached; nil when it
	// cannot be.
	renew func() (azcore.TokenCredential, error)
	// secrets receives every token, to redact it.
	secrets *redact.Secrets

	clock clock.Clock // of waits and of what is remembered; tokens go by the machine's own, as credentials do

	turn        chan struct{} // a mutex that can be waited for with a context; free while it holds a value
	credential  azcore.TokenCredential
	notBefore   time.Time        // when the next attempt to replace a good token is due
	failed      *credentialError // why there was no token, as what stands until failedUntil
	failedUntil time.Time
	replaced    string // the last token that stands in for a refused one
	replacedAt  time.Time

	held     atomic.Pointer[azcore.AccessToken]
	accepted atomic.Value // the last token that Graph has not refused
}

func newTokenSource(o Options, scope string) *tokenSource {
	s := &tokenSource{
		scopes: []string{scope}, renew: o.Renew, secrets: o.Secrets, credential: o.Credential, clock: o.Clock, turn: make(chan struct{}, 1),
	}
	s.turn <- struct{}{}
	return s
}

const (
	// refreshAhead is how long before its end a token is replaced, if the credential does not
	// say when; azidentity's credentials hand out a new one from then on.
	refreshAhead = 5 * time.Minute
	// refreshPause is the time between attempts to replace a token that is still good.
	refreshPause = 30 * time.Second
	// refreshWait is how long an operation waits for the replacement of a token that is still good, and
	// refreshTimeout how long that may take beside it.
	refreshWait    = time.Second
	refreshTimeout = 30 * time.Second
	// remember is how long a permanent failure to get a token, or to get one that Graph accepts, stands for
	// the other operations as well: a thousand calls with a wrong secret are not a thousand sign-ins. It is
	// also how long a transient one does at most, which stands for as long as Entra ID asks to wait.
	remember = 30 * time.Second
)

// get returns a token that is good for now. One that is due for replacement, and still
// good, is used by all other operations meanwhile, and by this one if there is no
// other.
func (s *tokenSource) get(ctx context.Context, op *operation) (string, error) {
	t := s.held.Load()
	switch {
	case t != nil && !due(*t):
		return t.Token, nil
	case t != nil && good(*t):
		select {
		case <-s.turn:
		default:
			return t.Token, nil
		}
	default:
		if err := s.wait(ctx); err != nil {
			return "", err
		}
	}
	t = s.held.Load()
	usable := t != nil && good(*t)
	if usable && due(*t) && !s.clock.Now().Before(s.notBefore) {
		return s.refresh(ctx, op, t.Token), nil
	}
	defer s.done()
	if usable || t != nil && !due(*t) {
		return t.Token, nil
	}
	if err := s.remembered(); err != nil {
		return "", err
	}
	return s.ask(ctx, op, "")
}

// fail remembers why there is no token: the other operations need not ask to learn the same, and have to wait
// for as long as the one that did.
func (s *tokenSource) fail(failed *credentialError) {
	now, stands := s.clock.Now(), remember
	if failed.transient() {
		advised := failed.advice(now)
		if advised > 0 {
			failed.retryAt = now.Add(advised)
		}
		stands = min(max(advised, leastWait), remember)
	}
	s.failed, s.failedUntil = failed, now.Add(stands)
}

// remembered is why there is no token, if that is not worth another attempt yet.
func (s *tokenSource) remembered() error {
	if s.failed != nil && s.clock.Now().Before(s.failedUntil) {
		return s.failed
	}
	return nil
}

// refresh replaces a token that is still good, in the background, and returns the token to use.
// The caller must hold s.turn; refresh releases it.
func (s *tokenSource) refresh(ctx context.Context, op *operation, held string) string {
	fresh := make(chan string, 1)
	wait, cancel := s.clock.WithTimeout(ctx, refreshWait)
	defer cancel()
	go func() {
		defer s.done()
		ctx, cancel := s.clock.WithTimeout(context.WithoutCancel(ctx), refreshTimeout)
		defer cancel()
		token, err := s.ask(ctx, op, "")
		if err != nil {
			s.notBefore, token = s.clock.Now().Add(refreshPause), held
		}
		fresh <- token
	}()
	select {
	case token := <-fresh:
		return token
	case <-wait.Done():
		return held
	}
}

// replace returns another token than the refused one, or the refused one itself when the
// credential has no other. claims are what Graph wants to see in it; "" for nothing special.
func (s *tokenSource) replace(ctx context.Context, op *operation, refused, claims string) (string, error) {
	if err := s.wait(ctx); err != nil {
		return "", err
	}
	defer s.done()
	if t := s.held.Load(); t != nil && t.Token != refused {
		return t.Token, nil // somebody else has got one since
	}
	if err := s.remembered(); err != nil {
		s.held.Store(nil)
		return "", err // or has failed to
	}
	if claims == "" && refused == s.replaced && s.accepted.Load() != refused && s.clock.Now().Sub(s.replacedAt) < remember {
		return refused, nil // it replaced a refused token itself, and Graph has never accepted it
	}
	token, err := s.another(ctx, op, refused, claims)
	if err == nil {
		s.replaced, s.replacedAt = token, s.clock.Now()
	}
	return token, err
}

// another gets another token than the refused one.
func (s *tokenSource) another(ctx context.Context, op *operation, refused, claims string) (string, error) {
	s.held.Store(nil)
	if claims != "" {
		return s.ask(ctx, op, claims)
	}
	if s.renew != nil {
		renewed, err := s.renew()
		if err != nil {
			s.fail(&credentialError{error: err})
			return "", s.failed
		}
		s.credential = renewed
	}
	token, err := s.ask(ctx, op, "")
	if err != nil || token != refused {
		return token, err
	}
	// A managed identity's token is cached for the whole process, which claims bypass. Other
	// credentials may have no use for claims; their old token is as good as none.
	s.held.Store(nil)
	if another, err := s.ask(ctx, op, noClaims); err == nil {
		return another, nil
	}
	return refused, nil
}

// noClaims is a request for claims that asks for none.
//
// Source: https://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter
const noClaims = `{"access_token":{}}`

// ask requests a token from the credential. The caller must hold s.turn.
func (s *tokenSource) ask(ctx context.Context, op *operation, claims string) (string, error) {
	requests := &tokenRequests{}
	ctx = transport.WithTrace(ctx, &transport.Trace{Attempt: op.tokenAttempt, Done: requests.done})
	token, err := s.credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: s.scopes, Claims: claims, EnableCAE: true})
	if err != nil {
		failed := requests.failure(err)
		if ctx.Err() == nil {
			s.fail(failed)
		}
		return "", failed
	}
	s.failed = nil
	if redact.Token.FindString(token.Token) != token.Token {
		s.secrets.Add(token.Token) // others are known by their form
	}
	s.held.Store(&token)
	return token.Token, nil
}

// wait waits for the turn to ask.
func (s *tokenSource) wait(ctx context.Context) error {
	select {
	case <-s.turn:
		return nil
	case <-ctx.Done():
		return &credentialError{error: ctx.Err()}
	}
}

func (s *tokenSource) done() { s.turn <- struct{}{} }

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

// claimsChallenge returns the claims without which Graph takes no token, "" when it does
// not ask for any.
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
