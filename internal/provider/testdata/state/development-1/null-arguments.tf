resource "msgraph_call_keepalive" "lab" {
  call_id     = "57dab8b1-894c-409a-b240-bd8beae78896"
  renew_after = null
  triggers    = {}
  headers     = {}
  timeouts {
    update = "3m"
  }
}
