# Keeps a lab of calls alive if `terraform apply` runs every 15 minutes.
variable "calls" {
  description = "The ID of each call, by a name of your choice."
  type        = map(string)
  default = {
    reception = "2f1a1100-b174-40a0-aba7-0b405e01ed92"
    lobby     = "6b1c8f40-0e2d-4a57-9f3e-7d5a2c9b1e08"
    hall      = "c0e5c5a4-7d2b-4f0a-9b7e-1a4e6d8f3b21"
  }
}

resource "msgraph_call_keepalives" "lab" {
  # Omit calls that could not be placed: their IDs are null.
  calls = { for name, id in var.calls : name => id if id != null }

  # It can take a few seconds until Graph knows a new call.
  wait_for_call = "1m"

  # Report calls that have ended. Without this line, they are an error.
  on_ended = "report"
}

output "ended" {
  description = "Why each ended call has ended, by name."
  value       = msgraph_call_keepalives.lab.ended
}
