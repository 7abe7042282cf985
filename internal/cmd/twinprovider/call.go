package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// call is a resource with the schema of msgraph_call_keepalive that does nothing.
type call struct{ original resource.Resource }

type model struct {
	CallID          types.String   `tfsdk:"call_id"`
	Identity        types.Object   `tfsdk:"identity"`
	RenewAfter      types.String   `tfsdk:"renew_after"`
	Triggers        types.Map      `tfsdk:"triggers"`
	Headers         types.Map      `tfsdk:"headers"`
	WaitForCall     types.String   `tfsdk:"wait_for_call"`
	HangUpOnDestroy types.Bool     `tfsdk:"hang_up_on_destroy"`
	Export          types.Bool     `tfsdk:"export_response_headers"`
	Timeouts        timeouts.Value `tfsdk:"timeouts"`

	ID              types.String      `tfsdk:"id"`
	Alive           types.Bool        `tfsdk:"alive"`
	LastKeepaliveAt timetypes.RFC3339 `tfsdk:"last_keepalive_at"`
	RenewAt         timetypes.RFC3339 `tfsdk:"renew_at"`
	ExpiresAt       timetypes.RFC3339 `tfsdk:"expires_at"`
	ResponseHeaders types.Map         `tfsdk:"response_headers"`
	RequestID       types.String      `tfsdk:"request_id"`
}

var responseHeaders = types.MapNull(types.ListType{ElemType: types.StringType})

// Metadata implements [resource.Resource].
func (call) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "twin_call_keepalive"
}

// Schema implements [resource.Resource].
func (c call) Schema(ctx context.Context, req resource.SchemaRequest, resp *resource.SchemaResponse) {
	c.original.Schema(ctx, req, resp)
}

// Create implements [resource.Resource].
func (call) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.Diagnostics.Append(fill(ctx, req.Plan, &resp.State)...)
}

// Read implements [resource.Resource]: the state is as it was.
func (call) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update implements [resource.Resource].
func (call) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.Diagnostics.Append(fill(ctx, req.Plan, &resp.State)...)
}

// Delete implements [resource.Resource].
func (call) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// fill makes the state of the plan, with constants for what is computed.
func fill(ctx context.Context, plan tfsdk.Plan, state *tfsdk.State) diag.Diagnostics {
	var m model
	diags := plan.Get(ctx, &m)
	at := timetypes.NewRFC3339ValueMust("2026-11-26T02:01:24Z")
	m.ID, m.Alive, m.LastKeepaliveAt, m.RenewAt, m.ExpiresAt = m.CallID, types.BoolValue(true), at, at, at
	m.ResponseHeaders, m.RequestID = responseHeaders, types.StringValue("e94958d0-fc6c-4fd1-95c2-595c2584ff90")
	diags.Append(state.Set(ctx, m)...)
	return diags
}
