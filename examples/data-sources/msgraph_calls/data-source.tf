# Some of these calls may have ended; that is not an error.
data "msgraph_calls" "lab" {
  calls = {
    reception = "57dab8b1-894c-409a-b240-bd8beae78896"
    lobby     = "6b1c8f40-0e2d-4a57-9f3e-7d5a2c9b1e08"
  }
}

output "ended" {
  description = "Why each ended call has ended, by name."
  value       = { for name, alive in data.msgraph_calls.lab.alive : name => data.msgraph_calls.lab.end_reason[name] if alive == false }
}

output "unknown" {
  description = "The calls that could not be read."
  value       = [for name, alive in data.msgraph_calls.lab.alive : name if alive == null]
}
