output "expires_at" {
  description = "When Graph ends the first call if no keepAlive follows."
  value       = msgraph_call_keepalives.lab.expires_at
}

output "ended" {
  description = "Why each ended call has ended, by name."
  value       = msgraph_call_keepalives.lab.ended
}
