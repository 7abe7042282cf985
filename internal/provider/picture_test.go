package provider

import (
	"encoding/xml"
	"flag"
	"fmt"
	"html"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

var updatePicture = flag.Bool("update-picture", false, "draw the plan in README anew")

// picture is the plan in README, in the directory that GitHub does not list among the project's files.
var picture = filepath.Join("..", "..", ".github", "images", "call-has-ended.svg")

// anyID is the ids that each run makes anew, the call's among them.
var anyID = regexp.MustCompile(`[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// steady puts the same id in the place of each that another run would not have.
func steady(output string) string {
	return anyID.ReplaceAllStringFunc(output, func(id string) string {
		if id == callID {
			return id
		}
		return "3f2b7c1e-9a54-4d0b-8e6f-5c1d2a7b9e40"
	})
}

// The picture in README shows what Terraform prints today. -update-picture draws it.
func TestPicture_isOfTodaysPlan(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.ShowEnded(graphsim.EndedVisibility{Terminated: time.Hour})
	w := newWorkspace(t, l.withEnv(l.environ()...), "")
	overwrite(t, filepath.Join(w.dir, "lab.tf"), "resource \"msgraph_call_keepalive\" \"lab\" {\n  call_id = \""+callID+"\"\n}\n")
	w.mustRun("apply", "-auto-approve")
	l.clock.Advance(46 * time.Minute)     // nobody has run apply
	w.env = append(w.env, "TF_CLI_ARGS=") // in colour
	coloured := steady(w.mustRun("plan"))
	if *updatePicture {
		overwrite(t, picture, draw(coloured))
	}

	shown := drawnText(t, readFile(t, picture))
	plan, warning, found := strings.Cut(shown, "Plan: ")
	_, plan, drawn := strings.Cut(plan, "# msgraph_call_keepalive.lab will be created")
	if !found || !drawn {
		t.Fatalf("the picture is of something else:\n%s", shown)
	}
	// What stands around these is the CLI's, and not the same in each version.
	expectText(t, graphics.ReplaceAllString(coloured, ""), plan, "Plan: "+warning)
}

// graphics sets the colour of what follows in a terminal.
var graphics = regexp.MustCompile("\x1b\\[([0-9;]*)m")

// styles are the classes of the picture, by the terminal's codes.
var styles = map[string]string{"1": "b", "4": "u", "31": "r", "32": "g", "33": "y"}

// The measures of the picture, in pixels.
const (
	pictureWidth  = 720
	pictureTop    = 40
	pictureLine   = 19
	pictureMargin = 20
)

// draw makes a picture of a terminal with the end of a plan: what is planned, and the warning. It has its own
// background, so that it can be read on a light page and on a dark one.
func draw(output string) string {
	_, output, _ = strings.Cut(output, "following actions:\n\n")
	lines := append([]string{"$ terraform plan", ""}, strings.Split(strings.TrimSpace(graphics.ReplaceAllString(output, "\x1b[${1}m")), "\n")...)
	var b strings.Builder
	height := pictureTop + len(lines)*pictureLine + pictureMargin
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" role="img" aria-labelledby="title">
<title id="title">A plan of Terraform. The call of msgraph_call_keepalive.lab has ended: the resource will be created, and a warning says why the call ended and what to do.</title>
<style>
  text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #e4e7ee; white-space: pre; }
  .b { font-weight: bold; } .u { text-decoration: underline; } .r { fill: #f38ba0; } .g { fill: #86d98f; } .y { fill: #f0c674; }
</style>
<rect width="%[1]d" height="%[2]d" rx="8" fill="#1f2430"/>
<circle cx="20" cy="16" r="5" fill="#596277"/><circle cx="38" cy="16" r="5" fill="#596277"/><circle cx="56" cy="16" r="5" fill="#596277"/>
`, pictureWidth, height)
	active := map[string]bool{}
	for i, line := range lines {
		fmt.Fprintf(&b, `<text x="%d" y="%d" xml:space="preserve">%s</text>`+"\n", pictureMargin, pictureTop+(i+1)*pictureLine-5, spans(line, active))
	}
	return b.String() + "</svg>\n"
}

// spans are the parts of a line, each with its style. A style goes on in the next line.
func spans(line string, active map[string]bool) string {
	var b strings.Builder
	write := func(text string) {
		if text == "" {
			return
		}
		var classes []string
		for _, code := range []string{"1", "4", "31", "32", "33"} {
			if active[code] {
				classes = append(classes, styles[code])
			}
		}
		text = html.EscapeString(text)
		if len(classes) > 0 {
			text = fmt.Sprintf(`<tspan class=%q>%s</tspan>`, strings.Join(classes, " "), text)
		}
		b.WriteString(text)
	}
	at := 0
	for _, match := range graphics.FindAllStringSubmatchIndex(line, -1) {
		write(line[at:match[0]])
		if code := line[match[2]:match[3]]; code == "" || code == "0" {
			clear(active)
		} else {
			active[code] = true
		}
		at = match[1]
	}
	write(line[at:])
	return b.String()
}

// drawnText is what is to be read in a picture, line by line.
func drawnText(t *testing.T, picture string) string {
	t.Helper()
	var svg struct {
		Text []struct {
			Inner string `xml:",innerxml"`
		} `xml:"text"`
	}
	if err := xml.Unmarshal([]byte(picture), &svg); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, line := range svg.Text {
		lines = append(lines, html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(line.Inner, "")))
	}
	return strings.Join(lines, "\n")
}
