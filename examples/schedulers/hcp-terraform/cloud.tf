# The workspace that run.sh starts runs of. Its agents need the provider installed.
terraform {
  cloud {
    organization = "contoso"

    workspaces {
      name = "keepalive"
    }
  }
}
