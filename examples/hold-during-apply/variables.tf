variable "call_id" {
  description = "The call to hold, by the ID that Graph returned when the call was placed."
  type        = string
}

variable "release" {
  description = "The release to deploy. Changing it runs the command again."
  type        = string
  default     = "2026.03.14"
}

variable "command" {
  description = "The command that takes long."
  type        = string
  default     = "echo The deployment runs here."
}
