variable "call_id" {
  description = "The ID of the call to keep alive, as Graph gave it when the call was placed."
  type        = string
}

variable "step" {
  description = "The path of the program that sees the requests; README.md says how to build one."
  type        = string
  default     = "./trace"
}

variable "trace_file" {
  description = "The file to which the program adds a line for each request and each response."
  type        = string
  default     = "trace.log"
}
