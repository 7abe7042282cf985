# The state outlives the runner. Set your storage account; the application needs the role
# "Storage Blob Data Contributor" on the container.
terraform {
  backend "azurerm" {
    storage_account_name = "contosoteststate"
    container_name       = "keepalive"
    key                  = "calls.tfstate"
    use_azuread_auth     = true
    use_oidc             = true
  }
}
