# Hold the call for an afternoon, as a job of a CI system that may last that long.
terraform apply -auto-approve -invoke=action.msgraph_call_keepalive.afternoon
