package provider

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform-provider-msgraph/internal/graphsim"
)

// expectIdentity compares what came back in a response.
func (p *protocol) expectIdentity(got *tfprotov6.ResourceIdentityData, want attributes) {
	p.t.Helper()
	if got == nil {
		p.t.Fatal("there is no identity")
	}
	if decoded := p.decode(p.identity, got.IdentityData); !reflect.DeepEqual(decoded, want) {
		p.t.Errorf("the identity is %v, want %v", decoded, want)
	}
}

func TestCallKeepaliveIdentity_schema(t *testing.T) {
	t.Parallel()
	resp, err := unconfigured(t).GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil || len(resp.Diagnostics) > 0 {
		t.Fatal(err, said(resp.Diagnostics))
	}
	required := map[string]bool{}
	for _, a := range resp.IdentitySchemas[keepaliveType].IdentityAttributes {
		if a.RequiredForImport == a.OptionalForImport || a.Description == "" || !a.Type.Is(tftypes.String) {
			t.Errorf("%+v", a)
		}
		required[a.Name] = a.RequiredForImport
	}
	if want := map[string]bool{"call_id": true, "tenant_id": false}; !reflect.DeepEqual(required, want) {
		t.Errorf("required for import: %v, want %v", required, want)
	}
}

// The identity is there from the create on, and the same at each refresh and update.
func TestCallKeepaliveIdentity_staysTheSame(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.protocol(t)
	for name, config := range map[string]attributes{"call_id": {"call_id": callID}, "identity": {"identity": attributes{"call_id": callID}}} {
		want := attributes{"call_id": callID}
		planned := p.plan(p.none(), config)
		p.expectIdentity(planned.PlannedIdentity, want)
		created := p.apply(p.none(), config, planned)
		p.expectIdentity(created.identity, want)

		read, _ := p.read(created)
		p.expectIdentity(read.identity, want)

		l.clock.Advance(11 * time.Minute)
		due := p.plan(read, config)
		p.expectIdentity(due.PlannedIdentity, want)
		if p.decode(p.resource, due.PlannedState)["request_id"] != tftypes.UnknownValue {
			t.Fatalf("%s: no keepAlive is planned", name)
		}
		p.expectIdentity(p.apply(read, config, due).identity, want)
	}
}

// As long as the call's id is not known there is no identity; a replacement takes over
// nothing of the one that was there.
func TestCallKeepaliveIdentity_ofAnotherCall(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.PlaceCall(graphsim.Call{ID: "second"})
	p := l.protocol(t)
	unknown := attributes{"call_id": tftypes.UnknownValue}
	p.expectIdentity(p.plan(p.none(), unknown).PlannedIdentity, nil)

	before := p.mustCreate(set())
	before.identity = p.identityData(attributes{"call_id": callID, "tenant_id": graphsim.TenantID})
	config := attributes{"call_id": "second"}
	replaced := p.plan(before, config)
	if len(replaced.RequiresReplace) == 0 {
		t.Fatal("another call is no replacement")
	}
	p.expectIdentity(replaced.PlannedIdentity, attributes{"call_id": callID, "tenant_id": graphsim.TenantID})
	// Core then plans the create, with the identity that was planned so far.
	replacement := p.none()
	replacement.identity = replaced.PlannedIdentity
	planned := p.plan(replacement, config)
	p.expectIdentity(planned.PlannedIdentity, config)
	p.expectIdentity(p.apply(p.none(), config, planned).identity, config)
	p.expectIdentity(p.plan(replacement, unknown).PlannedIdentity, nil)
}

// State that was written before there were identities, or by a CLI that knows none, gets
// one at the next refresh or update, and has none to lose when the call has ended.
func TestCallKeepaliveIdentity_ofOlderState(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.protocol(t)
	config := attributes{"call_id": callID}
	older := p.mustCreate(config)
	older.identity = nil

	read, _ := p.read(older)
	p.expectIdentity(read.identity, config)

	l.clock.Advance(11 * time.Minute)
	planned := p.plan(older, config) // as with -refresh=false
	p.expectIdentity(p.apply(older, config, planned).identity, config)

	l.EndCall(callID, 200, 5001, "")
	for _, shown := range []time.Duration{0, time.Hour} {
		l.ShowEnded(graphsim.EndedVisibility{Terminated: shown})
		gone, diagnostics := p.read(older)
		if p.decode(p.resource, gone.state) != nil || !strings.Contains(said(diagnostics), "Call Has Ended") {
			t.Errorf("shown for %s: %v, %s", shown, p.decode(p.resource, gone.state), said(diagnostics))
		}
	}
}

func (p *protocol) importBy(identity attributes) (keptResource, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	resp, err := p.ImportResourceState(p.t.Context(), &tfprotov6.ImportResourceStateRequest{
		TypeName: keepaliveType, Identity: p.identityData(identity),
	})
	p.must(err, nil)
	if len(resp.ImportedResources) == 0 {
		return keptResource{}, resp.Diagnostics
	}
	r := resp.ImportedResources[0]
	return keptResource{r.State, r.Identity, r.Private}, resp.Diagnostics
}

func TestCallKeepaliveIdentity_import(t *testing.T) {
	t.Parallel()
	for name, identity := range map[string]attributes{
		"call_id only":          {"call_id": callID},
		"the provider's tenant": {"call_id": callID, "tenant_id": graphsim.TenantID},
		"in capitals":           {"call_id": callID, "tenant_id": strings.ToUpper(graphsim.TenantID)},
		"a domain name":         {"call_id": callID, "tenant_id": "contoso.onmicrosoft.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			p := l.protocol(t)
			imported, diagnostics := p.importBy(identity)
			p.must(nil, diagnostics)
			l.expectNothingSent(t)
			p.expectIdentity(imported.identity, identity)
			read, _ := p.read(imported)
			p.expectIdentity(read.identity, identity)

			config := attributes{"call_id": callID}
			planned := p.plan(read, config)
			p.expectIdentity(planned.PlannedIdentity, identity)
			state := p.decode(p.resource, planned.PlannedState)
			if len(planned.RequiresReplace) != 0 || state["request_id"] != tftypes.UnknownValue || state["renew_after"] != "10m" {
				t.Errorf("planned %v, want the keepAlive that is due at once, in place", state)
			}
			l.expectSent(t, 0)
			kept := p.apply(read, config, planned)
			p.expectIdentity(kept.identity, identity)
			l.expectSent(t, 1)
			if again := p.plan(kept, config); p.decode(p.resource, again.PlannedState)["request_id"] == tftypes.UnknownValue {
				t.Error("another keepAlive is planned right after the first")
			}
		})
	}
}

func TestCallKeepaliveIdentity_importRefused(t *testing.T) {
	t.Parallel()
	const another = "11111111-2222-3333-4444-555555555555"
	cases := map[string]struct {
		identity attributes
		says     []string
	}{
		"nothing":           {nil, []string{"Invalid Import ID", "must not be empty", "A call ID can be read from"}},
		"no call_id":        {attributes{"tenant_id": graphsim.TenantID}, []string{"Invalid Import ID", "must not be empty"}},
		"empty call_id":     {attributes{"call_id": ""}, []string{"Invalid Import ID", "must not be empty"}},
		"a path":            {attributes{"call_id": "/app/calls/x1"}, []string{"Invalid Import ID", `the call ID in it is "x1"`}},
		"another tenant":    {attributes{"call_id": callID, "tenant_id": another}, []string{"Invalid Import Tenant", callID, another, graphsim.TenantID, "omit tenant_id from the identity"}},
		"any tenant":        {attributes{"call_id": callID, "tenant_id": "common"}, []string{"Invalid Import Tenant", "stands for any tenant"}},
		"empty tenant":      {attributes{"call_id": callID, "tenant_id": ""}, []string{"Invalid Import Tenant", "must not be empty"}},
		"tenant of a slash": {attributes{"call_id": callID, "tenant_id": "a/b"}, []string{"Invalid Import Tenant", "a GUID or a domain name"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			p := l.protocol(t)
			imported, diagnostics := p.importBy(c.identity)
			if imported.state != nil {
				t.Error("it was imported")
			}
			expectText(t, said(diagnostics), c.says...)
			l.expectNothingSent(t)
		})
	}
}

// The same under a CLI that knows identities, where there is one.
func TestCallKeepaliveIdentity_underTheCLI(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.12.0", "1.12.0")
	l := newLab(t)
	w := newWorkspace(t, l, "")
	object := func(callID string) string {
		return l.config("resource \"msgraph_call_keepalive\" \"lab\" {\n call_id = %s\n}\n", callID)
	}
	// Unknown, so that it is planned as a replacement before its identity is known.
	const late = "terraform_data.call.output\n}\nresource \"terraform_data\" \"call\" {\n input = \"second\""
	for _, step := range []struct {
		callID, want string
		before       func()
	}{
		{`"` + callID + `"`, callID, func() {}},
		{`"` + callID + `"`, callID, func() { l.clock.Advance(11 * time.Minute) }},
		{late, "second", func() { l.PlaceCall(graphsim.Call{ID: "second"}) }},
		{`"third"`, "third", func() { l.EndCall("second", 200, 5001, ""); l.PlaceCall(graphsim.Call{ID: "third"}) }},
	} {
		step.before()
		w.write(object(step.callID))
		w.mustRun("apply", "-auto-approve")
		if got, want := w.instances(address)[0].Identity, (attributes{"call_id": step.want, "tenant_id": nil}); !reflect.DeepEqual(got, want) {
			t.Errorf("the identity is %v, want %v", got, want)
		}
	}
	l.expectSentTo(t, http.MethodDelete, 0)
}

func TestCallKeepaliveIdentity_importUnderTheCLI(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.12.0", "1.12.0")
	l := newLab(t)
	importing := func(tenantID string) string {
		return l.minimal("") + "import {\n to = " + address + "\n identity = {\n call_id = \"" + callID + "\"\n tenant_id = \"" + tenantID + "\"\n }\n}\n"
	}
	w := newWorkspace(t, l, importing("11111111-2222-3333-4444-555555555555"))
	w.expectExit(1, applyNow, "Invalid Import Tenant", "omit tenant_id from the identity")
	l.expectNothingSent(t)

	w.write(importing(graphsim.TenantID))
	expectText(t, w.mustRun("apply", "-auto-approve"), "1 imported, 0 added, 1 changed, 0 destroyed")
	l.expectSent(t, 1)
	for range 2 { // with the import block, and without
		w.expectNoChanges()
		w.write(l.minimal(""))
	}
	l.clock.Advance(11 * time.Minute)
	w.mustRun("apply", "-auto-approve")
	l.expectSent(t, 2)
}
