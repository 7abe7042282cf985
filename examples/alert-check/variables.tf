variable "call_id" {
  description = "The call to watch, as Graph named it when the call was placed."
  type        = string
}
