variable "call_id" {
  description = "The ID of the call to keep alive, as Graph returned it when the call was placed."
  type        = string
}

variable "renew_after" {
  description = "The time after the last keepAlive at which the next one is due."
  type        = string
  default     = "10m"
}
