package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

// What the schemas of the ephemeral resources and the actions have in common.

// holdRenewAfterDescription is that of renew_after where the provider itself keeps time.
var holdRenewAfterDescription = fmt.Sprintf("The time from one `keepAlive` to the next, as a duration such as `\"10m\"`: "+
	"at least %s, below %s, which is Graph's limit (default: `\"%s\"`, as Microsoft recommends). A failed `keepAlive` is retried "+
	"every minute, so a shorter time lets the call survive a longer outage of Graph.",
	tfvalue.FormatDuration(keepalive.MinRenewAfter), tfvalue.FormatDuration(keepalive.Limit), tfvalue.FormatDuration(keepalive.RecommendedRenewAfter))

// holdRenewAfter returns the validator for renew_after where the provider itself keeps time.
func holdRenewAfter() validator.String {
	return tfvalue.DurationBelow(keepalive.MinRenewAfter, keepalive.Limit)
}

// maxHold bounds how long a call can be held: a week, far beyond the 30 hours after which Teams
// ends a meeting.
//
// Source: https://learn.microsoft.com/microsoftteams/limits-specifications-teams
const maxHold = 7 * 24 * time.Hour

// holdFor returns the validator for how long a call is held.
func holdFor() validator.String { return tfvalue.DurationBelow(0, maxHold) }

// holdRenewAfterOf returns the duration in renew_after where the provider itself keeps time.
func holdRenewAfterOf(d types.String) time.Duration {
	if d.IsNull() {
		return keepalive.RecommendedRenewAfter
	}
	return tfvalue.Duration(d)
}

// openedTime is a time of an ephemeral resource that is known once it is open.
func openedTime(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Computed: true, CustomType: timetypes.RFC3339Type{}, MarkdownDescription: description + rfc3339Description,
	}
}
