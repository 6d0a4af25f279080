#!/usr/bin/env bash
# Proves the agent against the real server, over TLS on the loopback address: enrolment, reports, offline and back, a
# full disk, a copied disk, another server, the user's page, its size in memory, and simulated PCs.
#
#   tests/agent.sh [MIMAMORI] [AGENT] [XTASK]     built programs; without them they are built here. Root: a small disk is made full.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${CARGO_TARGET_DIR:-$PWD/target}/debug
[ $# -ge 3 ] || cargo build --quiet --package mimamori --package mimamori-agent --package xtask
server=$(realpath "${1:-$bin/mimamori}") agent=$(realpath "${2:-$bin/mimamori-agent}") xtask=$(realpath "${3:-$bin/xtask}")

work=$(mktemp -d)
{ export LC_ALL=en_US.UTF-8; } 2>/dev/null # the agent looks at the name; no such locale is needed
started=()
tidy_up() {
    for id in "${started[@]}"; do kill "$id" 2>/dev/null || true; done
    umount "$work/small" 2>/dev/null || true
    rm -rf "$work"
}
trap tidy_up EXIT
fail() { echo "agent: $*" >&2; cat "$work"/*.log >&2 2>/dev/null || true; exit 1; }
# says WORDS COMMAND…: the command's answer must hold the words.
says() {
    local words=$1 answer
    shift
    answer=$("$@" 2>&1) || true
    grep -qF -- "$words" <<<"$answer" || fail "'$*' should say '$words', and says: $answer"
}
wait_for() { # FILE WORDS
    for _ in $(seq 100); do
        grep -qF "$2" "$1" 2>/dev/null && return
        sleep 0.1
    done
    fail "$1 never said '$2'"
}
pages=$((20000 + RANDOM % 5000)) port=$((26000 + RANDOM % 5000))
url=https://127.0.0.1:$port
serve() {
    : >"$work/serve.log"
    "$server" --data "$work/data" serve --listen 127.0.0.1:$pages --agent-listen 127.0.0.1:$port >"$work/serve.log" 2>&1 &
    serving=$!
    started+=("$serving")
    wait_for "$work/serve.log" ":$port"
}
stop() { kill "$serving"; wait "$serving" 2>/dev/null || true; }

code=$("$server" --data "$work/data" agent code --uses 30 --days 1 2>/dev/null)
single=$("$server" --data "$work/data" agent code --for LOST-1 --days 1 2>/dev/null)
other=$("$server" --data "$work/other" agent code 2>/dev/null)
serve
export MIMAMORI_AGENT_FOLDER=$work/agent

says "not enrolled" "$agent" status
says "This is not an enrolment code" "$agent" enroll "$url" ABCD
says "https://NAME:PORT" "$agent" enroll http://127.0.0.1 "$code"
says "Nothing was sent" "$agent" enroll "$url" "$other"
says "Enrolled as" "$agent" enroll "$url" "$code"
says "already enrolled" "$agent" enroll "$url" "$code"
says "Reported; changed:" "$agent" once
says "nothing has changed" "$agent" once
says "in order" "$agent" status
[ "$(stat -c %a "$work/agent")" = 700 ] || fail "the folder is open to others"
echo "agent: enrolled and reported"

stop
says "cannot be reached" "$agent" once
says "days that wait to be sent: 1" "$agent" status
serve
says "Records of 1 days that had waited were sent" "$agent" once
says "nothing has changed" "$agent" once
echo "agent: offline, then online, nothing lost"

mkdir "$work/small"
mount -t tmpfs -o size=256k none "$work/small"
cp -a "$work/agent" "$work/small/agent"
dd if=/dev/zero of="$work/small/fill" bs=4k 2>/dev/null || true
MIMAMORI_AGENT_FOLDER=$work/small/agent says "Free some space" "$agent" once
rm "$work/small/fill"
MIMAMORI_AGENT_FOLDER=$work/small/agent says "Reported" "$agent" once
umount "$work/small"
# The count went on elsewhere, as after a restored backup: taken up, not locked out.
says "Reported" "$agent" once
echo "agent: a full disk is told and nothing is lost; a count that fell behind is taken up"

# A full disk when the server's answer comes (/dev/full takes nothing): the code is used up, and the same code with the
# same key is answered again.
mkdir -m 700 "$work/lost"
ln -s /dev/full "$work/lost/state.json.half"
MIMAMORI_AGENT_FOLDER=$work/lost says "Free some space" "$agent" enroll "$url" "$single"
[ -f "$work/lost/pending.json" ] || fail "the key of an enrolment without an end is not kept"
MIMAMORI_AGENT_FOLDER=$work/lost says "Enrolled as" "$agent" enroll "$url" "$single"
[ ! -e "$work/lost/pending.json" ] || fail "an enrolment that ended is still pending"
MIMAMORI_AGENT_FOLDER=$work/lost says "Reported" "$agent" once
echo "agent: an enrolment whose answer could not be kept is taken up again with the same code"

cp -a "$work/agent" "$work/copied"
sed -i -E 's/"installation":"[0-9a-f]{64}"/"installation":"'"$(printf 'a%.0s' {1..64})"'"/' "$work/copied/state.json"
MIMAMORI_AGENT_FOLDER=$work/copied says "another PC" "$agent" once
echo broken >"$work/copied/state.json"
MIMAMORI_AGENT_FOLDER=$work/copied says "is broken" "$agent" status
echo "agent: copied and broken memories are refused with what to do"

says "There is no fix 'calc.exe'" "$agent" fix calc.exe --yes

printf 'page_port = %s\n' $((pages + 1)) >"$work/agent/agent.toml"
"$agent" run >"$work/run.log" 2>&1 &
running=$!
started+=("$running")
wait_for "$work/agent/page.json" token
address=$(sed -E 's/.*"address":"([^"]*)".*/\1/' "$work/agent/page.json")
base=${address%/open*}
curl -sS -o /dev/null -c "$work/cookies" "$address"
says "How this PC stands" curl -sS -b "$work/cookies" -H 'Accept-Language: en' "$base/"
says "このPCの状態" curl -sS -b "$work/cookies" -H 'Accept-Language: ja' "$base/"
says "403" curl -sS -o /dev/null -w '%{http_code}' "$base/"
says "403" curl -sS -o /dev/null -w '%{http_code}' -b "$work/cookies" -H 'Host: evil.example' "$base/"
says "403" curl -sS -o /dev/null -w '%{http_code}' -b "$work/cookies" -X POST -H 'Origin: http://evil.example' -d x=y "$base/report"
before=$(grep -o '"count":[0-9]*' "$work/agent/state.json")
form=$(curl -sS -b "$work/cookies" "$base/" | grep -o 'name="form" value="[0-9a-f]*"' | head -1 | grep -o '[0-9a-f]\{40,\}')
says "being read and reported" curl -sS -b "$work/cookies" -H 'Accept-Language: en' -H "Origin: $base" -d "form=$form" "$base/report"
for _ in $(seq 600); do
    [ "$(grep -o '"count":[0-9]*' "$work/agent/state.json")" = "$before" ] || break
    sleep 0.1
done
[ "$(grep -o '"count":[0-9]*' "$work/agent/state.json")" != "$before" ] || fail "the page's button sent no report"
sleep 1
echo "agent: the user's page opens for its user alone and reports; memory after a report: $(grep VmRSS "/proc/$running/status" | tr -s ' \t' ' ')"

says "Reported" "$agent" once
"$xtask" simulate --url "$url" --code "$code" --devices 20 --changed 20 --rounds 2 | tee "$work/simulated.log"
grep -q errors "$work/simulated.log" && fail "simulated PCs met errors"
echo "agent: all passed"
