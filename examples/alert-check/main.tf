# How to sign in comes from the environment; README.md says how.
provider "msgraph" {}

# A check that looks by itself at every plan and apply. It warns, and stops nothing.
check "call" {
  data "msgraph_call" "lab" {
    call_id = var.call_id
  }

  assert {
    condition     = data.msgraph_call.lab.alive
    error_message = "The lab's call has ended: ${coalesce(data.msgraph_call.lab.end_reason, "Graph does not say why")}."
  }
}
