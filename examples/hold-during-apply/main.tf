# The credential comes from the environment; see README.md.
provider "msgraph" {}

# Sends a keepAlive now, and then every 15 minutes until its dependents are complete.
ephemeral "msgraph_call_keepalive" "lab" {
  call_id     = var.call_id
  renew_after = "15m"
}

# The long operation. Without depends_on, Terraform would close the ephemeral resource immediately.
resource "terraform_data" "slow" {
  input = var.release

  provisioner "local-exec" {
    command = var.command
  }

  depends_on = [ephemeral.msgraph_call_keepalive.lab]
}
