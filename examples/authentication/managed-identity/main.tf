terraform {
  required_providers {
    msgraph = {
      source = "terraform.local/local/msgraph"
    }
  }
}

provider "msgraph" {
  use_msi = true
  # A user-assigned identity is named by client_id (ARM_CLIENT_ID); without it, the system-assigned one is used.
}

variable "call_id" {
  type = string
}

resource "msgraph_call_keepalive" "lab" {
  call_id = var.call_id
}
