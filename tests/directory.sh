#!/usr/bin/env bash
# Proves `mimamori directory collect` against a real Active Directory domain (Samba), and against what is none (OpenLDAP).
#
#   tests/directory.sh [MIMAMORI]     the built program; without it, it is built here. Root: a domain controller is started.
#   tests/directory.sh bench          2,000 users, 300 groups, 20 policies: time and memory of the release build
set -euo pipefail
cd "$(dirname "$0")/.."
here=$PWD/tests
bench=no
[ "${1:-}" != bench ] || { bench=yes; shift; }
folder=debug
[ $bench = no ] || folder=release
program=${CARGO_TARGET_DIR:-$PWD/target}/$folder/mimamori
if [ $# -ge 1 ]; then
    program=$(realpath "$1")
elif [ $bench = yes ]; then
    cargo build --quiet --release --package mimamori
else
    cargo build --quiet --package mimamori
fi

{ export LC_ALL=en_US.UTF-8; } 2>/dev/null # the program looks at the name; no such locale is needed

work=$(mktemp -d /dev/shm/mimamori-directory.XXXXXX)
chmod 711 "$work" # the file server reads SYSVOL below it as whoever asks
domain=$work/domain
# shellcheck source=tests/directory/domain.sh
. "$here/directory/domain.sh"
# shellcheck source=tests/directory/policy.sh
. "$here/directory/policy.sh"
others=()
tidy_up() {
    domain_stop
    for id in "${others[@]}"; do kill "$id" 2>/dev/null || true; done
    rm -rf "$work"
}
trap tidy_up EXIT
fail() { echo "directory: $*" >&2; exit 1; }

change() { /usr/bin/python3 "$here/directory/domain.py" "$domain" "$@"; }
authority=$domain/private/tls/ca.pem
printf '%s\n' "$ordinary" >"$work/ordinary"
printf '%s\n' "$administrator" >"$work/administrator"
printf 'not the password\n' >"$work/wrong"
# collect [ARGUMENT…]: as the ordinary account over LDAPS, where the arguments do not say otherwise.
collect() {
    local usual=(--out "$work/domain.json") given=" $* "
    [[ $given == *" --url "* ]] || usual+=(--url "ldaps://$address")
    [[ $given == *" --user "* ]] || usual+=(--user reader@mima.example)
    [[ $given == *" --ca "* ]] || usual+=(--ca "$authority")
    [[ $given == *" --password-file "* || -n ${MIMAMORI_DIRECTORY_PASSWORD:-} ]] || usual+=(--password-file "$work/ordinary")
    "$program" directory collect "${usual[@]}" "$@"
}
# fact EXPRESSION: holds of the facts `f` and misses `m` that were read last.
fact() { /usr/bin/python3 "$here/directory/facts.py" fact "$work/domain.json" "$1" || fail "does not hold: $1"; }
# judged STATEMENT/CHECK OUTCOME [WORDS]: after another reading.
judged() {
    collect
    "$program" assess "$work/domain.json" --format json --out "$work/verdicts.json" || [ $? = 1 ]
    /usr/bin/python3 "$here/directory/facts.py" judged "$work/verdicts.json" "$@" || fail "$1 should be $2 ${3:-}"
}
# refused WORDS COMMAND…: ends with exit code 2 and one line that holds the words.
refused() {
    local words=$1 answer code=0
    shift
    answer=$("$@" 2>&1) || code=$?
    [ $code = 2 ] || fail "'$*' should end with 2, not $code: $answer"
    grep -qF -- "$words" <<<"$answer" || fail "'$*' should say '$words', and says: $answer"
    [ "$(wc -l <<<"$answer")" = 1 ] || fail "'$*' should say one line, and says: $answer"
    ! grep -qF -e "$ordinary" -e "$administrator" -e 'not the password' <<<"$answer" || fail "a password was shown"
}
again() { # CERTIFICATE: the server with another certificate
    domain_stop
    domain_certificate "$1"
    domain_start
}

domain_install
mkdir -p "$domain"
domain_provision
change fill

if [ $bench = yes ]; then
    echo "--- filling the domain"
    change bench
    domain_start
    collect # warms the server up
    /usr/bin/python3 "$here/directory/facts.py" bench "$work/domain.json" -- "$program" directory collect --ca "$authority" \
        --out "$work/domain.json" --url ldaps://$address --user reader@mima.example --password-file "$work/ordinary"
    exit 0
fi
domain_start

echo "--- facts, read by an ordinary account"
collect
fact "f['identity'] == {'dns_name': 'mima.example', 'netbios_name': 'MIMA', 'functional_level': 4}"
fact "f['password_policy'] == {'min_length': 12, 'complexity': True, 'lockout_threshold': 10, 'lockout_minutes': 30, 'max_age_days': 90, 'history': 24}"
fact "f['builtin']['administrator']['name'] == 'corp-root' and not f['builtin']['administrator']['default_name']"
fact "f['builtin']['guest']['default_name'] and not f['builtin']['guest']['enabled']"
fact "who('Domain Admins') == {'corp-root': None, 'dai': 'T0 Ops > T0 Deep', 'chie': 'T0 Ops > T0 Deep > 情報システム', 'yamada': 'T0 Ops > T0 Deep > 情報システム'}"
fact "who('Administrators')['S-1-5-21-9-9-9-1105'] is None and [x['name'] for x in group('Administrators')['members'] if x['foreign']] == ['S-1-5-21-9-9-9-1105']"
fact "who('Administrators')['dai'] == 'Domain Admins > T0 Ops > T0 Deep'"
fact "who('Schema Admins')['hana'] is None and 'corp-root' in who('Enterprise Admins')"
fact "who('Account Operators') == {'fumi': None} and who('Backup Operators') == {'gen': None} and who('Print Operators') == {}"
fact "'emi' not in str(f['privileged'])"
fact "len(f['privileged']) == 8"
fact "{x['name']: x['privileged_now'] for x in f['admin_count']} == {'corp-root': True, 'krbtgt': True}"
fact "{x['name']: (x['laps'], x['domain_controller']) for x in f['computers']} == {'DC1': ('none', True), 'NAS01': ('legacy', False), 'PC01': ('windows', False), 'PC02': ('windows', False), 'SRV01': ('windows', False)}"
fact "{k: v for k, v in f['weak_accounts'].items() if k != 'krbtgt_password_set_at'} == {'password_never_expires': ['never'], 'no_preauthentication': ['nopreauth'], 'unconstrained_delegation': ['delegated'], 'stale': ['stale'], 'password_not_required': ['notrequired'], 'reversible_encryption': ['reversible'], 'service_principals': ['dns-dc1', 'service'], 'machine_account_quota': 10}"
fact "'krbtgt_password_set_at' in f['weak_accounts']"
fact "{k: user('yamada')[k] for k in ('display_name', 'department', 'employee_number', 'mail', 'upn', 'enabled')} == {'display_name': '山田 太郎', 'department': '営業部', 'employee_number': '0042', 'mail': 'yamada@mima.example', 'upn': 'yamada@mima.example', 'enabled': True}"
fact "'expires_at' in user('yamada') and 'expires_at' not in user('ann') and user('yamada')['sid'] in listed('情報システム')['members']"
fact "user('yamada')['sid'] in listed('Domain Users')['members'] and user('hana')['sid'] in listed('Schema Admins')['members']"
fact "{x['name']: x.get('via') for x in f['everybody']}['Everybody Files'] == 'Domain Users'"
fact "{x['name']: x.get('via') for x in f['everybody']}['Pre-Windows 2000 Compatible Access'] == 'Authenticated Users'"
fact "f['transport']['bound_with'] == 'simple over TLS' and f['transport']['host'] == 'dc1.mima.example'"
fact "f['transport']['smb_dialect'] == '3.1.1' and f['transport']['smb_signing_required'] and not f['transport']['anonymous_search']"
fact "'certificate_expires_at' in f['transport']"
fact "miss('fine_grained')['why'] == 'denied' and 'Password Settings Container' in miss('fine_grained')['detail']"
fact "not miss('identity') and not miss('users')"
! grep -q CANARY "$work/domain.json" || fail "a password is in the document"
# As the account that may read the old LAPS's passwords.
collect --user corp-root --password-file "$work/administrator"
! grep -q CANARY "$work/domain.json" || fail "a password is in the administrator's document"

echo "--- ways of signing in"
collect --user 'MIMA\reader'
fact "f['transport']['bound_with'] == 'NTLM over TLS'"
collect --user reader
fact "f['transport']['bound_with'] == 'simple over TLS'"
collect --user 'CN=reader,OU=Staff,DC=mima,DC=example'
collect --url ldap://$address --starttls --bind ntlm
fact "f['transport']['bound_with'] == 'NTLM over TLS' and len(f['users']) > 20"
MIMAMORI_DIRECTORY_PASSWORD=$ordinary collect --user reader

echo "--- statements, by changing the domain"
judged 6.1.2-1/length pass
change set minPwdLength=11
judged 6.1.2-1/length fail 11
change set minPwdLength=12
judged 6.1.2-1/complexity pass
change set pwdProperties=0
judged 6.1.2-1/complexity fail
change set pwdProperties=1
judged 6.1.2-1/threshold pass
change set lockoutThreshold=0
judged 6.1.2-1/threshold fail
change set lockoutThreshold=11
judged 6.1.2-1/threshold fail 11
change set lockoutThreshold=10
judged 6.1.2-1/duration pass
change set lockoutDuration=-17400000000
judged 6.1.2-1/duration fail 29
change set lockoutDuration=-9223372036854775808
judged 6.1.2-1/duration pass
fact "f['password_policy']['lockout_minutes'] == 0"
change set lockoutDuration=-18000000000
judged 6.1.2-1/length pass
judged 6.1.2-1/fine-grained unknown
change grant reader container
judged 6.1.2-1/fine-grained unknown
change grant reader
judged 6.1.2-1/fine-grained pass
fact "{x['name']: (x['precedence'], x['applies_to'], x['hits']) for x in f['fine_grained']} == {'Admins': (10, ['T0 Deep'], ['chie', 'dai', 'yamada']), 'Director': (20, ['jun'], ['jun'])}"
change pso Director msDS-MinimumPasswordLength=8
judged 6.1.2-1/fine-grained fail Director
change pso Director msDS-MinimumPasswordLength=15
judged 6.1.3-1/renamed pass
change rename 500 Administrator
judged 6.1.3-1/renamed fail Administrator
change rename 500 'Järjestelmänvalvoja'
judged 6.1.3-1/renamed fail
change rename 500 corp-root
judged 6.1.3-1/renamed pass
judged 6.1.4-1/guest pass
change enable Guest
judged 6.1.4-1/guest fail Guest
change disable Guest
judged 6.1.4-1/guest pass
change join "Domain Admins" ann
collect
fact "'ann' in who('Domain Admins') and 'ann' in who('Administrators')"
judged 6.1.4-2/unexpected pass
change mark ann 1
judged 6.1.4-2/unexpected pass
change leave "Domain Admins" ann
judged 6.1.4-2/unexpected unknown
fact "{x['name']: x['privileged_now'] for x in f['admin_count']}['ann'] == False and 'ann' not in who('Domain Admins')"
change mark ann 0
judged 6.1.4-2/unexpected pass
# What a review confirmed is held against who is in the groups now.
judged 6.1.4-1/members unknown
/usr/bin/python3 "$here/directory/facts.py" review "$work/domain.json" "$work/review.json"
reviewed() { # CHECK OUTCOME [WORDS]
    collect
    "$program" assess "$work/domain.json" "$work/review.json" --format json --out "$work/verdicts.json" || [ $? = 1 ]
    /usr/bin/python3 "$here/directory/facts.py" judged "$work/verdicts.json" "$@" || fail "$1 should be $2 ${3:-}"
}
reviewed 6.1.4-1/members pass
reviewed 6.1.4-1/review pass
reviewed 6.1.4-2/review pass
change join "Account Operators" ann
reviewed 6.1.4-1/members fail ann
change leave "Account Operators" ann
reviewed 6.1.4-1/members pass
change mark ann 1
reviewed 6.1.4-2/unexpected fail ann
change mark ann 0
reviewed 6.1.4-2/unexpected pass
judged 5.1.9-2/coverage pass
change laps PC01 none
judged 5.1.9-2/coverage fail PC01
change laps PC01 -40
judged 5.1.9-2/coverage fail PC01
change laps PC01 10
judged 5.1.9-2/coverage pass

echo "--- visitors without a name"
change expose
collect
fact "not f['transport']['anonymous_search']"
change heuristics 0000002
collect
fact "f['transport']['anonymous_search']"
change heuristics none

echo "--- a group larger than one answer, and more accounts than one page"
change many
collect
fact "len(listed('Big')['members']) == 1600 and len(set(listed('Big')['members'])) == 1600"
fact "len(f['users']) > 1600 and len({x['sid'] for x in f['users']}) == len(f['users'])"

echo "--- nothing is written, with an account that could"
collect --user corp-root --password-file "$work/administrator" # the first sign-in of a day leaves its time
change dump >"$work/before"
collect --user corp-root --password-file "$work/administrator"
fact "'Director' in str(f['fine_grained'])"
collect --user 'MIMA\corp-root' --password-file "$work/administrator"
change dump >"$work/after"
cmp "$work/before" "$work/after" || { diff "$work/before" "$work/after" | head -20; fail "the directory was changed"; }
change mark ann 1 # what is written shows in the dump
change dump >"$work/after"
! cmp -s "$work/before" "$work/after" || fail "the dump does not show what is written"
change mark ann 0
[ "$(wc -l <"$work/before")" -gt 10000 ] || fail "the dump is too small to prove anything"

echo "--- group policy"
policy_states

echo "--- the web app against the same domain"
/usr/bin/python3 "$here/directory/web.py" "$program" "$address" "$authority" "$work/ordinary" "$work/package.zip" \
    /usr/bin/python3 "$here/directory/domain.py" "$domain" bad reader
policy_statements "$work/package.zip"
collect # the count of wrong passwords begins anew

echo "--- a wrong password is tried once"
[ "$(change bad reader)" = 0 ] || fail "the count should start at 0"
refused "the name or the password is wrong" collect --password-file "$work/wrong"
[ "$(change bad reader)" = 1 ] || fail "one attempt, not $(change bad reader)"
refused "tried once" collect --user 'MIMA\reader' --password-file "$work/wrong"
[ "$(change bad reader)" = 2 ] || fail "one attempt by NTLM, not $(change bad reader)"
refused "the password is empty" collect --password-file /dev/null
refused "was refused" collect --user nobody
change disable reader
refused "disabled" collect
change enable reader
collect

echo "--- TLS"
refused "not from a trusted authority; no password was sent" collect --ca "$domain/private/tls/other.pem"
refused "never sent without TLS" collect --url ldap://$address
refused "leave --starttls out" collect --starttls
refused "it holds no certificate" collect --ca /dev/null
refused "No such file" collect --ca "$work/nowhere"
refused "global catalog" collect --url ldaps://$address:3269
refused "check the name and port" collect --url ldaps://$address:1
again expired
refused "its certificate expired on 2026-03-01T00:00:00Z; no password was sent" collect
refused "its certificate expired on 2026-03-01T00:00:00Z; no password was sent" collect --url ldap://$address --starttls
again renamed
refused "its certificate is for" collect
again good
[ "$(change bad reader)" = 0 ] || fail "a password was sent to a server that was not trusted"

echo "--- not Active Directory, and not even LDAP"
mkdir -p "$work/slapd/data"
cat >"$work/slapd/slapd.conf" <<CONF
include /etc/ldap/schema/core.schema
pidfile $work/slapd/pid
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCACertificateFile $authority
TLSCertificateFile $domain/private/tls/good.pem
TLSCertificateKeyFile $domain/private/tls/key.pem
database mdb
suffix dc=open,dc=example
rootdn cn=root,dc=open,dc=example
rootpw secret
directory $work/slapd/data
CONF
slapd -f "$work/slapd/slapd.conf" -h "ldaps://$address:7636 ldap://$address:7389" -d 0 >"$work/slapd/log" 2>&1 &
others+=($!)
sed /^TLS/d "$work/slapd/slapd.conf" >"$work/slapd/plain.conf"
mkdir -p "$work/slapd/plain"
sed -i "s|^directory .*|directory $work/slapd/plain|" "$work/slapd/plain.conf"
slapd -f "$work/slapd/plain.conf" -h "ldap://$address:7390" -d 0 >"$work/slapd/plain.log" 2>&1 &
others+=($!)
/usr/bin/python3 "$here/directory/odd.py" $address 7391 &
others+=($!)
for port in 7636 7390 7391 7393; do
    for _ in $(seq 50); do (exec 3<>/dev/tcp/$address/$port) 2>/dev/null && break; sleep 0.1; done
done
refused "is an LDAP server, but not Active Directory" collect --url ldaps://$address:7636
refused "not Active Directory" collect --url ldap://$address:7389 --starttls
refused "StartTLS was refused" collect --url ldap://$address:7390 --starttls
refused "no answer within 2 s while connecting" collect --url ldaps://$address:7391 --time-limit 2
refused "no answer within 2 s while connecting" collect --url ldap://$address:7391 --starttls --time-limit 2
refused "$address" collect --url ldaps://$address:7392
"$program" directory collect --ca "$authority" --url ldap://$address:7393 --starttls --user reader \
    --password-file "$work/ordinary" >/dev/null 2>"$work/odd" && fail "garbage was taken for LDAP"
grep -q '^mimamori: ' "$work/odd" || fail "garbage should end with a message: $(cat "$work/odd")"
echo "directory: all held"
