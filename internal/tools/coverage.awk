# Reads a coverage profile of `go test` and prints, for each package, how many of its statements some test
# ran. Exits with 1 where that is below `floor` percent.
#
# A block is in the profile once for each package whose tests could have run it.
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
		if (total[package] == 0) continue # nothing that could run
		share = 100 * covered[package] / total[package]
		below = share < floor
		printf "%6.1f %%  %s%s\n", share, package, below ? "  <- below " floor " %" : "" | "sort"
		if (below) failed = 1
	}
	close("sort")
	exit failed
}
