package graph_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/redact"
	"terraform-provider-msgraph/internal/transport"
)

func TestToken_refusedTokenIsReplacedOnce(t *testing.T) {
	t.Parallel()
	b := newClient(t).signIn(t)
	for range 3 { // also those that replaced others
		before := b.sim.TokensIssued()
		b.sim.RevokeTokens()
		b.sim.ResetRequests()
		if _, err := b.keepAlive(t); err != nil {
			t.Fatal(err)
		}
		if got := b.sim.TokensIssued() - before; got != 1 || len(b.sent()) != 2 || len(b.clock.Slept()) != 0 {
			t.Errorf("got %d new tokens, %d requests and waits %v, want one, two and none", got, len(b.sent()), b.clock.Slept())
		}
		wantDistinct(t, header(b.sent(), "Authorization"))
		wantDistinct(t, header(b.sent(), "Client-Request-Id"))
	}
}

func TestToken_manyRequestsShareOneReplacement(t *testing.T) {
	t.Parallel()
	b := newClient(t).signIn(t)
	b.sim.RevokeTokens()
	concurrently(20, func() {
		if _, err := b.keepAlive(t); err != nil {
			t.Error(err)
		}
	})
	if got := b.sim.TokensIssued(); got != 2 {
		t.Errorf("got %d tokens, want the refused one and another", got)
	}
}

func TestToken_secondRefusalIsPermanentInWhateverOrder(t *testing.T) {
	t.Parallel()
	for name, statuses := range map[string][]int{
		"at once": {401, 401}, "after a failure that passed": {401, 503, 401}, "between such failures": {503, 401, 503, 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newClient(t).signIn(t)
			for _, status := range statuses {
				b.sim.Inject(graphsim.Status(status).To("", callPath))
			}
			_, err := b.keepAlive(t)
			e := wantKind(t, err, graph.KindUnauthorized)
			if e.Last.Code != "InvalidAuthenticationToken" || strings.Contains(e.Error(), "eyJ") || strings.Contains(e.Error(), graphsim.ClientSecret) {
				t.Errorf("got %v, want Graph's own code, and no token", e)
			}
			if e.Attempts != len(statuses) || len(b.sent()) != len(statuses) || b.sim.TokensIssued() != 2 {
				t.Errorf("got %+v, %d requests and %d tokens, want the second refusal to end it", e, len(b.sent()), b.sim.TokensIssued())
			}
		})
	}
}

func TestToken_claimsChallengeIsMet(t *testing.T) {
	t.Parallel()
	const claims = `{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}`
	challenge := func(encoded string) graphsim.Fault {
		return graphsim.Fault{Status: 401, Header: http.Header{"Www-Authenticate": {
			`Bearer realm="", authorization_uri="https://login.test/common/oauth2/authorize", error="insufficient_claims", claims="` + encoded + `"`}}}.To("", callPath)
	}
	b := newClient(t).signIn(t)
	b.sim.Inject(challenge(base64.StdEncoding.EncodeToString([]byte(claims))))
	if _, err := b.keepAlive(t); err != nil {
		t.Fatal(err)
	}
	b.wantSent(t, 2)
	wantDistinct(t, header(b.sent(), "Client-Request-Id"))
	wantDistinct(t, header(b.sent(), "Authorization"))
	if got := claimsSent(t, b.sim); len(got) != 1 || !strings.Contains(got[0], "1700000000") {
		t.Errorf("got token requests with claims %q, want those of the challenge", got)
	}
	// One that cannot be read is a refusal like any other.
	b.sim.ResetRequests()
	b.sim.Inject(challenge("?"))
	if _, err := b.keepAlive(t); err != nil {
		t.Fatal(err)
	}
	if got := claimsSent(t, b.sim); len(got) != 1 || strings.Contains(got[0], "1700000000") {
		t.Errorf("got token requests with claims %q, want none of a challenge", got)
	}
	// And one fresh token is all there is.
	b.sim.ResetRequests()
	b.sim.Inject(challenge(base64.StdEncoding.EncodeToString([]byte(claims))).For(-1))
	_, err := b.keepAlive(t)
	wantKind(t, err, graph.KindUnauthorized)
	b.wantSent(t, 2)
}

// claimsSent are the claims of the token requests that Entra got.
func claimsSent(t testing.TB, sim *graphsim.Server) []string {
	t.Helper()
	var all []string
	for _, r := range sim.Requests() {
		if r.Service != graphsim.ServiceEntra || r.Method != http.MethodPost {
			continue
		}
		form, err := url.ParseQuery(string(r.Body))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, form.Get("claims"))
	}
	return all
}

// scripted is a credential that does what a test says.
type scripted func(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error)

func (s scripted) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return s(ctx, o)
}

// newScripted returns a client of a stand-in that accepts any token except
// those that its faults refuse.
func newScripted(t testing.TB, o graph.Options) bench {
	t.Helper()
	b := newClient(t)
	b.sim.Inject(graphsim.Fault{Status: 200, Body: []byte("{}"), ContentType: "application/json"}.To("POST", "/keepAlive").For(-1))
	return b.with(t, o)
}

func tokenFor(name string, d time.Duration) azcore.AccessToken {
	return azcore.AccessToken{Token: name, ExpiresOn: time.Now().Add(d)}
}

// A managed identity keeps its token for the whole process, and returns it again to a
// new credential; claims make it request another.
func TestToken_cachedTokenIsReplacedInEveryWayThereIs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fresh func(renewed bool, claims string) string
		want  []string
	}{
		"made anew": {func(renewed bool, _ string) string { return map[bool]string{true: "new", false: "old"}[renewed] }, []string{"Bearer old", "Bearer new"}},
		"by claims": {func(_ bool, claims string) string { return map[bool]string{true: "new", false: "old"}[claims != ""] }, []string{"Bearer old", "Bearer new"}},
		"in no way": {func(bool, string) string { return "old" }, []string{"Bearer old"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			credential := func(renewed bool) scripted {
				return func(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
					token := test.fresh(renewed, o.Claims)
					if o.Claims != "" && token == "old" {
						return azcore.AccessToken{}, errors.New("this credential has no use for claims")
					}
					return tokenFor(token, time.Hour), nil
				}
			}
			b := newClient(t).with(t, graph.Options{
				Credential: credential(false), Renew: func() (azcore.TokenCredential, error) { return credential(true), nil },
			})
			_, err := b.keepAlive(t) // which the stand-in refuses in any case: it knows neither token
			wantKind(t, err, graph.KindUnauthorized)
			if got := header(b.sent(), "Authorization"); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestToken_credentialThatCannotBeMadeAnewIsOneThatFailed(t *testing.T) {
	t.Parallel()
	b := newClient(t).with(t, graph.Options{Renew: func() (azcore.TokenCredential, error) { return nil, errors.New("the file is gone") }})
	_, err := b.keepAlive(t)
	e := wantKind(t, err, graph.KindCredential)
	wantText(t, e.Error(), "the file is gone", "401 Unauthorized")
	b.wantSent(t, 1)
}

func TestToken_isKeptUntilItIsDue(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		lasts, refresh time.Duration // refresh is when it is to be refreshed; 0 if it does not say
		want           int32         // tokens requested in three requests
	}{
		"young":                      {time.Hour, 0, 1},
		"about to end":               {4 * time.Minute, 0, 3},
		"to be refreshed from now":   {time.Hour, -1, 3},
		"to be refreshed later":      {4 * time.Minute, 3 * time.Minute, 1},
		"ended before it was handed": {-time.Minute, 0, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var requested atomic.Int32
			b := newScripted(t, graph.Options{Credential: scripted(func(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
				requested.Add(1)
				if len(o.Scopes) != 1 || !strings.HasSuffix(o.Scopes[0], "/.default") || !o.EnableCAE || o.Claims != "" {
					t.Errorf("got %+v, want a token for Graph, that may be challenged", o)
				}
				token := tokenFor("t", test.lasts) // from now on, which may be minutes after the test began
				if test.refresh != 0 {
					token.RefreshOn = time.Now().Add(test.refresh)
				}
				return token, nil
			})})
			for range 3 {
				if _, err := b.keepAlive(t); err != nil {
					t.Fatal(err)
				}
			}
			if got := requested.Load(); got != test.want {
				t.Errorf("got %d tokens requested, want %d", got, test.want)
			}
		})
	}
}

// refreshed returns a client whose first token is due for replacement, which next then returns, and how many tokens
// were requested.
func refreshed(t testing.TB, next func(context.Context) (azcore.AccessToken, error)) (bench, *atomic.Int32) {
	t.Helper()
	requested := new(atomic.Int32)
	return newScripted(t, graph.Options{Credential: scripted(func(ctx context.Context, _ policy.TokenRequestOptions) (azcore.AccessToken, error) {
		if requested.Add(1) == 1 {
			return tokenFor("old", 4*time.Minute), nil
		}
		return next(ctx)
	})}), requested
}

func TestRefresh_goodTokenIsUsedWhenItFails(t *testing.T) {
	t.Parallel()
	b, requested := refreshed(t, func(context.Context) (azcore.AccessToken, error) {
		return azcore.AccessToken{}, errors.New("no token today")
	})
	for range 6 {
		if _, err := b.keepAlive(t); err != nil {
			t.Error(err)
		}
	}
	if got := requested.Load(); got != 2 {
		t.Errorf("got %d tokens requested, want a pause after the one that failed", got)
	}
	b.clock.Advance(30 * time.Second)
	if _, err := b.keepAlive(t); err != nil || requested.Load() != 3 {
		t.Errorf("got %d tokens requested, want another attempt after the pause (%v)", requested.Load(), err)
	}
}

// A refresh that hangs is ended after 30 seconds, by the client's clock.
func TestRefresh_thatHangsIsEnded(t *testing.T) {
	t.Parallel()
	ended := make(chan error, 1)
	b, requested := refreshed(t, func(ctx context.Context) (azcore.AccessToken, error) {
		<-ctx.Done()
		ended <- ctx.Err()
		return azcore.AccessToken{}, ctx.Err()
	})
	b.outwait(t, requested)
	for range 2 {
		if _, err := b.keepAlive(t); err != nil {
			t.Error(err)
		}
	}
	for _, d := range []time.Duration{28 * time.Second, time.Second} {
		select {
		case err := <-ended:
			t.Errorf("got %v before its time", err)
		default:
			b.clock.Advance(d)
		}
	}
	if err := <-ended; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want it ended by its timeout", err)
	}
}

// outwait advances the clock by the time for which an operation waits for another token, once a second one is requested.
func (b bench) outwait(t testing.TB, requested *atomic.Int32) {
	t.Helper()
	b.advance(t, time.Second, 1, func() int { return int(requested.Load()) - 1 })
}

// Not even the operation that tries to replace a token waits for a credential that hangs, and ignores its context.
func TestRefresh_thatHangsHoldsUpNoOperation(t *testing.T) {
	t.Parallel()
	b, requested := refreshed(t, func(context.Context) (azcore.AccessToken, error) {
		<-t.Context().Done()
		return azcore.AccessToken{}, errors.New("late")
	})
	b.outwait(t, requested)
	for range 10 {
		if _, err := b.keepAlive(t); err != nil {
			t.Error(err)
		}
	}
	if got := requested.Load(); got != 2 {
		t.Errorf("got %d tokens requested, want one attempt at another", got)
	}
}

// What is slower than an operation waits, and is not lost.
func TestRefresh_thatIsSlowIsNotLost(t *testing.T) {
	t.Parallel()
	slow := make(chan struct{})
	b, requested := refreshed(t, func(context.Context) (azcore.AccessToken, error) {
		<-slow
		return tokenFor("new", time.Hour), nil
	})
	b.outwait(t, requested)
	for range 3 {
		if _, err := b.keepAlive(t); err != nil {
			t.Fatal(err)
		}
	}
	close(slow)
	eventually(t, func() bool {
		if _, err := b.keepAlive(t); err != nil {
			t.Fatal(err)
		}
		return slices.Contains(header(b.sent(), "Authorization"), "Bearer new")
	})
	if got := requested.Load(); got != 2 {
		t.Errorf("got %d tokens requested, want two", got)
	}
}

// A token that is refused while many operations are under way is replaced once, also when that fails.
func TestReplace_thatFailsForGoodIsNotRepeatedByEachOperation(t *testing.T) {
	t.Parallel()
	var requested atomic.Int32
	good := scripted(func(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
		return tokenFor("old", time.Hour), nil
	})
	bad := scripted(func(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
		requested.Add(1)
		return azcore.AccessToken{}, errors.New("the secret has expired")
	})
	b := newClient(t).with(t, graph.Options{Credential: good, Renew: func() (azcore.TokenCredential, error) { return bad, nil }})
	concurrently(100, func() {
		_, err := b.keepAlive(t)
		wantKind(t, err, graph.KindCredential)
	})
	if got := requested.Load(); got != 1 {
		t.Errorf("got %d requests for another token, want one", got)
	}
}

// What one operation has learned of a sign-in that is throttled, the others need not request, and they wait no
// longer for it.
func TestSignIn_throttledIsNotRepeatedByEachOperation(t *testing.T) {
	t.Parallel()
	b := newClient(t)
	throttled := graphsim.Throttled("200")
	throttled.Service, throttled.Method, throttled.Times = graphsim.ServiceEntra, http.MethodPost, -1
	b.sim.Inject(throttled)
	concurrently(50, func() {
		_, err := b.keepAlive(t)
		wantText(t, wantKind(t, err, graph.KindCredential).Error(), "asks to wait 3m20s")
	})
	b.clock.Advance(10 * time.Second)
	_, err := b.keepAlive(t)
	wantText(t, wantKind(t, err, graph.KindCredential).Error(), "asks to wait 3m10s")
	if got := tokenRequests(b); got != 1 {
		t.Errorf("got %d requests for a token, want one", got)
	}
	b.clock.Advance(20 * time.Second) // however long it asks to wait, another request may be sent before
	if _, err = b.keepAlive(t); tokenRequests(b) != 2 {
		t.Errorf("got %d requests for a token, want another, and %v", tokenRequests(b), err)
	}
}

// tokenRequests are how many requests for a token Entra got.
func tokenRequests(b bench) int {
	return len(b.sim.RequestsWhere(func(r graphsim.Request) bool {
		return r.Service == graphsim.ServiceEntra && r.Method == http.MethodPost
	}))
}

func TestSignIn_withAWrongSecretIsNotRepeatedByEachOperation(t *testing.T) {
	t.Parallel()
	const secret = "wr0ng~secret"
	b := newClient(t, withSecret(secret))
	concurrently(100, func() {
		_, err := b.keepAlive(t)
		e := wantKind(t, err, graph.KindCredential)
		wantText(t, e.Error(), "AADSTS7000215", "Invalid client secret")
		if strings.Contains(e.Error(), secret) || e.Attempts != 0 || e.Last != nil || e.GaveUp != "" {
			t.Errorf("got %+v, want no secret and no request to Graph in it", e)
		}
	})
	b.wantSent(t, 0)
	if got := tokenRequests(b); got != 1 || len(b.clock.Slept()) != 0 {
		t.Errorf("got %d sign-ins and waits %v, want one and none", got, b.clock.Slept())
	}
	b.clock.Advance(time.Minute)
	_, err := b.keepAlive(t)
	wantKind(t, err, graph.KindCredential)
	if got := tokenRequests(b); got != 2 {
		t.Errorf("got %d sign-ins, want another one a minute later", got)
	}
}

func TestSignIn_forTokensThatGraphRefusesIsNotRepeatedByEachOperation(t *testing.T) {
	t.Parallel()
	b := newClient(t).signIn(t)
	b.sim.Inject(graphsim.Status(401).To("", callPath).For(-1))
	for range 20 {
		_, err := b.keepAlive(t)
		wantKind(t, err, graph.KindUnauthorized)
	}
	if got := b.sim.TokensIssued(); got != 2 {
		t.Errorf("got %d tokens, want the first and one in its place", got)
	}
	b.sim.ClearFaults()
	if _, err := b.keepAlive(t); err != nil {
		t.Errorf("got %v, want the token used once Graph accepts it", err)
	}
}

func TestToken_isNotWaitedForLongerThanThereIsTime(t *testing.T) {
	t.Parallel()
	var requested atomic.Int32
	b := newScripted(t, graph.Options{Credential: scripted(func(ctx context.Context, _ policy.TokenRequestOptions) (azcore.AccessToken, error) {
		requested.Add(1)
		<-ctx.Done()
		return azcore.AccessToken{}, ctx.Err()
	})})
	go func() { _, _ = b.keepAlive(t) }()
	eventually(t, func() bool { return requested.Load() > 0 })
	_, err := b.KeepAlive(b.outlast(t, counted(&requested)), callID, nil)
	e := wantKind(t, err, graph.KindCredential)
	wantText(t, e.Error(), "this operation's timeout")
	if e.Unusable() {
		t.Error("time that was up is taken for a credential that cannot be used")
	}
	if requested.Load() != 1 {
		t.Errorf("got %d tokens requested, want none but the other operation's", requested.Load())
	}
}

func TestToken_failuresOfEntraThatMayPassAreRetried(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]graphsim.Fault{
		"408": graphsim.Status(408), "429": graphsim.Throttled(""), "500": graphsim.Status(500), "502": graphsim.Status(502),
		"503": graphsim.Status(503), "504": graphsim.Status(504), "503 HTML": {Status: 503, Body: []byte("<html>"), ContentType: "text/html"},
		"cut request": graphsim.CutOff(graphsim.CutRequest), "cut headers": graphsim.CutOff(graphsim.CutHeaders), "cut body": graphsim.CutOff(graphsim.CutBody),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newClient(t)
			b.sim.Inject(fault.ToEntra().For(3))
			if _, err := b.keepAlive(t); err != nil {
				t.Fatal(err)
			}
			b.wantSent(t, 1)
			if got := len(b.clock.Slept()); got != 3 {
				t.Errorf("got waits %v, want 3", b.clock.Slept())
			}
		})
	}
}

// A machine without a managed identity does not get one by waiting.
func TestToken_absentIdentityEndpointIsNotRetried(t *testing.T) {
	t.Parallel()
	b := newClient(t, withSecret("wr0ng~secret"), func(s *setup) {
		s.credential.UseManagedIdentity = true
		s.transport = func(transport *transport.Transport) {
			dial := transport.DialContext
			transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				if at, err := netip.ParseAddrPort(address); err == nil && at.Addr().IsLinkLocalUnicast() {
					return nil, &net.OpError{Op: "dial", Net: network, Addr: net.TCPAddrFromAddrPort(at), Err: errors.New("no route to host")}
				}
				return dial(ctx, network, address)
			}
		}
	})
	_, err := b.keepAlive(t)
	e := wantKind(t, err, graph.KindCredential)
	wantText(t, e.Error(), "AADSTS7000215", "managed identity: request to 169.254.169.254: ", "no route to host")
	if got := tokenRequests(b); got != 1 || len(b.clock.Slept()) != 0 {
		t.Errorf("got %d sign-ins and waits %v, want one and none", got, b.clock.Slept())
	}
}

func TestToken_entrasAdviceIsHonoured(t *testing.T) {
	t.Parallel()
	b := newClient(t)
	b.sim.Inject(graphsim.Throttled("90.5").ToEntra())
	if _, err := b.keepAlive(t); err != nil {
		t.Fatal(err)
	}
	if got := b.clock.Slept(); !slices.Equal(got, []time.Duration{90500 * time.Millisecond}) {
		t.Errorf("got waits %v, want the advised one", got)
	}
	b = newClient(t)
	b.sim.Inject(graphsim.Throttled("3600").ToEntra())
	_, err := b.keepAlive(t)
	e := wantKind(t, err, graph.KindCredential)
	wantText(t, e.Error(), "the token endpoint", "asks to wait 1h before", "429 Too Many Requests")
	if len(b.clock.Slept()) != 0 {
		t.Errorf("got waits %v, want none in vain", b.clock.Slept())
	}
}

func TestToken_entraThatStaysUnavailableIsRetriedForAsLongAsThereIsTime(t *testing.T) {
	t.Parallel()
	b := newClient(t)
	b.sim.Inject(graphsim.Status(503).ToEntra().For(-1))
	_, err := b.keepAlive(t)
	e := wantKind(t, err, graph.KindCredential)
	wantText(t, e.Error(), "this operation's timeout", "503 Service Unavailable", " attempts to get a token, because ")
	if n := len(b.clock.Slept()); n < 5 || e.Attempts != 0 {
		t.Errorf("got waits %v and %+v", b.clock.Slept(), e)
	}
	// What came before a hang is not lost.
	for _, before := range [][]string{nil, {"503 Service Unavailable", "and before that"}} {
		b = newClient(t)
		if before != nil {
			b.sim.Inject(graphsim.Status(503).ToEntra())
		}
		b.sim.Inject(graphsim.Stalled().ToEntra().For(-1))
		_, err = b.KeepAlive(b.outlast(t, b.stalled), callID, nil)
		wantText(t, wantKind(t, err, graph.KindCredential).Error(), append(before, "this operation's timeout has expired")...)
		b.wantSent(t, 0)
	}
}

func TestToken_secretsThatComeBackAreTakenOut(t *testing.T) {
	t.Parallel()
	const secret, opaque = "s3cret/of+the=lab", "EwBAAl3BAAU1234567890"
	secrets := redact.New(secret)
	b := newScripted(t, graph.Options{
		Secrets: secrets,
		Header:  http.Header{"X-Key": {secret}, "User-Agent": {secret}, "Client-Request-Id": {secret}},
		Credential: scripted(func(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
			return tokenFor(opaque, time.Hour), nil
		}),
	})
	b.sim.ClearFaults()
	b.sim.Inject(graphsim.Fault{Status: 200, Header: http.Header{"Client-Request-Id": {secret}}})
	response, err := b.keepAlive(t)
	if err != nil {
		t.Fatal(err)
	}
	if got := response.Header().Get("Client-Request-Id"); got != redact.Mark {
		t.Errorf("got the echo %q, want it redacted", got)
	}
	for name, body := range map[string]string{
		"envelope":  fmt.Sprintf(`{"error":{"code":%q,"message":%q}}`, secret, "you sent "+opaque+" and "+secret),
		"escaped":   `{"error":{"code":"c","message":"\u0073\u0033cret\u002fof+the=lab"}}`,
		"plain":     "Authorization: Bearer " + opaque + "\nX-Key: " + secret,
		"in base64": base64.StdEncoding.EncodeToString([]byte("X-Key: " + secret)),
	} {
		fault := graphsim.Fault{Status: 400, Body: []byte(body), Header: http.Header{"X-Echo": {secret, url.QueryEscape(secret)}}}
		b.sim.Inject(fault.To("", callPath))
		_, err := b.keepAlive(t)
		e := wantKind(t, err, graph.KindRefused)
		for _, text := range append(e.Last.Header()["X-Echo"], e.Error(), e.Last.String(), e.Last.IDs(), e.Last.Message, e.Last.Code) {
			for _, form := range []string{secret, opaque, "cret/of", url.QueryEscape(secret), base64.RawStdEncoding.EncodeToString([]byte(secret))[4:16]} {
				if strings.Contains(text, form) {
					t.Errorf("%s: got %q, want %q taken out", name, text, form)
				}
			}
		}
	}
	for _, r := range b.sent() {
		if r.Header.Get("X-Key") != secret || r.Header.Get("User-Agent") != secret || r.Header.Get("Client-Request-Id") != secret {
			t.Errorf("got %v, want the headers sent", r.Header)
		}
	}
}
