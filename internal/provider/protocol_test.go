package provider

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

const keepaliveType = "msgraph_call_keepalive"

// protocol is a configured provider as Terraform's core talks to it, for what the installed
// CLI is too old for. Objects are maps of their attributes; those left out are null.
type protocol struct {
	tfprotov6.ProviderServer
	t        testing.TB
	typeName string // of the resource
	resource tftypes.Type
	identity tftypes.Type
}

type attributes = map[string]any

// What every server of the provider has in common. Terraform asks for it once as well; asking each server for it takes longer
// than what most tests ask of it.
var (
	theSchemas = sync.OnceValues(func() (*tfprotov6.GetProviderSchemaResponse, error) {
		return newServer(&msgraph{}, false).GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	})
	theIdentities = sync.OnceValues(func() (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
		return newServer(&msgraph{}, false).GetResourceIdentitySchemas(context.Background(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	})
)

// GetProviderSchema implements [tfprotov6.ProviderServer].
func (p *protocol) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return theSchemas()
}

// protocol starts the lab's provider and configures it from the lab's environment.
func (l *lab) protocol(t testing.TB) *protocol {
	t.Helper()
	return l.protocolOf(t, newServer(l.provider(), false))
}

// protocolOf is protocol with one of several servers of the lab's provider.
func (l *lab) protocolOf(t testing.TB, server tfprotov6.ProviderServer) *protocol {
	t.Helper()
	if l.env == nil {
		l.withEnv(l.environ()...)
	}
	identities, err := theIdentities()
	if err != nil {
		t.Fatal(err)
	}
	p := &protocol{
		ProviderServer: server, t: t, typeName: keepaliveType,
		identity: identities.IdentitySchemas[keepaliveType].ValueType(),
	}
	p.resource = p.of(keepaliveType).resource
	block := attributes{}
	maps.Copy(block, l.block)
	p.must(nil, p.configure(block))
	return p
}

// configure validates a provider block and configures the provider with it, as Terraform does, and returns all that was said.
func (p *protocol) configure(block attributes) []*tfprotov6.Diagnostic {
	p.t.Helper()
	schemas, err := p.GetProviderSchema(p.t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	p.must(err, nil)
	config := p.encode(schemas.Provider.ValueType(), block)
	validated, err := p.ValidateProviderConfig(p.t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: config})
	p.must(err, nil)
	configured, err := p.ConfigureProvider(p.t.Context(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.14.0", Config: config})
	p.must(err, nil)
	return append(validated.Diagnostics, configured.Diagnostics...)
}

// of is the same provider, asked about another type of resource.
func (p *protocol) of(typeName string) *protocol {
	p.t.Helper()
	schemas, err := p.GetProviderSchema(p.t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	p.must(err, schemas.Diagnostics)
	other := *p
	other.typeName, other.resource = typeName, schemas.ResourceSchemas[typeName].ValueType()
	return &other
}

// must fails the test at an error.
func (p *protocol) must(err error, diagnostics []*tfprotov6.Diagnostic) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
	for _, d := range diagnostics {
		if d.Severity == isError {
			p.t.Fatalf("%s: %s", d.Summary, d.Detail)
		}
	}
}

// said joins the texts of diagnostics.
func said(diagnostics []*tfprotov6.Diagnostic) string {
	var b strings.Builder
	for _, d := range diagnostics {
		fmt.Fprintf(&b, "%s: %s: %s\n", d.Severity, d.Summary, d.Detail)
	}
	return b.String()
}

// encode makes a value of the type; nil is null.
func (p *protocol) encode(as tftypes.Type, value attributes) *tfprotov6.DynamicValue {
	p.t.Helper()
	encoded, err := tfprotov6.NewDynamicValue(as, p.value(as, value))
	if err != nil {
		p.t.Fatal(err)
	}
	return &encoded
}

func (p *protocol) value(as tftypes.Type, value any) tftypes.Value {
	p.t.Helper()
	given, isMap := value.(attributes)
	if encoded, ok := value.(tftypes.Value); ok {
		return encoded
	}
	if isMap && given == nil {
		return tftypes.NewValue(as, nil)
	}
	all := map[string]tftypes.Value{}
	object, isObject := as.(tftypes.Object)
	texts, isTexts := as.(tftypes.Map)
	list, isList := as.(tftypes.List)
	elements, isElements := value.([]any)
	switch {
	case isMap && isObject:
		for name, attribute := range object.AttributeTypes {
			all[name] = p.value(attribute, given[name])
		}
	case isMap && isTexts:
		for name, element := range given {
			all[name] = p.value(texts.ElementType, element)
		}
	case isList && isElements:
		values := make([]tftypes.Value, 0, len(elements))
		for _, element := range elements {
			values = append(values, p.value(list.ElementType, element))
		}
		return tftypes.NewValue(as, values)
	default:
		return tftypes.NewValue(as, value)
	}
	return tftypes.NewValue(as, all)
}

// plain is a value as JSON would have it.
func plain(value tftypes.Value) any {
	var text string
	var flag bool
	var number big.Float
	var list []tftypes.Value
	var object map[string]tftypes.Value
	switch {
	case value.IsNull():
	case value.As(&text) == nil:
		return text
	case value.As(&flag) == nil:
		return flag
	case value.As(&number) == nil:
		short, _ := number.Float64()
		return short
	case value.As(&list) == nil:
		all := make([]any, len(list))
		for i := range list {
			all[i] = plain(list[i])
		}
		return all
	case value.As(&object) == nil:
		all := attributes{}
		for name := range object {
			all[name] = plain(object[name])
		}
		return all
	}
	return nil
}

// readData reads a data source; the result is nil where that failed.
func (p *protocol) readData(typeName string, config attributes) (attributes, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	schemas, err := p.GetProviderSchema(p.t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	p.must(err, schemas.Diagnostics)
	as := schemas.DataSourceSchemas[typeName].ValueType()
	resp, err := p.ReadDataSource(p.t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: p.encode(as, config)})
	p.must(err, nil)
	if resp.State == nil {
		return nil, resp.Diagnostics
	}
	value, err := resp.State.Unmarshal(as)
	p.must(err, nil)
	result, _ := plain(value).(attributes)
	return result, resp.Diagnostics
}

// decode is the reverse of encode. An attribute that is neither text nor a flag stays a tftypes.Value.
func (p *protocol) decode(as tftypes.Type, encoded *tfprotov6.DynamicValue) attributes {
	p.t.Helper()
	value, err := encoded.Unmarshal(as)
	if err != nil {
		p.t.Fatal(err)
	}
	if value.IsNull() {
		return nil
	}
	var all map[string]tftypes.Value
	if err := value.As(&all); err != nil {
		p.t.Fatal(err)
	}
	decoded := attributes{}
	for name, attribute := range all {
		var text string
		var flag bool
		switch {
		case !attribute.IsKnown():
			decoded[name] = tftypes.UnknownValue
		case attribute.IsNull():
		case attribute.Type().Is(tftypes.String) && attribute.As(&text) == nil:
			decoded[name] = text
		case attribute.Type().Is(tftypes.Bool) && attribute.As(&flag) == nil:
			decoded[name] = flag
		default:
			decoded[name] = attribute
		}
	}
	return decoded
}

// keptResource is the resource as core knows it between two requests.
type keptResource struct {
	state    *tfprotov6.DynamicValue
	identity *tfprotov6.ResourceIdentityData
	private  []byte
}

func (p *protocol) identityData(value attributes) *tfprotov6.ResourceIdentityData {
	p.t.Helper()
	if value == nil {
		return nil
	}
	return &tfprotov6.ResourceIdentityData{IdentityData: p.encode(p.identity, value)}
}

// read refreshes the resource.
func (p *protocol) read(r keptResource) (keptResource, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	resp, err := p.ReadResource(p.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: p.typeName, CurrentState: r.state, CurrentIdentity: r.identity, Private: r.private,
	})
	p.must(err, resp.Diagnostics)
	return keptResource{resp.NewState, resp.NewIdentity, resp.Private}, resp.Diagnostics
}

// plan plans the configuration over the resource, whose state is null for a create.
func (p *protocol) plan(r keptResource, config attributes) *tfprotov6.PlanResourceChangeResponse {
	p.t.Helper()
	resp := p.tryPlan(r, config)
	p.must(nil, resp.Diagnostics)
	return resp
}

// tryPlan is plan, which may end in errors.
func (p *protocol) tryPlan(r keptResource, config attributes) *tfprotov6.PlanResourceChangeResponse {
	p.t.Helper()
	proposed := p.decode(p.resource, r.state)
	if proposed == nil {
		proposed = attributes{}
	}
	maps.Copy(proposed, config)
	resp, err := p.PlanResourceChange(p.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: p.typeName, PriorState: r.state, PriorIdentity: r.identity, PriorPrivate: r.private,
		Config: p.encode(p.resource, config), ProposedNewState: p.encode(p.resource, proposed),
	})
	p.must(err, nil)
	return resp
}

// apply applies what plan has planned.
func (p *protocol) apply(r keptResource, config attributes, planned *tfprotov6.PlanResourceChangeResponse) keptResource {
	p.t.Helper()
	applied, diagnostics := p.tryApply(p.t.Context(), r, config, planned)
	p.must(nil, diagnostics)
	return applied
}

// tryApply is apply, which may end in errors.
func (p *protocol) tryApply(ctx context.Context, r keptResource, config attributes, planned *tfprotov6.PlanResourceChangeResponse) (keptResource, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	resp, err := p.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: p.typeName, PriorState: r.state, PlannedState: planned.PlannedState, Config: p.encode(p.resource, config),
		PlannedPrivate: planned.PlannedPrivate, PlannedIdentity: planned.PlannedIdentity,
	})
	p.must(err, nil)
	return keptResource{resp.NewState, resp.NewIdentity, resp.Private}, resp.Diagnostics
}

// create plans a create and applies it, which may end in errors.
func (p *protocol) create(config attributes) (keptResource, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	return p.tryApply(p.t.Context(), p.none(), config, p.plan(p.none(), config))
}

// mustCreate is create for a call that is alive.
func (p *protocol) mustCreate(config attributes) keptResource {
	p.t.Helper()
	created, diags := p.create(config)
	p.must(nil, diags)
	return created
}

// none is a resource that is not there yet.
func (p *protocol) none() keptResource {
	p.t.Helper()
	return keptResource{state: p.encode(p.resource, nil)}
}
