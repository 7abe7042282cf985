package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/meeting"
	"terraform-provider-msgraph/internal/tfvalue"
)

// ModifyPlan implements [resource.ResourceWithModifyPlan]. If anything differs from state, the framework has marked all
// computed values unknown; here each gets the value that it will have.
func (r *callResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state callResourceModel
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if req.Plan.Raw.IsNull() { // destroy
		r.recordDestroy(&state, &resp.Diagnostics)
		return
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("tenant_id"), &plan.TenantID)...)
	if resp.Diagnostics.HasError() {
		return
	}
	caller := r.data.configuredCaller()
	if !req.State.Raw.IsNull() {
		caller = caller.Or(unknownCaller) // an update places no call, and Terraform plans the create of a replacement by itself
	}
	if err := plan.checkArguments(ctx, caller); err != nil {
		addArgumentError(&resp.Diagnostics, err)
		return
	}
	if req.State.Raw.IsNull() { // create
		plan.TenantID = plan.resolvedTenant(ctx, caller)
		plan.expectPlacement()
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
		resp.Diagnostics.Append(identifyNew(ctx, resp.Identity, plan.ID)...)
		return
	}
	r.planUpdate(ctx, req, &plan, &state, resp)
}

// planUpdate plans an update, or a replacement; plan has tenant_id as it is in the configuration.
func (r *callResource) planUpdate(
	ctx context.Context, req resource.ModifyPlanRequest, plan, state *callResourceModel, resp *resource.ModifyPlanResponse,
) {
	if plan.TenantID.IsNull() {
		plan.TenantID = state.TenantID
	}
	changed := plan.expectsKeepAlive() // before keepResults: the framework has marked the times unknown
	changed = takeConfigured(ctx, req.Config, "timeouts", &plan.Timeouts, &resp.Diagnostics) || changed
	plan.keepResults(state)
	if r.sendsKeepAlive(ctx, plan, state, changed) {
		plan.expectKeepAlive()
	}
	plan.closeWindow()
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	resp.RequiresReplace.Append(plan.replacedBy(state)...)
	switch {
	case len(resp.RequiresReplace) > 0:
		r.recordDestroy(state, &resp.Diagnostics)
	case state.hasEnded() && plan.OnEnded.IsUnknown():
		resp.Diagnostics.AddAttributeError(path.Root("on_ended"), "Unknown on_ended", fmt.Sprintf("Call %s has ended. Whether it is placed again "+
			"depends on on_ended, which is not known until apply. Use a value that is known in the plan.", state.ID.ValueString()))
	case plan.KeepAlive.ValueBool() && !plan.hasEnded():
		r.data.recordPlan(plan.ID.ValueString(), callPlan{keep: true}, &resp.Diagnostics)
	}
}

// recordDestroy records that the plan destroys the resource in state.
func (r *callResource) recordDestroy(state *callResourceModel, diags *diag.Diagnostics) {
	if state.HangUpOnDestroy.ValueBool() && !state.hasEnded() {
		r.data.recordPlan(state.ID.ValueString(), callPlan{hangUp: true}, diags)
	}
}

// sendsKeepAlive reports whether an update from state to plan sends a keepAlive, or may. With anyway it does so even if
// none is due, unless something else keeps the call alive. An apply plans an update again, and may not change a value that
// was known in the plan: so the plan passes anyway for any change, and the apply decides by what is due then.
func (r *callResource) sendsKeepAlive(ctx context.Context, plan, state *callResourceModel, anyway bool) bool {
	switch {
	case plan.hasEnded():
		return false
	case !plan.Triggers.Equal(state.Triggers):
		return true
	case !plan.KeepAlive.IsUnknown() && !plan.KeepAlive.ValueBool():
		return false
	case anyway, !plan.KeepAlive.Equal(state.KeepAlive), !plan.RenewAfter.Equal(state.RenewAfter):
		return true
	}
	return r.data.due(ctx, state.ID.ValueString(), state.dueWindow)
}

// replacedBy returns the arguments whose change requires placing the call again.
func (m *callResourceModel) replacedBy(state *callResourceModel) []path.Path {
	var paths []path.Path
	for _, argument := range []struct {
		name         string
		plan, before attr.Value
		same         func(a, b attr.Value) bool
	}{
		{"callback_uri", m.CallbackURI, state.CallbackURI, attr.Value.Equal},
		{"join_meeting", m.JoinMeeting, state.JoinMeeting, attr.Value.Equal},
		{"meeting", m.Meeting, state.Meeting, sameButForGUIDs},
		{"target", m.Targets, state.Targets, sameButForGUIDs},
		{"source_application_instance_id", m.SourceApplicationInstanceID, state.SourceApplicationInstanceID, sameButForGUIDs},
		{"subject", m.Subject, state.Subject, attr.Value.Equal},
		{"requested_modalities", m.RequestedModalities, state.RequestedModalities, attr.Value.Equal},
		{"tenant_id", m.TenantID, state.TenantID, sameButForGUIDs},
		{"triggers_replace", m.TriggersReplace, state.TriggersReplace, attr.Value.Equal},
		{"join_url", m.JoinURL, state.JoinURL, sameMeeting},
	} {
		if !argument.same(argument.plan, argument.before) && !m.recordsFirst(argument.before) {
			paths = append(paths, path.Root(argument.name))
		}
	}
	if state.hasEnded() && m.OnEnded.ValueString() == endedReplace {
		paths = append(paths, path.Root("on_ended"))
	}
	return paths
}

// recordsFirst reports whether a change from that value only adds to state an argument of an imported call.
func (m *callResourceModel) recordsFirst(before attr.Value) bool {
	list, isList := before.(types.List)
	return m.imported() && (before.IsNull() || isList && len(list.Elements()) == 0)
}

// sameButForGUIDs reports whether two values are equal, whatever the case of the GUIDs in them.
func sameButForGUIDs(a, b attr.Value) bool {
	fold := func(v attr.Value) tftypes.Value {
		raw, _ := v.ToTerraformValue(context.Background())
		raw, _ = tftypes.Transform(raw, func(_ *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
			var text string
			if v.Type().Is(tftypes.String) && v.IsKnown() && v.As(&text) == nil && graph.CheckGUID(text) == nil {
				return tftypes.NewValue(tftypes.String, strings.ToLower(text)), nil
			}
			return v, nil
		})
		return raw
	}
	return fold(a).Equal(fold(b))
}

// sameMeeting reports whether two links certainly lead to the same meeting.
func sameMeeting(a, b attr.Value) bool {
	one, knownOne := tfvalue.KnownString(a)
	other, knownOther := tfvalue.KnownString(b)
	return a.Equal(b) || knownOne && knownOther && meeting.Same(one, other)
}
