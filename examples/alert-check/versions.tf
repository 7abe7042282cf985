terraform {
  required_version = ">= 1.5"

  required_providers {
    msgraph = {
      source = "terraform.local/local/msgraph"
    }
  }
}
