#!/bin/bash
# Proves the Windows half of crates `collect` and `remedy` without Windows: cross-builds their tests for
# x86_64-pc-windows-gnu and runs them under Wine. Values that the tests write into the registry must come back as facts;
# what Wine's WMI lacks must come back as misses; recorded answers cover what Wine cannot show. Remedies that change the
# registry are applied, read back and undone.
#
#   tests/windows.sh          on a Debian 12, as root; 3 to 5 minutes on 2 cores the first time, half a minute after that
#
# Needs Debian's packages only: its rustc, whose sources std for Windows is built from, mingw and Wine. The built std
# is kept in ${CARGO_TARGET_DIR:-target}/windows-std; the Wine prefix is made anew each time.
set -euo pipefail
cd "$(dirname "$0")/.."

triple=x86_64-pc-windows-gnu
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
cache=$target/windows-std
begun=$SECONDS
step() { printf '[windows] %3ds  %s\n' $((SECONDS - begun)) "$*"; }

[ "$(id -u)" = 0 ] || { echo "[windows] run as root: packages are installed" >&2; exit 2; }

packages="ca-certificates rustc-web cargo-web rust-web-src gcc-mingw-w64-x86-64-posix wine wine64"
# shellcheck disable=SC2086  # a list of words
there=$(dpkg-query -W -f='${db:Status-Status}\n' $packages 2>/dev/null | grep -cx installed || true)
if [ "$there" = "$(wc -w <<<"$packages")" ]; then
    step "packages are there: $packages"
else
    step "installing $packages"
    export DEBIAN_FRONTEND=noninteractive
    timeout 120 apt-get update -qq
    # shellcheck disable=SC2086  # a list of words
    timeout 240 apt-get install -y -qq --no-install-recommends $packages >/dev/null
fi

# Debian's cargo and rustc must find each other, and not another toolchain that comes first in the path.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
unset RUSTC RUSTFLAGS RUSTUP_TOOLCHAIN RUSTC_WRAPPER || true
version=$(rustc --version)

# --- std for Windows ---------------------------------------------------------------------------------------------------
sysroot=$cache/sysroot
if [ "$(cat "$cache/version" 2>/dev/null)" = "$version" ]; then
    step "std for $triple is there ($version)"
else
    step "building std for $triple ($version)"
    rm -rf "$cache"
    mkdir -p "$sysroot/lib/rustlib/$triple/lib"
    (
        cd /usr/lib/rustlib/src/rust/library
        # The flags the compiler's own build uses; without the first, the parts of std may not see each other.
        RUSTC_BOOTSTRAP=1 __CARGO_DEFAULT_LIB_METADATA=stablestd \
            RUSTFLAGS="-Zforce-unstable-if-unmarked -Cembed-bitcode=yes -Cdebuginfo=0" \
            timeout 300 cargo build -q --locked -p sysroot --target $triple --release --target-dir "$cache/build"
    )
    cp "$cache/build/$triple"/release/deps/*.rlib "$sysroot/lib/rustlib/$triple/lib/"
    # Build scripts and macros run on this machine.
    ln -sfn /usr/lib/rustlib/x86_64-unknown-linux-gnu "$sysroot/lib/rustlib/x86_64-unknown-linux-gnu"
    rm -rf "$cache/build"
    echo "$version" >"$cache/version"
fi

# --- Wine --------------------------------------------------------------------------------------------------------------
prefix=$(mktemp -d)
export WINEPREFIX=$prefix/wine WINEARCH=win64 WINEDEBUG=-all WINEDLLOVERRIDES="mscoree=;mshtml=;winemenubuilder.exe="
trap 'timeout 20 /usr/lib/wine/wineserver -k >/dev/null 2>&1 || true; rm -rf "$prefix"' EXIT
step "making a Wine prefix ($(wine --version))"
timeout 120 wineboot -i >/dev/null 2>&1
timeout 60 /usr/lib/wine/wineserver -w || true
# std takes its random numbers from ProcessPrng, which Wine 8 does not have. This stand-in is for the prefix alone.
cat >"$prefix/prng.c" <<'C'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length)
{
    while (length > 0) {
        ULONG part = length > 1u << 30 ? 1u << 30 : (ULONG)length;
        if (!SystemFunction036(data, part)) return FALSE;
        data += part;
        length -= part;
    }
    return TRUE;
}
C
x86_64-w64-mingw32-gcc -O2 -shared -s -o "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll" "$prefix/prng.c" -ladvapi32
timeout 60 wine winecfg -v win10 >/dev/null 2>&1

export CARGO_TARGET_DIR=$target/windows
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUSTFLAGS="--sysroot $sysroot"
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=wine

# A script that sources this one wants what is above and not these tests.
if [ "${BASH_SOURCE[0]}" != "$0" ]; then return 0; fi

# --- the tests ---------------------------------------------------------------------------------------------------------
step "building the tests of collect and remedy for $triple"
timeout 400 cargo test -q --locked --target $triple -p collect -p remedy --lib --no-run
step "running the tests of collect and remedy under Wine: registry written and read back, remedies applied and undone, WMI asked, recorded answers weighed"
export MIMAMORI_TEST_WRITES_REGISTRY=1
timeout 240 cargo test --locked --target $triple -p collect -p remedy --lib
