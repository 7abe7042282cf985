#!/bin/sh
# Starts one run of a workspace of HCP Terraform (or Terraform Enterprise), waits until it ends, and reports
# the result in its exit code: 0 if it was applied or nothing was to do; 1 otherwise, for example if a call has ended.
#
# It requires curl and jq, and in the environment TFE_TOKEN (a team's or a user's token) and TFE_WORKSPACE_ID (ws-...).
# TFE_ADDRESS is https://app.terraform.io unless it is set. It polls the run at most MAX_LOOKS times (90), every
# POLL_SECONDS (10).
set -eu
trap '[ $? = 0 ] || exit 1' EXIT # curl and jq have exit codes of their own

api=${TFE_ADDRESS:-https://app.terraform.io}/api/v2
: "${TFE_TOKEN:?is not set}" "${TFE_WORKSPACE_ID:?is not set}"

# The token is passed on standard input, because every process of the machine can read arguments.
request() {
	printf 'header = "Authorization: Bearer %s"\n' "$TFE_TOKEN" |
		curl --config - --silent --show-error --fail --max-time 60 \
			--header "Content-Type: application/vnd.api+json" "$@"
}

body=$(jq -n --arg id "$TFE_WORKSPACE_ID" '{data: {type: "runs",
  attributes: {message: "keepalive", "auto-apply": true},
  relationships: {workspace: {data: {type: "workspaces", id: $id}}}}}')
# Not in one pipeline: a shell hides the failure of its first command.
response=$(request --data "$body" "$api/runs")
run=$(printf '%s' "$response" | jq -er .data.id)

status=unknown
looks=0
while [ "$looks" -lt "${MAX_LOOKS:-90}" ]; do
	looks=$((looks + 1))
	# A look that fails is not the end of the run.
	response=$(request "$api/runs/$run") && status=$(printf '%s' "$response" | jq -er .data.attributes.status) || status=unknown
	case $status in
	applied | planned_and_finished) echo "run $run: $status" || :; exit 0 ;;
	errored | canceled | force_canceled | discarded | policy_soft_failed)
		echo "run $run: $status. See what it says in HCP Terraform." >&2
		exit 1
		;;
	esac
	sleep "${POLL_SECONDS:-10}"
done
echo "run $run: still $status after $looks looks." >&2
exit 1
