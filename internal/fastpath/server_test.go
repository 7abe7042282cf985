package fastpath_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/float64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform-provider-msgraph/internal/fastpath"
)

const thingType = "test_thing"

// thingProvider is a provider with one resource type, of any schema.
type thingProvider struct{ schema schema.Schema }

func (thingProvider) Metadata(context.Context, provider.MetadataRequest, *provider.MetadataResponse) {
}
func (thingProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (thingProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}
func (thingProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }
func (p thingProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &thing{schema: p.schema} }}
}

type thing struct {
	resource.Resource // no test reads or applies

	schema schema.Schema
}

func (*thing) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = thingType
}

func (t *thing) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = t.schema
}

// harness is the server of a thingProvider with hooks that agree to everything, and without.
type harness struct {
	t               *testing.T
	object          tftypes.Object
	fast, framework tfprotov6.ProviderServer
	asked           int // how often a hook was asked
}

func newHarness(t *testing.T, s schema.Schema) *harness {
	t.Helper()
	server := func() fastpath.Framework {
		return providerserver.NewProtocol6(thingProvider{s})().(fastpath.Framework)
	}
	h := &harness{t: t, framework: server(), object: s.Type().TerraformType(t.Context()).(tftypes.Object)}
	h.fast = fastpath.New(server(), fastpath.Hooks{
		TypeName: thingType, Resource: &thing{schema: s},
		Validate: func(map[string]tftypes.Value) bool { h.asked++; return true },
		Plan:     func(context.Context, tfsdk.State) bool { h.asked++; return true },
	})
	return h
}

// encode makes an object with those attributes; the others are null. Without any it is null itself.
func (h *harness) encode(attributes map[string]tftypes.Value) *tfprotov6.DynamicValue {
	h.t.Helper()
	var value any
	if attributes != nil {
		all := map[string]tftypes.Value{}
		for name, as := range h.object.AttributeTypes {
			all[name] = tftypes.NewValue(as, nil)
			if v, ok := attributes[name]; ok {
				all[name] = v
			}
		}
		value = all
	}
	encoded, err := tfprotov6.NewDynamicValue(h.object, tftypes.NewValue(h.object, value))
	if err != nil {
		h.t.Fatal(err)
	}
	return &encoded
}

// plan plans on both servers, and reports whether the hook was asked.
func (h *harness) plan(req *tfprotov6.PlanResourceChangeRequest) bool {
	h.t.Helper()
	h.asked = 0
	planned := func(server tfprotov6.ProviderServer) tftypes.Value {
		resp, err := server.PlanResourceChange(h.t.Context(), req)
		if err != nil {
			h.t.Fatal(err)
		}
		if resp.PlannedState == nil || len(resp.Diagnostics) > 0 {
			return tftypes.Value{}
		}
		value, err := resp.PlannedState.Unmarshal(h.object)
		if err != nil {
			h.t.Fatal(err)
		}
		return value
	}
	if got, want := planned(h.fast), planned(h.framework); !got.Equal(want) {
		h.t.Errorf("planned %s, and the framework %s", got, want)
	}
	return h.asked > 0
}

// unchanged is a request whose proposed state is the prior one.
func (h *harness) unchanged(state, config map[string]tftypes.Value) *tfprotov6.PlanResourceChangeRequest {
	h.t.Helper()
	prior := h.encode(state)
	return &tfprotov6.PlanResourceChangeRequest{
		TypeName: thingType, PriorState: prior, ProposedNewState: prior, Config: h.encode(config),
	}
}

// A default that is not in state is planned, whatever its kind; one that is there leaves the plan to the hook.
func TestServer_plansDefaults(t *testing.T) {
	t.Parallel()
	a, b := types.StringValue("a"), types.StringValue("b")
	for kind, c := range map[string]struct {
		attribute       schema.Attribute
		standard, other attr.Value
	}{
		"bool":   {schema.BoolAttribute{Optional: true, Computed: true, Default: booldefault.StaticBool(true)}, types.BoolValue(true), types.BoolValue(false)},
		"string": {schema.StringAttribute{Optional: true, Computed: true, Default: stringdefault.StaticString("a")}, a, b},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, schema.Schema{Attributes: map[string]schema.Attribute{"it": c.attribute}})
			standard, other := value(t, c.standard), value(t, c.other)
			null := tftypes.NewValue(standard.Type(), nil)
			for _, step := range []struct {
				state, config tftypes.Value
				asked         bool
			}{
				{standard, null, true}, {other, null, false}, {null, null, false}, {other, other, true}, {standard, standard, true},
			} {
				request := h.unchanged(map[string]tftypes.Value{"it": step.state}, map[string]tftypes.Value{"it": step.config})
				if asked := h.plan(request); asked != step.asked {
					t.Errorf("state %s, configuration %s: hook asked: %t, want %t", step.state, step.config, asked, step.asked)
				}
			}
		})
	}
}

func value(t *testing.T, v attr.Value) tftypes.Value {
	t.Helper()
	terraform, err := v.ToTerraformValue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return terraform
}

// Where a default may hide that is not known of, or a write-only value, the framework plans.
func TestServer_asksNoHookOfASchemaItDoesNotKnowAllOf(t *testing.T) {
	t.Parallel()
	text := schema.StringAttribute{Optional: true}
	computed := schema.StringAttribute{Optional: true, Computed: true, Default: stringdefault.StaticString("a")}
	secret := schema.StringAttribute{Optional: true, WriteOnly: true}
	noTexts := mapdefault.StaticValue(types.MapValueMust(types.StringType, nil))
	nested := func(a schema.Attribute) schema.SingleNestedAttribute {
		return schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{"inner": a}}
	}
	block := func(a schema.Attribute, blocks map[string]schema.Block) schema.Block {
		return schema.SingleNestedBlock{Attributes: map[string]schema.Attribute{"inner": a}, Blocks: blocks}
	}
	for name, c := range map[string]struct {
		attribute schema.Attribute
		block     schema.Block
		asked     bool
	}{
		"a float, not computed":       {schema.Float64Attribute{Optional: true}, block(text, nil), true},
		"a float with a default":      {schema.Float64Attribute{Optional: true, Computed: true, Default: float64default.StaticFloat64(1)}, block(text, nil), false},
		"a map with a default":        {schema.MapAttribute{Optional: true, Computed: true, ElementType: types.StringType, Default: noTexts}, block(text, nil), false},
		"a computed map":              {schema.MapAttribute{Computed: true, ElementType: types.StringType}, block(text, nil), true},
		"a nested attribute":          {nested(text), block(text, nil), true},
		"a default within it":         {nested(computed), block(text, nil), false},
		"a write-only one within it":  {nested(secret), block(text, nil), false},
		"two levels of nesting":       {nested(nested(text)), block(text, nil), false},
		"a write-only attribute":      {secret, block(text, nil), false},
		"a default within a block":    {text, block(computed, nil), false},
		"a block within a block":      {text, block(text, map[string]schema.Block{"deep": block(computed, nil)}), false},
		"a write-only one in a block": {text, block(secret, nil), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, schema.Schema{
				Attributes: map[string]schema.Attribute{"it": c.attribute}, Blocks: map[string]schema.Block{"block": c.block},
			})
			if asked := h.plan(h.unchanged(map[string]tftypes.Value{}, map[string]tftypes.Value{})); asked != c.asked {
				t.Errorf("hook asked: %t, want %t", asked, c.asked)
			}
		})
	}
}

func TestServer_asksNoHookOfOtherRequests(t *testing.T) {
	t.Parallel()
	h := newHarness(t, schema.Schema{Attributes: map[string]schema.Attribute{"it": schema.StringAttribute{Optional: true}}})
	state := map[string]tftypes.Value{"it": tftypes.NewValue(tftypes.String, "a")}
	for name, change := range map[string]func(*tfprotov6.PlanResourceChangeRequest){
		"another type":   func(r *tfprotov6.PlanResourceChangeRequest) { r.TypeName = "test_other" },
		"a create":       func(r *tfprotov6.PlanResourceChangeRequest) { r.PriorState = h.encode(nil) },
		"a destroy":      func(r *tfprotov6.PlanResourceChangeRequest) { r.ProposedNewState = h.encode(nil) },
		"nothing at all": func(r *tfprotov6.PlanResourceChangeRequest) { r.PriorState, r.ProposedNewState = nil, nil },
		"no state": func(r *tfprotov6.PlanResourceChangeRequest) {
			r.PriorState = h.encode(nil)
			r.ProposedNewState = r.PriorState
		},
		"no config":     func(r *tfprotov6.PlanResourceChangeRequest) { r.Config = h.encode(nil) },
		"private state": func(r *tfprotov6.PlanResourceChangeRequest) { r.PriorPrivate = []byte(`{"a":"dHJ1ZQ=="}`) },
		"malformed state": func(r *tfprotov6.PlanResourceChangeRequest) {
			r.PriorState = &tfprotov6.DynamicValue{MsgPack: []byte{0xc1}}
			r.ProposedNewState = r.PriorState
		},
	} {
		request := h.unchanged(state, state)
		change(request)
		if h.plan(request) {
			t.Errorf("%s: the hook was asked", name)
		}
	}
	if !h.plan(h.unchanged(state, state)) {
		t.Error("the hook is not asked of an unchanged resource either")
	}
}

// Terraform before 1.3.8 proposes a block, such as timeouts, that was removed from the configuration. ModifyPlan removes it.
func TestServer_asksNoHookOfARemovedBlock(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"timeouts", "identity"} {
		inner := map[string]schema.Attribute{"inner": schema.StringAttribute{Optional: true}}
		h := newHarness(t, schema.Schema{
			Attributes: map[string]schema.Attribute{"it": schema.StringAttribute{Optional: true}},
			Blocks:     map[string]schema.Block{name: schema.SingleNestedBlock{Attributes: inner}},
		})
		object := h.object.AttributeTypes[name]
		with := map[string]tftypes.Value{name: tftypes.NewValue(object, map[string]tftypes.Value{"inner": tftypes.NewValue(tftypes.String, "10s")})}
		without := map[string]tftypes.Value{}
		for _, c := range []struct {
			state, config map[string]tftypes.Value
			asked         bool
		}{
			{with, without, false}, {without, with, false}, {with, with, true}, {without, without, true},
		} {
			if asked := h.plan(h.unchanged(c.state, c.config)); asked != c.asked {
				t.Errorf("state %v, configuration %v: hook asked: %t, want %t", c.state, c.config, asked, c.asked)
			}
		}
	}
}

func TestServer_validatesByTheHook(t *testing.T) {
	t.Parallel()
	h := newHarness(t, schema.Schema{Attributes: map[string]schema.Attribute{"it": schema.StringAttribute{Required: true}}})
	for name, c := range map[string]struct {
		config *tfprotov6.DynamicValue
		asked  int
	}{
		"an object": {h.encode(map[string]tftypes.Value{"it": tftypes.NewValue(tftypes.String, "a")}), 1},
		"malformed": {&tfprotov6.DynamicValue{MsgPack: []byte{0xc1}}, 0},
		"missing":   {nil, 0},
	} {
		h.asked = 0
		if _, err := h.fast.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: thingType, Config: c.config}); err != nil {
			t.Fatal(err)
		}
		if h.asked != c.asked {
			t.Errorf("%s: hook asked %d times, want %d", name, h.asked, c.asked)
		}
	}
}
