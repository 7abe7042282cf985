# Hold the lab for a working day, for instance as a job of a CI system that lasts as long.
terraform apply -auto-approve -invoke=action.msgraph_call_keepalives.day
