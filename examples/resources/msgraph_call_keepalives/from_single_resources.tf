# Takes over calls from resources that would hang them up when destroyed (Terraform 1.7, OpenTofu 1.7).
removed {
  from = msgraph_call_keepalive.each

  lifecycle {
    destroy = false
  }
}
