package main

import (
	"os"
	"strings"
)

// sdkLogLevels are the variables from which the SDK's loggers take their levels, each of its
// loggers its own. Where one is not set, its logger writes everything, as JSON, to standard
// error, and leaves it to Terraform to throw away what nobody asked for.
//
// Source: terraform-plugin-go, internal/logging, and terraform-plugin-framework, internal/logging.
var sdkLogLevels = []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_MSGRAPH"}

// logAskedFor reports whether anybody has asked for a log: a variable of any name that has to
// do with Terraform's logs, with any value. environ is as of [os.Environ].
func logAskedFor(environ []string) bool {
	for _, variable := range environ {
		name, value, _ := strings.Cut(strings.ToUpper(variable), "=")
		if strings.HasPrefix(name, "TF_") && strings.Contains(name, "LOG") && value != "" {
			return true
		}
	}
	return false
}

// quietLogs turns the SDK's loggers off: when nobody has asked for a log no line of theirs
// would be shown, and writing them is a third of the provider's work.
func quietLogs() {
	for _, name := range sdkLogLevels {
		_ = os.Setenv(name, "OFF") // fails for names that the system does not take, which these are not
	}
}
