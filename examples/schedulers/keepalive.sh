#!/bin/sh
# One run of a schedule, in the directory of the configuration: `keepalive.sh --help` says what it does.
set -eu

usage() {
	cat <<'HELP'
Usage: keepalive.sh [--check]

Checks the calls of the configuration in the current directory, sends the keepAlives that are due, and reports the
result in its exit code. With --check, it applies nothing. An ephemeral resource is opened by every plan: it sends its
keepAlive, and hangs up with hang_up_on_close.

   0  every call is alive; all keepAlives that were due have been sent
   1  something failed, and no call is known to have ended
   2  only with --check: a keepAlive is due, or the configuration has changed
   3  a call has ended; keepAlives that were due for other calls have been sent, unless the output says that this failed
  64  wrong usage; nothing was done

Environment:
  TERRAFORM     the program to run: terraform (the default), tofu, or a path
  LOCK_TIMEOUT  how long to wait for another run that holds the state's lock (default: 5m)

It requires jq, and a directory in which `terraform init` has been run.
HELP
}

# Output that cannot be written, as on a full disk, stops no run.
say() { printf 'keepalive: %s\n' "$*" || :; }
fail() { say "$*" >&2; exit 1; }
misused() { say "$* Nothing was done; try keepalive.sh --help." >&2; exit 64; } # EX_USAGE of sysexits.h

check=
for argument; do
	case $argument in
	--check) check=yes ;;
	-h | --help) usage; exit 0 ;;
	*) misused "unknown argument \"$argument\"." ;;
	esac
done
terraform=${TERRAFORM:-terraform}
command -v "$terraform" >/dev/null || fail "$terraform is not on PATH: install it, or set TERRAFORM, as in TERRAFORM=tofu."
command -v jq >/dev/null || fail "jq is not on PATH: install it (https://jqlang.org)."
jq -n --rawfile file /dev/null 1 >/dev/null 2>&1 || fail "jq 1.6 or later is required (https://jqlang.org)."
timeout=${LOCK_TIMEOUT:-5m}
jq -en --arg timeout "$timeout" '$timeout | test("^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$")' >/dev/null ||
	misused "LOCK_TIMEOUT is \"$timeout\", which is not a duration such as 90s or 5m."

# The exit code, also if the script ends before it has one: a jq program that fails exits with 2, 3 or 5.
result=1
dir=$(mktemp -d)
trap '[ ! -s "$dir/ended" ] || result=3; rm -rf "$dir"; exit "$result"' EXIT
: >"$dir/ended"

# A shell handles a signal only after Terraform has ended: stop makes Terraform end, which then releases the state's lock.
# It treats a second signal as an order to exit immediately. A terminal's Ctrl-C, `timeout` and Jenkins send theirs to Terraform
# as well, which says so at once: stop forwards only what did not reach it, and once.
stopped= child= forwarder=
stop() {
	stopped=yes
	[ "$child" ] && [ -z "$forwarder" ] || return 0
	{ sleep 2; grep -q "Interrupt received" "$log" || kill -TERM "$child"; } >/dev/null 2>&1 &
	forwarder=$!
}
trap stop TERM HUP INT
trap : PIPE
run() {
	[ -z "$stopped" ] || fail "stopped before the $2."
	log=$1
	shift
	(trap '' HUP && exec "$terraform" "$@") >"$log" 2>&1 & # SIGHUP would kill Terraform
	child=$!
	[ -z "$stopped" ] || stop
	until
		wait "$child"
		code=$?
		! kill -0 "$child" 2>/dev/null
	do :; done
	child=
	[ -z "$forwarder" ] || kill "$forwarder" 2>/dev/null || :
	report <"$log" || :
}

# Functions for the jq programs. A keepalive is a resource or an ephemeral resource, but not a msgraph_call, whose call
# the next apply places again.
library='
def line: gsub("[[:cntrl:]]+"; " ");
# A diagnostic of an action that a resource triggers has the addresses of both.
def address($type): sub(", called from .*$"; "") | test("(^|\\.)" + $type + "\\.[^.\\[]+(\\[([0-9]+|\"([^\"\\\\]|\\\\.)*\")\\])?$");
def keepalive: address("msgraph_call_keepalives?");
def lab: address("msgraph_call_keepalives");
def messages: (fromjson? | objects) // {type: "text", "@message": .};
def diagnostics: messages | select(.type == "diagnostic") | .diagnostic;
def about_ended: (.summary | test("(Ended|Not Found)(:|$)|Does Not Know")) and (.address == null or (.address | keepalive));
'

# Prints diagnostics, completed changes, and lines that are not JSON.
report() {
	jq -Rr "$library"'messages
		| if .type == "diagnostic" then .diagnostic | "\(.severity): \(if .address then .address + ": " else "" end)\(.summary)\n\(.detail // "")"
		elif .type == "apply_complete" or .type == "text" then .["@message"]
		else empty end
		| split("\n")[] | line | select(test("[^ ]")) | "keepalive: " + .'
}

# ended_in LOG PATTERN: records the calls that have ended according to diagnostics whose summary matches.
ended_in() {
	jq -Rr --arg pattern "$2" "$library"'diagnostics | select(about_ended and (.summary | test($pattern)))
		| .address // "a call that is named above" | line' "$1" >>"$dir/ended"
}

# finish CODE: prints the calls that have ended, and exits 3 if there are any, otherwise CODE. A diagnostic has only the
# address of a lab, not that of a call in it; where the plan lists the calls, the address is omitted.
finish() {
	result=$1
	jq -Rrn "$library"'[inputs] | unique as $ended | $ended[] | . as $one
		| select($ended | any(startswith($one + "[\"")) | not)
		| "keepalive: ended: " + . + (if lab then ": see above" else "" end)' "$dir/ended" || :
	exit
}

lock=-lock-timeout=$timeout
run "$dir/plan.log" plan -json -detailed-exitcode -input=false "$lock" -out="$dir/plan"
planned=$code
if [ "$planned" != 0 ] && [ "$planned" != 2 ]; then
	ended_in "$dir/plan.log" .
	say "the plan failed, and nothing was applied: see above."
	finish 1
fi

# The refresh removes an ended call from state, and the plan creates it again with the same ID; if an earlier run removed
# it, the plan warns. msgraph_call_keepalives lists ended calls in its state, and msgraph_call with on_ended = "keep" has
# alive = false.
"$terraform" show -json "$dir/plan" >"$dir/plan.json" 2>"$dir/show.log" || {
	report <"$dir/show.log" || :
	fail "the plan cannot be read."
}
ended_in "$dir/plan.log" "Does Not Know|Already Ended"
jq -r "$library"'
	[.resource_changes[]? | select(.mode == "managed" and (has("deposed") | not))] as $changes
	| (.resource_drift[]? | select(.type == "msgraph_call_keepalive" and .change.actions == ["delete"])
		| .address as $address | .change.before.id as $id
		| select($changes | any(.address == $address and .change.after.id? == $id)) | $address),
	($changes[] | .address as $address | select(.type == "msgraph_call_keepalives")
		| .change.after.ended? // {} | to_entries[] | "\($address)[\(.key | tojson)]: \(.value)"),
	($changes[] | select(.type == "msgraph_call" and .change.actions == ["no-op"] and .change.after.alive == false)
		| .address + (.change.after.end_reason // "" | if . == "" then . else ": " + . end))
	| line' "$dir/plan.json" >>"$dir/ended"

# What there is to do, except for creating what has ended. Outputs are named only if they alone change.
jq -r --rawfile ended "$dir/ended" "$library"'
	($ended | split("\n")) as $ended
	| [.resource_changes[]? | select(.mode == "managed" and .change.actions != ["no-op"])] as $changes
	| [$changes[] | select((.type == "msgraph_call_keepalive" and (.address as $a | $ended | index([$a]))) | not)] as $due
	| ($due[] | "\(.address) (\(.change.actions | join(", ")))"),
	(select($changes == []) | .output_changes // {} | to_entries[] | select(.value.actions != ["no-op"])
		| "output \(.key)")
	| line' "$dir/plan.json" >"$dir/due"

# An apply records an end that the refresh has found. Graph shows the reason for some minutes at most.
unrecorded() {
	jq -e 'any(.resource_drift[]?; .type == "msgraph_call" or .type == "msgraph_call_keepalives")' "$dir/plan.json" >/dev/null
}
if [ -s "$dir/ended" ] && [ ! -s "$dir/due" ]; then
	{ [ -z "$check" ] && unrecorded; } || finish 3
elif [ "$planned" = 0 ]; then
	say "nothing is due."
	finish 0
fi
[ -s "$dir/due" ] || echo "what the plan shows" >"$dir/due" # such as a moved block
if [ "$check" ]; then
	sed 's/^/keepalive: due: /' "$dir/due" || :
	finish 2
fi

# The whole plan is applied, including the creates of ended calls: they fail, and Terraform does the rest.
run "$dir/apply.log" apply -json -input=false "$lock" "$dir/plan"
ended_in "$dir/apply.log" .
if [ "$code" = 0 ]; then
	say "applied."
	finish 0
fi
# Another run can change the state between plan and apply, when this one does not hold its lock.
if [ -z "${KEEPALIVE_AGAIN-}$stopped" ] && jq -Rne "$library"'any(inputs | diagnostics; .summary == "Saved plan is stale")' "$dir/apply.log" >/dev/null; then
	say "another run has changed the state: planning again."
	rm -rf "$dir"
	KEEPALIVE_AGAIN=yes exec sh "$0"
fi
others=$(jq -Rn "$library"'[inputs | diagnostics | select(.severity == "error" and (about_ended | not))] | length' "$dir/apply.log")
if [ ! -s "$dir/ended" ]; then
	say "the apply failed: see above."
elif [ "$others" != 0 ]; then
	say "the apply failed for other reasons as well: see above."
fi
finish 1
