output "calls" {
  description = "The ID of each call, by its name."
  value = merge(
    { for name, call in msgraph_call.user : name => call.id },
    { for name, call in msgraph_call.meeting : name => call.id },
  )
}
