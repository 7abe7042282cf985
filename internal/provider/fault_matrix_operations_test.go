package provider

import (
	"context"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// matrixOperation is a column of the fault matrix. prepare brings about what has to be there
// before, without any fault, and returns the operation itself.
type matrixOperation struct {
	name    string
	prepare func(*bench) func(ctx context.Context) (state string, diags []*tfprotov6.Diagnostic)
}

// limits are how long an operation may take by default, those of a close part by part: it
// looks at the call, and hangs it up.
func (o matrixOperation) limits() []time.Duration {
	switch o.name {
	case "renew":
		return []time.Duration{renewTimeout}
	case "close":
		return []time.Duration{lookTimeout, closeTimeout}
	}
	return []time.Duration{defaultTimeout}
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
	lab *lab
	// hangs has the operations give up after a second of real time.
	hangs bool
}

func (b *bench) limited(name string) attributes {
	if b.hangs {
		return attributes{name: "1s"}
	}
	return nil
}

// limit is for operations whose timeouts cannot be set.
func (b *bench) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	if b.hangs {
		return context.WithTimeout(ctx, time.Second)
	}
	return ctx, func() {}
}

func matrixOperations() []matrixOperation {
	return []matrixOperation{
		{name: "create", prepare: func(b *bench) operate {
			config := set("timeouts", b.limited("create"))
			// By another run of the provider, as Terraform does: the plan looks at the call, and has a token after it.
			planned := b.lab.protocol(b.t).plan(b.none(), config)
			return func(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
				return b.applied(ctx, b.none(), config, planned)
			}
		}},
		{name: "read", prepare: func(b *bench) operate {
			r := b.created(set("timeouts", b.limited("read")))
			return func(ctx context.Context) (string, []*tfprotov6.Diagnostic) { return b.refreshed(ctx, r) }
		}},
		{name: "update", prepare: func(b *bench) operate {
			config := set("timeouts", b.limited("update"))
			r := b.created(config)
			b.lab.clock.Advance(11 * time.Minute)
			planned := b.plan(r, config)
			return func(ctx context.Context) (string, []*tfprotov6.Diagnostic) { return b.applied(ctx, r, config, planned) }
		}},
		{name: "delete", prepare: func(b *bench) operate { return b.destroying(true) }},
		{name: "delete, no hang-up", prepare: func(b *bench) operate { return b.destroying(false) }},
		{name: "import", prepare: func(b *bench) operate { return b.importing }},
		{name: "data source", prepare: func(b *bench) operate { return b.reading }},
		{name: "open", prepare: func(b *bench) operate {
			return func(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
				ctx, cancel := b.limit(ctx)
				defer cancel()
				resp, err := b.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{
					TypeName: keepaliveType, Config: b.encode(b.ephemeral, set()),
				})
				b.must(err, nil)
				return madeIf(!resp.RenewAt.IsZero()), resp.Diagnostics
			}
		}},
		{name: "renew", prepare: func(b *bench) operate {
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
		{name: "close", prepare: func(b *bench) operate {
			opened := b.mustOpen(set("hang_up_on_close", true))
			return func(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
				return gone, b.closeIn(ctx, opened.Private)
			}
		}},
		{name: "action", prepare: func(b *bench) operate {
			return func(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
				messages, diags := b.invoke(ctx, set("timeouts", b.limited("invoke")))
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

// created is the resource after a create by another run of the provider.
func (b *bench) created(config attributes) keptResource {
	b.t.Helper()
	p := b.lab.protocol(b.t)
	return p.apply(p.none(), config, p.plan(p.none(), config))
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
		at, want := b.decode(b.resource, resp.NewState)["last_keepalive_at"], b.lab.clock.Now().UTC().Format(time.RFC3339)
		if at != want {
			b.t.Errorf("last_keepalive_at is %v, want %s", at, want)
		}
	}
	return state, resp.Diagnostics
}

func (b *bench) destroying(hangUp bool) operate {
	b.t.Helper()
	config := set("hang_up_on_destroy", hangUp, "timeouts", b.limited("delete"))
	r := b.created(config)
	return func(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
		resp, err := b.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
			TypeName: keepaliveType, PriorState: r.state, PlannedState: b.encode(b.resource, nil), Config: b.encode(b.resource, nil),
			PlannedPrivate: r.private, PlannedIdentity: r.identity,
		})
		b.must(err, nil)
		diags := resp.Diagnostics
		if !hangUp { // says that the call is left alive, whatever the fault
			if text := said(diags); len(diags) != 1 || !strings.Contains(text, "WARNING: "+summaryNotHungUp) {
				b.t.Errorf("a destroy that leaves the call alive says:\n%s", text)
			}
			diags = nil
		}
		return b.compared(r.state, resp.NewState), diags
	}
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
	ctx, cancel := b.limit(ctx)
	defer cancel()
	_, diags = b.refreshed(ctx, imported)
	return madeIf(len(diags) == 0), diags
}

func (b *bench) reading(ctx context.Context) (string, []*tfprotov6.Diagnostic) {
	b.t.Helper()
	schemas, err := b.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	b.must(err, nil)
	as := schemas.DataSourceSchemas["msgraph_call"].ValueType()
	resp, err := b.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{
		TypeName: "msgraph_call", Config: b.encode(as, set("timeouts", b.limited("read"))),
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
