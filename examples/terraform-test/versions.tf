terraform {
  required_version = ">= 1.7"

  required_providers {
    msgraph = {
      source = "terraform.local/local/msgraph"
    }
  }
}
