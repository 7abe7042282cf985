# A notification about the call that the bot logged.
variable "notification" {
  type    = string
  default = <<-JSON
    {
      "value": [
        {
          "changeType": "updated",
          "resource": "/app/calls/57dab8b1-894c-409a-b240-bd8beae78896",
          "resourceUrl": "/communications/calls/57dab8b1-894c-409a-b240-bd8beae78896"
        }
      ]
    }
  JSON
}

resource "msgraph_call_keepalive" "lab" {
  call_id = provider::msgraph::call_id(var.notification)
}

# Both are 57dab8b1-894c-409a-b240-bd8beae78896.
output "from_a_url" {
  value = provider::msgraph::call_id("https://graph.microsoft.com/v1.0/communications/calls/57dab8b1-894c-409a-b240-bd8beae78896/keepAlive")
}

output "from_a_path" {
  value = provider::msgraph::call_id("/app/calls/57dab8b1-894c-409a-b240-bd8beae78896/operations/0fe0623f-d628-42ed-b4bd-8ac290072cc5")
}

# One ID for each of several notifications.
variable "notifications" {
  type    = list(string)
  default = ["/communications/calls/2f1a1100-b174-40a0-aba7-0b405e01ed92", "6b1c8f40-0e2d-4a57-9f3e-7d5a2c9b1e08"]
}

output "all" {
  value = toset([for text in var.notifications : provider::msgraph::call_id(text)])
}
