# The credential comes from the environment; see README.md.
provider "msgraph" {}

# Calls each user. A call that has ended is placed again by the next apply. One that is not answered keeps none of the
# others from being placed or kept alive.
resource "msgraph_call" "user" {
  for_each     = var.users
  callback_uri = var.callback_uri

  target {
    user_id = each.value
  }

  timeouts {
    create = "2m" # to answer
  }
}

# Joins each meeting. The names of the meetings are no secrets, the links are.
resource "msgraph_call" "meeting" {
  for_each     = nonsensitive(toset(keys(var.meetings)))
  callback_uri = var.callback_uri
  join_url     = var.meetings[each.key]
}
