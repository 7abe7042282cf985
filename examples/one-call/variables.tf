variable "call_id" {
  description = "The ID of the call to keep alive, as Graph gave it when the call was placed."
  type        = string
}

variable "renew_after" {
  description = "The age at which the last keepAlive makes the next one due."
  type        = string
  default     = "10m"
}
