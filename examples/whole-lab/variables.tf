variable "callback_uri" {
  description = "Where Graph posts the notifications of the calls: a public https URL of the bot."
  type        = string
}

variable "users" {
  description = "The object ID of each user to call, by a name of your choice."
  type        = map(string)
}

variable "meetings" {
  description = "The join link of each Teams meeting to join, by a name of your choice."
  type        = map(string)
  default     = {}
  sensitive   = true # a link may contain the passcode
}
