# The credential comes from the environment; see README.md.
provider "msgraph" {}

locals {
  text = file("${path.module}/${var.calls_file}")

  # A list of calls, each with a name and an ID. The extension determines the format; any other extension is an error.
  rows = {
    csv  = endswith(var.calls_file, ".csv") ? csvdecode(local.text) : null
    json = endswith(var.calls_file, ".json") ? jsondecode(local.text) : null
    yaml = endswith(var.calls_file, ".yaml") ? yamldecode(local.text) : null
  }[reverse(split(".", var.calls_file))[0]]
}

# One object for all calls: one that has ended or cannot be read does not affect the others. Rows without an ID are skipped.
resource "msgraph_call_keepalives" "lab" {
  calls    = { for row in local.rows : row.name => row.call_id if row.call_id != null && row.call_id != "" }
  on_ended = "report"
}
