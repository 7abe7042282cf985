package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"terraform-provider-msgraph/internal/clock"
	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/redact"
)

// session is what a configured provider shares between all its objects.
type session struct {
	client   *graph.Client
	clock    *keepalive.ServerClock
	secrets  *redact.Secrets
	tenantID string // as configured: a GUID or a domain name
	// opened holds the calls of the ephemeral resources that are open.
	opened *keepalive.Ledger

	askedTime sync.Once
}

// newSession makes the session of a configured provider.
func newSession(s settings, userAgent string, c clock.Clock) (*session, diag.Diagnostics) {
	var diags diag.Diagnostics
	secrets := redact.New()
	s.transport.Log = logger(secrets)
	transport, err := graph.NewTransport(s.transport)
	if err != nil {
		diags.AddError("Invalid Provider Configuration", sentence(err))
		return nil, diags
	}
	s.credential.Transport = transport
	s.credential.AuthorityHost = s.cloud.authorityHost
	s.credential.DisableInstanceDiscovery = s.cloud.disableInstanceDiscovery
	s.credential.Redact = secrets
	s.keepSecret(secrets, transport)
	loaded, err := s.credential.Load() // once, also for what is renewed: a pipe can be read no second time
	var credential azcore.TokenCredential
	if err == nil {
		credential, err = entra.NewCredential(loaded)
	}
	if err != nil {
		addCredentialErrors(&diags, err, s.unasked)
		return nil, diags
	}
	s.warnOfExposedFiles(&diags)
	return &session{
		client: graph.New(graph.Options{
			Endpoint:   s.cloud.endpoint,
			APIVersion: s.cloud.apiVersion,
			Credential: credential,
			Renew:      func() (azcore.TokenCredential, error) { return entra.NewCredential(loaded) },
			Transport:  transport,
			UserAgent:  userAgent,
			Clock:      c,
			Retry:      s.retry,
			Header:     s.headers,
			Prepend:    s.steps.prepend,
			Append:     s.steps.append,
			Secrets:    secrets,
		}),
		clock:    keepalive.NewServerClock(c),
		secrets:  secrets,
		tenantID: loaded.TenantID,
		opened:   keepalive.NewLedger(c),
	}, diags
}

// sessionFrom takes the session out of the data that the framework hands to an object's
// Configure; nil as long as the provider is not configured.
func sessionFrom(data any, diags *diag.Diagnostics) *session {
	if data == nil {
		return nil
	}
	s, ok := data.(*session)
	if !ok {
		diags.AddError("Unexpected Provider Data",
			fmt.Sprintf("Expected %T, got %T. This is a bug in the provider; please report it.", s, data))
	}
	return s
}

// userAgent names the provider and Terraform in every request, with their versions.
func userAgent(version, terraformVersion string) string {
	return fmt.Sprintf("terraform-provider-msgraph/%s Terraform/%s", version, terraformVersion)
}

// kept is one keepAlive that Graph took.
type kept struct {
	at        time.Time // when, by Graph's clock if its answer told it
	header    http.Header
	requestID string
}

// keep sends one keepAlive.
func (s *session) keep(ctx context.Context, callID string, header http.Header) (kept, error) {
	answer, err := s.client.KeepAlive(ctx, callID, header)
	if err != nil {
		return kept{}, err
	}
	s.clock.Observe(answer.Date)
	at := answer.Date
	if at.IsZero() {
		at = s.clock.Now()
	}
	return kept{at: at.UTC().Truncate(time.Second), header: answer.Header, requestID: answer.RequestID}, nil
}

// knownPoll is how often a call that Graph does not know yet is tried: calls take seconds
// to appear, and Graph allows thousands of requests a second.
const knownPoll = 5 * time.Second

// keepWhenKnown is keep for a call that Graph may not know yet: it goes on through "not
// found" for as long as wait, and ends with the last answer.
func (s *session) keepWhenKnown(ctx context.Context, callID string, header http.Header, wait time.Duration) (kept, error) {
	ctx = s.masked(ctx)
	end := s.clock.Now().Add(wait)
	for {
		k, err := s.keep(ctx, callID, header)
		left := end.Sub(s.clock.Now())
		if !graph.IsNotFound(err) || left <= 0 {
			return k, err
		}
		pause := min(knownPoll, left)
		tflog.Info(ctx, "Graph does not know the call yet; trying again", map[string]any{
			"call_id": callID, "next_try_in": pause.String(), "wait_for_call_left": left.Round(time.Second).String(),
		})
		if s.clock.Sleep(ctx, pause) != nil {
			return k, err // the last answer says more than that the wait was cut short
		}
	}
}

// look reads the call.
func (s *session) look(ctx context.Context, callID string) (graph.Call, error) {
	call, answer, err := s.client.Get(ctx, callID)
	if err == nil {
		s.clock.Observe(answer.Date)
	} else if failure := (*graph.Error)(nil); errors.As(err, &failure) && failure.Kind() == graph.KindNotFound {
		s.clock.Observe(failure.Last.Date)
	}
	return call, err
}

// found is what Graph has said of a call.
type found struct {
	call graph.Call
	err  error
}

// lookWithin looks at the call, for as long as the timeout.
func (s *session) lookWithin(ctx context.Context, timeout time.Duration, callID string) found {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	call, err := s.look(ctx, callID)
	return found{call, err}
}

// askTimeTimeout bounds the one request that a plan without refresh sends.
const askTimeTimeout = 15 * time.Second

// due reports whether the call needs a keepAlive. Only when this machine's clock says no,
// and Graph has not told the time to this process yet, is Graph asked for it, once: that
// is a plan without refresh, or an apply on a machine whose clock runs slow. When Graph
// does not tell, the answer is yes: one keepAlive too many does no harm.
func (s *session) due(ctx context.Context, callID string, last time.Time, renewAfter time.Duration) bool {
	if keepalive.Due(last, s.clock.Now(), renewAfter) {
		return true
	}
	if !s.clock.Heard() {
		s.askedTime.Do(func() {
			ctx, cancel := context.WithTimeout(s.masked(ctx), askTimeTimeout)
			defer cancel()
			if _, err := s.look(ctx, callID); err != nil {
				tflog.Warn(ctx, "Graph was asked for the time and did not answer", map[string]any{"error": err.Error()})
			}
		})
	}
	return !s.clock.Heard() || keepalive.Due(last, s.clock.Now(), renewAfter)
}
