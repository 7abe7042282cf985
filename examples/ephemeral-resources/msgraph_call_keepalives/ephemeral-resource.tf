variable "calls" {
  description = "The ID of each call, by a name of your choice."
  type        = map(string)
  default = {
    reception = "2f1a1100-b174-40a0-aba7-0b405e01ed92"
    lobby     = "6b1c8f40-0e2d-4a57-9f3e-7d5a2c9b1e08"
    hall      = "c0e5c5a4-7d2b-4f0a-9b7e-1a4e6d8f3b21"
  }
}

# Keeps the calls alive while the tests run, for any length of time. Nothing is stored in state.
ephemeral "msgraph_call_keepalives" "lab" {
  calls = var.calls

  # If a call has ended, the tests still run with the others.
  on_ended = "report"
}

resource "terraform_data" "tests" {
  triggers_replace = plantimestamp() # at each apply

  provisioner "local-exec" {
    command = "echo 'the tests run here'"
  }

  depends_on = [ephemeral.msgraph_call_keepalives.lab]
}
