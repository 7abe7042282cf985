# What kept the call alive so far:
#
#   resource "msgraph_resource_action" "lab" {
#     resource_url = "communications/calls/57dab8b1-894c-409a-b240-bd8beae78896"
#     action       = "keepAlive"
#     method       = "POST"
#   }
#
# The next apply updates it in place and sends one keepAlive. Terraform wants the provider
# microsoft/msgraph to be installed until then.
moved {
  from = msgraph_resource_action.lab
  to   = msgraph_call_keepalive.lab
}

resource "msgraph_call_keepalive" "lab" {
  call_id = "57dab8b1-894c-409a-b240-bd8beae78896"
}
