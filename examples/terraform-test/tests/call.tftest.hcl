# Nothing is sent: the provider is a mock, and what Graph would have responded is a fixture (Terraform 1.7).
mock_provider "msgraph" {
  mock_resource "msgraph_call_keepalive" {
    defaults = {
      id         = "57dab8b1-894c-409a-b240-bd8beae78896"
      alive      = true
      expires_at = "2026-03-14T15:45:00Z"
    }
  }
}

variables {
  call_id = "57dab8b1-894c-409a-b240-bd8beae78896"
}

run "keeps_the_call_alive" {
  assert {
    condition     = output.call_id == var.call_id
    error_message = "The module does not return the call."
  }
}

run "renews_before_graph_ends_the_call" {
  command = plan

  assert {
    condition     = msgraph_call_keepalive.lab.renew_after == "10m"
    error_message = "The module does not leave time for a run that is late."
  }
}
