# The credential comes from the environment; see README.md.
provider "msgraph" {}

# Read once, in every plan. A data source inside the check would be read again in every apply, so that no plan would exit
# with 0, and a call that cannot be read would look like one that has ended.
data "msgraph_call" "lab" {
  call_id = var.call_id
}

check "call" {
  assert {
    condition     = data.msgraph_call.lab.alive
    error_message = "The call is not alive. ${coalesce(data.msgraph_call.lab.end_reason, "Graph does not say why")}."
  }
}
