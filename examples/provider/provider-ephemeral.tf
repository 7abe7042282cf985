# A secret that Terraform passes to the provider: an ephemeral variable is not stored in state or in
# saved plans (Terraform 1.10, OpenTofu 1.11).
variable "client_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

provider "msgraph" {
  tenant_id     = "aaaabbbb-0000-cccc-1111-dddd2222eeee"
  client_id     = "00001111-aaaa-2222-bbbb-3333cccc4444"
  client_secret = var.client_secret
}
