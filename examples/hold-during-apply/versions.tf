terraform {
  required_version = ">= 1.10"

  required_providers {
    msgraph = {
      source = "terraform.local/local/msgraph"
    }
  }
}
