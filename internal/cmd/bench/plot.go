package main

import (
	"fmt"
	"html"
	"slices"
	"strings"
)

// The plot's dimensions, in pixels.
const (
	plotWidth  = 720
	barLeft    = 180 // where bars begin; the labels are to the left
	barLongest = 470
	barHeight  = 14
	barPitch   = 18
	groupGap   = 14
)

// plotCalls is the number of calls that the plot shows.
const plotCalls = 1000

// plot draws how long each step takes with 1000 calls, or with the largest number measured, as SVG.
func (b *bench) plot() string {
	n, longest := b.sizes()[len(b.sizes())-1], 0.0
	if slices.Contains(b.sizes(), plotCalls) {
		n = plotCalls
	}
	// README compares what Terraform has built in, which does nothing, with the provider's own resources.
	plotted := slices.DeleteFunc(slices.Clone(b.variants()), func(v variant) bool { return v.color == "" })
	for _, v := range plotted {
		for _, s := range steps {
			longest = max(longest, b.seconds(v.name, s.name, n))
		}
	}
	var bars strings.Builder
	y := 56
	for _, s := range steps {
		if !b.measured(s, n) || s.throttled {
			continue
		}
		fmt.Fprintf(&bars, `<text class="step" x="16" y="%d">%s</text>`+"\n", y, s.name)
		y += 8
		for _, v := range plotted {
			seconds := b.seconds(v.name, s.name, n)
			width := seconds / longest * barLongest
			middle := y + barHeight - 3
			fmt.Fprintf(&bars, `<text class="name" x="%d" y="%d">%s</text>`, barLeft-8, middle, html.EscapeString(v.name))
			fmt.Fprintf(&bars, `<rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/>`, barLeft, y, width, barHeight, v.color)
			fmt.Fprintf(&bars, `<text x="%.1f" y="%d">%.1f s</text>`+"\n", barLeft+width+6, middle, seconds)
			y += barPitch
		}
		y += groupGap + 8
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="%[2]d" viewBox="0 0 %[1]d %[2]d" role="img" aria-labelledby="title">
<title id="title">Seconds for %[3]d calls, by command and resource</title>
<style>
  text { font: 12px system-ui, sans-serif; fill: #1f2328; }
  .name { text-anchor: end; } .step { font-weight: bold; } .title { font-size: 14px; font-weight: bold; }
</style>
<rect width="%[1]d" height="%[2]d" rx="8" fill="#ffffff"/>
<text class="title" x="16" y="28">Seconds for %[3]d calls</text>
%[4]s</svg>
`, plotWidth, y, n, bars.String())
}
