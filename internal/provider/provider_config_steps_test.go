package provider

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const stepExample = "../../examples/http-pipeline-step/"

// buildExampleStep builds the example's program as its README says.
func buildExampleStep(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "trace")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "step/main.go")
	build.Dir = stepExample
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

func TestExamples_httpPipelineStep(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	var config string
	for _, file := range []string{"main.tf", "variables.tf"} {
		text, err := os.ReadFile(stepExample + file)
		if err != nil {
			t.Fatal(err)
		}
		config += string(text)
	}
	w := newWorkspace(t, l.withEnv(l.environ()...), config)
	trace := filepath.Join(w.dir, "trace.log")
	w.env = append(w.env, "TF_VAR_call_id="+callID, "TF_VAR_step="+buildExampleStep(t), "TF_VAR_trace_file="+trace)
	w.cleanApply(l, 1)
	content, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	parents := 0
	for _, r := range l.Requests() {
		if parent := r.Header.Get("Traceparent"); r.Service == "graph" {
			parents++
			if parent == "" || !strings.Contains(string(content), ": sent with "+parent+"\n") {
				t.Errorf("got traceparent %q, want one of those in\n%s", parent, content)
			}
		} else if parent != "" {
			t.Errorf("a request for a token has a traceparent")
		}
	}
	expectText(t, string(content), "keepAlive: response 200")
	if parents < 2 {
		t.Errorf("got %d requests, want the keepAlive and the plan's look", parents)
	}
}

func stepBlock(attributes string) string {
	return "  http_pipeline_step {\n    " + strings.ReplaceAll(attributes, "; ", "\n    ") + "\n  }\n"
}

func TestHTTPPipelineStep_failed(t *testing.T) {
	t.Parallel()
	const secret = "s3cret~of+the"
	l := newLab(t)
	program, file := buildExampleStep(t), filepath.Join(t.TempDir(), secret, "trace.log") // in no folder that exists
	w := newWorkspace(t, l.withEnv(l.environ()...), "")
	w.write("variable \"file\" {}\nprovider \"msgraph\" {\n" +
		stepBlock(`name = "sign"; position = "append"; command = ["`+program+`"]; environment = { TRACE_FILE = var.file }`) + "}\n" + oneCall)
	w.env = append(w.env, "TF_VAR_file="+file)
	out, code := w.run("apply", "-auto-approve")
	if code != 1 {
		t.Errorf("apply exited %d", code)
	}
	i := strings.Index(out, "Error: Pipeline Step Failed")
	if i < 0 {
		t.Fatalf("got %s", out)
	}
	expectText(t, out[i:], `The pipeline step "sign" failed: exit status 1; its standard error: open [redacted]: no such file or directory`)
	expectNoSecret(t, "the output", out[i:], secret)
	l.expectSent(t, 0)
}

func TestHTTPPipelineStep_refused(t *testing.T) {
	t.Parallel()
	const secret = "s3cret~value"
	good := func(name string) string {
		return `name = ` + name + `; position = "append"; command = ["true"]; environment = { KEY = "` + secret + `" }`
	}
	for name, test := range map[string]struct{ blocks, says string }{
		"two of one name":     {stepBlock(good(`"a"`)) + stepBlock(strings.Replace(good(`"a"`), "append", "prepend", 1)), "Duplicate Step Name"},
		"position":            {stepBlock(`name = "a"; position = "middle"; command = ["true"]`), `["prepend" "append"]`},
		"variable":            {stepBlock(`name = "a"; position = "append"; command = ["true"]; environment = { "A=B" = "` + secret + `" }`), `"A=B" cannot be set`},
		"unknown environment": {stepBlock(`name = "a"; position = "append"; command = ["true"]; environment = { KEY = terraform_data.late.output }`), "Unknown Provider Setting"},
		"no position":         {stepBlock(`name = "a"; command = ["true"]`), "position"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			w := newWorkspace(t, l.withEnv(l.environ()...), "")
			w.write("provider \"msgraph\" {\n" + test.blocks + "}\nresource \"terraform_data\" \"late\" { input = \"s\" }\n" + oneCall)
			out, code := w.run("plan")
			if code != 1 {
				t.Errorf("plan exited %d", code)
			}
			expectText(t, out, test.says)
			expectNoSecret(t, "the output", out, secret)
			if n := len(l.Requests()); n != 0 {
				t.Errorf("%d requests were sent", n)
			}
		})
	}
}
