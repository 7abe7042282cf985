# A call that may have ended; that is not an error.
data "msgraph_call" "lab" {
  call_id = "57dab8b1-894c-409a-b240-bd8beae78896"
}

# Keep the call alive, without failing after it has ended.
resource "msgraph_call_keepalive" "lab" {
  count   = data.msgraph_call.lab.alive ? 1 : 0
  call_id = data.msgraph_call.lab.id
}

# Report that it has ended: a check warns, and the run continues (Terraform 1.5).
check "call" {
  assert {
    condition     = data.msgraph_call.lab.alive
    error_message = "The call is not alive. ${coalesce(data.msgraph_call.lab.end_reason, "-")}."
  }
}

# Most attributes are null for a call that has ended.
output "who_called" {
  value = try(data.msgraph_call.lab.source.identity["application"].display_name, "nobody")
}
