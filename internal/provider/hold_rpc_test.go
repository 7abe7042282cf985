package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// rpc is a provider as Terraform's core talks to it about ephemeral resources and actions:
// it shows what the installed CLI does not do, or not in that order.
type rpc struct {
	*protocol
	object           string // the type of the ephemeral resource and of the action
	actions          tfprotov6.ActionServer
	ephemeral, input tftypes.Type
}

// rpc starts the lab's provider and configures it.
func (l *lab) rpc(t *testing.T) *rpc {
	t.Helper()
	return newRPC(l.protocol(t), keepaliveType)
}

// rpcOfMany is rpc for the objects of many calls.
func (l *lab) rpcOfMany(t *testing.T) *rpc {
	t.Helper()
	return newRPC(l.protocol(t), keepalivesType)
}

// rpcUnconfigured starts the lab's provider.
func (l *lab) rpcUnconfigured(t *testing.T) *rpc {
	t.Helper()
	return newRPC(l.unconfigured(t), keepaliveType)
}

func newRPC(p *protocol, object string) *rpc {
	p.t.Helper()
	schemas, err := p.GetProviderSchema(p.t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	p.must(err, schemas.Diagnostics)
	actions, ok := p.ProviderServer.(tfprotov6.ActionServer)
	if !ok {
		p.t.Fatal("the provider serves no actions")
	}
	return &rpc{
		protocol: p, object: object, actions: actions,
		ephemeral: schemas.EphemeralResourceSchemas[object].ValueType(),
		input:     schemas.ActionSchemas[object].Schema.ValueType(),
	}
}

// set is a configuration that names the lab's call, and what else is given as pairs.
func set(pairs ...any) attributes {
	config := attributes{"call_id": callID}
	for i := 0; i < len(pairs); i += 2 {
		config[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return config
}

func (r *rpc) validateEphemeral(config attributes) []*tfprotov6.Diagnostic {
	r.t.Helper()
	resp, err := r.ValidateEphemeralResourceConfig(r.t.Context(), &tfprotov6.ValidateEphemeralResourceConfigRequest{
		TypeName: r.object, Config: r.encode(r.ephemeral, config),
	})
	r.must(err, nil)
	return resp.Diagnostics
}

func (r *rpc) open(config attributes) *tfprotov6.OpenEphemeralResourceResponse {
	r.t.Helper()
	resp, err := r.OpenEphemeralResource(r.t.Context(), &tfprotov6.OpenEphemeralResourceRequest{
		TypeName: r.object, Config: r.encode(r.ephemeral, config),
	})
	r.must(err, nil)
	return resp
}

// mustOpen is open for a call that is alive.
func (r *rpc) mustOpen(config attributes) *tfprotov6.OpenEphemeralResourceResponse {
	r.t.Helper()
	resp := r.open(config)
	expectNothing(r.t, resp.Diagnostics)
	return resp
}

// renew may be called from any goroutine.
func (r *rpc) renew(private []byte) *tfprotov6.RenewEphemeralResourceResponse {
	return r.renewIn(r.t.Context(), private)
}

func (r *rpc) renewIn(ctx context.Context, private []byte) *tfprotov6.RenewEphemeralResourceResponse {
	resp, err := r.RenewEphemeralResource(ctx, &tfprotov6.RenewEphemeralResourceRequest{
		TypeName: r.object, Private: private,
	})
	if err != nil {
		r.t.Error(err)
	}
	return resp
}

// close may be called from any goroutine.
func (r *rpc) close(private []byte) []*tfprotov6.Diagnostic {
	return r.closeIn(r.t.Context(), private)
}

func (r *rpc) closeIn(ctx context.Context, private []byte) []*tfprotov6.Diagnostic {
	resp, err := r.CloseEphemeralResource(ctx, &tfprotov6.CloseEphemeralResourceRequest{
		TypeName: r.object, Private: private,
	})
	if err != nil {
		r.t.Error(err)
	}
	return resp.Diagnostics
}

func (r *rpc) validateAction(config attributes) []*tfprotov6.Diagnostic {
	r.t.Helper()
	resp, err := r.actions.ValidateActionConfig(r.t.Context(), &tfprotov6.ValidateActionConfigRequest{
		ActionType: r.object, Config: r.encode(r.input, config),
	})
	r.must(err, nil)
	return resp.Diagnostics
}

// invoke invokes the action and returns its messages and what it ends with.
func (r *rpc) invoke(ctx context.Context, config attributes) (messages []string, diags []*tfprotov6.Diagnostic) {
	r.t.Helper()
	stream, err := r.actions.InvokeAction(ctx, &tfprotov6.InvokeActionRequest{
		ActionType: r.object, Config: r.encode(r.input, config),
	})
	r.must(err, nil)
	completed := 0
	for event := range stream.Events {
		switch e := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			messages = append(messages, e.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			completed++
			diags = e.Diagnostics
		}
	}
	if completed != 1 {
		r.t.Errorf("the action completed %d times", completed)
	}
	return messages, diags
}

// expectNothing fails the test unless there is no diagnostic at all.
func expectNothing(t testing.TB, diags []*tfprotov6.Diagnostic) {
	t.Helper()
	if len(diags) != 0 {
		t.Fatalf("unexpected diagnostics:\n%s", said(diags))
	}
}

// expectOne fails the test unless there is one diagnostic, of that severity, that says all
// of that.
func expectOne(t testing.TB, diags []*tfprotov6.Diagnostic, severity tfprotov6.DiagnosticSeverity, says ...string) {
	t.Helper()
	if len(diags) != 1 || diags[0].Severity != severity {
		t.Fatalf("want one diagnostic of severity %s, got %d:\n%s", severity, len(diags), said(diags))
	}
	expectText(t, said(diags)+" at "+diags[0].Attribute.String(), says...)
}

// expectOneOrNothing is expectOne, or expectNothing where nothing is to be said.
func expectOneOrNothing(t testing.TB, diags []*tfprotov6.Diagnostic, severity tfprotov6.DiagnosticSeverity, says ...string) {
	t.Helper()
	if says == nil {
		expectNothing(t, diags)
		return
	}
	expectOne(t, diags, severity, says...)
}

// privateCall is what private data of the ephemeral resource holds.
func privateCall(t *testing.T, private []byte) (c callPrivate) {
	t.Helper()
	var keys map[string][]byte
	if err := json.Unmarshal(private, &keys); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(keys[callPrivateKey], &c); err != nil {
		t.Fatal(err)
	}
	return c
}
