# A short link, https://teams.microsoft.com/meet/{id}?p={passcode}, contains the passcode: set it in TF_VAR_join_url.
variable "join_url" {
  type      = string
  sensitive = true
}

# The result for a sensitive link is sensitive; nonsensitive() shows a single field that is not secret.
output "join_meeting_id" {
  value = nonsensitive(provider::msgraph::meeting(var.join_url).join_meeting_id)
}

output "passcode" {
  value     = provider::msgraph::meeting(var.join_url).passcode
  sensitive = true
}

# A long link has the coordinates of the meeting and no passcode.
locals {
  scheduled = provider::msgraph::meeting("https://teams.microsoft.com/l/meetup-join/19%3ameeting_NTg0NmQ3NTctZDVkZC00YzRhLThmNmEtOGQ3M2E0ODdmZDZk%40thread.v2/0?context=%7b%22Tid%22%3a%2272f988bf-86f1-41af-91ab-2d7cd011db47%22%2c%22Oid%22%3a%224b444206-207c-42f8-92a6-e332b41c88a2%22%7d")
}

output "thread_id" {
  value = local.scheduled.thread_id
}

output "tenant_id" {
  value = local.scheduled.tenant_id
}
