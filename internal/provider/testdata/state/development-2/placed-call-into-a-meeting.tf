resource "msgraph_call" "lab" {
  callback_uri = "https://bot.contoso.com/callback"
  join_url     = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_MjZiNjU4ZWYtNWEyMS00MzVm%40thread.v2/0?context=%7b%22Tid%22%3a%22b0a5e1c2-6d54-4f0a-9b1e-3c7d2f8a4e60%22%2c%22Oid%22%3a%225810cede-f3cc-42eb-b2c1-e9bd5d53ec96%22%7d"
}
