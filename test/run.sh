#!/usr/bin/env bash
# Every test: installs and starts privately what they need, and ends with a line `N passed, N failed`.
set -euo pipefail
cd "$(dirname "$0")/.."
bash test/servers/install.sh
report=$(mktemp)
trap 'rm -f "$report"' EXIT
status=0
vitest run --reporter=dot --reporter=json --outputFile.json="$report" "$@" || status=$?
node test/verdict.ts "$report"
exit "$status"
