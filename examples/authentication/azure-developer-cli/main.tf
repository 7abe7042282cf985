terraform {
  required_providers {
    msgraph = {
      source = "terraform.local/local/msgraph"
    }
  }
}

provider "msgraph" {
  use_azd = true
}

variable "call_id" {
  type = string
}

resource "msgraph_call_keepalive" "lab" {
  call_id = var.call_id
}
