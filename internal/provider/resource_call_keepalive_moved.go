package provider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graph"
)

// movedFromType and movedFromProvider are the types of the resource and the provider from which a moved block can move
// state here: the resource of microsoft/msgraph that sends any request to Graph. A provider's type is the last segment of
// its address in any registry or mirror, and all that OpenTofu before 1.11.12 passes.
const (
	movedFromType     = "msgraph_resource_action"
	movedFromProvider = "msgraph"
)

// MoveState implements [resource.ResourceWithMoveState].
func (r *callKeepaliveResource) MoveState(ctx context.Context) []resource.StateMover {
	var own resource.SchemaResponse
	r.Schema(ctx, resource.SchemaRequest{}, &own)
	return []resource.StateMover{
		{SourceSchema: &own.Schema, StateMover: moveFromAnotherAddress},
		{StateMover: moveFromResourceAction},
	}
}

// moveFromAnotherAddress moves a resource of this type that the provider wrote when it was installed at another address.
// That needs no moved block: Terraform 1.15 and some versions of OpenTofu do so when a provider's address changes
// (https://github.com/opentofu/opentofu/pull/4375).
func moveFromAnotherAddress(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	var id types.String
	if copyState(typeName+"_call_keepalive", req, resp) {
		resp.Diagnostics.Append(resp.TargetState.GetAttribute(ctx, path.Root("id"), &id)...)
		resp.Diagnostics.Append(identify(ctx, resp.TargetIdentity, id.ValueString())...)
	}
}

// copyState copies the state of a resource, if it is of that type and from this provider at another address.
func copyState(resourceType string, req resource.MoveStateRequest, resp *resource.MoveStateResponse) bool {
	if req.SourceTypeName != resourceType || lastSegment(req.SourceProviderAddress) != typeName || req.SourceState == nil {
		return false
	}
	resp.TargetState.Raw = req.SourceState.Raw
	resp.TargetPrivate = req.SourcePrivate
	return true
}

// moveFromResourceAction moves a call that a msgraph_resource_action kept alive. Its state does not say when it last did
// so, so the next keepAlive is due: the plan shows an update in place, and applying it sends one.
func moveFromResourceAction(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	source, callID, err := readResourceAction(req)
	if err != nil {
		resp.Diagnostics.AddError("Cannot Move Resource", fmt.Sprintf("This %s of provider %s cannot be moved to a msgraph_call_keepalive: %s.\n\n"+
			"Only a %s that sends POST communications/calls/{id}/keepAlive on create can be moved. To keep the resource as it is, remove "+
			"the moved block.", req.SourceTypeName, req.SourceProviderAddress, err, movedFromType))
		return
	}
	resp.Diagnostics.Append(adopt(ctx, &resp.TargetState, callID)...)
	// Without those that msgraph_call_keepalive does not accept.
	maps.DeleteFunc(source.Headers, func(name, value string) bool { return graph.CheckHeader(name, value) != nil })
	if len(source.Headers) > 0 {
		resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("headers"), source.Headers)...)
	}
	resp.Diagnostics.Append(identify(ctx, resp.TargetIdentity, callID)...)
}

// resourceAction is the part of the state of a msgraph_resource_action that is needed here. It leaves out body and output,
// whose types differ between resources.
//
// Source: internal/services/msgraph_resource_action.go of
// https://github.com/microsoft/terraform-provider-msgraph
type resourceAction struct {
	ResourceURL string            `json:"resource_url"`
	Action      string            `json:"action"`
	Method      string            `json:"method"`
	When        string            `json:"when"`
	Headers     map[string]string `json:"headers"`
}

// readResourceAction returns the source of a move and the ID of the call that it keeps alive, or why it cannot be moved.
func readResourceAction(req resource.MoveStateRequest) (resourceAction, string, error) {
	var a resourceAction
	if req.SourceTypeName != movedFromType || lastSegment(req.SourceProviderAddress) != movedFromProvider {
		return a, "", errors.New("the resource type or the provider is not one that can be moved")
	}
	if req.SourceRawState == nil || json.Unmarshal(req.SourceRawState.JSON, &a) != nil {
		return a, "", errors.New("its state does not have the expected form")
	}
	requestPath := a.ResourceURL
	if a.Action != "" {
		requestPath += "/" + a.Action
	}
	callID, err := graph.ParseKeepAlivePath(requestPath)
	switch {
	case err != nil:
		return a, "", err
	case a.Method != http.MethodPost:
		return a, "", fmt.Errorf("its method is %q, but a keepAlive is a POST", a.Method)
	case a.When == "destroy":
		return a, "", errors.New(`its "when" is "destroy", so it sends the keepAlive only on destroy`)
	}
	return a, callID, nil
}

func lastSegment(address string) string {
	return address[strings.LastIndexByte(address, '/')+1:]
}
