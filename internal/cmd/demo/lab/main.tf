terraform {
  required_providers {
    msgraph = { source = "terraform.local/local/msgraph" }
  }
}

variable "calls" {
  description = "The ID of each call, by its name."
  type        = map(string)
}

variable "on_ended" {
  type    = string
  default = "error"
}

resource "msgraph_call_keepalives" "lab" {
  calls    = var.calls
  on_ended = var.on_ended
}

output "ended" {
  value = msgraph_call_keepalives.lab.ended
}
