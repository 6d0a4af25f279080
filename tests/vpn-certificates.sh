#!/usr/bin/env bash
# Certificates and containers that OpenSSL makes, read by mimamori: tests/vpn-certificates.sh PATH-OF-MIMAMORI
# RSA of 1024 bits, SHA-1, ECDSA, Ed25519, PKCS #12 old and new, PKCS #7, revocation lists; passwords right, wrong, none.
set -euo pipefail
bin=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir ca good containers odd

cat > openssl.cnf <<'C'
[ca]
default_ca = own
[own]
dir = ca
database = ca/index.txt
serial = ca/serial
crlnumber = ca/crlnumber
new_certs_dir = ca
certificate = ca/ca.pem
private_key = ca/ca.key
default_md = sha256
default_days = 365
default_crl_days = 30
policy = any
unique_subject = no
copy_extensions = none
string_mask = utf8only
[any]
commonName = supplied
organizationName = optional
emailAddress = optional
[req]
distinguished_name = name
string_mask = utf8only
[name]
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[upn]
basicConstraints = CA:false
extendedKeyUsage = clientAuth
authorityKeyIdentifier = keyid
subjectAltName = otherName:1.3.6.1.4.1.311.20.2.3;UTF8:${ENV::WHO}@example.local
[mail]
basicConstraints = CA:false
subjectAltName = email:${ENV::WHO}@example.co.jp
[bare]
basicConstraints = CA:false
[server]
basicConstraints = CA:false
extendedKeyUsage = serverAuth
subjectAltName = DNS:vpn.example.co.jp
C
export WHO=nobody
: > ca/index.txt
echo 1000 > ca/serial
echo 01 > ca/crlnumber
openssl req -new -x509 -newkey rsa:2048 -nodes -keyout ca/ca.key -out ca/ca.pem -days 3650 -utf8 \
    -subj '/CN=みまもり認証局/O=Mimamori' -config openssl.cnf -extensions root 2>/dev/null
cp ca/ca.pem good/

# issue NAME EXTENSIONS KEY-KIND [options of openssl ca]
issue() {
    local name=$1 extensions=$2 kind=$3
    shift 3
    case $kind in
        rsa:*) openssl genrsa -out "$name.key" "${kind#rsa:}" 2>/dev/null ;;
        ec:*) openssl ecparam -genkey -noout -name "${kind#ec:}" -out "$name.key" ;;
        *) openssl genpkey -algorithm "$kind" -out "$name.key" ;;
    esac
    openssl req -new -key "$name.key" -out "$name.csr" -utf8 -subj "/CN=$name/O=Mimamori" -config openssl.cnf
    WHO=$name openssl ca -batch -notext -config openssl.cnf -extensions "$extensions" \
        -in "$name.csr" -out "good/$name.pem" "$@" 2>/dev/null
}
issue tanaka upn rsa:2048
issue short upn rsa:1024
issue sha1 mail rsa:2048 -md sha1
issue curve upn ec:prime256v1
issue wide upn ec:secp521r1
issue edwards mail ed25519
issue goldilocks mail ed448
issue gone upn rsa:2048
issue expired mail rsa:2048 -startdate 20250101000000Z -enddate 20260101000000Z
issue bare bare rsa:2048
issue vpn server rsa:2048
issue pss mail rsa:2048 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32
openssl ca -config openssl.cnf -revoke good/gone.pem 2>/dev/null
openssl ca -config openssl.cnf -gencrl -out good/list.crl.pem 2>/dev/null
openssl crl -in good/list.crl.pem -outform DER -out good/list.crl

"$bin" network collect --vpn office --certificates good --remarks good.json > good.facts

# The same certificate in every container: each folder must give one and the same fingerprint.
in=good/tanaka.pem
p12() { openssl pkcs12 -export -in "$in" -inkey tanaka.key -certfile ca/ca.pem -passout "pass:$1" -out "$2" "${@:3}"; }
mkdir -p containers/{der,p7,p12-aes,p12-3des,p12-rc2,p12-empty,p12-nomac}
openssl x509 -in "$in" -outform DER -out containers/der/a.cer
openssl crl2pkcs7 -nocrl -certfile "$in" -certfile ca/ca.pem -outform DER -out containers/p7/a.p7b
p12 'ひみつ hunter2' containers/p12-aes/a.p12 -keypbe AES-256-CBC -certpbe AES-256-CBC -macalg SHA256
p12 hunter2 containers/p12-3des/a.pfx -legacy -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg SHA1
p12 hunter2 containers/p12-rc2/a.pfx -legacy -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-RC2-40 -macalg SHA1
p12 '' containers/p12-empty/a.p12
p12 hunter2 containers/p12-nomac/a.p12 -nomac
printf '%s\n' wrong 'ひみつ hunter2' hunter2 > passwords
for kind in containers/*; do
    "$bin" network collect --vpn office --certificates "$kind" --password-file passwords \
        --remarks "$(basename "$kind").json" > "$(basename "$kind").facts"
done

# A password that is wrong, work without end, files cut off: said, and nothing else is lost.
p12 other odd/locked.p12
p12 hunter2 odd/slow.p12 -iter 5000000
head -c 700 containers/p12-aes/a.p12 > odd/cut.p12
head -c 500 containers/der/a.cer > odd/cut.cer
cp tanaka.key odd/alone.key
cp "$in" odd/
timeout 60 "$bin" network collect --vpn office --certificates odd --password-file passwords --remarks odd.json > odd.facts

python3 - "$work" <<'P'
import json, os, sys
folder = sys.argv[1]
load = lambda name: json.load(open(os.path.join(folder, name)))
def expect(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: found {found!r}, expected {expected!r}")

facts, remarks = load("good.facts"), load("good.json")["certificates"]
own = {c["file"].removesuffix(".pem"): c for c in facts["facts"]["certificates"]}
expect("people", sorted(own), sorted("tanaka short sha1 curve wide edwards goldilocks gone expired bare pss".split()))
expect("upn", own["tanaka"]["upn"], "tanaka@example.local")
expect("mail", own["sha1"]["email"], "sha1@example.co.jp")
expect("nobody", (own["bare"]["upn"], own["bare"]["email"]), ("", ""))
expect("issuer", own["tanaka"]["issuer"], "CN=みまもり認証局, O=Mimamori")
expect("keys", {n: (c["algorithm"], c["key_bits"]) for n, c in own.items() if n in ("tanaka", "short", "curve", "wide", "edwards", "goldilocks")},
       {"tanaka": ("rsa", 2048), "short": ("rsa", 1024), "curve": ("ec", 256), "wide": ("ec", 521), "edwards": ("ed25519", 256), "goldilocks": ("ed448", 456)})
expect("signatures", (own["tanaka"]["signature"], own["sha1"]["signature"], own["pss"]["signature"]),
       ("sha256WithRSAEncryption", "sha1WithRSAEncryption", "rsassaPss-sha256"))
expect("revoked", [n for n, c in own.items() if c["revoked"]], ["gone"])
faults = sorted((f["fault"], f["file"].removesuffix(".pem")) for f in remarks["findings"])
expect("faults", faults, [("expired", "expired"), ("names_nobody", "bare"), ("short_key", "short"), ("weak_signature", "sha1")])
expect("gateway", [g["file"] for g in remarks["gateways"]], ["vpn.pem"])
expect("authority", [g["subject"] for g in remarks["authorities"]], ["CN=みまもり認証局, O=Mimamori"])
expect("misses", facts.get("misses", []), [])

for kind in os.listdir(os.path.join(folder, "containers")):
    found = load(kind + ".facts")
    expect(kind, [c["fingerprint"] for c in found["facts"].get("certificates", [])], [own["tanaka"]["fingerprint"]])
    expect(kind + " misses", found.get("misses", []), [])

facts, remarks = load("odd.facts"), load("odd.json")["certificates"]
expect("odd", [c["file"] for c in facts["facts"]["certificates"]], ["tanaka.pem"])
why = {u["file"]: u["why"] for u in remarks["unread"]}
expect("odd files", sorted(why), ["alone.key", "cut.cer", "cut.p12", "locked.p12", "slow.p12"])
assert "password" in why["locked.p12"] and "too much work" in why["slow.p12"] and "cut off" in why["cut.cer"], why
expect("odd misses", sorted(m["detail"].split(":")[0] for m in facts["misses"]), ["cut.cer", "cut.p12", "locked.p12", "slow.p12"])
everything = "".join(open(os.path.join(folder, n)).read() for n in os.listdir(folder) if n.endswith((".facts", ".json")))
assert "hunter2" not in everything and "PRIVATE" not in everything, "a secret leaked"
P
echo "VPN certificates: read"
