variable "call_id" {
  description = "The ID of the call to keep alive during the run, as Graph gave it when the call was placed."
  type        = string
}

variable "command" {
  description = "The work for which the call has to live."
  type        = string
  default     = "echo The tests run here."
}
