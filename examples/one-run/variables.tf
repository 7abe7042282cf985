variable "call_id" {
  description = "The ID of the call to keep alive during the run, as Graph returned it when the call was placed."
  type        = string
}

variable "command" {
  description = "The work during which the call must stay alive."
  type        = string
  default     = "echo The tests run here."
}
