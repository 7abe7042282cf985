package graph_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/pipelinestep"
)

// TestMain makes the test binary a pipeline step when it is started as one.
func TestMain(m *testing.M) {
	if os.Getenv("STEP_LOG") != "" {
		os.Exit(stepMain())
	}
	os.Exit(m.Run())
}

// stepMain logs the document and does what the variables say, among them REQUEST and RESPONSE,
// the replies of the two phases.
func stepMain() int {
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		return 90
	}
	log, err := os.OpenFile(os.Getenv("STEP_LOG"), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return 91
	}
	fmt.Fprintf(log, "%s\n", input)
	if os.Getenv("STEP_ENVIRON") != "" {
		fmt.Fprintf(log, "%q\n", os.Environ())
	}
	fmt.Fprint(os.Stderr, os.Getenv("STEP_STDERR"))
	if code := os.Getenv("STEP_EXIT"); code != "" {
		n, _ := strconv.Atoi(code)
		return n
	}
	if os.Getenv("STEP_HUGE") != "" {
		fmt.Print(`{"version":1,"fail":{"message":"`, strings.Repeat("x", 2<<20), `"}}`)
		return 0
	}
	if address := os.Getenv("STEP_MEET"); address != "" {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return 92
		}
		fmt.Fprintf(conn, "%d\n", os.Getpid())
		if _, err := bufio.NewReader(conn).ReadString('\n'); err != nil {
			return 93 // nobody let it go on
		}
	}
	if os.Getenv("STEP_CHILD") != "" { // it holds the output, and outlives the step
		child := exec.Command("sleep", "600")
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if child.Start() != nil {
			return 94
		}
		fmt.Fprintf(log, "%d\n", child.Process.Pid)
	}
	if os.Getenv("STEP_HANG") != "" {
		time.Sleep(time.Hour)
	}
	var document pipelinestep.Document
	if json.Unmarshal(input, &document) != nil {
		return 95
	}
	reply, ok := os.LookupEnv(strings.ToUpper(string(document.Phase)))
	if !ok {
		reply = `{"version":1}`
	}
	fmt.Print(reply)
	return 0
}

// program is a step, and the file in which it logs.
type program struct {
	pipelinestep.Step
	log string
}

// newProgram is a step that this binary plays, with the variables, each "NAME=value".
func newProgram(t testing.TB, name string, variables ...string) program {
	t.Helper()
	p := program{log: filepath.Join(t.TempDir(), "log")}
	p.Step = pipelinestep.Step{Name: name, Command: []string{os.Args[0]}, Timeout: time.Minute, Environment: map[string]string{
		"STEP_LOG": p.log,
		"GORACE":   "atexit_sleep_ms=0", // with the race detector, a program otherwise sleeps for a second before it exits
	}}
	for _, variable := range variables {
		key, value, _ := strings.Cut(variable, "=")
		p.Environment[key] = value
	}
	return p
}

// lines are what it has logged.
func (p program) lines(t testing.TB) []string {
	t.Helper()
	content, err := os.ReadFile(p.log)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(content), "\n"), "\n")
}

// documents are those that it got.
func (p program) documents(t testing.TB) (all []pipelinestep.Document) {
	t.Helper()
	for _, line := range p.lines(t) {
		var d pipelinestep.Document
		decoder := json.NewDecoder(bytes.NewReader([]byte(line)))
		decoder.DisallowUnknownFields()
		if line == "" {
			continue
		}
		if err := decoder.Decode(&d); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		all = append(all, d)
	}
	return all
}

func withSteps(prepend, appended []program, secrets ...string) func(*setup) {
	return func(s *setup) {
		for _, p := range prepend {
			s.prepend = append(s.prepend, p.Step)
		}
		for _, p := range appended {
			s.append = append(s.append, p.Step)
		}
		s.secrets = secrets
	}
}
