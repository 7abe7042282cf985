resource "msgraph_call_keepalive" "lab" {
  identity {
    call_id           = "57dab8b1-894c-409a-b240-bd8beae78896"
    user_id           = "8b081ef6-4792-4def-b2c9-c363a1bf41d5"
    online_meeting_id = "MSo4YjA4MWVmNg"
  }
}
