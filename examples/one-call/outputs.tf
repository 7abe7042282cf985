output "renew_at" {
  description = "When the next keepAlive is due."
  value       = msgraph_call_keepalive.lab.renew_at
}

output "expires_at" {
  description = "When Graph ends the call if no keepAlive follows."
  value       = msgraph_call_keepalive.lab.expires_at
}
