terraform {
  required_version = ">= 1.0"

  required_providers {
    msgraph = {
      source = "terraform.local/local/msgraph"
    }
  }
}
