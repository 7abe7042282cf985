# The state is a secret in the job's namespace. The service account needs a role that can get, list, create, update
# and delete secrets and leases there.
terraform {
  backend "kubernetes" {
    secret_suffix     = "keepalive"
    namespace         = "test-lab"
    in_cluster_config = true
  }
}
