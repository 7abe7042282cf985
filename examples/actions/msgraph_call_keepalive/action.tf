# One keepAlive on demand:
#   terraform apply -invoke=action.msgraph_call_keepalive.now
action "msgraph_call_keepalive" "now" {
  config {
    call_id = "57dab8b1-894c-409a-b240-bd8beae78896"
  }
}

# One job that holds a call for an afternoon.
action "msgraph_call_keepalive" "afternoon" {
  config {
    identity {
      call_id = "57dab8b1-894c-409a-b240-bd8beae78896"
    }

    hold_for = "5h"

    timeouts {
      invoke = "1m" # for each keepAlive
    }
  }
}

# A keepAlive after each deployment.
resource "terraform_data" "deployment" {
  input = "2026.03.14"

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.msgraph_call_keepalive.now]
    }
  }
}
