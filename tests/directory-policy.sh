#!/usr/bin/env bash
# Proves group policy against a real domain controller: policies are made, linked, enforced, weakened and broken there,
# and each time what Mimamori reads over LDAP and SMB must change with it.
#
#   tests/directory-policy.sh      with a domain whose policy 'Security Baseline' sets LmCompatibilityLevel = 5, and
#     MIMAMORI_TEST_DC             address of the controller
#     MIMAMORI_TEST_DC_DOMAIN      DNS name of the domain, with a unit OU=PCs
#     MIMAMORI_TEST_DC_USER        an ordinary account, and _PASSWORD
#     MIMAMORI_TEST_DC_ADMIN       an administrator, and _ADMIN_PASSWORD, for the changes alone
#     MIMAMORI_TEST_DC_CONF        smb.conf for samba-tool and smbclient
set -euo pipefail
cd "$(dirname "$0")/.."
: "${MIMAMORI_TEST_DC:?}" "${MIMAMORI_TEST_DC_DOMAIN:?}" "${MIMAMORI_TEST_DC_USER:?}" "${MIMAMORI_TEST_DC_PASSWORD:?}"
: "${MIMAMORI_TEST_DC_ADMIN:?}" "${MIMAMORI_TEST_DC_ADMIN_PASSWORD:?}" "${MIMAMORI_TEST_DC_CONF:?}"

work=$(mktemp -d)
root=DC=${MIMAMORI_TEST_DC_DOMAIN//./,DC=}
made=()
gpo() { samba-tool gpo "$@" -s "$MIMAMORI_TEST_DC_CONF" -H "ldap://$MIMAMORI_TEST_DC" -U "$MIMAMORI_TEST_DC_ADMIN%$MIMAMORI_TEST_DC_ADMIN_PASSWORD"; }
sysvol() { # COMMANDS: of smbclient, in the folder of policies
    smbclient -s "$MIMAMORI_TEST_DC_CONF" "//$MIMAMORI_TEST_DC/sysvol" -U "$MIMAMORI_TEST_DC_ADMIN%$MIMAMORI_TEST_DC_ADMIN_PASSWORD" \
        -c "cd $MIMAMORI_TEST_DC_DOMAIN/Policies; lcd $work; $1" >"$work/smbclient.log" 2>&1
}
tidy_up() {
    for id in "${made[@]}"; do gpo del "$id" >/dev/null 2>&1 || true; done
    rm -rf "$work"
}
trap tidy_up EXIT
fail() { echo "directory-policy: $*" >&2; exit 1; }
create() { # NAME: makes a policy, its GUID in $id
    id=$(gpo create "$1" | grep -o '{[0-9A-F-]*}' | tail -1)
    [ -n "$id" ] || fail "no policy '$1' was made"
    made+=("$id")
}
check() { # WHAT LEVEL [PASSWORDS]
    MIMAMORI_TEST_LEVEL=$2 MIMAMORI_TEST_PASSWORDS=${3:-0} cargo test --quiet --package directory --test group_policy -- \
        --ignored --nocapture what_a_domain >"$work/check.log" 2>&1 || { cat "$work/check.log" >&2; fail "$1"; }
    echo "$1: $2 ($(grep -o '[0-9]* policies,.*' "$work/check.log"))"
}

cargo test --quiet --package directory --test group_policy -- --ignored a_wrong_password >"$work/wrong.log" 2>&1 ||
    { cat "$work/wrong.log" >&2; fail "a wrong password"; }
check "as the domain was made" "5 Security Baseline"

create "Weak PCs"
weak=$id
printf '[Version]\r\nsignature="$CHICAGO$"\r\n[Registry Values]\r\nMACHINE\\System\\CurrentControlSet\\Control\\Lsa\\LmCompatibilityLevel=4,1\r\n' \
    >"$work/weak.inf"
sysvol "cd $weak/Machine; mkdir Microsoft; cd Microsoft; mkdir \"Windows NT\"; cd \"Windows NT\"; mkdir SecEdit; cd SecEdit; put weak.inf GptTmpl.inf" ||
    fail "the policy's file could not be put there"
check "a weak policy that is not linked" "5 Security Baseline"
gpo setlink "OU=PCs,$root" "$weak" >/dev/null
check "linked to the PCs" "1 Weak PCs"
baseline=$(gpo listall | grep -B1 'Security Baseline' | grep -o '{[0-9A-F-]*}')
relink() { gpo dellink "$root" "$baseline" >/dev/null && gpo setlink "$root" "$baseline" "$@" >/dev/null; }
relink --enforce
check "the baseline enforced" "5 Security Baseline"
relink
gpo setinheritance "OU=PCs,$root" block >/dev/null
check "inheritance blocked" "1 Weak PCs"
gpo setinheritance "OU=PCs,$root" inherit >/dev/null
head -c 41 "$work/weak.inf" >"$work/half.inf"
sysvol "put half.inf \"$weak/Machine/Microsoft/Windows NT/SecEdit/GptTmpl.inf\""
MIMAMORI_TEST_AUDIT=unknown check "the file cut off" "unknown"
gpo dellink "OU=PCs,$root" "$weak" >/dev/null
check "the broken one not linked" "5 Security Baseline"

printf '<Groups><User changed="2013-07-10 06:12:05"><Properties cpassword="AAAA" userName="adm"/></User></Groups>' >"$work/groups.xml"
sysvol "cd $weak/Machine; mkdir Preferences; cd Preferences; mkdir Groups; cd Groups; put groups.xml Groups.xml" ||
    fail "the preferences could not be put there"
check "a published password" "5 Security Baseline" 1

# What we make ready, put there the way an import does, is in force.
MIMAMORI_TEST_PACKAGE=$work/package cargo test --quiet --package directory --test group_policy -- --ignored a_package >"$work/package.log" 2>&1 ||
    { cat "$work/package.log" >&2; fail "no package was written"; }
machine=$(dirname "$(find "$work/package/apply" -name Registry.pol)")
create "Made by Mimamori"
gpo setlink "$root" "$id" >/dev/null
sysvol "cd $id; lcd \"$(dirname "$machine")\"; recurse ON; prompt OFF; mput Machine" || fail "the package could not be put there"
MIMAMORI_TEST_AUDIT=2 check "our own package" "5 Security Baseline" 1
gpo dellink "$root" "$id" >/dev/null
check "our own package taken back" "5 Security Baseline" 1

for number in $(seq 15); do
    create "Policy $number"
    gpo setlink "$root" "$id" >/dev/null
done
check "twenty policies" "5 Security Baseline" 1
echo "directory-policy: all as expected"
