resource "msgraph_call" "lab" {
  callback_uri = "https://bot.contoso.com/callback"
  target {
    user_id = "112f7296-5fa4-42ca-bae8-6a692b15d4b8"
  }
}
