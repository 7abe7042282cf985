# A call that may have ended by now; that is not an error.
data "msgraph_call" "lab" {
  call_id = "57dab8b1-894c-409a-b240-bd8beae78896"
}

# Keep it alive for as long as it lives, without failing once it does not.
resource "msgraph_call_keepalive" "lab" {
  count   = data.msgraph_call.lab.alive ? 1 : 0
  call_id = data.msgraph_call.lab.id
}

# Say so when it has ended: a check warns, and the run goes on (Terraform 1.5).
check "call" {
  assert {
    condition     = data.msgraph_call.lab.alive
    error_message = "The lab's call has ended: ${coalesce(data.msgraph_call.lab.end_reason, "-")}."
  }
}

# Most of what Graph tells is null for a call that has ended.
output "who_called" {
  value = try(data.msgraph_call.lab.source.identity["application"].display_name, "nobody")
}
