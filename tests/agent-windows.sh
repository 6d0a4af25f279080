#!/usr/bin/env bash
# Proves the agent for Windows without Windows: its tests run under Wine; the program is built as it is handed out, its
# size looked at; then it enrols with the real server over TLS, reports, runs as a service, goes offline and comes back.
#
#   tests/agent-windows.sh [MIMAMORI]     a built server; without it, it is built here. As root on a Debian 12.
#
# What Wine 8 cannot show: rights on the folder as Windows enforces them, memory as Windows counts it, BitLocker and
# the like (misses, which is what must come out).
root=$(cd "$(dirname "$0")/.." && pwd)
server=${1:-}
if [ -z "$server" ]; then
    (cd "$root" && cargo build --quiet --package mimamori)
    server=${CARGO_TARGET_DIR:-$root/target}/debug/mimamori
fi
server=$(realpath "$server")
# shellcheck source=tests/windows.sh
. "$root/tests/windows.sh"

step "building the agent as it is handed out, and its tests"
timeout 900 cargo build -q --locked --profile agent --target $triple -p mimamori-agent
exe=$CARGO_TARGET_DIR/$triple/agent/mimamori-agent.exe
size=$(stat -c %s "$exe")
step "mimamori-agent.exe: $size bytes"
[ "$size" -le $((8 * 1024 * 1024)) ] || { echo "[windows] the exe is larger than 8 MB" >&2; exit 1; }
x86_64-w64-mingw32-objdump -p "$exe" | grep -q 'DLL Name: libgcc\|DLL Name: libwinpthread' && { echo "[windows] the exe needs a DLL that Windows has not" >&2; exit 1; }
timeout 900 cargo test -q --locked --target $triple -p mimamori-agent --lib --tests --no-run
step "running the tests of the agent under Wine"
timeout 300 cargo test -q --locked --target $triple -p mimamori-agent --lib --tests

work=$prefix/agent
mkdir "$work"
fail() { echo "[windows] $*" >&2; exit 1; }
port=$((26000 + RANDOM % 5000)) pages=$((20000 + RANDOM % 5000))
serve() {
    "$server" --data "$work/data" serve --listen 127.0.0.1:$pages --agent-listen 127.0.0.1:$port >"$work/serve.log" 2>&1 &
    serving=$!
    trap 'kill $serving 2>/dev/null || true; timeout 20 /usr/lib/wine/wineserver -k >/dev/null 2>&1 || true; rm -rf "$prefix"' EXIT
    for _ in $(seq 100); do grep -q ":$port" "$work/serve.log" && return; sleep 0.1; done
    fail "the server does not start"
}
# says WORDS ARGUMENTS…: the agent's answer must hold the words; Wine's locale is Japanese or English by LANG.
says() {
    local words=$1 answer
    shift
    answer=$(LC_ALL=C.UTF-8 timeout 180 wine "$exe" "$@" 2>&1 | tr -d '\r') || true
    grep -qE -- "$words" <<<"$answer" || fail "'$*' should say '$words', and says: $answer"
}
service_state() { wine sc query MimamoriAgent 2>/dev/null | tr -d '\r' | grep -oE 'STATE.*' || echo gone; }

code=$("$server" --data "$work/data" agent code --uses 5 --days 1 2>/dev/null)
serve
step "enrolling with the real server at 127.0.0.1:$port"
says 'not enrolled|登録されていません' status
says 'Enrolled as|登録しました' enroll "https://127.0.0.1:$port" "$code"
says 'changed: |変わったところ' once
says 'nothing has changed|変わったところはありません' once
says 'in order|問題なし' status
step "offline, then online"
kill $serving; wait $serving 2>/dev/null || true
says 'cannot be reached|接続できません' once
says 'wait to be sent|未送信' status
serve
says 'had waited|送信できずにいた' once
step "as a service"
says 'set up and started|開始しました' install
for _ in $(seq 50); do service_state | grep -q RUNNING && break; sleep 0.2; done
service_state | grep -q RUNNING || fail "the service does not run: $(service_state)"
page=$WINEPREFIX/drive_c/ProgramData/Mimamori/page.json
for _ in $(seq 50); do [ -s "$page" ] && break; sleep 0.2; done
address=$(sed -E 's/.*"address":"([^"]*)".*/\1/' "$page")
curl -sS -L -c "$work/cookies" -H 'Accept-Language: ja' "$address" | grep -q 'このPCの状態' || fail "the user's page does not open"
id=$(pgrep -f 'mimamori-agent.exe run --service' | head -1)
step "service runs, page opens; resident under Wine: $(grep VmRSS "/proc/$id/status" | tr -s ' \t' ' ')"
says 'set up and started|開始しました' install
says 'removed|取り除きました' uninstall --forget
service_state | grep -q RUNNING && fail "the service still runs"
says 'not enrolled|登録されていません' status
kill $serving; wait $serving 2>/dev/null || true
step "the agent: all passed"
