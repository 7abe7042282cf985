variable "callback_uri" {
  description = "Where Graph posts the notifications of the calls: a public https URL of the bot."
  type        = string
}

variable "users" {
  description = "The object ID of each user who is called, by a name of your choice."
  type        = map(string)
  default = {
    reception = "112f7296-5fa4-42ca-bae8-6a692b15d4b8"
    lobby     = "f1fc9be6-f0b8-4b0c-9d4e-5b8d1c1f0a35"
    hall      = "0a2fd8c4-7d51-4c0e-9a36-51b2f6a5e917"
  }
}

variable "meetings" {
  description = "The join link of each Teams meeting that is joined, by a name of your choice."
  type        = map(string)
  default     = {}
  sensitive   = true # a link may hold the passcode
}
