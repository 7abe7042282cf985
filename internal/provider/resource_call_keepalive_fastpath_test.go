package provider

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform-provider-msgraph/internal/fastpath"
)

// bothPaths is the provider with logs off and with logs on, configured alike.
type bothPaths struct {
	*lab
	fast      *protocol
	framework *protocol
	schema    *tfprotov6.Schema
	fresh     attributes // the state of a call that was kept alive just now
	handled   int        // requests that fast left to the framework
}

func newBothPaths(t *testing.T) *bothPaths {
	t.Helper()
	l := newLab(t)
	b := &bothPaths{lab: l}
	fast, logged := l.provider(), l.provider()
	b.fast = l.protocolOf(t, fastpath.New(&countingFramework{newFramework(fast), &b.handled}, fast.callKeepaliveHooks()))
	b.framework = l.protocolOf(t, newServer(logged, true))
	schemas, err := b.framework.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	b.framework.must(err, nil)
	b.schema = schemas.ResourceSchemas[keepaliveType]
	for _, p := range []*protocol{b.fast, b.framework} { // so that both know Graph's time
		b.fresh = p.decode(p.resource, p.mustCreate(set()).state)
	}
	return b
}

// countingFramework counts the requests that reach the framework.
type countingFramework struct {
	fastpath.Framework
	handled *int
}

func (f *countingFramework) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	*f.handled++
	return f.Framework.ValidateResourceConfig(ctx, req)
}

func (f *countingFramework) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	*f.handled++
	return f.Framework.PlanResourceChange(ctx, req)
}

// planCase is what Terraform may ask to plan.
type planCase struct {
	state    attributes // what differs from the fresh state
	config   attributes // nil for one with call_id only
	identity attributes
	private  string
	proposed string // "prior" proposes the prior state whatever the configuration says, "null" a destroy
}

// request is the plan of the case, with the state that Terraform proposes.
func (b *bothPaths) request(c planCase) *tfprotov6.PlanResourceChangeRequest {
	p := b.framework
	state := maps.Clone(b.fresh)
	maps.Copy(state, c.state)
	if c.config == nil {
		c.config = attributes{"call_id": callID}
	}
	request := &tfprotov6.PlanResourceChangeRequest{
		TypeName: keepaliveType, PriorState: p.encode(p.resource, state), Config: p.encode(p.resource, c.config),
		PriorIdentity: p.identityData(c.identity), PriorPrivate: []byte(c.private),
	}
	// Terraform encodes equal values alike; encode does not.
	request.ProposedNewState = request.PriorState
	next := b.proposed(state, c.config)
	switch {
	case c.proposed == "null":
		request.ProposedNewState = p.encode(p.resource, nil)
	case c.proposed == "" && !p.value(p.resource, next).Equal(p.value(p.resource, state)):
		request.ProposedNewState = p.encode(p.resource, next)
	}
	return request
}

// proposed is the state that Terraform proposes: what is configured, and what is computed as it was.
func (b *bothPaths) proposed(state, config attributes) attributes {
	next := maps.Clone(state)
	for _, a := range b.schema.Block.Attributes {
		if a.Optional && (config[a.Name] != nil || !a.Computed) {
			next[a.Name] = config[a.Name]
		}
	}
	for _, block := range b.schema.Block.BlockTypes {
		next[block.TypeName] = config[block.TypeName]
	}
	return next
}

// plan compares the plans of both paths, and reports whether the hook made it.
func (b *bothPaths) plan(t *testing.T, c planCase) (want *tfprotov6.PlanResourceChangeResponse, byHook bool) {
	t.Helper()
	request := b.request(c)
	b.handled = 0
	got, err := b.fast.PlanResourceChange(t.Context(), request)
	b.fast.must(err, nil)
	byHook = b.handled == 0
	want, err = b.framework.PlanResourceChange(t.Context(), request)
	b.framework.must(err, nil)
	if diff := cmp.Diff(want, got, b.decoded()); diff != "" {
		t.Errorf("%+v\nplan: - with logs, + without\n%s", c, diff)
	}
	return want, byHook
}

// validate is plan for a validation.
func (b *bothPaths) validate(t *testing.T, config attributes) (valid, byHook bool) {
	t.Helper()
	request := &tfprotov6.ValidateResourceConfigRequest{TypeName: keepaliveType, Config: b.fast.encode(b.fast.resource, config)}
	b.handled = 0
	got, err := b.fast.ValidateResourceConfig(t.Context(), request)
	b.fast.must(err, nil)
	byHook = b.handled == 0
	want, err := b.framework.ValidateResourceConfig(t.Context(), request)
	b.framework.must(err, nil)
	if diff := cmp.Diff(want, got, b.decoded()); diff != "" {
		t.Errorf("%+v\nvalidation: - with logs, + without\n%s", config, diff)
	}
	return len(want.Diagnostics) == 0, byHook
}

// decoded makes the encoded parts of two responses comparable.
func (b *bothPaths) decoded() cmp.Option {
	p := b.framework
	value := func(as tftypes.Type, encoded *tfprotov6.DynamicValue) string {
		if encoded == nil {
			return "none"
		}
		value, err := encoded.Unmarshal(as)
		if err != nil {
			p.t.Fatal(err)
		}
		return value.String()
	}
	return cmp.Options{
		cmp.Transformer("state", func(d *tfprotov6.DynamicValue) string { return value(p.resource, d) }),
		cmp.Transformer("identity", func(d *tfprotov6.ResourceIdentityData) string {
			if d == nil {
				return "none"
			}
			return value(p.identity, d.IdentityData)
		}),
		cmp.Transformer("diagnostics", func(all []*tfprotov6.Diagnostic) []string {
			texts := make([]string, len(all))
			for i, d := range all {
				if d.Severity == isError {
					return []string{"error"} // which of several the framework reports varies, as does their order
				}
				texts[i] = d.Summary + ": " + anyID.ReplaceAllString(d.Detail, "an ID") // each request has another
			}
			slices.Sort(texts)
			return texts
		}),
		cmp.Comparer(func(a, b *tftypes.AttributePath) bool { return a.String() == b.String() }),
		cmp.Transformer("private", func(private []byte) string { // the framework writes {} for none
			if string(private) == "{}" {
				return ""
			}
			return string(private)
		}),
	}
}

// age is the part of the state that tells how long ago the last keepAlive was.
func age(d time.Duration) attributes {
	return attributes{"last_keepalive_at": start.Add(-d).Format(time.RFC3339)}
}

func TestFastpath_plansAsTheFramework(t *testing.T) {
	t.Parallel()
	b := newBothPaths(t)
	byIdentity := attributes{"identity": attributes{"call_id": callID, "user_id": "u"}, "call_id": nil}
	same := func(a attributes) planCase { // in state as configured
		config := attributes{"call_id": callID}
		maps.Copy(config, a)
		return planCase{state: a, config: config}
	}
	for name, c := range map[string]struct {
		planCase
		byHook bool
	}{
		"not due":                        {planCase{}, true},
		"almost due":                     {planCase{state: age(9*time.Minute + 59*time.Second)}, true},
		"due":                            {planCase{state: age(10 * time.Minute)}, false},
		"kept alive in the future":       {planCase{state: age(-2 * time.Minute)}, false},
		"never kept alive":               {planCase{state: attributes{"last_keepalive_at": nil}}, false},
		"last_keepalive_at malformed":    {planCase{state: attributes{"last_keepalive_at": "yesterday"}}, false},
		"renew_at malformed":             {planCase{state: attributes{"renew_at": "2026-02-30T00:00:00Z"}}, false},
		"expires_at malformed":           {planCase{state: attributes{"expires_at": ""}}, false},
		"by the identity block":          {planCase{state: byIdentity, config: byIdentity}, true},
		"from identity to call_id":       {planCase{state: byIdentity}, false},
		"another call":                   {planCase{config: attributes{"call_id": "other"}}, false},
		"an unknown call":                {planCase{config: attributes{"call_id": tftypes.UnknownValue}}, false},
		"id differs from call_id":        {planCase{state: attributes{"id": "other"}}, false},
		"triggers unchanged":             {same(attributes{"triggers": attributes{"a": "b"}}), true},
		"triggers added":                 {planCase{config: attributes{"call_id": callID, "triggers": attributes{"a": "b"}}}, false},
		"headers removed":                {planCase{state: attributes{"headers": attributes{"a": "b"}}}, false},
		"renew_after unchanged":          {same(attributes{"renew_after": "20m"}), true},
		"renew_after removed":            {planCase{state: attributes{"renew_after": "20m"}}, false},
		"renew_after of 0":               {same(attributes{"renew_after": "0s"}), false},
		"wait_for_call removed":          {planCase{state: attributes{"wait_for_call": "1m"}}, false},
		"wait_for_call null in state":    {planCase{state: attributes{"wait_for_call": nil}}, false},
		"hang_up_on_destroy removed":     {planCase{state: attributes{"hang_up_on_destroy": true}}, false},
		"hang_up_on_destroy unchanged":   {same(attributes{"hang_up_on_destroy": true}), true},
		"hang_up_on_destroy null before": {planCase{state: attributes{"hang_up_on_destroy": nil}}, false},
		"timeouts unchanged":             {same(attributes{"timeouts": attributes{"read": "1m"}}), true},
		"timeouts removed":               {planCase{state: attributes{"timeouts": attributes{"read": "1m"}}}, false},
		"with an identity":               {planCase{identity: attributes{"call_id": callID}}, true},
		"with private state":             {planCase{private: `{"imported":"dHJ1ZQ=="}`}, false},
		"with empty private state":       {planCase{private: "{}"}, true},
		"destroy":                        {planCase{proposed: "null"}, false},
	} {
		if _, byHook := b.plan(t, c.planCase); byHook != c.byHook {
			t.Errorf("%s: planned by the hook: %t, want %t", name, byHook, c.byHook)
		}
	}
}

func TestFastpath_validatesAsTheFramework(t *testing.T) {
	t.Parallel()
	b := newBothPaths(t)
	for name, c := range map[string]struct {
		config attributes
		byHook bool
	}{
		"an ID":             {attributes{"call_id": callID}, true},
		"nothing":           {attributes{}, false},
		"an empty ID":       {attributes{"call_id": ""}, false},
		"a path":            {attributes{"call_id": "a/b"}, false},
		"an unknown ID":     {attributes{"call_id": tftypes.UnknownValue}, false},
		"both":              {attributes{"call_id": callID, "identity": attributes{"call_id": callID}}, false},
		"identity":          {attributes{"identity": attributes{"call_id": callID}}, false},
		"a bad renew_after": {attributes{"call_id": callID, "renew_after": "45m"}, false},
		"a bad header":      {attributes{"call_id": callID, "headers": attributes{"Host": "x"}}, false},
		"bad timeouts":      {attributes{"call_id": callID, "timeouts": attributes{"read": "x"}}, false},
		"an unknown flag":   {attributes{"call_id": callID, "hang_up_on_destroy": tftypes.UnknownValue}, false},
	} {
		if _, byHook := b.validate(t, c.config); byHook != c.byHook {
			t.Errorf("%s: validated by the hook: %t, want %t", name, byHook, c.byHook)
		}
	}
}

// Logs on or off: whatever state and configuration are, valid or not, both paths plan the same.
func TestFastpath_randomPlansAreTheFrameworks(t *testing.T) {
	t.Parallel()
	b := newBothPaths(t)
	g := generator{rand.New(rand.NewPCG(1, 2))} // the same in each run
	const plans = 250
	counts := map[string]int{}
	for range plans {
		c := g.planCase(b)
		want, byHook := b.plan(t, c)
		counts[fmt.Sprintf("planned by the hook: %t", byHook)]++
		counts[fmt.Sprintf("plan with errors: %t", len(want.Diagnostics) > 0)]++
		if valid, byHook := b.validate(t, c.config); valid {
			counts[fmt.Sprintf("validated by the hook: %t", byHook)]++
		} else {
			counts["invalid"]++
		}
		if t.Failed() {
			break
		}
	}
	t.Log(counts)
	for _, outcome := range []string{
		"planned by the hook: true", "planned by the hook: false", "plan with errors: true",
		"validated by the hook: true", "validated by the hook: false", "invalid",
	} {
		if counts[outcome] < plans/20 {
			t.Errorf("%s: only %d of %d, which shows little", outcome, counts[outcome], plans)
		}
	}
}

// generator makes states and configurations from nothing but the schema, so that it knows of attributes to come.
type generator struct{ *rand.Rand }

func (g generator) planCase(b *bothPaths) planCase {
	c := planCase{state: age(time.Duration(g.IntN(11)) * time.Minute), config: attributes{"call_id": callID}}
	types := b.framework.resource.(tftypes.Object).AttributeTypes
	names := slices.Sorted(maps.Keys(types))
	change := func(most int, in ...attributes) {
		for range g.IntN(most + 1) {
			name := names[g.IntN(len(names))]
			value := g.value(types[name])
			for _, a := range in {
				a[name] = value
			}
		}
	}
	change(2, c.state, c.config)
	if g.IntN(3) == 0 {
		change(2, c.state)
	}
	if g.IntN(3) == 0 {
		change(2, c.config)
	}
	for _, a := range b.schema.Block.Attributes {
		if !a.Optional && !a.Required {
			delete(c.config, a.Name)
		}
	}
	c.private = g.oneOf("", "", "", "{}", `{"imported":"dHJ1ZQ=="}`)
	c.proposed = g.oneOf("", "", "", "", "", "prior", "null")
	if g.IntN(3) == 0 {
		c.identity = attributes{"call_id": g.oneOf(callID, "other")}
	}
	return c
}

func (g generator) oneOf(texts ...string) string { return texts[g.IntN(len(texts))] }

// value is null, unknown, plausible or malformed.
func (g generator) value(as tftypes.Type) any {
	switch g.IntN(8) {
	case 0:
		return nil
	case 1:
		return tftypes.NewValue(as, tftypes.UnknownValue)
	}
	several := attributes{}
	switch as := as.(type) {
	case tftypes.Object:
		for _, name := range slices.Sorted(maps.Keys(as.AttributeTypes)) {
			if g.IntN(3) == 0 {
				several[name] = g.value(as.AttributeTypes[name])
			}
		}
		return several
	case tftypes.Map:
		for range g.IntN(3) {
			several[g.oneOf("a", "X-Header", "Host")] = g.value(as.ElementType)
		}
		return several
	case tftypes.List:
		return []any{g.value(as.ElementType)}
	}
	if as.Is(tftypes.Bool) {
		return g.IntN(2) == 0
	}
	return g.oneOf(callID, callID, "other", "", "a/b", "10m", "0s", "20m", "45m", "-1m", "10", "soon",
		start.Format(time.RFC3339), start.Add(-10*time.Minute).Format(time.RFC3339), "2026-03-14t15:00:00z",
		"2026-03-14T16:00:00.5+01:00", "2026-02-30T00:00:00Z", "yesterday")
}
