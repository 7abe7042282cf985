# The credential comes from the environment; see README.md.
provider "msgraph" {
  # Sees each operation once: its request and its last response.
  http_pipeline_step {
    name        = "trace"
    position    = "prepend"
    command     = [var.step]
    environment = { TRACE_FILE = var.trace_file }
    timeout     = "5s"
  }
}

resource "msgraph_call_keepalive" "lab" {
  call_id = var.call_id
}
