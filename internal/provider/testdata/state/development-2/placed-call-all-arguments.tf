resource "msgraph_call" "lab" {
  callback_uri                   = "https://bot.contoso.com/callback"
  source_application_instance_id = "c0e5c5a4-7d2b-4f0a-9b7e-1a4e6d8f3b21"
  subject                        = "Grüße"
  requested_modalities           = ["audio", "video"]
  tenant_id                      = "b0a5e1c2-6d54-4f0a-9b1e-3c7d2f8a4e60"
  keep_alive                     = true
  renew_after                    = "15m"
  wait_until                     = "created"
  on_ended                       = "keep"
  hang_up_on_destroy             = false
  triggers                       = { build = "17", empty = "" }
  triggers_replace               = { list = [1, "a"], flag = true }
  headers                        = { "X-Lab" = "lab" }
  target {
    phone_number = "+12065550100"
    display_name = "Reception"
  }
  timeouts {
    create = "1m"
    read   = "30s"
    update = "90s"
    delete = "1h"
  }
}
