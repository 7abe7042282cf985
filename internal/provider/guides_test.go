package provider

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/config"
	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
)

// guide returns the text of a guide.
func guide(t *testing.T, name string) string {
	t.Helper()
	return readFile(t, filepath.Join("..", "..", "templates", "guides", name))
}

// signInPages are the examples of signing in, by the case that sets the lab up for each.
var signInPages = map[string]string{
	"client-secret": "client secret", "client-certificate": "client certificate", "oidc": "OIDC token file",
	"github-actions": "GitHub Actions", "azure-devops": "Azure DevOps", "aks-workload-identity": "AKS workload identity",
	"managed-identity": "managed identity by client id",
}

// signInPrograms are those for which a program hands out the token, by the attribute that asks for it.
var signInPrograms = map[string]string{
	"azure-cli": "use_cli", "azure-developer-cli": "use_azd", "azure-powershell": "use_powershell",
}

// signInExample is the configuration of a page, which is that of the example, and not of another.
func signInExample(t *testing.T, page string) string {
	t.Helper()
	text := readFile(t, filepath.Join(examplesDir, "authentication", page, "main.tf"))
	blocks := guideBlocks(t, "authentication-"+page+".md")
	if len(blocks) != 1 || strings.TrimSpace(blocks[0]) != strings.TrimSpace(text) {
		t.Errorf("the configuration of the page is not examples/authentication/%s/main.tf, but %q", page, blocks)
	}
	return text
}

// applySignIn applies the configuration. What the provider block would hold of settings comes from the environment,
// and files that the configuration names are put into its directory.
func applySignIn(t *testing.T, l *lab, hcl string, settings map[string]any, app string) {
	t.Helper()
	env := maps.Clone(l.env)
	l.withEnv("MSGRAPH_GRAPH_ENDPOINT="+l.GraphURL(), "MSGRAPH_AUTHORITY_HOST="+l.AuthorityURL(),
		"MSGRAPH_DISABLE_INSTANCE_DISCOVERY=true", "MSGRAPH_CA_CERTIFICATE_FILE="+l.caFile)
	maps.Copy(l.env, env)
	files := map[string]string{"client_certificate_path": "calls.pfx", "oidc_token_file_path": "token.jwt"}
	for name, value := range settings {
		if file, ok := files[name]; ok {
			if !strings.Contains(hcl, fmt.Sprintf("= %q", file)) {
				t.Errorf("the configuration does not name %s", file)
			}
			hcl = strings.Replace(hcl, fmt.Sprintf("%q", file), fmt.Sprintf("%q", value), 1)
			continue
		}
		if !regexp.MustCompile(`(?m)^  ` + name + ` +=`).MatchString(hcl) {
			if strings.HasPrefix(name, "use_") {
				t.Errorf("the configuration does not set %s", name)
			}
			l.env[config.EnvVars(name)[0]] = fmt.Sprint(value)
		}
	}
	for name := range l.env {
		if strings.HasPrefix(name, "ARM_USE_") { // the configuration says so itself
			delete(l.env, name)
		}
	}
	w := newWorkspace(t, l, "")
	w.env = append(w.env, "TF_VAR_call_id="+callID)
	overwrite(t, filepath.Join(w.dir, "main.tf"), hcl)
	w.cleanApply(l, 1)
	for _, token := range l.bearers() {
		if got := appOf(t, token); got != app {
			t.Errorf("Graph saw a token of %s, want %s", got, app)
		}
	}
}

func TestGuides_signIn(t *testing.T) {
	t.Parallel()
	all := credentialCases()
	for page, name := range signInPages {
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			w, ok := all[name]
			if !ok {
				t.Fatalf("there is no credential %q", name)
			}
			settings := w.configure(t, l)
			applySignIn(t, l, signInExample(t, page), settings, w.app)
		})
	}
}

// Not parallel, as the programs are put on the process's PATH.
func TestGuides_signInByProgram(t *testing.T) {
	for page, attribute := range signInPrograms {
		t.Run(page, func(t *testing.T) {
			c := commands(t)[attribute]
			c.install(t)
			l := newLab(t)
			token, expires := l.AppToken(graphsim.App{ClientID: graphsim.ClientID})
			c.handsOut(t, token, expires)
			applySignIn(t, l, signInExample(t, page), map[string]any{attribute: true}, graphsim.ClientID)
		})
	}
}

// Every example of signing in has a page and a test, and the overview links to each and has the order.
func TestGuides_signInOverview(t *testing.T) {
	t.Parallel()
	text := guide(t, "authentication.md")
	directories, err := os.ReadDir(filepath.Join(examplesDir, "authentication"))
	if err != nil {
		t.Fatal(err)
	}
	for _, directory := range directories {
		if !directory.IsDir() {
			continue
		}
		page := directory.Name()
		if signInPages[page] == "" && signInPrograms[page] == "" {
			t.Errorf("no test applies examples/authentication/%s", page)
		}
		if !strings.Contains(text, "(authentication-"+page+".md)") {
			t.Errorf("the overview does not link to authentication-%s.md", page)
		}
	}
	order := strings.Join(entra.Methods(), ", ")
	if !strings.Contains(strings.Join(strings.Fields(text), " "), order) {
		t.Errorf("the overview does not have the order %q", order)
	}
}

var summaries = regexp.MustCompile(`Add(?:Attribute)?(?:Error|Warning)\((?:[^"(]*(?:\("[^"]*"\))?, ?)?\s*"([A-Z][A-Za-z0-9 ]+)"[,)]`)

// Each summary that a diagnostic may have stands on the page about troubleshooting.
func TestGuides_troubleshootingHasEverySummary(t *testing.T) {
	t.Parallel()
	found := map[string]bool{
		summaryNotPlaced: true, summaryMaybePlaced: true, summaryNotEstablished: true, summaryInvalidArguments: true, summaryInvalidCallback: true, summaryInvalidJoinURL: true, "Call Will Be Placed Again": true,
		summaryEnded: true, summaryNotFound: true, summaryNotKnown: true, summaryAlreadyEnded: true, summaryInterrupted: true, summaryNotHungUp: true, "Unknown Provider Setting": true, summaryInvalidImport: true,
		"Invalid Credential": true,
	}
	for _, e := range explanations {
		found[e.summary] = true
	}
	for _, e := range noToken {
		found[e.summary] = true
	}
	for _, e := range callsExplanations {
		found[e.summary] = true
	}
	for _, plural := range pluralSummaries {
		found[plural] = true
	}
	var files []string
	for _, dir := range []string{".", "../config", "../tfvalue"} {
		inDir, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, inDir...)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, match := range summaries.FindAllStringSubmatch(readFile(t, file), -1) {
			found[strings.TrimSpace(match[1])] = true
		}
	}
	if len(found) < 25 {
		t.Errorf("only %d summaries were found", len(found))
	}
	text := strings.Join(strings.Fields(guide(t, "troubleshooting.md")), " ")
	for summary := range found {
		if !strings.Contains(text, "**"+summary+"**") {
			t.Errorf("the page does not have the summary %q", summary)
		}
	}
}

// A registry has the pages, and not the rest of the repository.
func TestGuides_linksHoldOnARegistry(t *testing.T) {
	t.Parallel()
	err := filepath.WalkDir(filepath.Join("..", "..", "templates"), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.Contains(readFile(t, path), "](../../") {
			t.Errorf("%s links out of docs", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The guide names each file in examples/schedulers.
func TestGuides_schedulers(t *testing.T) {
	t.Parallel()
	text := guide(t, "schedulers.md")
	for _, pattern := range []string{"*/*", "*/.*", "*.sh"} {
		files, err := filepath.Glob(filepath.Join(examplesDir, "schedulers", filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			name := strings.TrimPrefix(filepath.ToSlash(file), examplesDir+"/schedulers/")
			if !strings.Contains(text, "`"+name+"`") {
				t.Errorf("the guide does not name %s", name)
			}
		}
	}
}

// Every configuration in the guides is run: by a test that is named here.
func TestGuides_configurationsAreRun(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "..", "templates", "guides", "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	run := map[string]int{
		"which-object.md": 1, "getting-started.md": 1, "migrating-from-the-cmdlet.md": 1,
		"migrating-from-msgraph-resource-action.md": 2, "national-clouds-and-proxies.md": 3, "http-pipeline-steps.md": 1,
	}
	for _, file := range files {
		name := filepath.Base(file)
		if strings.HasPrefix(name, "authentication") {
			continue // the tests of those pages go by all that they have
		}
		if n := len(guideBlocks(t, name)); n != run[name] {
			t.Errorf("%s has %d configurations, and the tests run %d", name, n, run[name])
		}
	}
}

// The commands of the guide to getting started, as far as they can be run without an account, in the order in
// which they stand there.
func TestGuides_gettingStarted(t *testing.T) {
	t.Parallel()
	text := guide(t, "getting-started.md")
	blocks := expectBlocks(t, "getting-started.md", 1)
	readme := readFile(t, filepath.Join("..", "..", "README.md"))
	if _, first, _ := strings.Cut(readme, "\n```hcl\n"); !strings.HasPrefix(first, strings.TrimSpace(blocks[0])+"\n```\n") {
		t.Errorf("the first configuration in README is not that of the guide")
	}
	l := newLab(t)
	w := newWorkspace(t, l.withEnv(l.environ()...), "")
	w.env = append(w.env, "TF_VAR_call_id="+callID)
	overwrite(t, filepath.Join(w.dir, "main.tf"), blocks[0])
	runs := 0
	for _, fence := range regexp.MustCompile("(?s)\n```shell\n(.*?)```\n").FindAllStringSubmatch(text, -1) {
		for line := range strings.Lines(fence[1]) {
			command, _, _ := strings.Cut(line, "#")
			arguments := strings.Fields(command)
			if len(arguments) == 0 || arguments[0] != "terraform" {
				t.Errorf("%q is not run by this test: a block that it cannot run is marked sh", line)
				continue
			}
			runs++
			if arguments[1] == "apply" {
				arguments = append(arguments, "-auto-approve")
			}
			w.mustRun(arguments[1:]...)
		}
	}
	if runs < 5 {
		t.Errorf("the guide has %d commands, want init, plan, apply, a plan, and the apply of the schedule at least", runs)
	}
	l.expectSent(t, 1)
}

func TestGuides_migratingFromResourceAction(t *testing.T) {
	t.Parallel()
	blocks := expectBlocks(t, "migrating-from-msgraph-resource-action.md", 2)
	l := newLab(t)
	w := newMovingWorkspace(t, l, "", nil)
	overwrite(t, filepath.Join(w.dir, "main.tf"), l.providerBlock()+blocks[1])
	expectText(t, w.mustRun("plan"), "(moved from msgraph_resource_action.lab)", "0 to add, 1 to change, 0 to destroy")
	w.cleanApply(l, 1)
}

// The guide to pipeline steps names every operation that the protocol's schema has.
func TestGuides_stepsNameEveryOperation(t *testing.T) {
	t.Parallel()
	var protocol struct {
		Defs struct {
			Operation struct {
				Enum []string `json:"enum"`
			} `json:"operation"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal([]byte(readFile(t, filepath.Join(examplesDir, "http-pipeline-step", "protocol.schema.json"))), &protocol); err != nil {
		t.Fatal(err)
	}
	if len(protocol.Defs.Operation.Enum) < 5 {
		t.Errorf("the schema has the operations %q", protocol.Defs.Operation.Enum)
	}
	_, list, _ := strings.Cut(guide(t, "http-pipeline-steps.md"), "\n- `operation` is ")
	list, _, _ = strings.Cut(list, ".")
	for _, operation := range protocol.Defs.Operation.Enum {
		if !strings.Contains(list, "`"+operation+"`") {
			t.Errorf("the guide does not name the operation %q", operation)
		}
	}
}

// The guide to the whole fixture begins with what has not been seen, has each permission that the error about a missing one
// advises, and is linked from where people look for it.
func TestGuides_wholeFixture(t *testing.T) {
	t.Parallel()
	text := guide(t, "the-whole-fixture.md")
	before, first, _ := strings.Cut(text, "\n## ")
	if !strings.HasPrefix(first, "What is not known\n") || !strings.Contains(before, "No call has ever been placed with this provider") {
		t.Errorf("the guide does not begin with what is not known, but with %q", before)
	}
	permissions := regexp.MustCompile(`Calls\.\w+\.All`).FindAllString(placeAdvice[graph.KindForbidden], -1)
	if len(permissions) != 3 {
		t.Errorf("the error advises the permissions %q", permissions)
	}
	for _, permission := range permissions {
		if !strings.Contains(text, "`"+permission+"`") {
			t.Errorf("the guide does not have the permission %s", permission)
		}
	}
	for _, page := range []string{"guides/which-object.md", "index.md.tmpl", "resources/call.md.tmpl"} {
		if !strings.Contains(readFile(t, filepath.Join("..", "..", "templates", filepath.FromSlash(page))), "the-whole-fixture.md)") {
			t.Errorf("%s does not link to the guide", page)
		}
	}
}

// The guides show configurations that are valid, and nothing is sent to where those for clouds point.
func TestGuides_configurationsAreValid(t *testing.T) {
	t.Parallel()
	for name, declared := range map[string]string{
		"migrating-from-the-cmdlet.md": "", "http-pipeline-steps.md": "call_id", "national-clouds-and-proxies.md": "proxy_password",
	} {
		for _, block := range guideBlocks(t, name) {
			l := newLab(t)
			if declared != "" {
				block += "\nvariable \"" + declared + "\" {\n default = \"x\"\n}\n"
			}
			w := newWorkspace(t, l.withEnv(l.environ()[:3]...), block)
			if strings.HasPrefix(block, "\nterraform {") { // it is whole
				overwrite(t, filepath.Join(w.dir, "main.tf"), block)
			}
			overwrite(t, filepath.Join(w.dir, "proxy-ca.pem"), string(l.CACertificate()))
			w.mustRun("validate")
			l.expectNothingSent(t)
		}
	}
}
