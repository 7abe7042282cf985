terraform {
  required_providers {
    msgraph = {
      source = "terraform.local/local/msgraph"
    }
  }
}

provider "msgraph" {
  use_oidc             = true
  oidc_token_file_path = "token.jwt"
}

variable "call_id" {
  type = string
}

resource "msgraph_call_keepalive" "lab" {
  call_id = var.call_id
}
