package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// callID is the ID of call number i in the configurations.
func callID(i int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012x", i) }

// writeCalls writes the IDs of n calls to a file, by name, as JSON.
func writeCalls(file string, n int) error {
	calls := make(map[string]string, n)
	for i := range n {
		calls[fmt.Sprintf("call-%05d", i)] = callID(i)
	}
	text, err := json.Marshal(calls)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}

// multiplyState turns the one object in a state file into n, as if all had been applied.
func multiplyState(file string, n int) error {
	text, err := os.ReadFile(file) //nolint:gosec // in the directory of this run
	if err != nil {
		return err
	}
	var state map[string]any
	if err := json.Unmarshal(text, &state); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	resources, _ := state["resources"].([]any)
	if len(resources) != 1 {
		return fmt.Errorf("%s has %d resources, not 1", file, len(resources))
	}
	resource, _ := resources[0].(map[string]any)
	instances, _ := resource["instances"].([]any)
	if len(instances) != 1 {
		return fmt.Errorf("%s has %d objects, not 1", file, len(instances))
	}
	first, err := json.Marshal(instances[0])
	if err != nil {
		return err
	}
	many := make([]json.RawMessage, n)
	for i := range many {
		many[i] = json.RawMessage(strings.NewReplacer(
			`"index_key":0`, fmt.Sprintf(`"index_key":%d`, i),
			`"1 0"`, fmt.Sprintf(`"1 %d"`, i),
			callID(0), callID(i),
		).Replace(string(first)))
	}
	resource["instances"] = many
	if text, err = json.Marshal(state); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}
