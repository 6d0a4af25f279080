# shellcheck shell=bash disable=SC2034
# A throw-away Active Directory domain on a loopback address, by Samba. Sourced by tests/directory.sh; needs root.
#
# What makes it work beside other servers, and without a network:
#   - everything lives in $domain, in memory, and listens on $address alone;
#   - smbd asks winbind at a fixed place, /run/samba, so the server gets a /run/samba of its own (unshare);
#   - "allow_sasl_over_tls" lets NTLM in over TLS, and still nothing in without TLS;
#   - a certificate of our own authority: Samba's own has no names that TLS libraries accept.
address=127.0.0.19
domain=${domain:?a folder} here=${here:?the folder of the tests}
realm=MIMA.EXAMPLE
administrator='Test-Passw0rd-Root'
ordinary='Test-Passw0rd-Reader'
conf=$domain/etc/smb.conf
sam=$domain/private/sam.ldb

domain_packages=(samba samba-ad-dc samba-ad-provision samba-dsdb-modules samba-vfs-modules winbind ldb-tools
    python3-samba openssl procps smbclient slapd ldap-utils)

# Debian's packages start their servers on all addresses unless they are told not to.
domain_install() {
    local missing=() name trap=/usr/sbin/policy-rc.d ours=no
    for name in "${domain_packages[@]}"; do
        dpkg-query --show --showformat='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
    done
    [ ${#missing[@]} = 0 ] && return
    echo "--- installing ${missing[*]}"
    if [ ! -e $trap ]; then
        printf '#!/bin/sh\nexit 101\n' >$trap
        chmod +x $trap
        ours=yes
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    [ $ours = no ] || rm -f $trap
}

domain_provision() {
    mkdir -p "$domain"/{etc,private/tls,state,cache,lock,run,log,ncalrpc,ntp}
    chmod 750 "$domain/ntp"
    cat >"$conf" <<CONF
[global]
    netbios name = DC1
    realm = $realm
    workgroup = MIMA
    server role = active directory domain controller
    server services = s3fs, rpc, ldap, cldap, kdc, winbindd
    ldap server require strong auth = allow_sasl_over_tls
    interfaces = $address/8
    bind interfaces only = yes
    prefork children = 1
    private dir = $domain/private
    state directory = $domain/state
    cache directory = $domain/cache
    lock directory = $domain/lock
    pid directory = $domain/run
    ncalrpc dir = $domain/ncalrpc
    ntp signd socket directory = $domain/ntp
    log file = $domain/log/log.%m
    logging = file
    log level = 1 auth_audit:3
    disable spoolss = yes
    load printers = no
    printing = bsd
    usershare max shares = 0
    vfs objects = dfs_samba4 acl_xattr xattr_tdb
    xattr_tdb:file = $domain/state/xattr.tdb
[sysvol]
    path = $domain/state/sysvol
    read only = no
[netlogon]
    path = $domain/state/sysvol/mima.example/scripts
    read only = no
CONF
    samba-tool domain provision --configfile="$conf" --realm=$realm --domain=MIMA --server-role=dc \
        --dns-backend=NONE --host-name=dc1 --host-ip=$address --adminpass="$administrator" >"$domain/log/provision" 2>&1 ||
        { tail -20 "$domain/log/provision" >&2; return 1; }
    local file
    for file in "$here"/directory/laps-*.ldif; do
        ldbmodify --configfile="$conf" -H "$sam" --option="dsdb:schema update allowed=yes" "$file" >>"$domain/log/schema" 2>&1 ||
            { tail -20 "$domain/log/schema" >&2; return 1; }
    done
    domain_certificates
    domain_certificate good
}

# Our authority, another one, and certificates of the server: good, long expired, and of another name.
domain_certificates() (
    cd "$domain/private/tls" || exit
    local name
    for name in ca other; do
        openssl req -x509 -newkey rsa:2048 -nodes -keyout $name.key -out $name.pem -days 30 -subj "/CN=Test authority $name" \
            -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
    done
    openssl req -newkey rsa:2048 -nodes -keyout key.pem -out req.pem -subj /CN=dc1.mima.example
    sign() { # NAME NAMES [MORE…]
        printf 'subjectAltName=%s\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n' "$2" >ext
        openssl x509 -req -in req.pem -CA ca.pem -CAkey ca.key -CAcreateserial -out "$1.pem" -extfile ext "${@:3}"
    }
    sign good "DNS:dc1.mima.example,IP:$address" -days 30
    sign renamed DNS:other.mima.example -days 30
    # "openssl ca" takes dates; "openssl x509" of Debian 12 only days.
    mkdir -p issued
    : >index.txt
    printf 'subjectAltName=IP:%s\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n' $address >ext
    printf '%s\n' '[ca]' 'default_ca=x' '[x]' 'new_certs_dir=issued' 'database=index.txt' 'rand_serial=yes' \
        'default_md=sha256' 'policy=p' '[p]' 'commonName=supplied' >ca.cnf
    openssl ca -batch -config ca.cnf -cert ca.pem -keyfile ca.key -in req.pem -out expired.pem -extfile ext \
        -startdate 20250101000000Z -enddate 20260301000000Z -notext
    chmod 600 ./*key*
) >>"$domain/log/tls" 2>&1

domain_certificate() { cp "$domain/private/tls/$1.pem" "$domain/private/tls/cert.pem"; }

domain_start() {
    # shellcheck disable=SC2016
    unshare --mount sh -c 'mkdir -p /run/samba; mount -t tmpfs -o mode=755 none /run/samba; exec "$@"' sh \
        samba -s "$conf" -F --no-process-group </dev/null >"$domain/log/stdout" 2>&1 &
    serving=$!
    for _ in $(seq 300); do
        (for port in 389 445 636; do exec 3<>/dev/tcp/$address/$port || exit 1; done) 2>/dev/null && return
        kill -0 $serving 2>/dev/null || break
        sleep 0.1
    done
    tail -20 "$domain"/log/stdout "$domain"/log/log.* >&2
    return 1
}

# Ends what its own files name; smbd's helper outlives samba.
domain_stop() {
    local file id ids=("${serving:-}")
    for file in "$domain"/run/*.pid; do
        [ -s "$file" ] || continue
        id=$(tr -dc 0-9 <"$file")
        grep -qaE 'samba|smbd|winbind' "/proc/$id/cmdline" 2>/dev/null && ids+=("$id")
    done
    for id in "${ids[@]}"; do [ -z "$id" ] || kill "$id" 2>/dev/null || true; done
    for _ in $(seq 50); do
        (exec 3<>/dev/tcp/$address/636) 2>/dev/null || break
        sleep 0.1
    done
    serving=
}
