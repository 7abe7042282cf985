# Reads a coverage profile of `go test` and prints the share of statements that the tests ran, by package. Exits with 1 if
# a share is below `floor` percent.
#
# The profile has each block once for every package whose tests could have run it.
NR > 1 {
	statements[$1] = $2
	if ($3 > 0) ran[$1] = 1
}

END {
	for (block in statements) {
		package = block
		sub(/\/[^\/]*$/, "", package)
		total[package] += statements[block]
		if (block in ran) covered[package] += statements[block]
	}
	if (NR < 2) {
		print "the profile is empty"
		exit 1
	}
	for (package in total) {
		if (total[package] == 0) continue # no statements
		share = 100 * covered[package] / total[package]
		below = share < floor
		printf "%6.1f %%  %s%s\n", share, package, below ? "  <- below " floor " %" : "" | "sort"
		if (below) failed = 1
	}
	close("sort")
	exit failed
}
