#!/usr/bin/env bash
# The configurations that the tests read are real: each is taken by the program it is for, and the files that
# programs wrote are read back. tests/vpn.sh MIMAMORI; as root, in a network of its own, so that no port of this computer is
# touched.
set -euo pipefail
bin=$(realpath "$1")
cd "$(dirname "$0")/.."
if [ "${VPN_APART:-}" != 1 ]; then
    exec env VPN_APART=1 unshare --net --mount "$0" "$bin"
fi
fixtures=$PWD/crates/network/tests/vpn
work=$(mktemp -d)
running=()
tidy() {
    for pid in "${running[@]}"; do kill "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap tidy EXIT
ip link set lo up
# The programs' own folders are hidden behind empty ones while this runs.
mount -t tmpfs none /run
fail() { echo "vpn: $*" >&2; exit 1; }

certificates() {
    openssl req -x509 -newkey rsa:2048 -passout "pass:CanaryKeyPass" -keyout "$1/server.key" -out "$1/server.pem" \
        -days 30 -subj "/CN=radius.example.test" 2>/dev/null
    cp "$1/server.pem" "$1/ca.pem"
}

radius() {
    local folder name
    mkdir "$work/certs"
    certificates "$work/certs"
    for folder in "$fixtures"/freeradius-*; do
        name=$(basename "$folder")
        cp -r "$folder" "$work/$name"
        cp -r "$work/certs" "$work/$name/certs"
        mkdir "$work/$name/log" "$work/$name/run"
        sed -i "s|^confdir = .*|confdir = $work/$name|; s|^logdir = .*|logdir = $work/$name/log|; s|^run_dir = .*|run_dir = $work/$name/run|" \
            "$work/$name/radiusd.conf"
        freeradius -XC -d "$work/$name" -n radiusd >"$work/out" 2>&1 || { tail -5 "$work/out"; fail "FreeRADIUS refuses $name"; }
    done
    # It does refuse what is wrong.
    echo "authorize {" >>"$work/freeradius-ad/sites-enabled/default"
    ! freeradius -XC -d "$work/freeradius-ad" -n radiusd >"$work/out" 2>&1 || fail "FreeRADIUS takes anything"
    # Debian's own, as it is installed: no static user, no database switched on.
    "$bin" network collect --vpn debian /etc/freeradius/3.0 --out "$work/debian.json"
    python3 - "$work/debian.json" <<'P'
import json, sys
facts = json.load(open(sys.argv[1]))["facts"]
assert facts["configuration"]["product"] == "freeradius", facts
assert facts["authentication"]["certificate_field"] == "issuer", facts
assert any(own["what"] == "issuer_only" and own["place"].startswith("mods-enabled/eap:") for own in facts["configuration"]["findings"]), facts
P
}

openvpn_takes() {
    local file name
    mkdir "$work/openvpn"
    cd "$work/openvpn"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.crt -days 30 -subj "/CN=Test CA" 2>/dev/null
    for name in server client; do cp ca.key $name.key; cp ca.crt $name.crt; done
    openvpn --genkey secret ta.key
    cp ta.key static.key
    : >index.txt
    echo 1000 >crlnumber
    printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\ndefault_crl_days=30\n' >ca.cnf
    openssl ca -gencrl -config ca.cnf -keyfile ca.key -cert ca.crt -out crl.pem 2>/dev/null
    for file in "$fixtures"/openvpn-*; do
        name=$(basename "$file")
        cp "$file" .
        timeout 2 openvpn --config "$name" >out 2>&1 </dev/null || true
        # Options are read as a whole before anything starts: the banner with the versions comes after them.
        grep -q 'library versions' out || { tail -5 out; fail "OpenVPN refuses $name"; }
        ! grep -q 'Options error' out || { tail -5 out; fail "OpenVPN refuses $name"; }
    done
    echo "no-such-directive 1" >>openvpn-mail.conf
    ! timeout 2 openvpn --config openvpn-mail.conf >out 2>&1 </dev/null || fail "OpenVPN takes anything"
    grep -q 'Options error' out || fail "OpenVPN takes anything"
    cd - >/dev/null
}

# What charon says of a connection is what was read of it.
strongswan() {
    local name
    has() {
        local starter
        /usr/lib/ipsec/starter --nofork --conf "$fixtures/$1/ipsec.conf" >"$work/out" 2>&1 &
        starter=$!
        running+=("$starter")
        for _ in $(seq 100); do ipsec stroke statusall 2>/dev/null | grep -q 'Connections:' && break; sleep 0.1; done
        sleep 0.5
        ipsec stroke statusall >"$work/status" 2>&1 || true
        kill "$starter"
        wait "$starter" 2>/dev/null || true
        grep -q -- "$2" "$work/status" || { cat "$work/status"; fail "strongSwan does not say '$2' of $1"; }
    }
    has strongswan-psk 'IKEv1 Aggressive'
    has strongswan-psk 'remote: uses pre-shared key authentication'
    has strongswan-eap-local 'remote: uses EAP_MSCHAPV2 authentication'
    has strongswan-eap-radius 'remote: uses EAP_RADIUS authentication'
    has strongswan-organization 'O=Example Corp, CN=\*\] uses public key authentication'
}

wireguard() {
    local name file
    for file in "$fixtures"/wireguard-*; do
        name=$(basename "$file")
        install -m 600 "$file" "$work/wg0.conf"
        wg-quick strip "$work/wg0.conf" >"$work/stripped"
        [ "$(grep -c PublicKey "$work/stripped")" = "$(grep -c PublicKey "$file")" ] || fail "wg-quick loses peers of $name"
        # Keys are keys.
        sed -n 's/^PrivateKey = //p' "$file" | wg pubkey >/dev/null || fail "wg refuses the key of $name"
    done
}

# SoftEther loads ours and writes its own; what it wrote says the same.
softether() {
    local name
    mkdir -p /run/softether
    mount -t tmpfs none /var/lib
    mkdir -p /var/lib/softether
    for name in local radius certificate; do
        rm -rf /var/lib/softether/*
        cp "$fixtures/softether-$name.config" /var/lib/softether/vpn_server.config
        /usr/libexec/softether/vpnserver/vpnserver start >"$work/out" 2>&1
        for _ in $(seq 100); do ss -ltn | grep -q ':5555' && break; sleep 0.1; done
        /usr/libexec/softether/vpnserver/vpnserver stop >"$work/out" 2>&1
        grep -q 'declare LocalBridgeList' /var/lib/softether/vpn_server.config || fail "SoftEther did not write its configuration"
        "$bin" network collect --vpn x "$fixtures/softether-$name.config" --out "$work/ours.json"
        "$bin" network collect --vpn x /var/lib/softether/vpn_server.config --out "$work/theirs.json"
        python3 - "$work/ours.json" "$work/theirs.json" <<'P'
import json, sys
ours, theirs = (json.load(open(path))["facts"] for path in sys.argv[1:])
key = lambda own: own["name"]
assert sorted(ours.get("accounts", []), key=key) == sorted(theirs.get("accounts", []), key=key), (ours, theirs)
for field in ("backend", "certificate_field", "shared_password"):
    assert ours["authentication"].get(field) == theirs["authentication"].get(field), (field, ours, theirs)
P
    done
}

radius
openvpn_takes
strongswan
wireguard
softether
echo "vpn: all taken"
