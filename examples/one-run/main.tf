# The credential comes from the environment; see README.md.
provider "msgraph" {}

# Reads the call. A call that has ended is not an error here.
data "msgraph_call" "lab" {
  call_id = var.call_id
}

# Keeps the call alive while its dependents run. Nothing is stored in state.
ephemeral "msgraph_call_keepalive" "lab" {
  count   = data.msgraph_call.lab.alive ? 1 : 0
  call_id = var.call_id
}

# The work of the run, which may take hours.
resource "terraform_data" "tests" {
  triggers_replace = plantimestamp() # at each apply

  provisioner "local-exec" {
    command = var.command
  }

  depends_on = [ephemeral.msgraph_call_keepalive.lab]
}
