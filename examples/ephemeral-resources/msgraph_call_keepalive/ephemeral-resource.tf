# Keeps a call alive while the tests run, for any length of time. Nothing is stored in state.
ephemeral "msgraph_call_keepalive" "lab" {
  call_id = "57dab8b1-894c-409a-b240-bd8beae78896"
}

resource "terraform_data" "tests" {
  triggers_replace = plantimestamp() # at each apply

  provisioner "local-exec" {
    command = "echo 'the tests run here'"
  }

  depends_on = [ephemeral.msgraph_call_keepalive.lab]
}

# Several calls, renewed more often than Microsoft recommends.
variable "calls" {
  type = map(string)
  default = {
    reception = "2f1a1100-b174-40a0-aba7-0b405e01ed92"
    lobby     = "6b1c8f40-0e2d-4a57-9f3e-7d5a2c9b1e08"
  }
}

ephemeral "msgraph_call_keepalive" "each" {
  for_each    = var.calls
  call_id     = each.value
  renew_after = "5m"
}

# A call that the same run places, and hangs up when nothing needs it anymore. Its ID is known
# only during the apply: otherwise a plan would also hang up the call.
resource "terraform_data" "bot" {
  input            = "c0e5c5a4-7d2b-4f0a-9b7e-1a4e6d8f3b21" # from what places the call
  triggers_replace = plantimestamp()
}

ephemeral "msgraph_call_keepalive" "placed" {
  call_id          = terraform_data.bot.output
  hang_up_on_close = true
}

# The dependent of these calls. In an apply, OpenTofu opens only what a change depends on.
resource "terraform_data" "demonstration" {
  triggers_replace = plantimestamp()
  depends_on       = [ephemeral.msgraph_call_keepalive.each, ephemeral.msgraph_call_keepalive.placed]
}
