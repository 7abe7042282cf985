terraform {
  required_providers {
    msgraph = {
      source = "terraform.local/local/msgraph"
    }
  }
}

variable "client_secret" {
  type      = string
  sensitive = true
}

# All three can come from the environment instead: ARM_TENANT_ID, ARM_CLIENT_ID and
# ARM_CLIENT_SECRET. Then the block is empty.
provider "msgraph" {
  tenant_id     = "aaaabbbb-0000-cccc-1111-dddd2222eeee"
  client_id     = "00001111-aaaa-2222-bbbb-3333cccc4444"
  client_secret = var.client_secret
}
