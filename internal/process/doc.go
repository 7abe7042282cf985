// Package process is what the program does to itself and says of itself: its flags and version, the
// levels of the SDK's logs, the garbage collector, and its end when Terraform is killed.
package process
