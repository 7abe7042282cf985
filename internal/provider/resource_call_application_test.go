package provider

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform-provider-msgraph/internal/graphsim"
)

// A record without an endpoint is none, so that a damaged private state does not keep a resource for good.
func TestCallResource_recordWithoutEndpoint(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	r := l.placed(t, placingConfig(nil))
	l.EndCall(l.lastPlaced(t).ID, 200, 5001, "")
	for name, private := range map[string]string{"null": `{"placed_by":"bnVsbA=="}`, "{}": `{"placed_by":"e30="}`} {
		p := l.protocol(t).of(callType)
		damaged := keptResource{r.state, r.identity, []byte(private)}
		if state, diags := p.refresh(damaged); state != nil {
			t.Errorf("%s: the ended call is still in state: %s", name, said(diags))
		}
		_, diags := p.tryDestroy(damaged)
		expectNothing(t, diags)
	}
}

// A group call, which needs both to be placed, is kept alive by a provider that has no tenant ID, or no client ID. The two are
// demanded where the call is to be placed.
func TestCallResource_placedCallNeedsNoIDs(t *testing.T) {
	t.Parallel()
	targets := []any{attributes{"user_id": calleeID}, attributes{"user_id": otherCalleeID}}
	for name, env := range map[string][]string{
		"tenant by its domain": {"ARM_TENANT_ID=contoso.onmicrosoft.com"},
		"no client ID":         {"ARM_CLIENT_ID=", "ARM_CLIENT_SECRET=", "ARM_USE_CLI=true"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			config := placingConfig(attributes{"target": targets})
			r := l.placed(t, config)
			p := l.withEnv(append(l.environ(), env...)...).protocol(t).of(callType)
			expectNothing(t, p.tryPlan(r, config).Diagnostics)
			expectOne(t, p.tryPlan(p.none(), config).Diagnostics, isError, summaryInvalidArguments)
		})
	}
}

// Terraform hands no private state to the destroy of a tainted resource, so that client_id says there who placed the call: another
// application of the same tenant, which gets a 404 for it, does not place a second one.
func TestCallResource_anotherApplicationNeverReplacesATaintedCall(t *testing.T) {
	t.Parallel()
	const client = "3f0c2d1e-0000-4000-8000-00000000000a"
	for name, taint := range map[string]func(*lab, *workspace){
		"by its create": func(l *lab, w *workspace) {
			l.becomes(graphsim.Outcome{NeverEstablished: true})
			w.expectExit(1, applyNow, "tainted")
			l.OnPlace(nil)
		},
		"terraform taint": func(_ *lab, w *workspace) {
			w.mustRun("apply", "-auto-approve")
			w.mustRun("taint", fixture)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.RegisterApp(graphsim.App{ClientID: client, ClientSecret: graphsim.ClientSecret})
			right := l.placesCall()
			w := newWorkspace(t, l, right)
			taint(l, w)
			l.clock.Advance(time.Minute)
			w.write(strings.Replace(right, graphsim.ClientID, client, 1))
			for _, args := range [][]string{applyNow, append(applyNow, "-refresh=false"), {"destroy", "-auto-approve", "-refresh=false"}} {
				w.expectExit(1, args, "Error: Call of Another Application", graphsim.ClientID, client)
				l.expectPlaced(t, 1, 1)
			}
			// Of the application that placed it a 404 is an end.
			w.write(right)
			l.EndCall(l.lastPlaced(t).ID, 200, 5001, "")
			w.expectExit(0, append(applyNow, "-refresh=false"))
			l.expectPlaced(t, 2, 1)
		})
	}
}

// A call that was imported is known to belong to the application that read it.
func TestCallResource_clientIDOfAnImportedCall(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.placed(t, placingConfig(nil))
	p := l.protocol(t).of(callType)
	if got := p.decode(p.resource, p.importCall(l.lastPlaced(t).ID).state)["client_id"]; got != graphsim.ClientID {
		t.Errorf("client_id is %v, want %s", got, graphsim.ClientID)
	}
}

// A state from before client_id gets it from the record of who placed the call; and once it is there, another application does
// not change it, whatever responds to a read.
func TestCallResource_clientIDIsThatOfThePlacement(t *testing.T) {
	t.Parallel()
	const other = "3f0c2d1e-0000-4000-8000-00000000000a"
	l := newLab(t)
	l.RegisterApp(graphsim.App{ClientID: other, ClientSecret: graphsim.ClientSecret})
	placed := l.placed(t, placingConfig(nil))
	p := l.protocol(t).of(callType)
	var attributes map[string]tftypes.Value
	if value, err := placed.state.Unmarshal(p.resource); err != nil || value.As(&attributes) != nil {
		t.Fatal(err)
	}
	attributes["client_id"] = tftypes.NewValue(tftypes.String, nil)
	old, err := tfprotov6.NewDynamicValue(p.resource, tftypes.NewValue(p.resource, attributes))
	if err != nil {
		t.Fatal(err)
	}
	l.env["ARM_CLIENT_ID"] = other
	for name, r := range map[string]keptResource{
		"an old state":     {&old, placed.identity, placed.private},
		"no private state": {placed.state, placed.identity, nil},
	} {
		l.Inject(graphsim.Fault{Status: http.StatusOK, ContentType: "application/json", Body: []byte(`{"status":"ok"}`)}.To(http.MethodGet, "/calls/"))
		p := l.protocol(t).of(callType)
		r, diags := p.read(r)
		expectNothing(t, diags)
		if got := p.decode(p.resource, r.state)["client_id"]; got != graphsim.ClientID {
			t.Errorf("%s: client_id is %v, want %s", name, got, graphsim.ClientID)
		}
	}
}
