resource "msgraph_call" "lab" {
  callback_uri = "https://bot.contoso.com/callback"
  join_meeting = {
    join_meeting_id = "2414128301281"
    passcode        = "a1B2c3"
  }
}
