package tfvalue

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// said is what a validator says of a text at a path.
func said(t *testing.T, v validator.String, at path.Path, text types.String) string {
	t.Helper()
	var resp validator.StringResponse
	v.ValidateString(t.Context(), validator.StringRequest{Path: at, ConfigValue: text}, &resp)
	var b strings.Builder
	for _, d := range resp.Diagnostics {
		b.WriteString(d.Summary() + ": " + d.Detail() + "\n")
	}
	return b.String()
}

func TestChecked_titles(t *testing.T) {
	t.Parallel()
	v := Checked("must be right", func(string) error { return errors.New("ähem, it is wrong") })
	for at, want := range map[string]string{
		"call_id": "Invalid Call ID", "url": "Invalid URL", "oidc_request_url": "Invalid OIDC Request URL", "tenant_id": "Invalid Tenant ID",
		"ca_certificate_file": "Invalid CA Certificate File", "api_version": "Invalid API Version", "max_delay": "Invalid Max Delay",
		"ado_pipeline_service_connection_id": "Invalid ADO Pipeline Service Connection ID", "callback_uri": "Invalid Callback URI",
	} {
		if got := said(t, v, path.Root("block").AtName(at), types.StringValue("x")); got != want+": Ähem, it is wrong.\n" {
			t.Errorf("%s: got %q, want %q", at, got, want)
		}
	}
	for _, nothing := range []types.String{types.StringNull(), types.StringUnknown()} {
		if got := said(t, v, path.Root("url"), nothing); got != "" {
			t.Errorf("%s: got %q", nothing, got)
		}
	}
}

func TestCapitalize_leavesTheNameOfAnArgument(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"tenant_id is not set": "tenant_id is not set.", "meeting: use its link.": "meeting: use its link.",
		"the value of tenant_id is wrong": "The value of tenant_id is wrong.",
	} {
		if got := Capitalize(errors.New(text)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestDurations_bounds(t *testing.T) {
	t.Parallel()
	within := DurationAtMost(10*time.Millisecond, time.Hour)
	for text, want := range map[string]string{
		"10ms": "", "1h": "", "1h30m": "at most 1h, not", "9ms": "must be at least 10ms", "2562047h": "at most 1h", "-1s": "at least 10ms",
		"99999999h": "is too long", "30": "has no unit", "soon": "is not a duration", "": "is not a duration",
	} {
		if got := said(t, within, path.Root("delay"), types.StringValue(text)); !strings.Contains(got, want) || (got == "") != (want == "") {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestHeader_leavesOutWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	got := Header(types.MapValueMust(types.StringType, map[string]attr.Value{
		"x-key": types.StringValue("v"), "x-null": types.StringNull(), "x-unknown": types.StringUnknown(),
	}))
	if len(got) != 1 || got.Get("X-Key") != "v" {
		t.Errorf("got %v", got)
	}
	if got := FormatDuration(45 * time.Minute); got != "45m" {
		t.Errorf("45 minutes are %q", got)
	}
}

func TestDurations_rules(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"0s": "", "59m59s": "", "1h": "must be at least 0s and below 1h, not", "-1ns": "at least 0s"} {
		if got := said(t, DurationBelow(0, time.Hour), path.Root("renew_after"), types.StringValue(text)); !strings.Contains(got, want) || (got == "") != (want == "") {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if got := said(t, DurationBelow(0, time.Hour), path.Root("hold_for"), types.StringValue("-1s")); !strings.HasPrefix(got, "Invalid Hold For: The duration must be at least 0s and below 1h, not \"-1s\"") {
		t.Errorf("-1s: got %q", got)
	}
	if got := Duration(types.StringValue("90s")); got != 90*time.Second || Duration(types.StringNull()) != 0 {
		t.Errorf("90s is %s", got)
	}
}

// Each header that is wrong is an error at its key, and one that is not known yet passes.
func TestValidators_headers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		headers map[string]attr.Value
		want    string
	}{
		"good":       {map[string]attr.Value{"x-a": types.StringValue("v"), "x-b": types.StringUnknown()}, ""},
		"name":       {map[string]attr.Value{"a b": types.StringValue("v")}, `headers["a b"] Header "a b": `},
		"value":      {map[string]attr.Value{"x-a": types.StringValue("v\n")}, `headers["x-a"] Header "x-a": `},
		"reserved":   {map[string]attr.Value{"authorization": types.StringUnknown()}, `headers["authorization"] Header "authorization": `},
		"same twice": {map[string]attr.Value{"X-A": types.StringValue("v"), "x-a": types.StringValue("v")}, `headers["x-a"] "X-A" and "x-a" are the same header`},
	} {
		var resp validator.MapResponse
		HeadersValidator{}.ValidateMap(t.Context(), validator.MapRequest{
			Path: path.Root("headers"), ConfigValue: types.MapValueMust(types.StringType, test.headers),
		}, &resp)
		var got strings.Builder
		for _, d := range resp.Diagnostics {
			if at, ok := d.(diag.DiagnosticWithPath); ok && d.Summary() == "Invalid Header" {
				got.WriteString(at.Path().String() + " " + d.Detail())
			}
		}
		if !strings.HasPrefix(got.String(), test.want) || len(resp.Diagnostics) > 1 || (test.want == "") != (len(resp.Diagnostics) == 0) {
			t.Errorf("%s: got %q, want %q", name, got.String(), test.want)
		}
	}
}
