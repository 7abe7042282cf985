# How to sign in comes from the environment; README.md says how.
provider "msgraph" {}

locals {
  text = file("${path.module}/${var.calls_file}")

  # A list of calls with a name and an id each. JSON is YAML, too; CSV is not, so that comes second.
  calls = try(
    { for row in yamldecode(local.text) : row.name => row.call_id },
    { for row in csvdecode(local.text) : row.name => row.call_id },
  )
}

# By name, so that a call that is placed again replaces its own resource and touches no other.
resource "msgraph_call_keepalive" "lab" {
  for_each = local.calls
  call_id  = each.value
}
