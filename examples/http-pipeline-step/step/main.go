// Command step is an example of a pipeline step: it gives each request a trace ID of its own, as
// W3C Trace Context has it, and adds a line to the file TRACE_FILE for each request and response.
package main

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
)

// document is what of the documents this step looks at.
type document struct {
	Version   int    `json:"version"`
	Phase     string `json:"phase"`
	Operation string `json:"operation"`
	Status    int    `json:"status"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err) // the provider shows it
		os.Exit(1)
	}
}

func run() error {
	var d document
	if err := json.NewDecoder(os.Stdin).Decode(&d); err != nil {
		return err
	}
	if d.Version != 1 {
		return fmt.Errorf("version %d of the protocol is not known here", d.Version)
	}
	reply := map[string]any{"version": 1}
	line := fmt.Sprintf("%s: response %d\n", d.Operation, d.Status)
	if d.Phase == "request" {
		var ids [24]byte
		_, _ = rand.Read(ids[:]) // it never fails
		parent := fmt.Sprintf("00-%x-%x-01", ids[:16], ids[16:])
		reply["headers"] = map[string]any{"set": map[string][]string{"traceparent": {parent}}}
		line = fmt.Sprintf("%s: sent with %s\n", d.Operation, parent)
	}
	if err := add(os.Getenv("TRACE_FILE"), line); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(reply)
}

// add adds a line to a file, in one write: steps of several operations run at the same time.
func add(name, line string) error {
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // the user's own choice of file
	if err != nil {
		return err
	}
	_, err = file.WriteString(line)
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}
