package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"terraform-provider-msgraph/internal/clock"
	"terraform-provider-msgraph/internal/config"
	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/redact"
	"terraform-provider-msgraph/internal/tfvalue"
	"terraform-provider-msgraph/internal/transport"
)

// providerData is what a configured provider shares between all its objects.
type providerData struct {
	client   *graph.Client
	clock    *keepalive.ServerClock
	secrets  *redact.Secrets
	silent   bool   // nobody reads the log
	tenantID string // as configured: a GUID or a domain name
	clientID string // as configured; empty for a credential that has one of its own
	endpoint string // Graph's root
	// maxConcurrent is how many requests to Graph may be under way at a time.
	maxConcurrent int
	// holds has the calls of the ephemeral resources that are open, and manyHolds those of many calls.
	holds     *keepalive.Registry[keepalive.Record]
	manyHolds *keepalive.Registry[groupRecords]
	// run is what this process has done to calls.
	run runCalls

	askedTime sync.Once
	// createChecks is what this process knows of the calls that its plan is to create.
	createChecks createChecks
	// refreshes is whether a resource of many calls has been read: then this is a plan, or a refresh, and no apply.
	refreshes atomic.Bool
}

// newProviderData makes the data of a configured provider.
func newProviderData(s config.Settings, userAgent string, c clock.Clock, silent bool) (*providerData, diag.Diagnostics) {
	var diags diag.Diagnostics
	secrets := redact.New()
	if !silent {
		s.Transport.Log = logger(secrets)
	}
	sender, err := transport.New(s.Transport)
	if err != nil {
		diags.AddError("Invalid Provider Configuration", tfvalue.Capitalize(err))
		return nil, diags
	}
	s.Credential.Transport, s.Credential.Redact = sender, secrets
	credential, diags := s.NewCredential()
	if diags.HasError() {
		return nil, diags
	}
	secrets.Add(s.Secrets()...)
	secrets.Add(sender.Secrets()...)
	return &providerData{
		client: graph.New(graph.Options{
			Endpoint:      s.GraphEndpoint,
			APIVersion:    s.APIVersion,
			Credential:    credential,
			Renew:         func() (azcore.TokenCredential, error) { return entra.NewCredential(s.Credential) },
			Transport:     sender,
			UserAgent:     userAgent,
			Clock:         c,
			Retry:         s.Retry,
			MaxConcurrent: s.MaxConcurrentRequests,
			Header:        s.Headers,
			Prepend:       s.Prepend,
			Append:        s.Append,
			Secrets:       secrets,
		}),
		clock:     keepalive.NewServerClock(c),
		secrets:   secrets,
		silent:    silent,
		tenantID:  s.Credential.TenantID,
		clientID:  s.Credential.ClientID,
		endpoint:  strings.TrimSuffix(s.GraphEndpoint, "/"),
		holds:     keepalive.NewRegistry[keepalive.Record](c),
		manyHolds: keepalive.NewRegistry[groupRecords](c),

		maxConcurrent: s.MaxConcurrentRequests,
	}, diags
}

// configuredCaller is the application that the provider is configured as, as far as that is certain.
func (d *providerData) configuredCaller() graph.Caller {
	caller := graph.Caller{TenantID: d.tenantID, ClientID: d.clientID}
	if graph.CheckGUID(caller.TenantID) != nil { // a domain name
		caller.TenantID = ""
	}
	return caller
}

// userAgent names the provider and Terraform in every request, with their versions.
func userAgent(version, terraformVersion string) string {
	return fmt.Sprintf("terraform-provider-msgraph/%s Terraform/%s", version, terraformVersion)
}

// keepAliveResult is one keepAlive that Graph accepted.
type keepAliveResult struct {
	at        time.Time          // when, by Graph's clock if its response told it
	header    func() http.Header // the response's, redacted; nil in those of many calls
	requestID string
	caller    graph.Caller // whose token the request had
}

// sendKeepAlive sends one keepAlive.
func (d *providerData) sendKeepAlive(
	ctx context.Context, callID string, header http.Header, options ...graph.OperationOption,
) (keepAliveResult, error) {
	response, err := d.client.KeepAlive(ctx, callID, header, options...)
	if err != nil {
		d.observeFailure(err)
		return keepAliveResult{}, err
	}
	result := d.acceptedBy(response)
	d.logKeepAlive(ctx, callID, result.at)
	return result, nil
}

// acceptedBy returns the result of a request that Graph accepted with this response, and corrects the clock.
func (d *providerData) acceptedBy(response *graph.Response) keepAliveResult {
	d.clock.Observe(response.Date)
	at := response.Date
	if at.IsZero() {
		at = d.clock.Now()
	}
	return keepAliveResult{at: at.UTC().Truncate(time.Second), header: response.Header, requestID: response.RequestID, caller: response.Caller}
}

// knownPoll is how often a call that Graph does not know yet is tried: calls take seconds
// to appear, and Graph allows thousands of requests a second.
const knownPoll = 5 * time.Second

// sendKeepAliveOnceKnown is sendKeepAlive for a call that Graph may not know yet: it retries
// "not found" for as long as wait, and returns the last response.
func (d *providerData) sendKeepAliveOnceKnown(
	ctx context.Context, callID string, header http.Header, wait time.Duration, options ...graph.OperationOption,
) (keepAliveResult, error) {
	ctx = d.masked(ctx)
	local := d.clock.Local() // Graph's time may be corrected while this waits
	began := local.Now()
	for {
		k, err := d.sendKeepAlive(ctx, callID, header, options...)
		left := wait - local.Now().Sub(began)
		if !graph.IsNotFound(err) || left <= 0 {
			return k, err
		}
		pause := min(knownPoll, left)
		tflog.Info(ctx, "Graph does not know the call yet; retrying", map[string]any{
			"call_id": callID, "next_attempt_in": pause.String(), "wait_for_call_left": left.Round(time.Second).String(),
		})
		if local.Sleep(ctx, pause) != nil {
			return k, err // the last response says more than that the wait was cut short
		}
	}
}

// measureWait returns a function that tells how much of a wait for a call has passed, to the second; zero for no wait.
func (d *providerData) measureWait(limit time.Duration) func() time.Duration {
	local := d.clock.Local()
	began := local.Now()
	return func() time.Duration { return min(max(local.Now().Sub(began).Round(time.Second), time.Second), limit) }
}

// getCall reads the call.
func (d *providerData) getCall(ctx context.Context, callID string, options ...graph.OperationOption) (graph.Call, error) {
	call, _, err := d.getCallAs(ctx, callID, options...)
	return call, err
}

// getCallAs is getCall, and returns the application that it was read as.
func (d *providerData) getCallAs(ctx context.Context, callID string, options ...graph.OperationOption) (graph.Call, graph.Caller, error) {
	var caller graph.Caller
	call, response, err := d.client.Get(ctx, callID, options...)
	if err == nil {
		d.clock.Observe(response.Date)
		caller = response.Caller
	}
	d.observeFailure(err)
	return call, caller, err
}

// observeFailure corrects the clock by the time of Graph's response to a failed request. One without an error code may be another
// server's, or an old one from a cache.
func (d *providerData) observeFailure(err error) {
	if failure, ok := errors.AsType[*graph.Error](err); ok && failure.Last != nil && failure.Last.Code != "" {
		d.clock.Observe(failure.Last.Date)
	}
}
