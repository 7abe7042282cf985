package process

import (
	"os"
	"strings"
)

// sdkLogLevels are the variables from which the SDK's loggers take their levels. A logger whose
// variable is not set writes everything, as JSON, to standard error, and Terraform discards what
// is below its own level.
//
// Source: terraform-plugin-go, internal/logging, and terraform-plugin-framework, internal/logging.
var sdkLogLevels = []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_MSGRAPH"}

// LogsWanted reports whether any variable for Terraform's logs has a value. Those that begin with TF_VAR_ are the
// configuration's own. environ is as returned by [os.Environ].
func LogsWanted(environ []string) bool {
	for _, variable := range environ {
		name, value, _ := strings.Cut(strings.ToUpper(variable), "=")
		if strings.HasPrefix(name, "TF_") && !strings.HasPrefix(name, "TF_VAR_") && strings.Contains(name, "LOG") && value != "" {
			return true
		}
	}
	return false
}

// SilenceSDKLogs turns the SDK's loggers off. Writing lines that Terraform discards is a third
// of the provider's work.
func SilenceSDKLogs() {
	for _, name := range sdkLogLevels {
		_ = os.Setenv(name, "OFF") // fails only for names that no system accepts
	}
}
