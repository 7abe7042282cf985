package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/tfvalue"
)

// isCallID returns a validator for the ID of a call.
func isCallID() validator.String {
	return tfvalue.Checked("must be the ID of a call", graph.CheckCallID)
}

// isGUID returns a validator for an ID of Microsoft Entra.
func isGUID() validator.String { return tfvalue.Checked("must be a GUID", graph.CheckGUID) }
