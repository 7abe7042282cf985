package provider

import "testing"

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

// A call that was placed is kept alive however the provider names its tenant now.
func TestCallResource_tenantByItsDomain(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	config := placingConfig(attributes{"target": []any{attributes{"user_id": calleeID}, attributes{"user_id": otherCalleeID}}})
	r := l.placed(t, config)
	l.withEnv(l.environ()...).env["ARM_TENANT_ID"] = "contoso.onmicrosoft.com"
	expectNothing(t, l.protocol(t).of(callType).tryPlan(r, config).Diagnostics)
}
