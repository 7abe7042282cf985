# Keeps a call alive if `terraform apply` runs every 15 minutes.
resource "msgraph_call_keepalive" "lab" {
  call_id = "57dab8b1-894c-409a-b240-bd8beae78896"
}

# A few calls, each a resource of its own in the plan. For many, use msgraph_call_keepalives.
variable "calls" {
  type = map(string)
  default = {
    reception = "2f1a1100-b174-40a0-aba7-0b405e01ed92"
    lobby     = "6b1c8f40-0e2d-4a57-9f3e-7d5a2c9b1e08"
  }
}

resource "msgraph_call_keepalive" "each" {
  for_each = var.calls
  call_id  = each.value
}

# An apply right after a call was placed: it can take a few seconds until Graph knows the call.
# The call is hung up when the resource is destroyed.
resource "msgraph_call_keepalive" "fresh" {
  identity {
    call_id = "c0e5c5a4-7d2b-4f0a-9b7e-1a4e6d8f3b21"
  }

  wait_for_call      = "1m"
  hang_up_on_destroy = true
}

# Sends a keepAlive whenever the release changes, regardless of the last one. Requests are
# retried for longer than the default of two minutes.
variable "release" {
  type    = string
  default = "2026.03.14"
}

resource "msgraph_call_keepalive" "released" {
  call_id = "9a8f6f5e-3c1b-4c52-8d0f-2b7f4e6a1c90"

  triggers = {
    release = var.release
  }

  timeouts {
    create = "5m"
    update = "5m"
  }
}

output "expires_at" {
  description = "When Graph ends the call if no keepAlive follows."
  value       = msgraph_call_keepalive.lab.expires_at
}
