package provider

import (
	"path/filepath"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/testos"
)

// The step of the example, which examples_whole_test.go runs as its README says.
func TestHTTPPipelineStep_failed(t *testing.T) {
	t.Parallel()
	const secret = "s3cret~of+the"
	l := newLab(t)
	program := filepath.ToSlash(filepath.Join(t.TempDir(), testos.Executable("trace")))
	build := goBuild("-o", program, "step/main.go")
	build.Dir = filepath.Join(examplesDir, "http-pipeline-step")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	file := filepath.Join(t.TempDir(), secret, "trace.log") // in no directory that exists
	w := newWorkspace(t, l.withEnv(l.environ()...), `
variable "file" {}
provider "msgraph" {
  http_pipeline_step {
    name        = "sign"
    position    = "append"
    command     = ["`+program+`"]
    environment = { TRACE_FILE = var.file }
  }
}
`+oneCall)
	w.env = append(w.env, "TF_VAR_file="+file)
	out := w.expectExit(1, applyNow)
	i := strings.Index(out, "Error: Pipeline Step Failed")
	if i < 0 {
		t.Fatalf("got %s", out)
	}
	expectText(t, out[i:], `The pipeline step "sign" failed: exit status 1; its standard error: open [redacted]: `+testos.ReadError(file))
	expectNoSecret(t, "the output", out[i:], secret)
	l.expectSent(t, 0)
}
