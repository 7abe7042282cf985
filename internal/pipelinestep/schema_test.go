package pipelinestep

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const schemaFile = "../../examples/http-pipeline-step/protocol.schema.json"

func definition(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(schemaFile + "#/$defs/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validates(t *testing.T, schema *jsonschema.Schema, text []byte) bool {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	return err == nil && schema.Validate(value) == nil
}

// The published schema allows exactly the replies that are accepted.
func TestSchema_allowsWhatIsAccepted(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		reply             string
		request, response bool
	}{
		{`{"version":1}`, true, true},
		{`{"version":1,"headers":{"set":{"X-A":["1","2"]},"remove":["X-B"]}}`, true, true},
		{`{"version":1,"url":"https://graph.example/v1.0"}`, true, false},
		{`{"version":1,"fail":{"message":"no"}}`, true, true},
		{`{"version":1,"respond":{"status":404,"headers":{"Content-Type":["application/json"]},"body":"{}"}}`, true, true},
		{`{"version":2}`, false, false},
		{`{"version":"1"}`, false, false},
		{`{}`, false, false},
		{`[]`, false, false},
		{`null`, false, false},
		{`hello`, false, false},
		{``, false, false},
		{`{"version":1} {}`, false, false},
		{`{"version":1,"header":{}}`, false, false},
		{`{"version":1,"headers":{"add":{}}}`, false, false},
		{`{"version":1,"headers":{"set":{"X-A":"1"}}}`, false, false},
		{`{"version":1,"fail":{}}`, false, false},
		{`{"version":1,"fail":{"message":"no"},"respond":{"status":200}}`, false, false},
		{`{"version":1,"url":"https://graph.example","respond":{"status":200}}`, false, false},
		{`{"version":1,"headers":{"remove":["X-B"]},"fail":{"message":"no"}}`, false, false},
		{`{"version":1,"respond":{}}`, false, false},
		{`{"version":1,"respond":{"status":101}}`, false, false},
		{`{"version":1,"respond":{"status":600}}`, false, false},
		{`{"version":1,"respond":{"status":200,"body":{}}}`, false, false},
	} {
		for phase, want := range map[Phase]bool{PhaseRequest: test.request, PhaseResponse: test.response} {
			_, err := decode([]byte(test.reply), phase)
			if (err == nil) != want {
				t.Errorf("%s in phase %s: got %v, want it taken: %t", test.reply, phase, err, want)
			}
			if got := validates(t, definition(t, string(phase)+"Reply"), []byte(test.reply)); got != want {
				t.Errorf("%s in phase %s: the schema allows it: %t, want %t", test.reply, phase, got, want)
			}
		}
	}
}

// A document as Run writes it has what the schema requires, and nothing else.
func TestSchema_allowsWhatIsWritten(t *testing.T) {
	t.Parallel()
	seconds := 0.25
	for name, d := range map[string]Document{
		"request":  {Version: protocolVersion, Phase: PhaseRequest, Step: "s", Operation: "get", Attempt: 2, Method: "GET", URL: "https://x", Headers: map[string][]string{}},
		"response": {Version: protocolVersion, Phase: PhaseResponse, Step: "s", Operation: "hangUp", Method: "DELETE", URL: "https://x", Headers: map[string][]string{"A": {"b"}}, Status: 204, DurationSeconds: &seconds},
	} {
		text, err := json.Marshal(d)
		if err != nil || !validates(t, definition(t, name), text) {
			t.Errorf("the schema refuses %s (%v)", text, err)
		}
		other := map[string]string{"request": "response", "response": "request"}[name]
		if validates(t, definition(t, other), text) {
			t.Errorf("the schema takes %s for a %s", text, other)
		}
	}
}
