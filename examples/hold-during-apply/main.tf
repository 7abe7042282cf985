# The credential comes from the environment; see README.md.
provider "msgraph" {}

# Sends a keepAlive now, and another one every 15 minutes until what depends on it is done.
ephemeral "msgraph_call_keepalive" "lab" {
  call_id     = var.call_id
  renew_after = "15m"
}

# What takes long. It names the ephemeral resource in depends_on: without that, Terraform would close it at once.
resource "terraform_data" "slow" {
  input = var.release

  provisioner "local-exec" {
    command = var.command
  }

  depends_on = [ephemeral.msgraph_call_keepalive.lab]
}
