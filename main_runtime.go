package main

import (
	"runtime/debug"
	"strings"
)

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

const (
	// gcPercent lets the heap grow to five times what is live before it is collected: little
	// is live in a provider, and Go's own 100 has it collected after every few requests.
	gcPercent = 400
	// memoryLimit has the heap collected more often when there is much in it. It is no bound
	// on what the provider may use: a target, in bytes.
	memoryLimit = 48 << 20
)

// calmGC sets the garbage collector for a short life with a small heap. What the user has set
// in GOGC and GOMEMLIMIT, which getenv reads, stays.
func calmGC(getenv func(name string) string) {
	if getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}
