# The previous configuration:
#
#   resource "msgraph_resource_action" "lab" {
#     resource_url = "communications/calls/57dab8b1-894c-409a-b240-bd8beae78896"
#     action       = "keepAlive"
#     method       = "POST"
#   }
#
# The next apply updates it in place and sends one keepAlive. Terraform requires the provider
# microsoft/msgraph until then.
moved {
  from = msgraph_resource_action.lab
  to   = msgraph_call_keepalive.lab
}

resource "msgraph_call_keepalive" "lab" {
  call_id = "57dab8b1-894c-409a-b240-bd8beae78896"
}
