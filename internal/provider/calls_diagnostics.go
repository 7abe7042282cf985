package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/quote"
)

// The diagnostics about many calls: one for each kind of failure, in which each reason stands once, with
// the names of the calls that it applies to.

// namesLimit is how many names a list shows, nameLimit how many characters of each, and reasonsLimit how many
// reasons a diagnostic gives.
const (
	namesLimit   = 20
	nameLimit    = 60
	reasonsLimit = 10
)

// The kinds of failure that only objects of many calls have. Those of graph are not negative.
const (
	kindUnexpected graph.Kind = -1 - iota
	kindMissingID
	kindDuplicateID
	kindNotTried
	kindAnotherApplication
)

// kindOf sorts a failure by what a user can do about it.
func kindOf(err error) graph.Kind {
	var (
		failure  *graph.Error
		entry    entryError
		notTried notTriedError
		another  anotherApplicationError
	)
	switch {
	case errors.As(err, &another):
		return kindAnotherApplication
	case errors.As(err, &failure):
		return failure.Kind()
	case errors.As(err, &entry):
		return entry.kind
	case errors.As(err, &notTried) && errors.Is(err, context.Canceled):
		return graph.KindCanceled
	case errors.As(err, &notTried):
		return kindNotTried
	}
	return kindUnexpected
}

// explainCall returns what to say about a failure of one call of many.
func explainCall(err error) explanation {
	kind := kindOf(err)
	text, ok := callsExplanations[kind]
	if !ok {
		text = explanations[kind]
		if failure, ok := errors.AsType[*graph.Error](err); ok {
			text = explain(failure)
		}
	}
	if another := (anotherApplicationError{}); errors.As(err, &another) {
		text.advice = another.advice()
	}
	if isShared(err) { // others may have been reached before
		text.advice = strings.Replace(text.advice, "Nothing was sent", "Nothing more was sent", 1)
	}
	return text
}

// callsExplanations are those that differ from [explanations], which are about one call.
var callsExplanations = map[graph.Kind]explanation{
	kindUnexpected:         {"Unexpected Error", ""},
	kindMissingID:          {summaryMissingID, ""},
	kindDuplicateID:        {summaryDuplicateID, ""},
	kindAnotherApplication: {summaryAnotherApplication, ""},
	kindNotTried: {"Timeout Before the First Attempt",
		"The operation timed out before a request could be sent for these calls. Increase its timeout, or max_concurrent_requests " +
			"in the provider block."},
	graph.KindNotFound: {summaryNotFound, notFoundMeans + endedMeans + orRemoveEntry + "."},
	graph.KindProxy:    {summaryProxyFailed, nothingSentToGraph + " " + adviceProxy},
}

// The summaries about one call that are used for several calls, too.
const (
	summaryDenied      = "Graph Denied Access to the Call"
	summaryInvalidID   = "Invalid Call ID"
	summaryMissingID   = "Missing Call ID"
	summaryDuplicateID = "Duplicate Call ID"
	summaryMayEndSoon  = "Call May End Soon"
)

// pluralSummaries are the summaries about several calls, where they are not those about one.
var pluralSummaries = map[string]string{
	summaryEnded:              "Calls Have Ended",
	summaryNotFound:           "Calls Not Found",
	summaryNotKnown:           "Graph Does Not Know Calls",
	summaryAlreadyEnded:       "Calls Have Already Ended",
	summaryAnotherApplication: "Calls of Another Application",
	summaryMayBeHungUp:        "Calls May Be Hung Up",
	summaryMayEndSoon:         "Calls May End Soon",
	summaryDenied:             "Graph Denied Access to Calls",
	summaryInvalidID:          "Invalid Call IDs",
	summaryMissingID:          "Missing Call IDs",
	summaryDuplicateID:        "Duplicate Call IDs",
}

// plurals are what the texts about one call say of several.
var plurals = strings.NewReplacer(
	"Graph does not know this call: it has ended, or it was never a call of", "Graph does not know these calls: they have ended, or they were never calls of",
	"Check the ID, and", "Check the IDs, and",
	"the application that placed the call.", "the application that placed the calls.",
	"lace the call again and use its new ID", "lace the calls again and use their new IDs",
	"if the ID comes from", "if the IDs come from",
	"remove its entry from calls", "remove their entries from calls",
	"If the call was placed", "If the calls were placed",
	"A request that was in flight", "Requests that were in flight",
	"until Graph knows it", "until Graph knows them",
	" for the call (wait_for_call)", " for the calls (wait_for_call)",
	"adds it to ended", "adds them to ended",
	"Graph no longer knows it", "Graph no longer knows these calls",
	"Graph does not know it: it has ended, or was never a call of", "Graph does not know these calls: they have ended, or were never calls of",
	"Graph shows it as", "Graph shows them as",
	"has hung up the call itself: it destroyed a resource with hang_up_on_destroy = true for the same call",
	"has hung up the calls itself: it destroyed resources with hang_up_on_destroy = true for them",
)

// callReason is a reason, and the calls that it applies to.
type callReason struct {
	calls []namedCall
	first error // the first call's error; nil where text says it all
	text  string
	word  string // what happened; only in a line of progress
	key   string // the same for the same reason, whose text may differ from one response to the next
}

// callReasons groups calls by their reasons, in the order of their first calls. The zero value is empty.
type callReasons struct {
	list  []callReason
	index map[string]int
}

// add adds a call to those whose reason has the same key; for the first of them, describe returns the reason.
func (r *callReasons) add(call namedCall, key string, describe func() callReason) {
	i, known := r.index[key]
	if !known {
		if r.index == nil {
			r.index = map[string]int{}
		}
		i = len(r.list)
		r.index[key] = i
		r.list = append(r.list, describe())
		r.list[i].key = key
	}
	r.list[i].calls = append(r.list[i].calls, call)
}

// callsDiagnostic is what there is to say about failures of one kind.
type callsDiagnostic struct {
	explanation
	kind    graph.Kind
	reasons []callReason
	warning bool // no error
}

// groupFailures makes one diagnostic of each kind of failure; within it, failures with the same status and
// code have one reason.
func groupFailures(failures []callFailure) []callsDiagnostic {
	byKind := map[graph.Kind][]callFailure{}
	for _, f := range failures {
		kind := kindOf(f.err)
		byKind[kind] = append(byKind[kind], f)
	}
	diagnostics := make([]callsDiagnostic, 0, len(byKind))
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		d := callsDiagnostic{explanation: explainCall(byKind[kind][0].err), kind: kind, reasons: reasonsOf(byKind[kind])}
		d.advice = adviceFor(d.reasons)
		diagnostics = append(diagnostics, d)
	}
	return diagnostics
}

// reasonsOf groups failures by their reasons, in the order of their first calls.
func reasonsOf(failures []callFailure) []callReason {
	var reasons callReasons
	for _, f := range failures {
		reasons.add(f.call, reasonKey(f.err), func() callReason {
			return callReason{first: f.err, text: describeFailure(f.err)}
		})
	}
	return reasons.list
}

// reasonKey is the same for failures with the same reason.
func reasonKey(err error) string {
	var (
		failure *graph.Error
		another anotherApplicationError
	)
	switch {
	case errors.As(err, &failure):
		return failure.Reason()
	case errors.As(err, &another):
		return another.failure.Reason() + another.before.String() // which the advice names
	case errors.As(err, new(notTriedError)):
		return ""
	}
	return err.Error()
}

// adviceFor is what to do about failures of one kind: for access that Graph denies, that depends on the reason.
func adviceFor(reasons []callReason) string {
	var all []string
	for _, r := range reasons {
		if advice := explainCall(r.first).advice; !slices.Contains(all, advice) {
			all = append(all, advice)
		}
	}
	return joinParagraphs(all...)
}

// calls returns how many calls the diagnostic is about.
func (d callsDiagnostic) calls() int {
	n := 0
	for _, r := range d.reasons {
		n += len(r.calls)
	}
	return n
}

// add adds the diagnostic, with closing at its end: at the call's key when it is about one call, else on
// the object, as on calls Terraform would show the whole map. It adds nothing about no calls.
func (d callsDiagnostic) add(diags *diag.Diagnostics, closing string) {
	n, summary, advice := d.calls(), d.summary, d.advice
	if n == 0 {
		return
	}
	paragraphs := make([]string, 0, len(d.reasons)+2)
	for i, r := range d.reasons {
		if i == reasonsLimit {
			rest := callsDiagnostic{reasons: d.reasons[i:]}
			paragraphs = append(paragraphs, fmt.Sprintf("Calls with other reasons: %d.", rest.calls()))
			break
		}
		paragraphs = append(paragraphs, r.String())
	}
	if n > 1 {
		summary, advice = cmp.Or(pluralSummaries[summary], summary), plurals.Replace(advice)
	}
	detail := joinParagraphs(append(paragraphs, advice, closing)...)
	var one diag.Diagnostic = diag.NewErrorDiagnostic(summary, detail)
	if d.warning {
		one = diag.NewWarningDiagnostic(summary, detail)
	}
	if n == 1 {
		one = diag.WithPath(d.reasons[0].calls[0].path(), one)
	}
	diags.Append(one)
}

// reportUnread says which of the calls could not be read: an error when that is true of all of them, or when the run was
// interrupted; else a warning, which closing ends unless there is an error as well. late is the rest of the advice about a timeout.
func reportUnread(failures []callFailure, calls int, closing, late string, diags *diag.Diagnostics) {
	groups, all := groupFailures(failures), len(failures) == calls
	if all || slices.ContainsFunc(groups, func(d callsDiagnostic) bool { return d.kind == graph.KindCanceled }) {
		closing = ""
	}
	for _, d := range groups {
		if d.kind == graph.KindUnavailable || d.kind == kindNotTried {
			d.advice = joinParagraphs(d.advice, late)
		}
		d.warning = !all && d.kind != graph.KindCanceled
		d.add(diags, closing)
	}
}

// String names the calls, and then says the reason.
func (r callReason) String() string {
	names := "Call " + listNames(r.calls)
	if len(r.calls) > 1 {
		names = "Calls " + listNames(r.calls)
	}
	switch {
	case r.text == "":
		return names + "."
	case strings.Contains(r.text, "\n") && len(r.calls) > 1:
		return fmt.Sprintf("%s. The first of them:\n%s", names, r.text)
	case strings.Contains(r.text, "\n"):
		return fmt.Sprintf("%s:\n%s", names, r.text)
	}
	return fmt.Sprintf("%s: %s.", names, strings.TrimSuffix(r.line(), "."))
}

// line is a reason in one line.
func (r callReason) line() string {
	if len(r.calls) > 1 {
		return plurals.Replace(r.text)
	}
	return r.text
}

// listNames lists the names of calls, up to a limit.
func listNames(calls []namedCall) string {
	shown := make([]string, 0, namesLimit)
	for _, c := range calls[:min(len(calls), namesLimit)] {
		shown = append(shown, quoteName(c.name))
	}
	list := strings.Join(shown, ", ")
	if more := len(calls) - namesLimit; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}

// quoteName shows the name of a call, which may be any text.
func quoteName(name string) string {
	if runes := []rune(name); len(runes) > nameLimit {
		return quote.Line(string(runes[:nameLimit])) + "…"
	}
	if name == "" || strings.TrimSpace(name) != name {
		return quote.Line(name)
	}
	return quote.UnlessPlain(name)
}
