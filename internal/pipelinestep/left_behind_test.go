package pipelinestep

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"
)

// roleVariable has this binary play a step, or what a step has started; addressVariable is where the latter reports.
const roleVariable, addressVariable = "STEP_ROLE", "STEP_ADDRESS"

func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case "step":
		os.Exit(playStep())
	case "child":
		os.Exit(playChild())
	}
	os.Exit(m.Run())
}

// playStep starts a child, waits until that has reported, and leaves it behind.
func playStep() int {
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return 90
	}
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), roleVariable+"=child")
	reported, err := child.StdoutPipe()
	if err != nil || child.Start() != nil {
		return 91
	}
	if _, err := reported.Read(make([]byte, 1)); err != nil {
		return 92
	}
	fmt.Print(`{"version":1}`)
	return 0
}

func playChild() int {
	conn, err := net.Dial("tcp", os.Getenv(addressVariable))
	if err != nil {
		return 93
	}
	defer func() { _ = conn.Close() }()
	fmt.Print("!")
	time.Sleep(time.Hour)
	return 0
}

// What a step leaves behind ends with it: its connection does.
func TestRun_endsWhatAStepLeavesBehind(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	s := Step{Name: "parent", Command: []string{os.Args[0]}, Timeout: time.Minute, Environment: map[string]string{
		roleVariable: "step", addressVariable: l.Addr().String(), "GORACE": "atexit_sleep_ms=0",
	}}
	if _, _, err := s.Run(t.Context(), Document{Phase: PhaseRequest}); err != nil {
		t.Fatal(err)
	}
	conn, err := l.Accept() // the child has dialed by now
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
	if _, err := conn.Read(make([]byte, 1)); err == nil || os.IsTimeout(err) {
		t.Errorf("got %v, want the child ended", err)
	}
}
