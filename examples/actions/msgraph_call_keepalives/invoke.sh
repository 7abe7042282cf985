# Hold the lab for a working day, for example in a CI job that is allowed to run that long.
terraform apply -auto-approve -invoke=action.msgraph_call_keepalives.day
