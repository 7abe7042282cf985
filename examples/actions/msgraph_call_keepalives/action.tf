variable "calls" {
  description = "The ID of each call, by a name of your choice."
  type        = map(string)
  default = {
    reception = "2f1a1100-b174-40a0-aba7-0b405e01ed92"
    lobby     = "6b1c8f40-0e2d-4a57-9f3e-7d5a2c9b1e08"
    hall      = "c0e5c5a4-7d2b-4f0a-9b7e-1a4e6d8f3b21"
  }
}

# One keepAlive for each call on demand:
#   terraform apply -invoke=action.msgraph_call_keepalives.now
action "msgraph_call_keepalives" "now" {
  config {
    calls = var.calls
  }
}

# One job that holds the whole lab for a working day.
action "msgraph_call_keepalives" "day" {
  config {
    calls    = var.calls
    hold_for = "8h"

    # A call that ends is reported, but does not fail the job.
    on_ended = "report"

    timeouts {
      invoke = "2m" # for each round
    }
  }
}
