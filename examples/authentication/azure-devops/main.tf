terraform {
  required_providers {
    msgraph = {
      source = "terraform.local/local/msgraph"
    }
  }
}

provider "msgraph" {
  use_oidc = true
  # The service connection comes from ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID, the access token from SYSTEM_ACCESSTOKEN.
}

variable "call_id" {
  type = string
}

resource "msgraph_call_keepalive" "lab" {
  call_id = var.call_id
}
