# A Teams meeting, by the link in its invitation. `terraform apply` every 15 minutes keeps the application in it, and
# places the call again after it has ended.
variable "join_url" {
  type      = string
  sensitive = true # it may hold the passcode
}

resource "msgraph_call" "meeting" {
  callback_uri = "https://bot.contoso.com/callback"
  join_url     = var.join_url
}

# The application calls each phone of a lab. One that does not answer does not affect the others.
variable "lab" {
  type = map(string)
  default = {
    reception = "112f7296-5fa4-42ca-bae8-6a692b15d4b8"
    lobby     = "f1fc9be6-f0b8-4b0c-9d4e-5b8d1c1f0a35"
  }
}

resource "msgraph_call" "lab" {
  for_each     = var.lab
  callback_uri = "https://bot.contoso.com/callback"

  target {
    user_id = each.value
  }

  timeouts {
    create = "2m" # to answer
  }
}

# Calls a phone number from a resource account with its own number. After the call has ended, it is not placed again.
resource "msgraph_call" "phone" {
  callback_uri                   = "https://bot.contoso.com/callback"
  source_application_instance_id = "c0e5c5a4-7d2b-4f0a-9b7e-1a4e6d8f3b21"
  on_ended                       = "keep"

  target {
    phone_number = "+12065550100"
  }
}

output "phone" {
  value = msgraph_call.phone.alive ? "in a call" : msgraph_call.phone.end_reason
}
