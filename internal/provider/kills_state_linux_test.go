package provider

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// fileState is a state in a file, by its path.
type fileState string

// read implements [storedState].
func (f fileState) read() ([]byte, error) {
	text, err := os.ReadFile(string(f))
	if os.IsNotExist(err) {
		return nil, nil
	}
	return text, err
}

// remoteState is a state that Terraform reads and writes by HTTP.
type remoteState struct {
	*httptest.Server
	mu   sync.Mutex
	text []byte
}

// newRemoteState serves a state, nil for none, until the test ends.
func newRemoteState(t *testing.T, text []byte) *remoteState {
	t.Helper()
	r := &remoteState{text: text}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

// read implements [storedState].
func (r *remoteState) read() ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text, nil
}

// ServeHTTP implements [http.Handler]. A state that does not come whole is not taken.
func (r *remoteState) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	text, err := io.ReadAll(req.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case req.Method == http.MethodPost && err == nil:
		r.text = text
	case len(r.text) == 0:
		w.WriteHeader(http.StatusNotFound)
	default:
		_, _ = w.Write(r.text)
	}
}

// readState returns the state as it is stored, nil for none.
func (w *workspace) readState(t *testing.T) []byte {
	t.Helper()
	text, err := w.stored.read()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// stateObject is an object in state.
type stateObject struct {
	Status     string `json:"status"` // "tainted"
	Deposed    string `json:"deposed"`
	Attributes struct {
		ID     string    `json:"id"`
		CallID string    `json:"call_id"`
		LastAt time.Time `json:"last_keepalive_at"`
	} `json:"attributes"`
}

// objectsInState reads the objects from the state.
func (w *workspace) objectsInState(t *testing.T) (objects []stateObject) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(w.dir, "errored.tfstate")); err == nil {
		t.Error("Terraform could not write the state, and left errored.tfstate")
	}
	text := w.readState(t)
	if len(text) == 0 {
		return nil
	}
	var state struct {
		Resources []struct {
			Instances []stateObject `json:"instances"`
		} `json:"resources"`
	}
	if err := json.Unmarshal(text, &state); err != nil {
		t.Fatalf("the state: %v\n%s", err, text)
	}
	for _, resource := range state.Resources {
		objects = append(objects, resource.Instances...)
	}
	return objects
}

// mendState does what a user does after Terraform was killed in the middle of writing the
// state file: it takes away the file, of which there is no backup before the first apply has
// ended. With an empty one Terraform starts anew by itself.
func (w *workspace) mendState(t *testing.T) {
	t.Helper()
	file, isFile := w.stored.(fileState)
	text := w.readState(t)
	if !isFile || len(text) == 0 || json.Valid(text) {
		return
	}
	t.Logf("Terraform was killed while it wrote the state file, of which %d bytes are left", len(text))
	if err := os.Remove(string(file)); err != nil {
		t.Fatal(err)
	}
}
