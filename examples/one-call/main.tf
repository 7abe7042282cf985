# How to sign in comes from the environment; README.md says how.
provider "msgraph" {}

resource "msgraph_call_keepalive" "lab" {
  call_id     = var.call_id
  renew_after = var.renew_after
}
