output "calls" {
  description = "The ID of each call, by its name."
  value = {
    for name, call in merge(msgraph_call.user, msgraph_call.meeting) : name => call.id
  }
}
