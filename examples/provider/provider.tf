terraform {
  required_providers {
    msgraph = {
      source = "terraform.local/local/msgraph"
    }
  }
}

# The credential comes from the environment: ARM_TENANT_ID, ARM_CLIENT_ID and
# ARM_CLIENT_SECRET, of the application that placed the call.
provider "msgraph" {}

variable "call_id" {
  type = string
}

# Apply this every 15 minutes.
resource "msgraph_call_keepalive" "lab" {
  call_id = var.call_id
}
