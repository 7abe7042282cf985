package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/redact"
)

// The kills: an apply of many calls is struck at one moment of one of its requests, and the
// next apply has to come up clean. The processes, the sockets and the signals are real.

// killedCalls is how many calls the struck apply is to keep alive.
const killedCalls = 50

// atATime is how many objects Terraform works on at a time, unless told otherwise.
const atATime = 10

// goneWithin bounds how long a struck run and its provider may take to end. Terraform itself
// is quick; a machine under load is not.
const goneWithin = time.Minute

// stalledRead is what a read may take. Terraform keeps an interrupt to itself while it plans
// in an apply, so that one which is held up then ends by this.
const stalledRead = 10 * time.Second

// blow is what happens to a run.
type blow string

const (
	killProvider  blow = "SIGKILL of the provider"
	killTerraform blow = "SIGKILL of Terraform"
	interruptBoth blow = "SIGINT to both, as Ctrl-C sends it"
)

// strike is a blow, and when it falls: at that moment of the number-th request of the run.
type strike struct {
	number int
	moment graphsim.Moment
	blow   blow
}

var (
	moments = []graphsim.Moment{graphsim.Arrived, graphsim.Responding, graphsim.Responded}
	blows   = []blow{killProvider, killTerraform, interruptBoth}
)

// killGround is what the struck runs of one kind have in common.
type killGround struct {
	bin string // where the provider's build is
	// remote is a folder in which Terraform was told that the state is elsewhere; "" for a
	// state in a file.
	remote   string
	before   []byte // the state before the run; nil for none
	at       time.Time
	requests int // of a run that nothing happens to
	// resource is the resource that keeps the calls with these IDs, quoted.
	resource func(ids []string) string
}

// aResourceForEach keeps each call by a resource of its own.
func aResourceForEach(ids []string) string {
	return fmt.Sprintf(`
resource "msgraph_call_keepalive" "lab" {
  for_each = toset([%s])
  call_id  = each.value
  timeouts {
    read = %q
  }
}
`, strings.Join(ids, ", "), stalledRead)
}

// Wherever a run is struck, the next one comes up clean: it ends well, all calls are in
// state, each once, and each was kept alive in it that was not already, once. In no run,
// struck or not, does a call get a second keepAlive, be it within a second or later. No
// secret is in what is left behind, nor in the log at TRACE of those struck in the middle.
//
// The calls are created with the state in a file, and renewed with it elsewhere, as in a
// pipeline: Terraform empties the file before it writes it, and so loses what is in there
// when it is killed meanwhile.
func TestKills(t *testing.T) {
	t.Parallel()
	bin := builtProvider(t)
	create := killGround{bin: bin, at: start, resource: aResourceForEach}
	before := create.rehearse(t)
	renew := killGround{bin: bin, at: start.Add(20 * time.Minute), before: before, remote: remotely(t), resource: aResourceForEach}
	renew.rehearse(t)
	t.Logf("an apply of %d calls sends %d requests to create them, and %d to renew them", killedCalls, create.requests, renew.requests)
	for name, ground := range map[string]*killGround{"create": &create, "renew": &renew} {
		for _, s := range ground.strikes() {
			t.Run(fmt.Sprintf("%s/%s/request %d %s", name, s.blow, s.number, s.moment), func(t *testing.T) {
				t.Parallel()
				ground.strike(t, s)
			})
		}
	}
}

// strikes are all there are when MSGRAPH_KILLS is "all", else a sample: each blow meets each
// moment, and the requests of the sample are spread over the run.
func (g *killGround) strikes() []strike {
	var all []strike
	if os.Getenv("MSGRAPH_KILLS") == "all" {
		for number := 1; number <= g.requests; number++ {
			for _, moment := range moments {
				for _, blow := range blows {
					all = append(all, strike{number, moment, blow})
				}
			}
		}
		return all
	}
	spread := []int{1, g.requests / 2, g.requests}
	for i, moment := range moments {
		for j, blow := range blows {
			all = append(all, strike{spread[(i+j)%len(spread)], moment, blow})
		}
	}
	return all
}

// lab starts a stand-in that has the calls, at the time of the run.
func (g *killGround) lab(t *testing.T) (*lab, *workspace) {
	t.Helper()
	l := newLab(t)
	l.clock.Advance(g.at.Sub(start))
	ids := make([]string, killedCalls)
	for i := range ids {
		ids[i] = fmt.Sprintf("%q", killedCall(i))
		l.PlaceCall(graphsim.Call{ID: killedCall(i)})
	}
	// A name of its own for the program tells the processes of this run from all others.
	bin := t.TempDir()
	const program = "terraform-provider-msgraph"
	if err := os.Link(filepath.Join(g.bin, program), filepath.Join(bin, program)); err != nil {
		t.Fatal(err)
	}
	config := l.providerBlock() + g.resource(ids)
	if g.remote == "" {
		w := newWorkspaceOf(t, bin, config)
		w.bin, w.stored = filepath.Join(bin, program), fileState(filepath.Join(w.dir, "terraform.tfstate"))
		return l, w
	}
	state := newRemoteState(t, g.before)
	w := newWorkspaceOf(t, bin, remoteBackend+config, "TF_HTTP_ADDRESS="+state.URL)
	w.bin, w.stored = filepath.Join(bin, program), state
	if err := os.CopyFS(w.dir, os.DirFS(g.remote)); err != nil {
		t.Fatal(err)
	}
	return l, w
}

// remoteBackend has Terraform keep the state where TF_HTTP_ADDRESS says.
const remoteBackend = "terraform {\n  backend \"http\" {}\n}\n"

// remotely returns a folder with what `terraform init` makes of remoteBackend. It has no
// provider in it, which no registry has.
func remotely(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	w := &workspace{t: t, cli: findCLI(t).Path, dir: dir, env: []string{
		"HOME=" + dir, "CHECKPOINT_DISABLE=1", "TF_HTTP_ADDRESS=" + newRemoteState(t, nil).URL,
	}}
	overwrite(t, filepath.Join(dir, "backend.tf"), remoteBackend)
	w.mustRun("init")
	if err := os.Remove(filepath.Join(dir, "backend.tf")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func killedCall(i int) string { return fmt.Sprintf("call-%02d", i) }

// rehearse counts the requests of a run that nothing happens to, and returns the state that
// it leaves.
func (g *killGround) rehearse(t *testing.T) []byte {
	t.Helper()
	l, w := g.lab(t)
	w.mustRun("apply", "-auto-approve")
	g.requests = len(l.Requests())
	w.expectAllKept(t, g.at)
	return w.readState(t)
}

// strike runs an apply, strikes it, and runs the next.
func (g *killGround) strike(t *testing.T, s strike) {
	l, w := g.lab(t)
	traced := s.number == g.requests/2
	if traced {
		w.env = append(w.env, "TF_LOG=TRACE", "TF_LOG_PATH=trace.log")
	}
	out, code := w.struckApply(t, l, s, g.mayMiss(s))
	written := out
	l.expectNoneSentTwice(t, "the struck run")
	if s.blow == killTerraform {
		w.mendState(t)
	}
	left := w.keptInState(t)
	if g.before != nil && len(left) != killedCalls {
		t.Errorf("the struck run lost objects: %d of %d are left in state:\n%s", len(left), killedCalls, out)
	}
	inState := 0
	for id, at := range left {
		if !at.Equal(g.at) {
			continue
		}
		inState++
		if call, _ := l.Call(id); call.KeepAlives != 1 {
			t.Errorf("call %s is in state as kept, and was kept %d times", id, call.KeepAlives)
		}
	}
	kept := 0
	for i := range killedCalls {
		call, _ := l.Call(killedCall(i))
		kept += call.KeepAlives
	}
	t.Logf("exit code %d; Graph took %d keepAlives, and state has %d calls, %d of them as kept in this run", code, kept, len(left), inState)
	// A Terraform that is killed itself does not write what it knows.
	if s.blow != killTerraform && kept-inState > atATime {
		t.Errorf("Graph took %d keepAlives and state has %d of them: more are lost than were under way:\n%s", kept, inState, out)
	}
	if code == 0 && inState != killedCalls {
		t.Errorf("the struck run says it ended well, and kept %d of %d:\n%s", inState, killedCalls, out)
	}

	l.ResetRequests()
	out, code = w.run("apply", "-auto-approve")
	if code != 0 || strings.Contains(out, "Warning: Call") {
		t.Errorf("the next run exited %d:\n%s", code, out)
	}
	l.expectNoneSentTwice(t, "the next run")
	l.expectSent(t, killedCalls-inState)
	w.expectAllKept(t, g.at)

	all := w.written()
	if log := string(all["trace.log#0"]); traced && !strings.Contains(log, "HTTP request sent") {
		t.Error("there is no log of the provider's at TRACE")
	}
	all["the output"], all["the state"] = []byte(written+out), w.readState(t)
	delete(all, "main.tf#0") // it has the secret, by the user's hand
	for where, content := range all {
		expectNoSecret(t, where, string(content), graphsim.ClientSecret)
		if token := redact.Token.Find(content); token != nil {
			t.Errorf("%s shows the token %q", where, token)
		}
	}
}

// mayMiss reports whether the run may be over before the blow falls: the answer to its last
// request ends it.
func (g *killGround) mayMiss(s strike) bool {
	return s.number == g.requests && s.moment == graphsim.Responded
}

// struckApply runs an apply that is struck, until all of its processes have ended.
func (w *workspace) struckApply(t *testing.T, l *lab, s strike, mayMiss bool) (output string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), w.cli, "apply", "-auto-approve")
	cmd.Dir, cmd.Env = w.dir, w.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	struck, started := make(chan struct{}), make(chan struct{})
	var once sync.Once
	l.Watch(func(ctx context.Context, number int, at graphsim.Moment) {
		if number != s.number || at != s.moment {
			return
		}
		<-started
		switch s.blow {
		case killProvider:
			pids := w.providers(t)
			if len(pids) == 0 && !mayMiss {
				t.Error("no provider was found to kill")
			}
			for _, pid := range pids {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		case killTerraform:
			_ = cmd.Process.Kill()
		case interruptBoth:
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGINT)
		}
		once.Do(func() { close(struck) })
		select { // the request goes no further
		case <-ctx.Done():
		case <-time.After(goneWithin):
			t.Errorf("%s after the blow, the client of request %d is still there", goneWithin, number)
		}
	})
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	close(started)
	_ = cmd.Wait()
	select {
	case <-struck:
	case <-time.After(goneWithin):
		t.Fatalf("the run ended before request %d:\n%s", s.number, out.String())
	}
	w.expectProvidersGone(t)
	l.Watch(nil)
	return out.String(), cmd.ProcessState.ExitCode()
}

// providers are the ids of the provider's processes.
func (w *workspace) providers(t *testing.T) (pids []int) {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		if program, err := os.Readlink(filepath.Join("/proc", entry.Name(), "exe")); err == nil && program == w.bin {
			pids = append(pids, pid)
		}
	}
	return pids
}

// expectProvidersGone waits until no provider is left: one that outlives Terraform holds
// credentials, and nobody ends it.
func (w *workspace) expectProvidersGone(t *testing.T) {
	t.Helper()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		left := w.providers(t)
		if len(left) == 0 {
			t.Logf("the provider was gone %s after Terraform's end", time.Since(began).Round(time.Millisecond))
			return
		}
		if time.Since(began) > goneWithin {
			t.Errorf("%s after Terraform's end, the provider still runs", goneWithin)
			for _, pid := range left {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
			return
		}
	}
}

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

// keptInState reads from the state when each call was kept, and fails the test when a call
// is in there twice.
func (w *workspace) keptInState(t *testing.T) map[string]time.Time {
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
			Instances []struct {
				Status     string `json:"status"` // "tainted"
				Deposed    string `json:"deposed"`
				Attributes struct {
					CallID string    `json:"call_id"`
					LastAt time.Time `json:"last_keepalive_at"`
				} `json:"attributes"`
			} `json:"instances"`
		} `json:"resources"`
	}
	if err := json.Unmarshal(text, &state); err != nil {
		t.Fatalf("the state: %v\n%s", err, text)
	}
	all := map[string]time.Time{}
	for _, resource := range state.Resources {
		for _, object := range resource.Instances {
			id := object.Attributes.CallID
			if _, doubled := all[id]; doubled || object.Status != "" || object.Deposed != "" {
				t.Errorf("call %s is in state twice, or as %q, or deposed: %q", id, object.Status, object.Deposed)
			}
			all[id] = object.Attributes.LastAt
		}
	}
	return all
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

// expectAllKept fails the test unless all calls are in state, as kept at that time.
func (w *workspace) expectAllKept(t *testing.T, at time.Time) {
	t.Helper()
	all := w.keptInState(t)
	if len(all) != killedCalls {
		t.Errorf("%d objects are in state, want %d", len(all), killedCalls)
	}
	for id, last := range all {
		if !last.Equal(at) {
			t.Errorf("call %s was last kept at %s, want %s", id, last, at)
		}
	}
}

// expectNoneSentTwice fails the test when Graph got more than one keepAlive of a call: with
// nothing to sit out, a second one is one too many.
func (l *lab) expectNoneSentTwice(t *testing.T, run string) {
	t.Helper()
	posts := map[string]int{}
	for _, r := range l.Requests() {
		if r.Service == graphsim.ServiceGraph && r.Method == http.MethodPost {
			posts[r.Path]++
		}
	}
	for path, n := range posts {
		if n > 1 {
			t.Errorf("%s sent %d requests to %s", run, n, path)
		}
	}
}
