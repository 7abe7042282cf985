resource "msgraph_call_keepalive" "lab" {
  call_id            = "57dab8b1-894c-409a-b240-bd8beae78896"
  renew_after        = "15m"
  wait_for_call      = "1m30s"
  hang_up_on_destroy = true
  triggers           = { build = "17", empty = "" }
  headers            = { "X-Lab" = "grüße" }
  timeouts {
    create = "1m"
    read   = "30s"
    update = "90s"
    delete = "1h"
  }
}
