# The credential comes from the environment; see README.md.
provider "msgraph" {}

# Calls each user. The next apply places a call again that has ended. A call that is not answered does not affect the
# others.
resource "msgraph_call" "user" {
  for_each     = var.users
  callback_uri = var.callback_uri

  target {
    user_id = each.value
  }

  timeouts {
    create = "2m" # the time to answer
  }
}

# Joins each meeting. The links are secrets, the names of the meetings are not.
resource "msgraph_call" "meeting" {
  for_each     = nonsensitive(toset(keys(var.meetings)))
  callback_uri = var.callback_uri
  join_url     = var.meetings[each.key]
}
