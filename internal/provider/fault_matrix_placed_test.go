package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// placedOperations are those of a call that Terraform places. Placing is hit in its POST, which comes first: what hits the
// wait for the call is in [TestCallResource_placesAtMostOnce]. Its create has half a minute, as one request of it has.
func placedOperations() []matrixOperation {
	const createWithin = 30 * time.Second
	config := attributes{
		"callback_uri": "https://bot.contoso.com/callback", "target": []any{attributes{"user_id": calleeID}},
		"timeouts": attributes{"create": createWithin.String()},
	}
	// placedBefore places a call in another run of the provider, so long ago that Graph knows it.
	placedBefore := func(b *bench) keptResource {
		p := b.lab.protocol(b.t).of(callType)
		r := p.apply(p.none(), config, p.plan(p.none(), config))
		b.lab.clock.Advance(11 * time.Minute)
		return r
	}
	return []matrixOperation{
		{name: "call: create", placed: true, places: true, timeouts: []time.Duration{createWithin}, prepare: func(b *bench) operate {
			planner, p := b.lab.protocol(b.t).of(callType), b.of(callType)
			planned := planner.plan(planner.none(), config)
			return func(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
				r, diags := p.tryApply(ctx, p.none(), config, planned)
				b.lab.expectAtMostOne(b.t, p.decode(p.resource, r.state), said(diags))
				return b.became(p, p.none(), r), diags
			}
		}},
		{name: "call: read", placed: true, looks: true, more: confirmNotFoundAfter, prepare: func(b *bench) operate {
			r, p := placedBefore(b), b.of(callType)
			return func(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
				resp, err := p.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
					TypeName: callType, CurrentState: r.state, CurrentIdentity: r.identity, Private: r.private,
				})
				p.must(err, nil)
				return b.became(p, r, keptResource{state: resp.NewState}), resp.Diagnostics
			}
		}},
		{name: "call: update", placed: true, more: confirmNotFoundAfter, prepare: func(b *bench) operate {
			r, p := placedBefore(b), b.of(callType)
			planned := b.lab.protocol(b.t).of(callType).plan(r, config)
			return func(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
				kept, diags := p.tryApply(ctx, r, config, planned)
				return b.became(p, r, kept), diags
			}
		}},
		{name: "call: delete", placed: true, follows: []time.Duration{hungUpWithin}, more: hungUpWithin + confirmNotFoundAfter, prepare: func(b *bench) operate {
			r, p := placedBefore(b), b.of(callType)
			none := &tfprotov6.PlanResourceChangeResponse{PlannedState: p.none().state, PlannedPrivate: r.private, PlannedIdentity: r.identity}
			return func(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
				left, diags := p.tryApply(ctx, r, nil, none)
				return b.became(p, r, left), diags
			}
		}},
	}
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
