package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform-provider-msgraph/internal/fastpath"
	"terraform-provider-msgraph/internal/graph"
)

// callKeepaliveHooks let the plan of a resource without changes bypass the framework.
func (p *msgraph) callKeepaliveHooks() fastpath.Hooks {
	return fastpath.Hooks{
		TypeName: typeName + "_call_keepalive",
		Resource: &callKeepaliveResource{},
		Validate: onlyNamesCall,
		Plan: func(ctx context.Context, state tfsdk.State) bool {
			r := &callKeepaliveResource{baseResource{data: p.data.Load()}}
			var model callKeepaliveResourceModel
			if r.data == nil || len(state.Get(ctx, &model)) > 0 {
				return false
			}
			return r.upToDate(ctx, model, model)
		},
	}
}

// onlyNamesCall reports whether a configuration sets only call_id, and to a valid ID.
func onlyNamesCall(config map[string]tftypes.Value) bool {
	var callID string
	for name, value := range config {
		switch {
		case name != "call_id" && !value.IsNull(),
			name == "call_id" && (!value.IsKnown() || value.As(&callID) != nil):
			return false
		}
	}
	return graph.CheckCallID(callID) == nil
}
