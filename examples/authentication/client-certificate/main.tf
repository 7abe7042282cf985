terraform {
  required_providers {
    msgraph = {
      source = "terraform.local/local/msgraph"
    }
  }
}

provider "msgraph" {
  # The password of the file comes from ARM_CLIENT_CERTIFICATE_PASSWORD.
  client_certificate_path = "calls.pfx"
}

variable "call_id" {
  type = string
}

resource "msgraph_call_keepalive" "lab" {
  call_id = var.call_id
}
