# The credential comes from the environment; see README.md.
provider "msgraph" {}

resource "msgraph_call_keepalive" "lab" {
  call_id     = var.call_id
  renew_after = var.renew_after
}
