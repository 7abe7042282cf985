# A module that keeps a call alive and returns when it must be applied again.
resource "msgraph_call_keepalive" "lab" {
  call_id     = var.call_id
  renew_after = var.renew_after
}

variable "call_id" {
  description = "The call to keep alive, by the ID that Graph returned when the call was placed."
  type        = string
}

variable "renew_after" {
  description = "The time after the last keepAlive at which the next one is due."
  type        = string
  default     = "10m"
}

output "call_id" {
  description = "The call, once it is alive."
  value       = msgraph_call_keepalive.lab.alive ? msgraph_call_keepalive.lab.id : null
}
