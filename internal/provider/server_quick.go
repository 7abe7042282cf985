package provider

import (
	"bytes"
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/keepalive"
)

// quickAnswers answers, in the framework's place, what Terraform asks of the resource
// msgraph_call_keepalive most often by far: whether anything is to be done for a call that is
// alive and not due. The state is handed back as it came. Whatever else there is to say is left
// to the framework, and with that to the resource: each method returns nil for it.
//
// The answers are those of the framework, value by value; a test compares them. What is saved
// is the framework's way through the schema, node by node and several times over, which took
// several times as long as asking Graph.
type quickAnswers struct {
	provider   *msgraph
	typeName   string
	version    int64 // of the schema
	object     tftypes.Type
	identity   tftypes.Type
	noIdentity *tfprotov6.ResourceIdentityData
}

func newQuickAnswers(p *msgraph) *quickAnswers {
	ctx := context.Background()
	r := &callKeepaliveResource{}
	var metadata resource.MetadataResponse
	r.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: typeName}, &metadata)
	var schema resource.SchemaResponse
	r.Schema(ctx, resource.SchemaRequest{}, &schema)
	var identity resource.IdentitySchemaResponse
	r.IdentitySchema(ctx, resource.IdentitySchemaRequest{}, &identity)
	q := &quickAnswers{
		provider: p,
		typeName: metadata.TypeName,
		version:  schema.Schema.Version,
		object:   schema.Schema.Type().TerraformType(ctx),
		identity: identity.IdentitySchema.Type().TerraformType(ctx),
	}
	q.noIdentity = q.identityData(tftypes.NewValue(q.identity, nil))
	return q
}

// validate answers for a configuration that names a call by its id and says nothing else.
func (q *quickAnswers) validate(req *tfprotov6.ValidateResourceConfigRequest) *tfprotov6.ValidateResourceConfigResponse {
	if q == nil || req.TypeName != q.typeName {
		return nil
	}
	configured := decoded(req.Config, q.object)
	if graph.CheckCallID(text(configured["call_id"])) != nil {
		return nil
	}
	for name, value := range configured {
		if name != "call_id" && !value.IsNull() {
			return nil
		}
	}
	return &tfprotov6.ValidateResourceConfigResponse{}
}

// upgrade answers for a state of this version of the schema: it is what it was. Terraform has
// taken out by itself what the schema does not have.
func (q *quickAnswers) upgrade(req *tfprotov6.UpgradeResourceStateRequest) *tfprotov6.UpgradeResourceStateResponse {
	if q == nil || req.TypeName != q.typeName || req.Version != q.version || req.RawState == nil || len(req.RawState.JSON) == 0 {
		return nil
	}
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &tfprotov6.DynamicValue{JSON: req.RawState.JSON}}
}

// read asks Graph, and answers for a call that is alive. Otherwise what Graph has said is in
// the context that is returned, for the resource.
func (q *quickAnswers) read(ctx context.Context, req *tfprotov6.ReadResourceRequest) (context.Context, *tfprotov6.ReadResourceResponse) {
	if q == nil || req.TypeName != q.typeName || len(req.Private) > 0 {
		return ctx, nil
	}
	session := q.provider.data.Load()
	state := q.keptAlive(req.CurrentState)
	if session == nil || state == nil {
		return ctx, nil
	}
	identity := q.identityOf(state.id, req.CurrentIdentity)
	timeout, err := state.readTimeout()
	if identity == nil || err != nil {
		return ctx, nil
	}
	found := session.lookWithin(ctx, timeout, state.id)
	if found.err != nil || found.call.Ended() {
		return found.in(ctx), nil
	}
	return ctx, &tfprotov6.ReadResourceResponse{NewState: req.CurrentState, NewIdentity: identity}
}

// plan answers for a call of which nothing is to change, and that is not due.
func (q *quickAnswers) plan(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) *tfprotov6.PlanResourceChangeResponse {
	if q == nil || req.TypeName != q.typeName || len(req.PriorPrivate) > 0 || !unchanged(req.PriorState, req.ProposedNewState) {
		return nil
	}
	session := q.provider.data.Load()
	state := q.keptAlive(req.PriorState)
	if session == nil || state == nil || !q.keepsDefaults(req.Config, state) {
		return nil
	}
	last, err := time.Parse(time.RFC3339, text(state.attributes["last_keepalive_at"]))
	renewAfter, errRenewAfter := time.ParseDuration(text(state.attributes["renew_after"]))
	if err != nil || errRenewAfter != nil || session.due(ctx, state.id, last, renewAfter) {
		return nil
	}
	identity := req.PriorIdentity
	if identity == nil {
		identity = q.noIdentity
	}
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: req.ProposedNewState, PlannedIdentity: identity}
}

// unchanged reports whether nothing is proposed to change.
func unchanged(prior, proposed *tfprotov6.DynamicValue) bool {
	return prior != nil && proposed != nil && len(prior.MsgPack) > 0 && bytes.Equal(prior.MsgPack, proposed.MsgPack)
}

// quickState is the state of a call that was alive when it was written.
type quickState struct {
	id         string
	attributes map[string]tftypes.Value
}

// readTimeout is how long a read may take.
func (s *quickState) readTimeout() (time.Duration, error) {
	read, ok := attributesOf(s.attributes["timeouts"])["read"]
	if !ok || read.IsNull() {
		return defaultTimeout, nil
	}
	return time.ParseDuration(text(read))
}

// keptAlive decodes the state of a call that is alive; nil for any other.
func (q *quickAnswers) keptAlive(encoded *tfprotov6.DynamicValue) *quickState {
	attributes := decoded(encoded, q.object)
	var alive bool
	if attributes["alive"].As(&alive) != nil || !alive {
		return nil
	}
	callID := attributes["call_id"]
	if callID.IsNull() {
		callID = attributesOf(attributes["identity"])["call_id"]
	}
	id := text(attributes["id"])
	if id == "" || text(callID) != id {
		return nil
	}
	return &quickState{id: id, attributes: attributes}
}

// keepsDefaults reports whether what the configuration leaves to a default has that default
// in the state: Terraform proposes to keep what is there, and the framework to go back.
func (q *quickAnswers) keepsDefaults(config *tfprotov6.DynamicValue, state *quickState) bool {
	configured := decoded(config, q.object)
	if configured == nil {
		return false
	}
	var hangUp bool
	for name, value := range map[string]string{"renew_after": formatDuration(keepalive.DefaultRenewAfter), "wait_for_call": noWait} {
		if configured[name].IsNull() && text(state.attributes[name]) != value {
			return false
		}
	}
	return !configured["hang_up_on_destroy"].IsNull() || state.attributes["hang_up_on_destroy"].As(&hangUp) == nil && !hangUp
}

// identityOf is the identity after the read: what it was, or made of the id where there was
// none. It is nil for the identity of another call.
func (q *quickAnswers) identityOf(id string, current *tfprotov6.ResourceIdentityData) *tfprotov6.ResourceIdentityData {
	if current != nil {
		if text(decoded(current.IdentityData, q.identity)["call_id"]) != id {
			return nil
		}
		return current
	}
	return q.identityData(tftypes.NewValue(q.identity, map[string]tftypes.Value{
		"call_id": tftypes.NewValue(tftypes.String, id), "tenant_id": tftypes.NewValue(tftypes.String, nil),
	}))
}

// identityData encodes an identity; nil where that cannot be done.
func (q *quickAnswers) identityData(identity tftypes.Value) *tfprotov6.ResourceIdentityData {
	encoded, err := tfprotov6.NewDynamicValue(q.identity, identity)
	if err != nil {
		return nil
	}
	return &tfprotov6.ResourceIdentityData{IdentityData: &encoded}
}

// decoded returns the attributes of an object as it came from Terraform; nil where there is
// none.
func decoded(encoded *tfprotov6.DynamicValue, as tftypes.Type) map[string]tftypes.Value {
	if encoded == nil {
		return nil
	}
	value, err := encoded.Unmarshal(as)
	if err != nil {
		return nil
	}
	return attributesOf(value)
}

// attributesOf returns the attributes of an object; nil where it is null or not known.
func attributesOf(object tftypes.Value) map[string]tftypes.Value {
	var attributes map[string]tftypes.Value
	if !object.IsKnown() || object.IsNull() || object.As(&attributes) != nil {
		return nil
	}
	return attributes
}

// text returns the text in the value; empty where there is none.
func text(value tftypes.Value) string {
	var s string
	if !value.IsKnown() || value.As(&s) != nil {
		return ""
	}
	return s
}

type foundKey struct{}

// in hands what was found on to the resource: between the two is the framework, which passes
// on nothing but the request and its context.
func (f found) in(ctx context.Context) context.Context { return context.WithValue(ctx, foundKey{}, f) }

// foundIn returns what was found before, if so.
func foundIn(ctx context.Context) (f found, ok bool) {
	f, ok = ctx.Value(foundKey{}).(found)
	return f, ok
}
