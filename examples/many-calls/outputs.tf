output "expires_at" {
  description = "When Graph ends each call if no keepAlive follows."
  value       = { for name, call in msgraph_call_keepalive.lab : name => call.expires_at }
}
