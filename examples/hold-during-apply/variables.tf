variable "call_id" {
  description = "The call to hold, as Graph named it when the call was placed."
  type        = string
}

variable "release" {
  description = "What is deployed; another value runs the command again."
  type        = string
  default     = "2026.03.14"
}

variable "command" {
  description = "The work that takes long."
  type        = string
  default     = "echo The deployment runs here."
}
