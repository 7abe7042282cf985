#!/bin/sh
# One run of a schedule: looks at the calls of the configuration in the current folder, sends the keepAlives
# that are due, and says by its exit code how the calls are.
#
#   0  every call is alive; what was due has been sent
#   1  something failed, and how the calls are is not known
#   2  with --check alone: a keepAlive is due (or the configuration has changed), and none was sent
#   3  a call has ended; the keepAlives that others were due have been sent
#
# It needs jq. TERRAFORM names another program than terraform, such as tofu; LOCK_TIMEOUT is how long to wait
# for another run that holds the state (5m unless it is set).
set -eu

terraform=${TERRAFORM:-terraform}
lock=-lock-timeout=${LOCK_TIMEOUT:-5m}
check=${1:-}

plan=$(mktemp)
trap 'rm -f "$plan" "$plan.json"' EXIT

code=0
"$terraform" plan -detailed-exitcode -input=false "$lock" -out="$plan" || code=$?
case $code in
0) echo "keepalive: nothing is due." && exit 0 ;;
2) ;;
*) echo "keepalive: the plan failed." >&2 && exit 1 ;;
esac

# Exit code 2 means either of two things. A call that the refresh found ended is drift: it was deleted outside of
# Terraform. A keepAlive that is due is an update in place.
"$terraform" show -json "$plan" >"$plan.json"
keepalives='select(.mode == "managed" and .type == "msgraph_call_keepalive")'
ended=$(jq -r ".resource_drift[]? | $keepalives | select(.change.actions == [\"delete\"]) | .address" "$plan.json")
due=$(jq -r ".resource_changes[]? | $keepalives | select(.change.actions == [\"update\"]) | .address" "$plan.json")

if [ "$check" = --check ]; then
	if [ -n "$ended" ]; then
		echo "keepalive: ended: $ended" && exit 3
	fi
	echo "keepalive: due: $due" && exit 2
fi

if [ -z "$ended" ]; then
	"$terraform" apply -input=false "$lock" "$plan" || exit 1
	echo "keepalive: applied."
	exit 0
fi

# Applying this plan would try to create what has ended, and fail. So the others are kept alive by name, and the
# state keeps the call that has ended: the next run tells of it again.
if [ -n "$due" ]; then
	set -f --
	IFS='
'
	for address in $due; do
		set -- "$@" "-target=$address"
	done
	"$terraform" apply -input=false "$lock" -auto-approve "$@" || exit 1
fi
echo "keepalive: ended: $ended"
exit 3
