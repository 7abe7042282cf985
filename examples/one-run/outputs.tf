output "alive" {
  description = "Whether the call was alive when the run began."
  value       = data.msgraph_call.lab.alive
}

output "end_reason" {
  description = "Why the call has ended; null while it is alive."
  value       = data.msgraph_call.lab.end_reason
}
