package graph_test

import (
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/pipelinestep"
)

// Prepended steps see an operation once and appended ones each attempt; in order before, in
// reverse order after.
func TestSteps_seeOperationsAndAttemptsInOrder(t *testing.T) {
	t.Parallel()
	shared := filepath.Join(t.TempDir(), "log")
	step := func(name, adds string) program {
		p := newProgram(t, name, "STEP_LOG="+shared, `REQUEST={"version":1,"headers":{"set":{"`+adds+`":["1"]}}}`,
			`RESPONSE={"version":1,"headers":{"set":{"X-Last":["`+name+`"]}}}`)
		p.log = shared
		return p
	}
	b := newClient(t, withSteps([]program{step("p1", "X-P1"), step("p2", "X-P2")}, []program{step("a1", "X-A1"), step("a2", "X-A2")}))
	b.sim.Inject(graphsim.Fault{Service: graphsim.ServiceGraph, Status: 429})
	response, err := b.keepAlive(t)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range step("", "x").documents(t) {
		got = append(got, fmt.Sprintf("%s %s %d %d", d.Step, d.Phase, d.Attempt, d.Status))
		if d.Version != 1 || d.Operation != "keepAlive" || d.Method != "POST" || d.URL != b.sim.GraphURL()+callPath+"/keepAlive" {
			t.Errorf("got %+v", d)
		}
		if _, ok := d.Headers["Authorization"]; ok {
			t.Errorf("%s was shown Authorization", d.Step)
		}
		if (d.DurationSeconds != nil) != (d.Phase == "response") {
			t.Errorf("got duration %v in phase %s", d.DurationSeconds, d.Phase)
		}
		if d.Step == "a1" && d.Phase == "request" && (d.Headers["X-P2"] == nil || d.Headers["X-A2"] != nil || d.Headers["Client-Request-Id"] == nil) {
			t.Errorf("a1 was shown %v, want what came before it", d.Headers)
		}
	}
	want := []string{
		"p1 request 0 0", "p2 request 0 0", "a1 request 1 0", "a2 request 1 0", "a2 response 1 429", "a1 response 1 429",
		"a1 request 2 0", "a2 request 2 0", "a2 response 2 200", "a1 response 2 200", "p2 response 0 200", "p1 response 0 200",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for _, name := range []string{"X-P1", "X-P2", "X-A1", "X-A2"} {
		if values := header(b.sent(), name); !slices.Equal(values, []string{"1", "1"}) {
			t.Errorf("got %s %q in the requests, want it in both", name, values)
		}
	}
	if auth := header(b.sent(), "Authorization"); !strings.HasPrefix(auth[0], "Bearer ") {
		t.Errorf("got %q", auth)
	}
	if last := response.Header().Get("X-Last"); last != "p1" {
		t.Errorf("got the response as %q left it, want the outermost step", last)
	}
}

func TestSteps_stepThatCannotBeUsedSendsNothing(t *testing.T) {
	t.Parallel()
	const secret = "s3cret~of+the/step="
	for name, test := range map[string]struct {
		variables []string
		command   []string
		timeout   time.Duration
		says      []string
	}{
		"missing":       {command: []string{"/no/such/program"}, says: []string{"cannot be started: the file"}},
		"exit":          {variables: []string{"STEP_EXIT=3", "STEP_STDERR=it is \x1b[31m" + secret}, says: []string{"exit status 3", "standard error", `it is \x1b[31m[redacted]`}},
		"timeout":       {variables: []string{"STEP_HANG=1"}, timeout: 300 * time.Millisecond, says: []string{"did not finish within 300ms"}},
		"nothing":       {variables: []string{"REQUEST="}, says: []string{"wrote nothing"}},
		"no JSON":       {variables: []string{"REQUEST=hello"}, says: []string{"not a document of the protocol: it is not JSON, from byte 1 on"}},
		"two":           {variables: []string{`REQUEST={"version":1}{"version":1}`}, says: []string{"more than one"}},
		"unknown key":   {variables: []string{`REQUEST={"version":1,"header":{}}`}, says: []string{"unknown field"}},
		"version":       {variables: []string{`REQUEST={"version":2}`}, says: []string{"version 2"}},
		"no version":    {variables: []string{`REQUEST={}`}, says: []string{"version 0"}},
		"too much":      {variables: []string{"STEP_HUGE=1"}, says: []string{"more than 1 MiB"}},
		"authorization": {variables: []string{`REQUEST={"version":1,"headers":{"set":{"authorization":["x"]}}}`}, says: []string{"authorization", "cannot be set"}},
		"encoding":      {variables: []string{`REQUEST={"version":1,"headers":{"set":{"Accept-Encoding":["br"]}}}`}, says: []string{"cannot be set"}},
		"takes out":     {variables: []string{`REQUEST={"version":1,"headers":{"remove":["Authorization"]}}`}, says: []string{"cannot be set"}},
		"proxy":         {variables: []string{`REQUEST={"version":1,"headers":{"set":{"Proxy-Authorization":["x"]}}}`}, says: []string{"cannot be set"}},
		"host header":   {variables: []string{`REQUEST={"version":1,"headers":{"set":{"Host":["x"]}}}`}, says: []string{"cannot be set"}},
		"line break":    {variables: []string{`REQUEST={"version":1,"headers":{"set":{"X-A":["x\r\nX-B: y"]}}}`}, says: []string{"HTTP does not allow this value"}},
		"host":          {variables: []string{`REQUEST={"version":1,"url":"https://evil.test/v1.0"}`}, says: []string{"another scheme or host", "evil.test"}},
		"relative":      {variables: []string{`REQUEST={"version":1,"url":"/v1.0"}`}, says: []string{"another scheme or host"}},
		"fail":          {variables: []string{`REQUEST={"version":1,"fail":{"message":"no ` + secret + `"}}`}, says: []string{`ended the operation: "no [redacted]"`}},
		"fail, silent":  {variables: []string{`REQUEST={"version":1,"fail":{}}`}, says: []string{"no message"}},
		"both":          {variables: []string{`REQUEST={"version":1,"url":"x","fail":{"message":"x"}}`}, says: []string{"several things at once"}},
		"status":        {variables: []string{`REQUEST={"version":1,"respond":{"status":101}}`}, says: []string{"status 101"}},
	} {
		for _, position := range []string{"prepend", "append"} {
			t.Run(name+", "+position, func(t *testing.T) {
				t.Parallel()
				p := newProgram(t, "odd-one", append(slices.Clone(test.variables), "SECRET="+secret)...)
				if test.command != nil {
					p.Command = test.command
				}
				if test.timeout != 0 {
					p.Timeout = test.timeout
				}
				option := withSteps([]program{p}, nil, secret)
				if position == "append" {
					option = withSteps(nil, []program{p}, secret)
				}
				b := newClient(t, option)
				_, err := b.keepAlive(t)
				e := wantKind(t, err, graph.KindStep)
				wantText(t, e.Error(), append(test.says, `the pipeline step "odd-one"`)...)
				wantShowable(t, e.Error(), 4)
				if strings.Contains(e.Error(), secret) || e.Attempts != 0 || e.GaveUp != "" {
					t.Errorf("got %+v, want no secret, no attempts and no retries", e)
				}
				b.wantSent(t, 0)
				if n := len(p.documents(t)); test.command == nil && n != 1 && (test.timeout == 0 || n > 1) {
					t.Errorf("the step ran %d times, want once", n)
				}
				if n := len(b.sim.Requests()); position == "prepend" && n != 0 {
					t.Errorf("%d requests were sent, want not even one for a token", n)
				}
			})
		}
	}
}

func TestSteps_stepRespondsInGraphsPlace(t *testing.T) {
	t.Parallel()
	respond := func(status int, body string) string {
		return fmt.Sprintf(`REQUEST={"version":1,"respond":{"status":%d,"headers":{"Content-Type":["application/json"],"X-By":["step"]},"body":%q}}`, status, body)
	}
	for _, position := range []string{"prepend", "append"} {
		t.Run(position, func(t *testing.T) {
			t.Parallel()
			with := func(first, second program) func(*setup) {
				if position == "append" {
					return withSteps(nil, []program{first, second})
				}
				return withSteps([]program{first, second}, nil)
			}
			before := newProgram(t, "before")
			b := newClient(t, with(before, newProgram(t, "mock", respond(200, `{"id":"`+callID+`","state":"establishing"}`))))
			call, err := b.get(t)
			if err != nil || call.State != "establishing" {
				t.Errorf("got %+v, %v", call, err)
			}
			b.wantSent(t, 0)
			if d := before.documents(t); len(d) != 2 || d[1].Status != 200 || d[1].Headers["X-By"] == nil {
				t.Errorf("the step before it got %+v, want the response shown to it", d)
			}
			b = newClient(t, with(before, newProgram(t, "mock", respond(404, `{"error":{"code":"8522","message":"gone"}}`))))
			_, err = b.keepAlive(t)
			wantText(t, wantKind(t, err, graph.KindNotFound).Error(), "8522", "gone")
		})
	}
}

func TestSteps_stepMayChangePathAndQuery(t *testing.T) {
	t.Parallel()
	b := newClient(t)
	target := b.sim.GraphURL() + callPath + "/keepAlive?via=gateway"
	c := newClient(t, withSteps(nil, []program{newProgram(t, "q", `REQUEST={"version":1,"url":"https://127.0.0.1:1`+callPath+`/keepAlive"}`)}))
	_, err := c.keepAlive(t)
	wantKind(t, err, graph.KindStep) // another port is another host
	c.wantSent(t, 0)
	p := newProgram(t, "q", `REQUEST={"version":1,"url":"`+target+`"}`)
	_, _ = b.with(t, graph.Options{Retry: once, Prepend: []pipelinestep.Step{p.Step}}).KeepAlive(b.within(t, time.Minute), callID, nil)
	if sent := b.sent(); len(sent) != 1 || sent[0].RawQuery != "via=gateway" {
		t.Errorf("got %+v", sent)
	}
}

func TestSteps_stepInTheResponsePhaseFailsOrReplaces(t *testing.T) {
	t.Parallel()
	b := newClient(t, withSteps(nil, []program{newProgram(t, "late", `RESPONSE={"version":1,"fail":{"message":"bad signature"}}`)}))
	_, err := b.keepAlive(t)
	wantText(t, wantKind(t, err, graph.KindStep).Error(), "late", "bad signature")
	b.wantSent(t, 1)

	b = newClient(t, withSteps(nil, []program{newProgram(t, "late", `RESPONSE={"version":1,"respond":{"status":202}}`)}))
	response, err := b.keepAlive(t)
	if err != nil || response.StatusCode != http.StatusAccepted {
		t.Errorf("got %+v, %v", response, err)
	}
}

func TestSteps_stepKnowsNothingOfTheProvidersEnvironment(t *testing.T) {
	t.Setenv("ARM_CLIENT_SECRET", "the-providers-own")
	p := newProgram(t, "curious", "STEP_ENVIRON=1", "OWN=mine")
	b := newClient(t, withSteps(nil, []program{p}))
	if _, err := b.keepAlive(t); err != nil {
		t.Fatal(err)
	}
	environ := p.lines(t)[1]
	if strings.Contains(environ, "the-providers-own") || !strings.Contains(environ, `"OWN=mine"`) || !strings.Contains(environ, `"PATH=`) {
		t.Errorf("got environment %s", environ)
	}
}

// meeting is where steps say that they run, and wait until they may continue.
func meeting(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// Two steps of two operations run at the same time: each waits until both are there.
func TestSteps_ofConcurrentOperationsRunConcurrently(t *testing.T) {
	t.Parallel()
	l := meeting(t)
	b := newClient(t, withSteps([]program{newProgram(t, "both", "STEP_MEET="+l.Addr().String())}, nil))
	go func() {
		for {
			var pair []net.Conn
			for range 2 {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				pair = append(pair, conn)
			}
			for _, conn := range pair {
				fmt.Fprintln(conn)
			}
		}
	}()
	results := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := b.keepAlive(t)
			results <- err
		}()
	}
	for range 2 {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
}

// A thousand calls are not a thousand processes: no more steps run at a time than requests do.
func TestSteps_asManyAtATimeAsRequests(t *testing.T) {
	t.Parallel()
	const atATime = 2
	l := meeting(t)
	b := newClient(t, withSteps([]program{newProgram(t, "one", "STEP_MEET="+l.Addr().String())}, nil), func(s *setup) { s.concurrent = atATime })
	go func() {
		for {
			running := make([]net.Conn, atATime)
			for i := range running {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				running[i] = conn
			}
			if tcp, ok := l.(*net.TCPListener); ok {
				_ = tcp.SetDeadline(time.Now().Add(200 * time.Millisecond))
				if another, err := l.Accept(); err == nil {
					t.Errorf("more than %d steps run at a time", atATime)
					fmt.Fprintln(another)
				}
				_ = tcp.SetDeadline(time.Time{})
			}
			for _, conn := range running {
				fmt.Fprintln(conn)
			}
		}
	}()
	var operations sync.WaitGroup
	for range 3 * atATime {
		operations.Go(func() {
			if _, err := b.keepAlive(t); err != nil {
				t.Error(err)
			}
		})
	}
	operations.Wait()
}

// The documents of all operations, as steps get them, are those of the published schema.
func TestSteps_getDocumentsOfTheSchema(t *testing.T) {
	t.Parallel()
	p, a := newProgram(t, "p"), newProgram(t, "a")
	b := newClient(t, withSteps([]program{p}, []program{a}))
	if _, err := b.get(t); err != nil {
		t.Fatal(err)
	}
	if _, err := b.keepAlive(t); err != nil {
		t.Fatal(err)
	}
	if err := b.HangUp(b.within(t, time.Minute), callID); err != nil {
		t.Fatal(err)
	}
	lines := slices.Concat(p.lines(t), a.lines(t))
	if len(lines) != 12 {
		t.Fatalf("got %d documents, want 12", len(lines))
	}
	for i, line := range lines {
		schema, err := jsonschema.NewCompiler().Compile("../../examples/http-pipeline-step/protocol.schema.json#/$defs/" + []string{"request", "response"}[i%2])
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		if err == nil {
			err = schema.Validate(value)
		}
		if err != nil {
			t.Errorf("%v in %s", err, line)
		}
	}
}
