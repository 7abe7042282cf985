package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform-provider-msgraph/internal/graph"
)

var (
	_ datasource.DataSourceWithConfigure      = (*callDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*callDataSource)(nil)
)

// callDataSource is the data source msgraph_call: what Graph shows of a call now. That the
// call has ended is a result, not an error.
type callDataSource struct{ baseDataSource }

// ValidateConfig implements [datasource.DataSourceWithValidateConfig].
func (d *callDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config callDataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.checkNamesOneCall(&resp.Diagnostics)
	checkTimeouts(config.Timeouts.Attributes(), &resp.Diagnostics)
}

// Read implements [datasource.DataSource].
func (d *callDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model callDataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	timeout, diags := model.Timeouts.Read(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := d.data.clock.WithTimeout(ctx, timeout)
	defer cancel()

	callID := model.effectiveID().ValueString()
	call, err := d.data.getCall(ctx, callID)
	end, err := endOfCall(call, err, false)
	switch {
	case err != nil:
		addCallError(&resp.Diagnostics, model.callIDPath(), err, explanation{})
		return
	case end.ended():
		model.setEnded(callID, end.reason)
		if end.response == nil {
			model.setState(call)
		}
	default:
		model.setAlive(callID, call, call.Details())
		if model.IncludeParticipants.ValueBool() && !d.readParticipants(ctx, &model, callID, &resp.Diagnostics) {
			return
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// readParticipants lists who is in a call that is alive, and reports whether the call could be read. It is no failure
// that Graph does not list them.
func (d *callDataSource) readParticipants(ctx context.Context, model *callDataSourceModel, callID string, diags *diag.Diagnostics) bool {
	participants, _, err := d.data.client.Participants(ctx, callID)
	var failure *graph.Error
	switch {
	case err == nil:
		model.setParticipants(participants)
	case graph.IsNotFound(err): // it has ended since it was read
		*model = callDataSourceModel{callRef: model.callRef, Timeouts: model.Timeouts, IncludeParticipants: model.IncludeParticipants}
		end, _ := endOfCall(graph.Call{}, err, false)
		model.setEnded(callID, end.reason)
	case errors.As(err, &failure) && failure.Kind() == graph.KindRefused:
		diags.AddWarning("Participants Not Listed", joinParagraphs(describe(failure), "Graph lists the participants of meetings and group calls only. "+
			"participants is null; omit include_participants for a peer-to-peer call."))
	default:
		addCallError(diags, model.callIDPath(), err, explanation{})
		return false
	}
	return true
}
