output "expires_at" {
  description = "When Graph ends the first call if no keepAlive follows."
  value       = msgraph_call_keepalives.lab.expires_at
}

output "ended" {
  description = "Why each call ended that is no longer kept alive, by its name."
  value       = msgraph_call_keepalives.lab.ended
}
