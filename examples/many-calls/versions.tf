terraform {
  required_version = ">= 1.3"

  required_providers {
    msgraph = {
      source = "terraform.local/local/msgraph"
    }
  }
}
