package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// The values of on_ended.
const (
	onEndedError  = "error"
	onEndedReport = "report"
)

// isOnEnded returns the validator for on_ended.
func isOnEnded() validator.String { return stringvalidator.OneOf(onEndedError, onEndedReport) }

// onEndedDescription describes on_ended; asError and asReport say what its values mean.
func onEndedDescription(asError, asReport string) string {
	return fmt.Sprintf("What a call that has ended means. `%q` (the default): %s `%q`: %s", onEndedError, asError, onEndedReport, asReport)
}
