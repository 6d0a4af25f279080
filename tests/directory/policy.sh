# shellcheck shell=bash disable=SC2154
# Group policy of the throw-away domain: made, linked, enforced, weakened and broken there by an administrator, and each
# time what Mimamori reads over LDAP and SMB must change with it. Sourced by tests/directory.sh.
root=DC=mima,DC=example
policies=mima.example/Policies

gpo() { samba-tool gpo "$@" -s "$conf" -H "ldap://$address" -U "corp-root%$administrator"; }
sysvol() { # COMMANDS: of smbclient, in the folder of policies
    smbclient -s "$conf" "//$address/sysvol" -U "MIMA\\corp-root%$administrator" -c "cd $policies; lcd $work; $1" \
        >"$work/smbclient.log" 2>&1 || { cat "$work/smbclient.log" >&2; fail "SYSVOL: $1"; }
}
policy_make() { # NAME: makes a policy, its GUID in $id
    id=$(gpo create "$1" | grep -o '{[0-9A-F-]*}' | tail -1)
    [ -n "$id" ] || fail "no policy '$1' was made"
}
policy_level() { # POLICY LEVEL: its template sets LmCompatibilityLevel
    printf '[Version]\r\nsignature="$CHICAGO$"\r\n[Registry Values]\r\nMACHINE\\System\\CurrentControlSet\\Control\\Lsa\\LmCompatibilityLevel=4,%s\r\n' \
        "$2" >"$work/level.inf"
    sysvol "cd $1/Machine; mkdir Microsoft; cd Microsoft; mkdir \"Windows NT\"; cd \"Windows NT\"; mkdir SecEdit; cd SecEdit; put level.inf GptTmpl.inf"
}
level_is() { # VALUE NAME-OF-POLICY
    collect
    fact "(f['policy']['lm_compatibility_level']['value'], f['policy']['lm_compatibility_level']['gpo']) == ($1, '$2')"
}

policy_statements() { # ZIP: a package of the web app, put into force as an import does
    rm -rf "$work/package"
    /usr/bin/python3 -m zipfile -e "$1" "$work/package"
    local machine
    machine=$(dirname "$(find "$work/package/apply" -ipath '*Machine/Registry.pol' -o -ipath '*Machine/Preferences' | head -1)")
    policy_make "Made by Mimamori"
    sysvol "cd $id; lcd \"$(dirname "$machine")\"; recurse ON; prompt OFF; mput Machine"
    for check in 6.1.1-1/lm-level 6.1.1-1/lm-hash 6.1.1-1/smb1-server 6.1.1-1/smb1-client 6.1.1-3/receiving; do
        judged "$check" fail
    done
    gpo setlink "$root" "$id" >/dev/null
    for check in 6.1.1-1/lm-level 6.1.1-1/lm-hash 6.1.1-1/smb1-server 6.1.1-1/smb1-client 6.1.1-3/receiving; do
        judged "$check" pass
    done
    gpo dellink "$root" "$id" >/dev/null
    judged 6.1.1-1/lm-level fail
}

policy_states() {
    policy_make "Security Baseline"
    local baseline=$id
    policy_level "$baseline" 5
    gpo setlink "$root" "$baseline" >/dev/null
    level_is 5 "Security Baseline"
    policy_make "弱いPC"
    local weak=$id
    policy_level "$weak" 1
    level_is 5 "Security Baseline"
    gpo setlink "OU=PCs,$root" "$weak" >/dev/null
    level_is 1 "弱いPC"
    judged 6.1.1-1/lm-level fail 1
    fact "any(x['name'] == 'lm_compatibility_level' and x['reach'] == 'workstations' for x in f['policy_settings'])"
    relink() { gpo dellink "$root" "$baseline" >/dev/null && gpo setlink "$root" "$baseline" "$@" >/dev/null; }
    relink --enforce
    level_is 5 "Security Baseline"
    fact "any(o['gpo'] == '弱いPC' for x in f['policy_settings'] for o in x.get('overridden', []))"
    relink
    gpo setinheritance "OU=PCs,$root" block >/dev/null
    level_is 1 "弱いPC"
    gpo setinheritance "OU=PCs,$root" inherit >/dev/null
    head -c 41 "$work/level.inf" >"$work/half.inf"
    sysvol "put half.inf \"$weak/Machine/Microsoft/Windows NT/SecEdit/GptTmpl.inf\""
    judged 6.1.1-1/lm-level unknown
    fact "any('弱いPC' == x['name'] and x['trouble'] for x in f['policy_objects'])"
    gpo dellink "OU=PCs,$root" "$weak" >/dev/null
    level_is 5 "Security Baseline"
    printf '<Groups><User changed="2013-07-10 06:12:05"><Properties cpassword="CANARY" userName="adm"/></User></Groups>' >"$work/groups.xml"
    sysvol "cd $weak/Machine; mkdir Preferences; cd Preferences; mkdir Groups; cd Groups; put groups.xml Groups.xml"
    collect
    fact "[(x['gpo'], x['account']) for x in f['published_passwords']] == [('弱いPC', 'adm')]"
    ! grep -q CANARY "$work/domain.json" || fail "a published password is in the document"
    mkdir -p "$work/copy"
    sysvol "cd ..; lcd copy; recurse ON; prompt OFF; mget Policies"
    collect --sysvol "$work/copy/Policies"
    fact "f['policy']['lm_compatibility_level']['value'] == 5"
    rm -rf "$work/copy/Policies/$baseline"
    collect --sysvol "$work/copy/Policies"
    fact "'lm_compatibility_level' not in f.get('policy', {}) and miss('policy.lm_compatibility_level')"
    collect --sysvol none
    fact "'policy' not in f and miss('policy')['why'] == 'not_collected'"
    gpo dellink "$root" "$baseline" >/dev/null
}
