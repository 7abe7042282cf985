package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/graphsim"
)

// createWithin is how long a placed call's create has.
const createWithin = 30 * time.Second

func placedWithin() attributes {
	return placingConfig(attributes{"timeouts": attributes{"create": createWithin.String()}})
}

// placedOperations are those of a call that Terraform places. Placing is hit in its POST, which comes first: what hits the
// wait for the call is in [TestCallResource_placesAtMostOnce]. Its create has half a minute, as one request of it has.
func placedOperations() []matrixOperation {
	// placedBefore is the call that an earlier run has placed, so long ago that Graph knows it.
	placedBefore := func(b *bench) (keptResource, *protocol) {
		b.lab.PlaceCall(graphsim.Call{ID: b.earlier.callID})
		b.lab.clock.Advance(11 * time.Minute)
		r := b.earlier.placed
		r.private = b.placedHere(r.private)
		return r, b.of(callType)
	}
	return []matrixOperation{
		{name: "call: create", placed: true, places: true, timeouts: []time.Duration{createWithin}, prepare: func(b *bench) operate {
			p := b.of(callType)
			return func(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
				r, diags := p.tryApply(ctx, p.none(), placedWithin(), b.earlier.placedCreate)
				b.lab.expectAtMostOne(b.t, p.decode(p.resource, r.state), said(diags))
				return b.became(p, p.none(), r), diags
			}
		}},
		{name: "call: read", placed: true, looks: true, more: confirmNotFoundAfter, prepare: func(b *bench) operate {
			r, p := placedBefore(b)
			return func(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
				resp, err := p.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
					TypeName: callType, CurrentState: r.state, CurrentIdentity: r.identity, Private: r.private,
				})
				p.must(err, nil)
				return b.became(p, r, keptResource{state: resp.NewState}), resp.Diagnostics
			}
		}},
		{name: "call: update", placed: true, more: confirmNotFoundAfter, prepare: func(b *bench) operate {
			r, p := placedBefore(b)
			return func(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
				plan := *b.earlier.placedUpdate
				plan.PlannedPrivate = b.placedHere(plan.PlannedPrivate)
				kept, diags := p.tryApply(ctx, r, placedWithin(), &plan)
				return b.became(p, r, kept), diags
			}
		}},
		{name: "call: delete", placed: true, follows: []time.Duration{hungUpWithin}, more: hungUpWithin + confirmNotFoundAfter, prepare: func(b *bench) operate {
			r, p := placedBefore(b)
			return func(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
				left, diags := p.tryApply(ctx, r, nil, destroyOf(p, r))
				return b.became(p, r, left), diags
			}
		}},
	}
}

// placedHere is the private state of a call as if it had been placed in the cell's lab.
func (b *bench) placedHere(private []byte) []byte {
	b.t.Helper()
	var values map[string][]byte
	if err := json.Unmarshal(private, &values); err != nil {
		b.t.Fatal(err)
	}
	for key, value := range values {
		values[key] = bytes.ReplaceAll(value, []byte(b.earlier.graphURL), []byte(b.lab.GraphURL()))
	}
	private, err := json.Marshal(values)
	if err != nil {
		b.t.Fatal(err)
	}
	return private
}

// became says what became of a resource.
func (b *bench) became(p *protocol, before, after keptResource) string {
	b.t.Helper()
	was, err := before.state.Unmarshal(p.resource)
	p.must(err, nil)
	is, err := after.state.Unmarshal(p.resource)
	p.must(err, nil)
	switch {
	case was.Equal(is):
		return same
	case is.IsNull():
		return gone
	}
	return made
}
