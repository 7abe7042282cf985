package provider

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Terraform 1.12 and later fail a create, read or update that leaves a resource without its identity. In the plan of a create
// there is none, since the ID is not known.
func TestCallResource_identity(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.protocol(t).of(callType)
	config := attributes{"callback_uri": "https://bot.contoso.com/callback", "target": []any{attributes{"user_id": calleeID}}}
	planned := p.plan(p.none(), config)
	if got := p.decode(p.identity, planned.PlannedIdentity.IdentityData); got != nil {
		t.Errorf("the identity in the plan of a create is %v, want none", got)
	}
	r := p.apply(p.none(), config, planned)
	expect := func(after string, identity *tfprotov6.ResourceIdentityData) {
		t.Helper()
		if identity == nil || p.decode(p.identity, identity.IdentityData)["call_id"] != l.lastPlaced(t).ID {
			t.Errorf("after a %s the identity is %+v, want the call's ID", after, identity)
		}
	}
	expect("create", r.identity)
	kept := r.identity
	r.identity = nil // of a state that an older Terraform wrote
	r, _ = p.read(r)
	expect("read", r.identity)
	l.clock.Advance(10 * time.Minute)
	r.identity = kept
	planned = p.plan(r, config)
	r = p.apply(r, config, planned)
	expect("update", r.identity)

	// An ended call that is kept is not read again, and has its identity all the same.
	l.EndCall(l.lastPlaced(t).ID, 200, 5001, "")
	config["on_ended"] = endedKeep
	r = p.apply(r, config, p.plan(r, config))
	r, _ = p.read(r)
	r, _ = p.read(r)
	expect("read of a call that is kept", r.identity)
}
