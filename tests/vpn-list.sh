#!/usr/bin/env bash
# A real FreeRADIUS lets people in and keeps their sessions; mimamori reads its logs and users file and says who should
# not have come in and who is in from two places: tests/vpn-list.sh PATH-OF-MIMAMORI      needs freeradius, radclient
set -euo pipefail
bin=$(realpath "$1")
work=$(mktemp -d)
export work
pid=
finish() {
    [ -z "$pid" ] || { kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; } || true
    rm -rf "$work"
}
trap finish EXIT
cd "$work"
auth=${VPN_LIST_PORT:-18412}
acct=$((auth + 1))
mkdir raddb log run

cat > raddb/users <<'C'
tanaka	Cleartext-Password := "pass-tanaka"
	Reply-Message := "hello"
sato	Cleartext-Password := "pass-sato"
suzuki	Cleartext-Password := "pass-suzuki"
kato	Cleartext-Password := "pass-kato", Auth-Type := Reject
vpnuser	Cleartext-Password := "pass-shared"
outsider	Cleartext-Password := "pass-outsider"
C
cat > raddb/radiusd.conf <<C
prefix = /usr
libdir = /usr/lib/freeradius
logdir = $work/log
run_dir = $work/run
name = radiusd
correct_escapes = true
security {
    allow_core_dumps = no
    max_attributes = 200
    reject_delay = 0
    status_server = yes
}
log {
    destination = files
    file = $work/log/radius.log
    auth = yes
    auth_badpass = yes
    auth_goodpass = yes
}
thread pool {
    start_servers = 1
    max_servers = 2
    min_spare_servers = 1
    max_spare_servers = 2
    max_requests_per_server = 0
}
client gateway {
    ipaddr = 127.0.0.1
    secret = testing-only
    require_message_authenticator = no
}
modules {
    pap {
    }
    files {
        usersfile = $work/raddb/users
    }
    detail {
        filename = $work/log/detail
        header = "%t"
        permissions = 0600
    }
}
server default {
    listen {
        type = auth
        ipaddr = 127.0.0.1
        port = $auth
    }
    listen {
        type = acct
        ipaddr = 127.0.0.1
        port = $acct
    }
    authorize {
        files
        pap
    }
    authenticate {
        Auth-Type PAP {
            pap
        }
    }
    accounting {
        detail
    }
}
C
freeradius -d raddb -n radiusd -C > log/check 2>&1 || { tail -20 log/check; exit 1; }
freeradius -d raddb -n radiusd -f > log/out 2>&1 < /dev/null &
pid=$!
for _ in $(seq 100); do
    grep -q 'Ready to process' log/radius.log 2>/dev/null && break
    kill -0 "$pid" || { cat log/out; exit 1; }
    sleep 0.1
done

# login NAME PASSWORD ADDRESS: what the gateway asks
login() {
    printf 'User-Name = "%s"\nUser-Password = "%s"\nCalling-Station-Id = "%s"\nNAS-IP-Address = 192.0.2.1\n' "$1" "$2" "$3" |
        radclient -q -r 1 -t 3 "127.0.0.1:$auth" auth testing-only > /dev/null || true
}
# session KIND NAME ADDRESS ID LASTED: what the gateway reports; LASTED seconds stand for time that need not pass here
session() {
    printf 'Acct-Status-Type = %s\nUser-Name = "%s"\nCalling-Station-Id = "%s"\nAcct-Session-Id = "%s"\nAcct-Session-Time = %s\nNAS-IP-Address = 192.0.2.1\n' \
        "$1" "$2" "$3" "$4" "$5" |
        radclient -q -r 1 -t 3 "127.0.0.1:$acct" acct testing-only > /dev/null
}
login tanaka pass-tanaka 203.0.113.5
session Start tanaka 203.0.113.5 T1 0
session Interim-Update tanaka 203.0.113.5 T1 60
session Stop tanaka 203.0.113.5 T1 3600
# the same id from elsewhere, through the middle of that hour
session Stop 'EXAMPLE\\tanaka' 198.51.100.7 T2 1800
# roaming: five minutes side by side
login suzuki pass-suzuki 203.0.113.8
session Stop suzuki 203.0.113.8 S1 3600
session Interim-Update suzuki 198.51.100.9 S2 300
# disabled in the directory, and unknown to it
login sato pass-sato 203.0.113.6
login outsider pass-outsider 203.0.113.9
# kept out by the server itself
login kato pass-kato 203.0.113.7
# brute force, then spraying
for _ in $(seq 12); do login tanaka hunter2 192.0.2.66; done
for name in a b c d e f; do login "$name" spring2026 192.0.2.77; done
sleep 1.5
kill "$pid"; wait "$pid" 2>/dev/null || true
pid=

mkdir staff
python3 - <<'P'
import json, os
def document(path, kind, id, name, facts, source):
    json.dump({"format": "mimamori-facts", "version": 1, "subject": {"kind": kind, "id": id}, "name": name,
               "source": source, "collected_at": "2026-01-01T00:00:00Z", "facts": facts}, open(path, "w"))
users = [dict(name=n, enabled=e, upn=n + "@example.local") for n, e in
         [("tanaka", True), ("sato", False), ("suzuki", True), ("kato", False)]]
document("domain.json", "domain", "example.local", "", {"users": users}, "directory")
for id, name, status in [("p1", "田中 太郎", "active"), ("p2", "佐藤 花子", "left"), ("p3", "鈴木 一郎", "active"), ("p4", "加藤 次郎", "on_leave")]:
    account = {"p1": "tanaka", "p2": "sato", "p3": "suzuki", "p4": "kato"}[id]
    document(f"staff/{id}.json", "person", id, name, {"employment": {"status": status, "directory_account": account}}, "record")
P
zone=$(date +%:z)
"$bin" network collect --vpn office --accounts raddb/users --radius-log log/detail log/radius.log \
    --directory domain.json --staff staff --zone "$zone" --remarks remarks.json --out facts.json
"$bin" network collect --vpn office --radius-log log/radius.log --zone "$zone" > alone.json

# Lists as a gateway and as Excel in Japan write them.
printf 'ユーザー名,状態,最終利用\r\ntanaka,有効,2026/11/20 8:30\r\nsato,無効,\r\neigyo,有効,\r\n' | iconv -t CP932 > list.csv
"$bin" network collect --vpn office --accounts list.csv --directory none --staff staff --remarks list.json --out list.facts
fails() { if "$@" > out 2>&1; then echo "should fail: $*"; exit 1; fi; }
printf 'tanaka,有効\n' > bare.csv
fails "$bin" network collect --vpn office --accounts bare.csv --directory none --staff staff
grep -q 'ユーザー名' out
fails "$bin" network collect --vpn office --accounts list.csv
fails "$bin" network collect --vpn office --radius-log list.csv
fails "$bin" network collect --vpn office

python3 - <<'P'
import json, sys
def expect(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: found {found!r}, expected {expected!r}")
facts, remarks = json.load(open("facts.json")), json.load(open("remarks.json"))
expect("misses", facts.get("misses", []), [])
own = facts["facts"]["accesses"]
expect("arriving", own["arriving"], True)
expect("disabled_accepted", own["disabled_accepted"], ["outsider", "sato"])
expect("two_places", own["two_places"], ["tanaka"])
logs = {l["file"]: l["read"] for l in remarks["accesses"]["logs"]}
expect("detail", (logs["detail"]["form"], logs["detail"]["events"], logs["detail"]["not_understood"]), ("detail", 6, 0))
expect("radius.log", (logs["radius.log"]["form"], logs["radius.log"]["events"], logs["radius.log"]["not_understood"]), ("radius_log", 23, 0))
attacks = {(a["kind"], a["who"]): (a["rejects"], a["users"]) for a in remarks["accesses"]["attacks"]}
expect("attacks", attacks, {("user", "tanaka"): (12, 1), ("source", "192.0.2.66"): (12, 1), ("spraying", "192.0.2.77"): (6, 6)})
expect("from the future", remarks["accesses"]["events_from_the_future"], 0)
told = {a["name"]: (a.get("person"), a["enabled"], a["status"], a["shared"], a.get("directory_enabled")) for a in facts["facts"]["accounts"]}
expect("accounts", told, {
    "tanaka": ("p1", True, "active", False, True),
    "sato": ("p2", True, "left", False, False),
    "suzuki": ("p3", True, "active", False, True),
    "kato": ("p4", False, "on_leave", False, False),
    "vpnuser": (None, True, "unknown", True, None),
    "outsider": (None, True, "unknown", False, None),
})
alone = json.load(open("alone.json"))
expect("without directory", ("disabled_accepted" in alone["facts"]["accesses"], [m["at"] for m in alone["misses"]]), (False, ["accesses.disabled_accepted"]))
listed = {a["name"]: (a["enabled"], a["shared"], a.get("last_used_at")) for a in json.load(open("list.facts"))["facts"]["accounts"]}
expect("list", listed, {"tanaka": (True, False, "2026-11-19T23:30:00Z"), "sato": (False, False, None), "eigyo": (True, True, None)})
everything = "".join(open(n).read() for n in ["facts.json", "remarks.json", "alone.json", "list.json"])
for secret in ["pass-tanaka", "pass-shared", "hunter2", "spring2026"]:
    assert secret not in everything, f"a password leaked: {secret}"
P
echo "VPN lists: read"
