output "user_calls" {
  description = "The ID of the call to each user, by name."
  value       = { for name, call in msgraph_call.user : name => call.id }
}

output "meeting_calls" {
  description = "The ID of the call in each meeting, by name."
  value       = { for name, call in msgraph_call.meeting : name => call.id }
}
