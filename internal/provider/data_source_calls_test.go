package provider

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/graphsim"
)

const callsType = "msgraph_calls"

// readCalls reads the data source; the result is nil where that failed.
func (l *lab) readCalls(t *testing.T, config attributes) (attributes, []*tfprotov6.Diagnostic) {
	t.Helper()
	return l.protocol(t).readData(callsType, config)
}

func TestCallsDataSource_reads(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.ShowEnded(graphsim.EndedVisibility{Terminated: time.Hour})
	config := l.hasCalls("abc")
	l.EndCall("id-b", 200, 5001, "")
	config["calls"].(attributes)["gone"] = "id-gone"
	got, diags := l.readCalls(t, config)
	expectNothing(t, diags)
	if want := (attributes{"a": true, "b": false, "c": true, "gone": false}); !reflect.DeepEqual(got["alive"], want) {
		t.Errorf("alive: %v", got["alive"])
	}
	if want := (attributes{"a": "established", "b": "terminated", "c": "established", "gone": nil}); !reflect.DeepEqual(got["state"], want) {
		t.Errorf("state: %v", got["state"])
	}
	reason := got["end_reason"].(attributes)
	expectText(t, fmt.Sprint(reason["b"]), "the conversation has ended")
	expectText(t, fmt.Sprint(reason["gone"]), "Graph does not know it")
	if reason["a"] != nil {
		t.Errorf("end_reason: %v", reason)
	}
	l.expectSent(t, 0)
	if got, diags = l.readCalls(t, attributes{"calls": attributes{}}); got == nil || len(diags) != 0 {
		t.Errorf("of no calls it reads %v, %s", got, said(diags))
	}
}

// Each fault, met by one of three and by all; and what is known only when it is read.
func TestCallsDataSource_faultMatrix(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault   graphsim.Fault
		summary string
	}{
		"401":      {graphsim.Status(401), "Graph Refused the Token"},
		"403":      {graphsim.Status(403), "Graph Denied Access to"},
		"429":      {graphsim.Throttled("2000"), "Graph Is Throttling Requests"},
		"503":      {graphsim.Status(503), "Graph Is Unavailable"},
		"HTML 404": {graphsim.HTMLNotFound(), "Unexpected Response"},
	} {
		for _, whom := range []string{"id-b", "id-"} {
			t.Run(name+" for "+whom, func(t *testing.T) {
				t.Parallel()
				l := newLab(t)
				config := l.hasCalls("abc")
				l.Inject(c.fault.To("", whom).For(-1))
				got, diags := l.readCalls(t, config)
				if strings.Contains(said(diags), adviceRead) {
					t.Errorf("says how a resource is refreshed: %s", said(diags))
				}
				if whom == "id-" {
					expectOne(t, diags, isError, c.summary, "a, b, c. The first of them:")
					if strings.Contains(said(diags), "is null in") {
						t.Errorf("says %s", said(diags))
					}
					return
				}
				expectOne(t, diags, isWarning, c.summary, "b:", "null in alive", `ElementKeyString("b")`)
				if want := (attributes{"a": true, "b": nil, "c": true}); !reflect.DeepEqual(got["alive"], want) || got["state"].(attributes)["c"] != "established" {
					t.Errorf("got %v", got)
				}
			})
		}
	}
	for id, summary := range map[any]string{nil: "Missing Call ID", "id-a": "Duplicate Call ID", "a/b": "Invalid Call ID"} {
		l := newLab(t)
		config := l.hasCalls("abc")
		config["calls"].(attributes)["b"] = id
		got, diags := l.readCalls(t, config)
		expectOne(t, diags, isWarning, summary, "b:", `ElementKeyString("b")`)
		if want := (attributes{"a": true, "b": nil, "c": true}); !reflect.DeepEqual(got["alive"], want) {
			t.Errorf("got %v", got["alive"])
		}
		for _, configured := range []bool{false, true} { // Terraform also validates right before it reads
			p := l.unconfigured(t)
			if configured {
				p = l.protocol(t)
			}
			schemas, err := p.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
			p.must(err, nil)
			resp, err := p.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
				TypeName: callsType, Config: p.encode(schemas.DataSourceSchemas[callsType].ValueType(), config),
			})
			p.must(err, nil)
			if configured {
				expectNothing(t, resp.Diagnostics)
				continue
			}
			expectOne(t, resp.Diagnostics, isError, summary, `ElementKeyString("b")`)
		}
	}
}

// An ID that is known only as the calls are read fails by itself, with Terraform as well; when none can be read, that is an error.
func TestCallsDataSource_idsKnownLate(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.PlaceCall(graphsim.Call{ID: "id-a"})
	w := newWorkspace(t, l, l.config(`
variable "calls" { type = map(string) }
data "msgraph_calls" "lab" { calls = var.calls }
output "alive" { value = data.msgraph_calls.lab.alive }
`))
	expectText(t, w.mustRun("plan", "-var", `calls={"a":"id-a","b":null,"c":"id-a"}`), "Warning: Missing Call ID", "Warning: Duplicate Call ID",
		"Call c: It has the same ID as a", "Calls that could not be read are null")
	expectText(t, w.expectExit(1, []string{"plan", "-var", `calls={"a":"a/b","b":null}`}), "Error: Missing Call ID", "Error: Invalid Call ID")
	w.mustRun("plan", "-var", "calls={}")
	w.write(l.config(`data "msgraph_calls" "lab" { calls = { a = "a/b" } }`))
	expectText(t, w.expectExit(1, []string{"plan"}), "Error: Invalid Call ID")
}

// An interrupt ends it with an error, whatever else was read, and then no value is null.
func TestCallsDataSource_interrupted(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	config := l.hasCalls("abc")
	config["calls"].(attributes)["bad"] = "x/y"
	l.block = attributes{"max_concurrent_requests": 1} // the third is sent once the two others have their responses
	p := l.protocol(t)
	l.Inject(graphsim.Stalled().To(http.MethodGet, "").AfterFirst(2))
	var resp *tfprotov6.ReadDataSourceResponse
	done := make(chan struct{})
	go func() {
		defer close(done)
		schemas, err := p.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
		if err != nil {
			return
		}
		as := schemas.DataSourceSchemas[callsType].ValueType()
		resp, _ = p.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: callsType, Config: p.encode(as, config)})
	}()
	for l.sent(http.MethodGet) < 3 {
		time.Sleep(5 * time.Millisecond)
	}
	if _, err := p.StopProvider(context.WithoutCancel(t.Context()), &tfprotov6.StopProviderRequest{}); err != nil {
		t.Fatal(err)
	}
	<-done
	if resp == nil {
		t.Fatal("there is no response")
	}
	expectText(t, said(resp.Diagnostics), "ERROR: Interrupted", "WARNING: Invalid Call ID")
	if strings.Contains(said(resp.Diagnostics), "null in alive") {
		t.Errorf("it says:\n%s", said(resp.Diagnostics))
	}
}
