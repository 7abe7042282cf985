# Hold the call for an afternoon, in a CI job that is allowed to run that long.
terraform apply -auto-approve -invoke=action.msgraph_call_keepalive.afternoon
