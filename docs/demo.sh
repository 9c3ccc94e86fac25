#!/bin/sh
# Shows the product: a breach from report to acknowledgement, in a folder of its
# own that is removed at the end, with the daemon stopped. Called by `make demo`.
set -eu
cd "$(dirname "$0")/.."
programs=.build/release

folder=$(mktemp -d)
daemon=""
finish() {
    if [ -n "$daemon" ]; then
        kill "$daemon" 2>/dev/null || true
        wait "$daemon" 2>/dev/null || true
    fi
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

show() {
    printf '\n$ breachctl'
    for argument in "$@"; do
        case $argument in
            *[!A-Za-z0-9_/.-]*) printf " '%s'" "$argument" ;;
            *) printf ' %s' "$argument" ;;
        esac
    done
    printf '\n'
    "$programs/breachctl" "$@"
}

# Waits until a command succeeds; half a minute at most.
await() {
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || { echo "demo: gave up waiting for: $*" >&2; cat "$folder/log" >&2; exit 1; }
        sleep 0.1
    done
}
has_notice() { ls "$folder"/var/spool/new/*.breach-notice.forward-trust.*; }

mkdir "$folder/var"
install -m 0644 config.example.json "$folder/config.json"
"$programs/breachd" --config "$folder/config.json" 2>"$folder/log" &
daemon=$!
export BREACHCLOCK_SOCKET="$folder/var/breachd.sock"
await "$programs/breachctl" status

show report EDATRS --detected '46h ago' --by open-road --risk likely \
    --summary 'A laptop with case notes was stolen from a locked car.'
await has_notice
reference=$("$programs/breachctl" --json list | sed -n 's/^ *"id": "\(EDATRS-[0-9-]*\)",$/\1/p' | head -n 1)
show show "$reference"
show spool show "$(cd "$folder/var/spool/new" && ls -- *.breach-notice.forward-trust.*)"
show ack "$reference" forward-trust --via phone --name 'Moira Ashdown'
show status
show verify
printf '\nThat was all: the daemon is stopped and its folder removed.\n'
