package provider

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/testos"
)

// recordedRun is what a CLI says and how it exits, where the decision of keepalive.sh hangs on nothing else.
type recordedRun struct {
	planCode, applyCode int
	planLog, applyLog   []string
	changes, drift      []string // of the plan's JSON
	outputs             string   // likewise, an object
}

func diagnosticLine(severity, address, summary string) string {
	return `{"type":"diagnostic","diagnostic":{"severity":"` + severity + `","summary":"` + summary + `","detail":"Why.","address":` +
		strconv.Quote(address) + `}}`
}

func changeOf(typeName, address, action, after string) string {
	return `{"mode":"managed","type":"` + typeName + `","address":` + strconv.Quote(address) + `,"change":{"actions":["` + action + `"],"after":` + after + `}}`
}

// cli writes a program that replays the run, and notes an apply in the file applied.
func (r recordedRun) cli(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		testos.WriteProgram(t, path, text)
		return path
	}
	plan := write("plan.json", `{"resource_changes":[`+strings.Join(r.changes, ",")+`],"resource_drift":[`+strings.Join(r.drift, ",")+`],"output_changes":{`+r.outputs+`}}`)
	planLog := write("plan.log", strings.Join(r.planLog, "\n")+"\n")
	applyLog := write("apply.log", strings.Join(r.applyLog, "\n")+"\n")
	return write("terraform", "#!/bin/sh\ncase $1 in\nplan) cat "+planLog+"; exit "+strconv.Itoa(r.planCode)+
		" ;;\nshow) cat "+plan+" ;;\napply) touch "+filepath.Join(dir, "applied")+"; cat "+applyLog+"; exit "+strconv.Itoa(r.applyCode)+" ;;\nesac\n")
}

const (
	callsAddress     = "msgraph_call_keepalives.lab"
	callAddress      = "msgraph_call.lab"
	keepaliveAddress = "msgraph_call_keepalive.lab"
)

func TestSchedulers_decisions(t *testing.T) {
	t.Parallel()
	needsPrograms(t, "sh", "jq")
	const endedInState = `{"ended":{"ballroom":"Graph shows it as \"terminated\"","foyer":"Graph does not know it"}}`
	for name, test := range map[string]struct {
		run     recordedRun
		check   int // exit code with --check
		code    int // and without
		applied bool
		lines   []string // of the run
	}{
		"keepalives: ended, as a report": {
			recordedRun{changes: []string{changeOf("msgraph_call_keepalives", callsAddress, "no-op", endedInState)}},
			3, 3, false, []string{
				`keepalive: ended: ` + callsAddress + `["ballroom"]: Graph shows it as "terminated"`,
				`keepalive: ended: ` + callsAddress + `["foyer"]: Graph does not know it`,
			},
		},
		"keepalives: an end that is not recorded yet": {
			recordedRun{
				changes: []string{changeOf("msgraph_call_keepalives", callsAddress, "no-op", endedInState)},
				drift:   []string{changeOf("msgraph_call_keepalives", callsAddress, "update", endedInState)},
			},
			3, 3, true, []string{`keepalive: ended: ` + callsAddress + `["foyer"]: Graph does not know it`, "keepalive: applied."},
		},
		"keepalive: only its own end is not recorded": {
			recordedRun{
				planCode: 2, changes: []string{changeOf("msgraph_call_keepalive", keepaliveAddress, "create", `{"id":"1"}`)},
				drift: []string{`{"type":"msgraph_call_keepalive","address":"` + keepaliveAddress + `","change":{"actions":["delete"],"before":{"id":"1"}}}`},
			},
			3, 3, false, []string{"keepalive: ended: " + keepaliveAddress},
		},
		"keepalives: a change of state without an end": {
			recordedRun{
				changes: []string{changeOf("msgraph_call_keepalives", callsAddress, "no-op", `{"ended":{}}`)},
				drift:   []string{changeOf("msgraph_call_keepalives", callsAddress, "update", `{"ended":{}}`)},
			},
			0, 0, false, []string{"keepalive: nothing is due."},
		},
		"keepalives: dead at create": {
			recordedRun{
				planCode: 2, changes: []string{changeOf("msgraph_call_keepalives", callsAddress, "create", `{"ended":{}}`)},
				applyCode: 1, applyLog: []string{diagnosticLine("error", callsAddress, "Calls Not Found")},
			},
			2, 3, true, []string{"keepalive: ended: " + callsAddress + ": see above"},
		},
		"keepalives: a plan that fails": {
			recordedRun{planCode: 1, planLog: []string{
				diagnosticLine("warning", callsAddress, "Calls Have Ended"), diagnosticLine("error", callsAddress, "Missing Call ID"),
			}},
			3, 3, false, []string{"keepalive: ended: " + callsAddress + ": see above"},
		},
		"keepalives: another failure": {
			recordedRun{
				planCode: 2, changes: []string{changeOf("msgraph_call_keepalives", callsAddress, "update", `{"ended":{}}`)},
				applyCode: 1, applyLog: []string{diagnosticLine("error", callsAddress, "Graph Denied Access to Calls")},
			},
			2, 1, true, []string{"keepalive: error: " + callsAddress + ": Graph Denied Access to Calls", "keepalive: the apply failed: see above."},
		},
		"call: placed again": {
			recordedRun{
				planCode: 2, changes: []string{changeOf("msgraph_call", callAddress, "create", `{"alive":true}`)},
				drift:   []string{changeOf("msgraph_call", callAddress, "delete", "null")},
				planLog: []string{diagnosticLine("warning", callAddress, "Call Will Be Placed Again")},
			},
			2, 0, true, []string{"keepalive: warning: " + callAddress + ": Call Will Be Placed Again", "keepalive: applied."},
		},
		"call: ended, and to be kept so": {
			recordedRun{changes: []string{changeOf("msgraph_call", callAddress, "no-op", `{"alive":false,"end_reason":"Graph no longer knows it"}`)}},
			3, 3, false, []string{"keepalive: ended: " + callAddress + ": Graph no longer knows it"},
		},
		"call: ended, and to be kept so, without a reason": {
			recordedRun{changes: []string{changeOf("msgraph_call", callAddress, "no-op", `{"alive":false,"end_reason":null}`)}},
			3, 3, false, []string{"keepalive: ended: " + callAddress},
		},
		"keepalive: ended, and outputs of it": {
			recordedRun{
				planCode: 2, changes: []string{changeOf("msgraph_call_keepalive", keepaliveAddress, "create", `{}`)},
				planLog: []string{diagnosticLine("warning", keepaliveAddress, "Graph Does Not Know the Call")},
				outputs: `"expires_at":{"actions":["create"]}`,
			},
			3, 3, false, []string{"keepalive: ended: " + keepaliveAddress},
		},
		"keepalive: due, and outputs of it": {
			recordedRun{
				planCode: 2, changes: []string{changeOf("msgraph_call_keepalive", keepaliveAddress, "update", `{}`)},
				outputs: `"expires_at":{"actions":["update"]}`,
			},
			2, 0, true, []string{"keepalive: applied."},
		},
		"only an output": {
			recordedRun{planCode: 2, outputs: `"expires_at":{"actions":["create"]}`}, 2, 0, true, []string{"keepalive: applied."},
		},
		"call: ended during the run": {
			recordedRun{
				planCode: 2, changes: []string{changeOf("msgraph_call", callAddress, "update", `{"alive":true}`)},
				applyCode: 1, applyLog: []string{diagnosticLine("error", callAddress, "Call Has Ended")},
			},
			2, 1, true, []string{"keepalive: the apply failed: see above."},
		},
		"call: in a module named as a keepalive": {
			recordedRun{
				planCode: 2, changes: []string{changeOf("msgraph_call", `module.m["msgraph_call_keepalive.x"].msgraph_call.lab`, "update", `{}`)},
				applyCode: 1, applyLog: []string{diagnosticLine("error", `module.m["msgraph_call_keepalive.x"].msgraph_call.lab`, "Call Has Ended")},
			},
			2, 1, true, nil,
		},
		"keepalive: in a module, by a hostile name": {
			recordedRun{
				planCode: 1, planLog: []string{diagnosticLine("error", `module.m[0].ephemeral.msgraph_call_keepalive.lab["a]\"]\u001b"]`, "Call Has Ended")},
			},
			3, 3, false, []string{`keepalive: ended: module.m[0].ephemeral.msgraph_call_keepalive.lab["a]\"]\u001b"]`},
		},
		"call: an end that is not recorded yet": {
			recordedRun{
				changes: []string{changeOf("msgraph_call", callAddress, "no-op", `{"alive":false,"end_reason":"code 487"}`)},
				drift:   []string{changeOf("msgraph_call", callAddress, "update", `{"alive":false,"end_reason":"code 487"}`)},
			},
			3, 3, true, []string{"keepalive: ended: " + callAddress + ": code 487"},
		},
		"keepalives: ended, according to an action that a resource triggers": {
			recordedRun{
				planCode: 2, changes: []string{changeOf("terraform_data", "terraform_data.d", "update", `{}`)},
				applyCode: 1, applyLog: []string{diagnosticLine("error", `module.m.action.msgraph_call_keepalives.lab, called from module.m.terraform_data.d["a"]`, "Call Not Found")},
			},
			2, 3, true, []string{`keepalive: ended: module.m.action.msgraph_call_keepalives.lab, called from module.m.terraform_data.d["a"]: see above`},
		},
		"another provider's action that a keepalive triggers": {
			recordedRun{
				planCode: 2, changes: []string{changeOf("msgraph_call_keepalive", keepaliveAddress, "update", `{}`)},
				applyCode: 1, applyLog: []string{diagnosticLine("error", "action.other_notice.n, called from module.m.msgraph_call_keepalive.lab", "Not Found")},
			},
			2, 1, true, nil,
		},
		"nothing but a move": {recordedRun{planCode: 2}, 2, 0, true, []string{"keepalive: applied."}},
		"no JSON at all": {
			recordedRun{planCode: 1, planLog: []string{"Error: Backend initialization required"}},
			1, 1, false, []string{"keepalive: Error: Backend initialization required"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cli := test.run.cli(t)
			env := []string{"PATH=" + os.Getenv("PATH"), "TERRAFORM=" + cli}
			if out, code := script(t, t.TempDir(), env, "keepalive.sh", "--check"); code != test.check {
				t.Errorf("--check exited %d, want %d:\n%s", code, test.check, out)
			} else if only := test.run.outputs != "" && len(test.run.changes) == 0; strings.Contains(out, "due: output") != only {
				t.Errorf("--check names outputs, want %t:\n%s", only, out)
			}
			applied := filepath.Join(filepath.Dir(cli), "applied")
			if _, err := os.Stat(applied); err == nil {
				t.Error("--check applied the plan")
			}
			out, code := script(t, t.TempDir(), env, "keepalive.sh")
			if code != test.code {
				t.Errorf("the run exited %d, want %d:\n%s", code, test.code, out)
			}
			if _, err := os.Stat(applied); (err == nil) != test.applied {
				t.Errorf("the plan was applied: %t, want %t", err == nil, test.applied)
			}
			expectLines(t, out, test.lines...)
			expectPrefix(t, out)
		})
	}
}
