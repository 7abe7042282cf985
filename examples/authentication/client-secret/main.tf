terraform {
  required_providers {
    msgraph = {
      source = "terraform.local/local/msgraph"
    }
  }
}

provider "msgraph" {
  # tenant_id, client_id and client_secret come from ARM_TENANT_ID, ARM_CLIENT_ID and ARM_CLIENT_SECRET.
}

variable "call_id" {
  type = string
}

resource "msgraph_call_keepalive" "lab" {
  call_id = var.call_id
}
