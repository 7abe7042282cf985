package fastpath

import (
	"bytes"
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Hooks are those of a resource type. A hook that returns false leaves the request to the
// framework, so false is always correct, only slower. Either may be nil.
type Hooks struct {
	// TypeName is the name of the resource type, such as "msgraph_call_keepalive".
	TypeName string

	// Resource has the schemas of the type.
	Resource resource.Resource

	// Validate reports whether the configuration is certainly valid: the framework would return
	// no error or warning for it. config has the attributes and blocks by name; some may be unknown.
	Validate func(config map[string]tftypes.Value) bool

	// Plan reports whether the type's ModifyPlan leaves a resource as it is when nothing about it
	// has changed: the planned state that it gets equals the prior state, and is neither null nor
	// unknown. It must use the same code as ModifyPlan. The plan modifiers of the schema, if there
	// are any, must leave an unchanged attribute as it is.
	Plan func(ctx context.Context, state tfsdk.State) bool
}

// resourceType is a resource type with hooks.
type resourceType struct {
	hooks      Hooks
	schema     schema.Schema
	object     tftypes.Type
	noIdentity *tfprotov6.ResourceIdentityData // nil for a type without identities
	defaults   map[string]tftypes.Value
}

func newResourceType(hooks Hooks) *resourceType {
	ctx := context.Background()
	var resp resource.SchemaResponse
	hooks.Resource.Schema(ctx, resource.SchemaRequest{}, &resp)
	defaults, ok := defaultsOf(ctx, resp.Schema)
	if !ok {
		hooks.Plan = nil
	}
	return &resourceType{
		hooks: hooks, schema: resp.Schema, object: resp.Schema.Type().TerraformType(ctx),
		noIdentity: nullIdentity(ctx, hooks.Resource), defaults: defaults,
	}
}

// nullIdentity is the identity that the framework plans for a resource that has none in state.
func nullIdentity(ctx context.Context, r resource.Resource) *tfprotov6.ResourceIdentityData {
	identified, ok := r.(resource.ResourceWithIdentity)
	if !ok {
		return nil
	}
	var resp resource.IdentitySchemaResponse
	identified.IdentitySchema(ctx, resource.IdentitySchemaRequest{}, &resp)
	object := resp.IdentitySchema.Type().TerraformType(ctx)
	encoded, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, nil))
	if err != nil {
		return nil
	}
	return &tfprotov6.ResourceIdentityData{IdentityData: &encoded}
}

func (t *resourceType) valid(req *tfprotov6.ValidateResourceConfigRequest) bool {
	if t.hooks.Validate == nil {
		return false
	}
	_, config := t.decode(req.Config)
	return config != nil && t.hooks.Validate(config)
}

// noOp reports whether the framework would plan no change. If the proposed state is the prior one,
// the framework sets the defaults, and leaves the rest to plan modifiers and ModifyPlan.
func (t *resourceType) noOp(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) bool {
	if t.hooks.Plan == nil || !unchanged(req.PriorState, req.ProposedNewState) || !isEmptyPrivate(req.PriorPrivate) {
		return false
	}
	state, attributes := t.decode(req.PriorState)
	_, config := t.decode(req.Config)
	if attributes == nil || config == nil {
		return false
	}
	for name := range t.schema.Blocks { // Terraform before 1.3.8 proposes one that has been removed from the configuration
		if config[name].IsNull() != attributes[name].IsNull() {
			return false
		}
	}
	for name, value := range t.defaults {
		if config[name].IsNull() && !attributes[name].Equal(value) {
			return false
		}
	}
	return t.hooks.Plan(ctx, tfsdk.State{Raw: state, Schema: t.schema})
}

func (t *resourceType) noOpPlan(req *tfprotov6.PlanResourceChangeRequest) *tfprotov6.PlanResourceChangeResponse {
	identity := req.PriorIdentity
	if identity == nil {
		identity = t.noIdentity
	}
	return &tfprotov6.PlanResourceChangeResponse{
		PlannedState: req.ProposedNewState, PlannedIdentity: identity, PlannedPrivate: req.PriorPrivate,
	}
}

// unchanged reports whether both are the same bytes, as equal values are.
func unchanged(prior, proposed *tfprotov6.DynamicValue) bool {
	return prior != nil && proposed != nil && len(prior.MsgPack) > 0 && bytes.Equal(prior.MsgPack, proposed.MsgPack)
}

// isEmptyPrivate reports whether there is no private state, which the framework may also encode as {}.
func isEmptyPrivate(private []byte) bool { return len(private) == 0 || string(private) == "{}" }

// decode returns an object, and its attributes: nil if it is malformed, null or unknown.
func (t *resourceType) decode(encoded *tfprotov6.DynamicValue) (tftypes.Value, map[string]tftypes.Value) {
	if encoded == nil {
		return tftypes.Value{}, nil
	}
	object, err := encoded.Unmarshal(t.object)
	if err != nil || object.IsNull() || !object.IsKnown() {
		return tftypes.Value{}, nil
	}
	var attributes map[string]tftypes.Value
	if object.As(&attributes) != nil {
		return tftypes.Value{}, nil
	}
	return object, attributes
}
