variable "call_id" {
  description = "The ID of the call to keep alive, as Graph returned it when the call was placed."
  type        = string
}

variable "step" {
  description = "The path of the program to run for the requests. README.md describes how to build it."
  type        = string
  default     = "./trace"
}

variable "trace_file" {
  description = "The file to which the program appends a line for each request and each response."
  type        = string
  default     = "trace.log"
}
