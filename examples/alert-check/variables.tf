variable "call_id" {
  description = "The call to watch, by the ID that Graph returned when the call was placed."
  type        = string
}
