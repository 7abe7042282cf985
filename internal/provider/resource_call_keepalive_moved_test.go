package provider

import (
	"context"
	"encoding/json"
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// otherAddress is the other provider's address in Terraform's public registry. OpenTofu,
// which finds it in a state, takes it for the one in its own.
const (
	otherSource          = "microsoft/msgraph"
	otherAddress         = "registry.terraform.io/" + otherSource
	otherAddressOpenTofu = "registry.opentofu.org/" + otherSource
)

// otherProvider stands in for microsoft/msgraph, which Terraform wants to have at hand as
// long as the state has resources of its: it has the one resource, with the attributes that
// the real one has, and does nothing.
type otherProvider struct{ provider.Provider }

func (otherProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "msgraph"
}

func (otherProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (otherProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (otherProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (otherProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return otherAction{} }}
}

type otherAction struct{ resource.Resource }

func (otherAction) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = movedFromType
}

func (otherAction) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	texts := types.MapType{ElemType: types.StringType}
	resp.Schema = schema.Schema{
		Attributes: map[string]schema.Attribute{
			"id":                     schema.StringAttribute{Computed: true},
			"resource_url":           schema.StringAttribute{Required: true},
			"action":                 schema.StringAttribute{Optional: true},
			"method":                 schema.StringAttribute{Required: true},
			"api_version":            schema.StringAttribute{Optional: true, Computed: true},
			"when":                   schema.StringAttribute{Optional: true, Computed: true},
			"body":                   schema.DynamicAttribute{Optional: true},
			"query_parameters":       schema.MapAttribute{Optional: true, ElementType: types.ListType{ElemType: types.StringType}},
			"headers":                schema.MapAttribute{Optional: true, ElementType: texts.ElemType},
			"response_export_values": schema.MapAttribute{Optional: true, ElementType: texts.ElemType},
			"retry": schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{
				"error_message_regex": schema.ListAttribute{Required: true, ElementType: types.StringType},
			}},
			"output": schema.DynamicAttribute{Computed: true},
		},
		Blocks: map[string]schema.Block{
			"timeouts": schema.SingleNestedBlock{Attributes: map[string]schema.Attribute{"create": schema.StringAttribute{Optional: true}}},
		},
	}
}

// actionState is a msgraph_resource_action in state, as the other provider writes it, with
// changes; nil takes an attribute out, as an older version of it would.
func actionState(t *testing.T, changes attributes) []byte {
	t.Helper()
	state := attributes{
		"id":                     "communications/calls/" + callID + "/keepAlive",
		"resource_url":           "communications/calls/" + callID,
		"action":                 "keepAlive",
		"method":                 "POST",
		"api_version":            "v1.0",
		"when":                   "create",
		"body":                   nil,
		"query_parameters":       nil,
		"headers":                nil,
		"response_export_values": nil,
		"retry":                  nil,
		"output":                 attributes{"type": []any{"object", attributes{}}, "value": attributes{}},
		"timeouts":               nil,
	}
	maps.Copy(state, changes)
	text, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// alsoServe serves another provider, or this one once more, under more addresses.
func (w *workspace) alsoServe(l *lab, newServer func() (tfprotov6.ProviderServer, error), addresses ...string) {
	w.t.Helper()
	providers := served(w.t, l)
	other := serveAt(w.t, addresses[0], newServer)
	for _, address := range addresses {
		providers[address] = other
	}
	w.env = append(w.env, "TF_REATTACH_PROVIDERS="+reattaching(w.t, providers))
}

// newMovingWorkspace is a workspace whose state has a msgraph_resource_action.lab.
func newMovingWorkspace(t *testing.T, l *lab, config string, changes attributes) *workspace {
	t.Helper()
	needsCLI(t, "1.8.0", "1.10.0")
	w := newWorkspace(t, l, config)
	w.alsoServe(l, providerserver.NewProtocol6WithError(otherProvider{}), otherAddress, otherAddressOpenTofu)
	state, err := json.Marshal(map[string]any{
		"version": 4, "terraform_version": "1.8.0", "serial": 7, "lineage": "3f9d9c1e-5b0a-4c53-9d43-0d6e5a1d2c11", "outputs": attributes{},
		"resources": []any{attributes{
			"mode": "managed", "type": movedFromType, "name": "lab", "provider": `provider["` + otherAddress + `"]`,
			"instances": []any{attributes{"schema_version": 0, "attributes": json.RawMessage(actionState(t, changes)), "sensitive_attributes": []any{}}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	overwrite(t, filepath.Join(w.dir, "terraform.tfstate"), string(state))
	return w
}

const movedBlock = "moved {\n from = " + movedFromType + ".lab\n to = " + address + "\n}\n"

// A moved call is updated in place with the one keepAlive that is due, whether or not the
// plan refreshes, and then needs no other.
func TestCallKeepaliveMoved_keepsTheCallAliveOnce(t *testing.T) {
	t.Parallel()
	headers := attributes{"headers": attributes{"X-Run": "1", "Authorization": "Bearer x"}}
	for name, c := range map[string]struct {
		changes   attributes
		arguments string
		refresh   string
	}{
		"refreshed":          {nil, "", "-refresh=true"},
		"other arguments":    {headers, "renew_after = \"15m\"\n headers = { X-Run = \"1\" }\n triggers = { a = \"b\" }\n hang_up_on_destroy = true\n", "-refresh=true"},
		"not refreshed, too": {headers, "renew_after = \"15m\"\n wait_for_call = \"1m\"\n timeouts { update = \"1m\" }\n", "-refresh=false"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			w := newMovingWorkspace(t, l, movedBlock+l.minimal(c.arguments), c.changes)
			out := w.expectExit(2, append(planNow, c.refresh), "(moved from "+movedFromType+".lab)", "will be updated in-place", "0 to add, 1 to change, 0 to destroy")
			if strings.Contains(out, "X-Run") != (name == "not refreshed, too") {
				t.Errorf("headers are a change only where they are left out:\n%s", out)
			}
			l.expectSent(t, 0)

			w.mustRun("apply", "-auto-approve", c.refresh)
			l.expectSent(t, 1)
			expectAttributes(t, w.state(), attributes{"id": callID, "alive": true, "last_keepalive_at": start.Format(time.RFC3339)})
			for _, config := range []string{movedBlock + l.minimal(c.arguments), l.minimal(c.arguments)} {
				w.write(config)
				w.expectNoChanges()
			}
			l.expectSent(t, 1)
		})
	}
}

// The identity block names the same call.
func TestCallKeepaliveMoved_toTheIdentityBlock(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newMovingWorkspace(t, l, movedBlock+l.config("resource \"msgraph_call_keepalive\" \"lab\" {\n identity {\n call_id = %q\n }\n}\n", callID), nil)
	expectText(t, w.mustRun("apply", "-auto-approve"), "0 added, 1 changed, 0 destroyed")
	l.expectSent(t, 1)
}

func TestCallKeepaliveMoved_callThatHasEnded(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.EndCall(callID, 408, 8537, "")
	w := newMovingWorkspace(t, l, movedBlock+l.minimal(""), nil)
	expectText(t, w.mustRun("plan"), "Warning: Call Not Found", "1 to add, 0 to change, 0 to destroy")
	w.expectExit(1, append(applyNow, "-refresh=false"), "Error: Call Not Found", "A call that has ended cannot be revived")
}

// What does not keep a call alive stays what it is.
func TestCallKeepaliveMoved_anotherActionStays(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	w := newMovingWorkspace(t, l, movedBlock+l.minimal(""), attributes{"action": "hangUp"})
	w.expectExit(1, applyNow, "Cannot Move Resource", "communications/calls/"+callID+"/hangUp", "is not the path of a call's keepAlive", "To keep the resource as it is")
	l.expectSent(t, 0)
	expectText(t, w.mustRun("state", "list"), movedFromType+".lab")
}

// move asks the provider to move a state.
func (p *protocol) move(address, typeName string, state *tfprotov6.RawState) *tfprotov6.MoveResourceStateResponse {
	p.t.Helper()
	resp, err := p.MoveResourceState(p.t.Context(), &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: address, SourceTypeName: typeName, SourceState: state, TargetTypeName: keepaliveType,
	})
	p.must(err, nil)
	return resp
}

// However the keepAlive was written, and whoever distributes the provider.
func TestCallKeepaliveMoved_everyWayToWriteIt(t *testing.T) {
	t.Parallel()
	p := newLab(t).protocol(t)
	const call = "communications/calls/" + callID
	for name, changes := range map[string]attributes{
		"documented":            nil,
		"trailing slash":        {"resource_url": call + "/"},
		"slash before action":   {"action": "/keepAlive"},
		"all in the URL":        {"resource_url": call + "/keepAlive", "action": nil},
		"empty action":          {"resource_url": call + "/keepAlive", "action": ""},
		"id in the action":      {"resource_url": "communications/calls", "action": callID + "/keepAlive"},
		"call in the action":    {"resource_url": "communications", "action": "calls/" + callID + "/keepAlive"},
		"beta":                  {"api_version": "beta"},
		"with a body":           {"body": attributes{"type": []any{"object", attributes{}}, "value": attributes{}}},
		"with query parameters": {"query_parameters": attributes{"a": []any{"b"}}},
		"before there was when": {"when": nil},
		"of a later version":    {"something_new": attributes{"a": 1}},
	} {
		for _, address := range []string{otherAddress, otherAddressOpenTofu, "msgraph", "mirror.example:8443/some-one/msgraph", Address} {
			resp := p.move(address, movedFromType, &tfprotov6.RawState{JSON: actionState(t, changes)})
			p.must(nil, resp.Diagnostics)
			state := p.decode(p.resource, resp.TargetState)
			want := attributes{"id": callID, "call_id": callID, "alive": true, "renew_after": "10m", "wait_for_call": "0s", "hang_up_on_destroy": false}
			if !maps.Equal(state, want) {
				t.Errorf("%s, %s: moved to %v, want %v", name, address, state, want)
			}
			p.expectIdentity(resp.TargetIdentity, attributes{"call_id": callID})
		}
	}
}

func TestCallKeepaliveMoved_refused(t *testing.T) {
	t.Parallel()
	p := newLab(t).protocol(t)
	changed := func(name string, value any) *tfprotov6.RawState {
		return &tfprotov6.RawState{JSON: actionState(t, attributes{name: value})}
	}
	for name, c := range map[string]struct {
		address, typeName string
		state             *tfprotov6.RawState
		says              string
	}{
		"another action":      {otherAddress, movedFromType, changed("action", "hangUp"), "/hangUp\" is not the path of a call's keepAlive"},
		"no action":           {otherAddress, movedFromType, changed("action", nil), "is not the path of a call's keepAlive"},
		"another URL":         {otherAddress, movedFromType, changed("resource_url", "users/u"), `"users/u/keepAlive" is not the path of a call's keepAlive`},
		"control characters":  {otherAddress, movedFromType, changed("resource_url", "communications/calls/\x1b[31m"), "is not the path of a call's keepAlive"},
		"GET":                 {otherAddress, movedFromType, changed("method", "GET"), `its method is "GET"`},
		"no method":           {otherAddress, movedFromType, changed("method", nil), `its method is ""`},
		"when destroyed":      {otherAddress, movedFromType, changed("when", "destroy"), `its "when" is "destroy"`},
		"another resource":    {otherAddress, "msgraph_resource", changed("action", "keepAlive"), "the resource type or the provider is not one that can be moved"},
		"another provider":    {"registry.terraform.io/azure/azapi", movedFromType, changed("action", "keepAlive"), "the resource type or the provider is not one that can be moved"},
		"alike by its end":    {"registry.terraform.io/x/notmsgraph", movedFromType, changed("action", "keepAlive"), "the resource type or the provider is not one that can be moved"},
		"no address":          {"", movedFromType, changed("action", "keepAlive"), "the resource type or the provider is not one that can be moved"},
		"URL of another type": {otherAddress, movedFromType, changed("resource_url", 5), "its state does not have the expected form"},
		"no JSON":             {otherAddress, movedFromType, &tfprotov6.RawState{JSON: []byte("{")}, "its state does not have the expected form"},
		"no state":            {otherAddress, movedFromType, &tfprotov6.RawState{}, "its state does not have the expected form"},
		"null":                {otherAddress, movedFromType, &tfprotov6.RawState{JSON: []byte("null")}, "is not the path of a call's keepAlive"},
		"flat":                {otherAddress, movedFromType, &tfprotov6.RawState{Flatmap: map[string]string{"action": "keepAlive"}}, "its state does not have the expected form"},
	} {
		resp := p.move(c.address, c.typeName, c.state)
		if resp.TargetState != nil && p.decode(p.resource, resp.TargetState) != nil {
			t.Errorf("%s: it was moved", name)
		}
		expectText(t, said(resp.Diagnostics), "Cannot Move Resource", c.says, "remove the moved block")
		if strings.Contains(said(resp.Diagnostics), "\x1b") {
			t.Errorf("%s: a control character is shown: %q", name, said(resp.Diagnostics))
		}
	}
}

// A state that this provider wrote under another address, before it was published say, goes
// along whole, so that no keepAlive becomes due by it.
func TestCallKeepaliveMoved_fromAnotherAddress(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.protocol(t)
	config := attributes{"call_id": callID}
	kept := p.mustCreate(config)
	value, err := kept.state.Unmarshal(p.resource)
	if err != nil {
		t.Fatal(err)
	}
	stored, err := json.Marshal(plain(value))
	if err != nil {
		t.Fatal(err)
	}

	resp := p.move("registry.example/someone/msgraph", keepaliveType, &tfprotov6.RawState{JSON: stored})
	p.must(nil, resp.Diagnostics)
	moved, err := resp.TargetState.Unmarshal(p.resource)
	if err != nil || !moved.Equal(value) {
		t.Errorf("moved to %s, %v, want %s", moved, err, value)
	}
	p.expectIdentity(resp.TargetIdentity, config)

	other := p.move("registry.example/someone/notmsgraph", keepaliveType, &tfprotov6.RawState{JSON: stored})
	expectText(t, said(other.Diagnostics), "Cannot Move Resource", "the resource type or the provider is not one that can be moved")
}

func TestCallKeepaliveMoved_fromAnotherAddressUnderTheCLI(t *testing.T) {
	t.Parallel()
	const former = "registry.example/someone/msgraph"
	l := newLab(t)
	w := newWorkspace(t, l, l.minimal(""))
	w.mustRun("apply", "-auto-approve")
	w.alsoServe(l, l.server, former)
	file := filepath.Join(w.dir, "terraform.tfstate")
	overwrite(t, file, strings.ReplaceAll(readFile(t, file), Address, former))
	l.ResetRequests()
	w.mustRun("apply", "-auto-approve")
	l.expectSent(t, 0)
	l.clock.Advance(11 * time.Minute)
	w.mustRun("apply", "-auto-approve")
	l.expectSent(t, 1)
}

// Headers that the other provider sends go along, those that would be refused do not.
func TestCallKeepaliveMoved_headers(t *testing.T) {
	t.Parallel()
	p := newLab(t).protocol(t)
	resp := p.move(otherAddress, movedFromType, &tfprotov6.RawState{JSON: actionState(t, attributes{
		"headers": attributes{"X-Run": "1", "Authorization": "Bearer x", "Content-Type": "application/json", "x y": "z"},
	})})
	p.must(nil, resp.Diagnostics)
	var headers map[string]tftypes.Value
	if err := p.decode(p.resource, resp.TargetState)["headers"].(tftypes.Value).As(&headers); err != nil {
		t.Fatal(err)
	}
	if len(headers) != 1 || !headers["X-Run"].Equal(tftypes.NewValue(tftypes.String, "1")) {
		t.Errorf("headers are %v", headers)
	}
}
