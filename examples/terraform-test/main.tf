# A module that keeps a call alive and tells when it must be looked at again.
resource "msgraph_call_keepalive" "lab" {
  call_id     = var.call_id
  renew_after = var.renew_after
}

variable "call_id" {
  description = "The call to keep alive, as Graph named it when the call was placed."
  type        = string
}

variable "renew_after" {
  description = "The age at which the last keepAlive makes the next one due."
  type        = string
  default     = "10m"
}

output "call_id" {
  description = "The call, once it is alive."
  value       = msgraph_call_keepalive.lab.alive ? msgraph_call_keepalive.lab.id : null
}
