package main

import "strings"

// sdkLogLevels are the variables from which the SDK's loggers take their levels, each of its
// loggers its own. Where one is not set, its logger writes everything, as JSON, to standard
// error, and leaves it to Terraform to throw away what nobody asked for.
//
// Source: terraform-plugin-go, internal/logging, and terraform-plugin-framework, internal/logging.
var sdkLogLevels = []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_MSGRAPH"}

// quietLogs turns the SDK's loggers off when nobody has asked for a log: no line of theirs
// would be shown, and writing them is a third of the provider's work. A variable of any
// name that has to do with Terraform's logs, with any value, leaves everything as it is.
//
// environ is as of [os.Environ]; setenv sets a variable of this process.
func quietLogs(environ []string, setenv func(name, value string) error) error {
	for _, variable := range environ {
		name, value, _ := strings.Cut(strings.ToUpper(variable), "=")
		if strings.HasPrefix(name, "TF_") && strings.Contains(name, "LOG") && value != "" {
			return nil
		}
	}
	for _, name := range sdkLogLevels {
		if err := setenv(name, "OFF"); err != nil {
			return err
		}
	}
	return nil
}
