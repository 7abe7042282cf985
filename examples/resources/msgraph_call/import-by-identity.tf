# tenant_id is optional. If it is set, a provider for another tenant rejects the import.
import {
  to = msgraph_call.lab
  identity = {
    call_id   = "57dab8b1-894c-409a-b240-bd8beae78896"
    tenant_id = "b0a5e1c2-6d54-4f0a-9b1e-3c7d2f8a4e60"
  }
}
