package provider

import (
	"fmt"

	"terraform-provider-msgraph/internal/keepalive"
	"terraform-provider-msgraph/internal/tfvalue"
)

// What the descriptions of several objects say in the same words.
const (
	headersDescription   = "Extra headers of the `keepAlive` request."
	requestIDDescription = "Graph's `request-id` of the last `keepAlive`, for Microsoft support."
	rfc3339Description   = " RFC 3339, UTC."

	// whichObject ends the description of an object with the page that tells the objects apart.
	whichObject = " [Which one do I use?](../guides/which-object.md)"
)

var expiryDescription = fmt.Sprintf("`last_keepalive_at` plus %s.", tfvalue.FormatDuration(keepalive.Limit))

// zeroDuration is the default of wait_for_call and hold_for.
const zeroDuration = "0s"
