// Package process has what concerns the process and not the provider: the flags and the version, the
// levels of the SDK's logs, the garbage collector, signals, and exiting when Terraform is killed.
package process
