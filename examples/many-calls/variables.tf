variable "calls_file" {
  description = "The file in this directory that lists the calls: .csv, .json or .yaml."
  type        = string
  default     = "calls.csv"
}
