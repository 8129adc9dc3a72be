#!/bin/bash
# Stands in for gh in tests: knows the commands that nightly-issue.ts uses, notes every call in $FAKE_GH/calls, and keeps issues as
# files in $FAKE_GH: body and comments of issue N in N.md, the number of the one that is open in `open`.
set -euo pipefail
PATH=/usr/bin:/bin
cd "$FAKE_GH"
printf '%s\n' "$*" >> calls
newest() { cat newest 2> /dev/null || echo 0; }
case "$1 $2" in
  'issue list') cat open 2> /dev/null || true ;;
  'label create') touch "label-$3" ;;
  'issue create')
    # As gh: a label must be there before an issue can have it.
    [ -e label-nightly-chaos ] || { echo "could not add label: 'nightly-chaos' not found" >&2; exit 1; }
    number=$(($(newest) + 1))
    echo "$number" | tee newest > open
    cat > "$number.md"
    echo "https://example.invalid/issues/$number"
    ;;
  'issue comment') cat >> "$3.md" ;;
  'issue close') rm open && printf '%s\n' "$5" >> "$3.md" ;;
  *) echo "unknown command \"$1 $2\" for \"gh\"" >&2; exit 1 ;;
esac
