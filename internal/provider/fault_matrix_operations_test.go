package provider

import (
	"context"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// matrixOperation is a column of the fault matrix.
type matrixOperation struct {
	name string
	// timeouts are its own, in the order in which they end it, or a part of it: a close looks at the call, and
	// hangs it up. By default an operation has one, defaultTimeout.
	timeouts []time.Duration
	// follows are the timeouts of what follows once the operation has got its status.
	follows []time.Duration
	// looks is set for what finds out that a call has ended, and then has state drop it, or say so; the
	// others change state unless they fail.
	looks bool
	// own gives it a column of its own in the guide's table; other operations share one, with the exceptions named.
	own bool
	// placed is set for the operations of a call that Terraform places. They have tables of their own.
	placed bool
	// more is how much longer than the other operations it may take.
	more time.Duration
	// places is set for what places a call, which may be in state with an error.
	places bool
	// prepare brings about what has to be there before, without any fault, and returns the operation itself.
	prepare func(*bench) operate
}

// limits are the operation's timeouts.
func (o matrixOperation) limits() []time.Duration {
	if o.timeouts == nil {
		return []time.Duration{defaultTimeout}
	}
	return o.timeouts
}

// What becomes of the state: as it was, there or written anew, not there any more.
const (
	same = "="
	made = "+"
	gone = "-"
)

// bench is one cell under test.
type bench struct {
	*rpc
	lab     *lab
	earlier *earlierRuns
}

// earlierRuns are what other runs of the provider have left behind: the same for all cells, and so made once.
type earlierRuns struct {
	graphURL string                                // of their lab
	plan     *tfprotov6.PlanResourceChangeResponse // of a create
	kept     keptResource
	placed   keptResource
	callID   string // of placed
	// placedPlans are of the create of a call, and of an update of placed.
	placedCreate, placedUpdate *tfprotov6.PlanResourceChangeResponse
}

func newEarlierRuns(t *testing.T) *earlierRuns {
	t.Helper()
	l := newLab(t)
	p := l.protocol(t)
	e := &earlierRuns{graphURL: l.GraphURL(), plan: p.plan(p.none(), set()), kept: p.mustCreate(hangingUp())}
	p = p.of(callType)
	e.placedCreate = p.plan(p.none(), placedWithin())
	e.placed = p.apply(p.none(), placedWithin(), e.placedCreate)
	e.callID = l.lastPlaced(t).ID
	l.clock.Advance(11 * time.Minute)
	e.placedUpdate = p.plan(e.placed, placedWithin())
	return e
}

func hangingUp() attributes { return set("hang_up_on_destroy", true) }

func matrixOperations() []matrixOperation {
	return append(keptOperations(), placedOperations()...)
}

func keptOperations() []matrixOperation {
	return []matrixOperation{
		{name: "create", prepare: func(b *bench) operate {
			return func(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
				return b.applied(ctx, b.none(), set(), b.earlier.plan)
			}
		}},
		{name: "read", looks: true, prepare: func(b *bench) operate {
			return func(ctx context.Context) (string, []*tfprotov6.Diagnostic) { return b.refreshed(ctx, b.earlier.kept) }
		}},
		{name: "update", prepare: func(b *bench) operate {
			b.lab.clock.Advance(11 * time.Minute)
			planned := b.plan(b.earlier.kept, hangingUp())
			return func(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
				return b.applied(ctx, b.earlier.kept, hangingUp(), planned)
			}
		}},
		{name: "delete", prepare: func(b *bench) operate { return b.destroying }},
		{name: "import", prepare: func(b *bench) operate { return b.importing }},
		{name: "data source", looks: true, prepare: func(b *bench) operate { return b.reading }},
		{name: "open", prepare: func(b *bench) operate {
			return func(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
				resp, err := b.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{
					TypeName: keepaliveType, Config: b.encode(b.ephemeral, set()),
				})
				b.must(err, nil)
				return madeIf(!resp.RenewAt.IsZero()), resp.Diagnostics
			}
		}},
		{name: "renew", looks: true, own: true, timeouts: []time.Duration{renewTimeout}, prepare: func(b *bench) operate {
			opened := b.mustOpen(set())
			b.lab.clock.Advance(15 * time.Minute)
			return func(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
				before := b.keepAlives()
				resp := b.renewIn(ctx, opened.Private)
				if resp.RenewAt.IsZero() {
					return gone, resp.Diagnostics
				}
				next := resp.RenewAt.Sub(b.lab.local.Now())
				return madeIf(next > 2*time.Minute && b.keepAlives() >= before), resp.Diagnostics
			}
		}},
		{name: "close", own: true, timeouts: []time.Duration{readOnCloseTimeout, closeTimeout}, prepare: func(b *bench) operate {
			opened := b.mustOpen(set("hang_up_on_close", true))
			return func(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
				return gone, b.closeIn(ctx, opened.Private)
			}
		}},
		{name: "action", prepare: func(b *bench) operate {
			return func(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
				messages, diags := b.invoke(ctx, set())
				return madeIf(len(messages) > 0), diags
			}
		}},
	}
}

type operate = func(ctx context.Context) (state string, diags []*tfprotov6.Diagnostic)

func madeIf(condition bool) string {
	if condition {
		return made
	}
	return same
}

func (b *bench) keepAlives() int {
	call, _ := b.lab.Call(callID)
	return call.KeepAlives
}

// applied applies a plan, and holds what the provider returns against what was there.
func (b *bench) applied(
	ctx context.Context, r keptResource, config attributes, planned *tfprotov6.PlanResourceChangeResponse,
) (string, []*tfprotov6.Diagnostic) {
	b.t.Helper()
	resp, err := b.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: keepaliveType, PriorState: r.state, PlannedState: planned.PlannedState, Config: b.encode(b.resource, config),
		PlannedPrivate: planned.PlannedPrivate, PlannedIdentity: planned.PlannedIdentity,
	})
	b.must(err, nil)
	state := b.compared(r.state, resp.NewState)
	if state == made { // by Graph's clock, whatever this machine's says
		sent := b.lab.KeepAlives(callID)
		at, want := b.decode(b.resource, resp.NewState)["last_keepalive_at"], sent[len(sent)-1].At.UTC().Format(time.RFC3339)
		if at != want {
			b.t.Errorf("last_keepalive_at is %v, want %s", at, want)
		}
	}
	return state, resp.Diagnostics
}

func (b *bench) destroying(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
	b.t.Helper()
	left, diags := b.tryApply(ctx, b.earlier.kept, nil, destroyOf(b.protocol, b.earlier.kept))
	return b.compared(b.earlier.kept.state, left.state), diags
}

// destroyOf is the plan of a resource's destroy.
func destroyOf(p *protocol, r keptResource) *tfprotov6.PlanResourceChangeResponse {
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: p.none().state, PlannedPrivate: r.private, PlannedIdentity: r.identity}
}

func (b *bench) refreshed(ctx context.Context, r keptResource) (string, []*tfprotov6.Diagnostic) {
	b.t.Helper()
	resp, err := b.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: keepaliveType, CurrentState: r.state, CurrentIdentity: r.identity, Private: r.private,
	})
	b.must(err, nil)
	return b.compared(r.state, resp.NewState), resp.Diagnostics
}

// importing imports and, as Terraform does, reads what was imported.
func (b *bench) importing(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
	b.t.Helper()
	imported, diags := b.importBy(attributes{"call_id": callID}) //nolint:contextcheck // it sends nothing
	b.must(nil, diags)
	_, diags = b.refreshed(ctx, imported)
	return madeIf(len(diags) == 0), diags
}

func (b *bench) reading(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
	b.t.Helper()
	schemas, err := b.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	b.must(err, nil)
	as := schemas.DataSourceSchemas["msgraph_call"].ValueType()
	resp, err := b.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{
		TypeName: "msgraph_call", Config: b.encode(as, set()),
	})
	b.must(err, nil)
	if resp.State == nil {
		return same, resp.Diagnostics
	}
	switch b.decode(as, resp.State)["alive"] {
	case true:
		return made, resp.Diagnostics
	case false:
		return gone, resp.Diagnostics
	}
	return same, resp.Diagnostics
}

// compared says what became of a state.
func (b *bench) compared(before, after *tfprotov6.DynamicValue) string {
	b.t.Helper()
	was, is := b.unpacked(before), b.unpacked(after)
	switch {
	case was.Equal(is):
		return same
	case is.IsNull():
		return gone
	}
	return made
}

func (b *bench) unpacked(encoded *tfprotov6.DynamicValue) tftypes.Value {
	b.t.Helper()
	value, err := encoded.Unmarshal(b.resource)
	if err != nil {
		b.t.Fatal(err)
	}
	return value
}
