resource "msgraph_call" "lab" {
  callback_uri = "https://bot.contoso.com/callback"
  meeting = {
    thread_id    = "19:meeting_MjZiNjU4ZWYtNWEyMS00MzVm@thread.v2"
    message_id   = "0"
    organizer_id = "5810cede-f3cc-42eb-b2c1-e9bd5d53ec96"
    tenant_id    = "b0a5e1c2-6d54-4f0a-9b1e-3c7d2f8a4e60"
  }
}
