//! The firewall rules of one home (5.1.7): who in the home LAN may connect to the lent PC, everybody else may not;
//! written as a script that previews, does and undoes exactly that.
//!
//! Only addresses that were parsed stand in a script, nothing else from outside. Knows nothing of storage, the network
//! or the server.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr};

use model::Lang;

/// The most machines that may connect: a home has one router and a printer or two.
pub const PEERS_MAX: usize = 8;
/// Prefix lengths a home LAN can have.
pub const PREFIXES: std::ops::RangeInclusive<u8> = 16..=30;

/// Why no rules can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Without the router the PC would lose its addresses and names.
    #[error("the router is not among the allowed machines: mark it first")]
    NoRouter,
    /// More than [`PEERS_MAX`].
    #[error("{0} machines are allowed; a home has at most {PEERS_MAX}")]
    TooMany(usize),
    /// An address that is not in the router's network.
    #[error("{0} is not in the router's network {1}/{2}: correct the address or the network's size")]
    Elsewhere(Ipv4Addr, Ipv4Addr, u8),
    /// An address of the Internet, or none a machine can have.
    #[error("{0} is no address of a home LAN")]
    NotPrivate(Ipv4Addr),
    /// Out of [`PREFIXES`].
    #[error("a home LAN has a prefix length of 16 to 30, not {0}")]
    Prefix(u8),
}

/// For which firewall a script is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Windows Defender Firewall, by PowerShell.
    PowerShell,
    /// nftables.
    Nftables,
    /// ufw.
    Ufw,
}

impl Dialect {
    /// All.
    pub const ALL: [Dialect; 3] = [Dialect::PowerShell, Dialect::Nftables, Dialect::Ufw];

    /// The name, for example `nftables`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Dialect::PowerShell => "powershell",
            Dialect::Nftables => "nftables",
            Dialect::Ufw => "ufw",
        }
    }

    /// The dialect of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == name)
    }

    /// The name of the script's file.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Dialect::PowerShell => "mimamori-home-firewall.ps1",
            Dialect::Nftables => "mimamori-home-nftables.sh",
            Dialect::Ufw => "mimamori-home-ufw.sh",
        }
    }
}

/// Who may connect at home, and which addresses may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// First address of the home's network.
    pub network: Ipv4Addr,
    /// Its prefix length.
    pub prefix: u8,
    /// The machines that may connect, in order.
    pub allowed: Vec<Ipv4Addr>,
    /// Every other address of the network, as ranges from first to last.
    pub blocked: Vec<(Ipv4Addr, Ipv4Addr)>,
    /// IPv6 addresses among the allowed: they are left out, as all of IPv6 on the home LAN is cut off.
    pub left_out: Vec<IpAddr>,
}

/// Makes the plan of a home from its router or routers and printers.
///
/// # Errors
/// [`Flaw`] says what to correct.
pub fn plan(routers: &[IpAddr], printers: &[IpAddr], prefix: u8) -> Result<Plan, Flaw> {
    let count = routers.len() + printers.len();
    if count > PEERS_MAX {
        return Err(Flaw::TooMany(count));
    }
    if !PREFIXES.contains(&prefix) {
        return Err(Flaw::Prefix(prefix));
    }
    let of = |addresses: &[IpAddr]| -> Vec<Ipv4Addr> {
        addresses
            .iter()
            .filter_map(|address| if let IpAddr::V4(own) = address { Some(*own) } else { None })
            .collect()
    };
    let mut allowed = of(routers);
    let router = *allowed.first().ok_or(Flaw::NoRouter)?;
    allowed.extend(of(printers));
    allowed.sort_unstable();
    allowed.dedup();
    let mask = u32::MAX << (32 - u32::from(prefix));
    let network = router.to_bits() & mask;
    let last = network | !mask;
    for address in &allowed {
        if !address.is_private() && !address.is_link_local() {
            return Err(Flaw::NotPrivate(*address));
        }
        if address.to_bits() & mask != network || address.to_bits() == network || address.to_bits() == last {
            return Err(Flaw::Elsewhere(*address, Ipv4Addr::from_bits(network), prefix));
        }
    }
    let left_out = routers.iter().chain(printers).filter(|address| address.is_ipv6()).copied().collect();
    Ok(Plan {
        network: Ipv4Addr::from_bits(network),
        prefix,
        blocked: between(network, last, &allowed),
        allowed,
        left_out,
    })
}

/// The addresses of a network without the allowed ones, as ranges. The broadcast address stays in: nobody sends from it.
fn between(first: u32, last: u32, allowed: &[Ipv4Addr]) -> Vec<(Ipv4Addr, Ipv4Addr)> {
    let mut ranges = Vec::new();
    let mut from = first;
    for address in allowed.iter().map(|address| address.to_bits()) {
        if address > from {
            ranges.push((Ipv4Addr::from_bits(from), Ipv4Addr::from_bits(address - 1)));
        }
        from = address.saturating_add(1);
    }
    if from <= last {
        ranges.push((Ipv4Addr::from_bits(from), Ipv4Addr::from_bits(last)));
    }
    ranges
}

impl Plan {
    /// The script of a dialect, with its comments in a language.
    #[must_use]
    pub fn script(&self, dialect: Dialect, lang: Lang) -> String {
        match dialect {
            Dialect::PowerShell => self.powershell(lang),
            Dialect::Nftables => self.nftables(lang),
            Dialect::Ufw => self.ufw(lang),
        }
    }

    /// New-NetFirewallRule, Set-NetFirewallProfile: Microsoft Learn, "NetSecurity module". Windows applies block rules
    /// before allow rules, so the blocked addresses are written as the ranges around the allowed ones. Replies of DHCP
    /// (UDP 68 and 546) and ICMP stay open: the network does not work without them. A byte order mark, because Windows
    /// PowerShell 5.1 would otherwise misread the comments; lines end as Windows writes them.
    fn powershell(&self, lang: Lang) -> String {
        let words = Words::of(lang);
        let quoted =
            |list: Vec<String>| list.iter().map(|item| format!("'{item}'")).collect::<Vec<_>>().join(", ");
        let allowed = quoted(self.allowed.iter().map(ToString::to_string).collect());
        let blocked = quoted(self.blocked.iter().map(|(from, to)| format!("{from}-{to}")).collect());
        let text = POWERSHELL
            .replace("@ABOUT@", words.about)
            .replace("@PREVIEW@", words.preview_windows)
            .replace("@UNDO@", words.undo_windows)
            .replace("@PLANTED@", words.planted)
            .replace("@CAUTION@", words.caution)
            .replace("@ALLOWED@", &allowed)
            .replace("@BLOCKED@", &blocked);
        format!("\u{feff}{}", text.replace('\n', "\r\n"))
    }

    /// A table of its own, so that undo is to delete it. An accept here ends this table only: the system's own rules
    /// still apply to the allowed machines (nft(8), "verdict statement"). Devices at home have global and unique local
    /// IPv6 addresses besides their link-local one, so whatever comes anew over IPv6 is refused, but for the ICMPv6 that
    /// IPv6 cannot do without (RFC 4890, section 4.4).
    fn nftables(&self, lang: Lang) -> String {
        let (words, network, prefix) = (Words::of(lang), self.network, self.prefix);
        let allowed: Vec<String> = self.allowed.iter().map(ToString::to_string).collect();
        NFTABLES
            .replace("@ABOUT@", words.about)
            .replace("@PREVIEW@", words.preview_linux)
            .replace("@UNDO@", words.undo_linux)
            .replace("@KEEP@", words.keep_nftables)
            .replace("@CAUTION@", words.caution)
            .replace("@ALLOWED@", &allowed.join(", "))
            .replace("@NETWORK@", &format!("{network}/{prefix}"))
    }

    /// ufw(8): the first rule that fits decides, so the rules go before those there are (`prepend`), and since each goes
    /// to the very top, the last one written is the first that counts: refusals first, then the allowed machines. ufw's
    /// own rules let replies and the ICMPv6 that IPv6 needs through before any of these.
    fn ufw(&self, lang: Lang) -> String {
        let words = Words::of(lang);
        let mut rules = String::new();
        // Writing into a text cannot fail.
        let _ = writeln!(rules, "deny from ::/0");
        let _ = write!(rules, "deny from {}/{}", self.network, self.prefix);
        for address in &self.allowed {
            let _ = write!(rules, "\nallow from {address}");
        }
        UFW.replace("@ABOUT@", words.about)
            .replace("@PREVIEW@", words.preview_linux)
            .replace("@UNDO@", words.undo_linux)
            .replace("@CAUTION@", words.caution)
            .replace("@RULES@", &rules)
    }
}

/// What the comments of a script say.
struct Words {
    about: &'static str,
    preview_windows: &'static str,
    undo_windows: &'static str,
    planted: &'static str,
    preview_linux: &'static str,
    undo_linux: &'static str,
    keep_nftables: &'static str,
    caution: &'static str,
}

impl Words {
    fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::Ja => &Self {
                about: "この家のためのファイアウォール規則(5.1.7)。ルーターとプリンターだけに接続を許し、宅内LANの他の端末からの接続を拒否します。",
                preview_windows: "何が変わるかを見るだけ: .\\mimamori-home-firewall.ps1 -WhatIf",
                undo_windows: "元に戻す: .\\mimamori-home-firewall.ps1 -Undo",
                planted: "{0} は管理者以外の利用者が置いたものか、別の場所へのリンクです。何も変更していません。内容を確認して削除してから、もう一度実行してください。",
                preview_linux: "何が変わるかを見るだけ: --preview を付けて実行",
                undo_linux: "元に戻す: --undo を付けて実行",
                keep_nftables: "再起動後も有効にするには、起動時にこのスクリプトを実行するように登録します。",
                caution: "ルーターやプリンターのアドレスが変わると規則が合わなくなります。ルーターの設定(DHCPの固定割り当て)でアドレスを固定してください。",
            },
            Lang::En => &Self {
                about: "Firewall rules for this home (5.1.7): only the router and the printer may connect; every other device on the home LAN is refused.",
                preview_windows: "Only show what would change: .\\mimamori-home-firewall.ps1 -WhatIf",
                undo_windows: "Undo: .\\mimamori-home-firewall.ps1 -Undo",
                planted: "{0} was put there by somebody who is not an administrator, or leads elsewhere. Nothing was changed. Look into it, delete it, and try again.",
                preview_linux: "Only show what would change: run with --preview",
                undo_linux: "Undo: run with --undo",
                keep_nftables: "To keep the rules after a restart, have this script run at start-up.",
                caution: "When the router or the printer gets another address the rules no longer fit: reserve their addresses in the router (DHCP reservation).",
            },
        }
    }
}

const POWERSHELL: &str = r"#Requires -Version 5.1
#Requires -RunAsAdministrator
# @ABOUT@
# @PREVIEW@
# @UNDO@
# @CAUTION@
[CmdletBinding(SupportsShouldProcess = $true)]
param([switch] $Undo)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$Group = 'Mimamori'
$Allowed = @(@ALLOWED@)
$Blocked = @(@BLOCKED@)
$Folder = Join-Path $env:ProgramData 'Mimamori-Scripts'
$Before = Join-Path $Folder 'home-firewall-before.json'

# What is read here is done with an administrator's rights: only administrators may have written it.
function Confirm-Owner {
    foreach ($path in $Folder, $Before) {
        if (Test-Path -LiteralPath $path) {
            $owner = (Get-Acl -LiteralPath $path).GetOwner([System.Security.Principal.SecurityIdentifier]).Value
            $leads = (Get-Item -LiteralPath $path -Force).Attributes -band [System.IO.FileAttributes]::ReparsePoint
            if ($leads -or $owner -notin 'S-1-5-32-544', 'S-1-5-18') {
                throw ('@PLANTED@' -f $path)
            }
        }
    }
}
Confirm-Owner

# The rules of this script, and no others.
foreach ($rule in @(Get-NetFirewallRule -Group $Group -ErrorAction SilentlyContinue)) {
    if ($PSCmdlet.ShouldProcess($rule.DisplayName, 'Remove-NetFirewallRule')) {
        $rule | Remove-NetFirewallRule
    }
}

if ($Undo) {
    if (Test-Path -LiteralPath $Before) {
        $saved = Get-Content -LiteralPath $Before -Raw -Encoding UTF8 | ConvertFrom-Json
        foreach ($entry in $saved) {
            if ($PSCmdlet.ShouldProcess($entry.Name, 'Set-NetFirewallProfile')) {
                Set-NetFirewallProfile -Name $entry.Name -Enabled $entry.Enabled -DefaultInboundAction $entry.Inbound
            }
        }
        if ($PSCmdlet.ShouldProcess($Before, 'Remove-Item')) {
            Remove-Item -LiteralPath $Before
        }
    }
    return
}

# How the profiles were, once: a second run must not take its own work for what was there before.
if (-not (Test-Path -LiteralPath $Before) -and $PSCmdlet.ShouldProcess($Before, 'Set-Content')) {
    $closed = New-Object System.Security.AccessControl.DirectorySecurity
    $closed.SetSecurityDescriptorSddlForm('O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')
    if (-not (Test-Path -LiteralPath $Folder)) {
        if ($PSVersionTable.PSVersion.Major -ge 6) {
            [System.IO.FileSystemAclExtensions]::Create([System.IO.DirectoryInfo]::new($Folder), $closed)
        } else {
            $null = [System.IO.Directory]::CreateDirectory($Folder, $closed)
        }
    }
    Confirm-Owner
    $saved = @(Get-NetFirewallProfile -PolicyStore PersistentStore | ForEach-Object {
        @{ Name = $_.Name; Enabled = $_.Enabled.ToString(); Inbound = $_.DefaultInboundAction.ToString() }
    })
    Set-Content -LiteralPath $Before -Value (ConvertTo-Json -InputObject $saved) -Encoding UTF8
    $own = Get-Acl -LiteralPath $Before
    $own.SetOwner([System.Security.Principal.SecurityIdentifier]::new('S-1-5-32-544'))
    Set-Acl -LiteralPath $Before -AclObject $own
}
foreach ($name in 'Domain', 'Private', 'Public') {
    if ($PSCmdlet.ShouldProcess($name, 'Set-NetFirewallProfile -Enabled True -DefaultInboundAction Block')) {
        Set-NetFirewallProfile -Name $name -Enabled True -DefaultInboundAction Block
    }
}

$common = @{ Group = $Group; Direction = 'Inbound'; Profile = @('Private', 'Public') }
if ($PSCmdlet.ShouldProcess(($Allowed -join ', '), 'New-NetFirewallRule -Action Allow')) {
    $null = New-NetFirewallRule @common -Name 'Mimamori-Home-Allow' -DisplayName 'Mimamori: router and printer' -Action Allow -RemoteAddress $Allowed
}
if ($PSCmdlet.ShouldProcess(($Blocked -join ', '), 'New-NetFirewallRule -Action Block')) {
    $null = New-NetFirewallRule @common -Name 'Mimamori-Home-Block-TCP' -DisplayName 'Mimamori: other devices at home (TCP)' -Action Block -Protocol TCP -RemoteAddress $Blocked
    $null = New-NetFirewallRule @common -Name 'Mimamori-Home-Block-UDP' -DisplayName 'Mimamori: other devices at home (UDP)' -Action Block -Protocol UDP -LocalPort @('1-67', '69-65535') -RemoteAddress $Blocked
}
if ($PSCmdlet.ShouldProcess('LocalSubnet6', 'New-NetFirewallRule -Action Block')) {
    $null = New-NetFirewallRule @common -Name 'Mimamori-Home-Block6-TCP' -DisplayName 'Mimamori: devices at home over IPv6 (TCP)' -Action Block -Protocol TCP -RemoteAddress 'LocalSubnet6'
    $null = New-NetFirewallRule @common -Name 'Mimamori-Home-Block6-UDP' -DisplayName 'Mimamori: devices at home over IPv6 (UDP)' -Action Block -Protocol UDP -LocalPort @('1-545', '547-65535') -RemoteAddress 'LocalSubnet6'
}
Get-NetFirewallRule -Group $Group -ErrorAction SilentlyContinue | Format-Table -AutoSize DisplayName, Enabled, Action
";

const NFTABLES: &str = r#"#!/bin/sh
# @ABOUT@
# @PREVIEW@
# @UNDO@
# @KEEP@
# @CAUTION@
set -eu

rules() {
    cat <<'RULES'
table inet mimamori_home
delete table inet mimamori_home
table inet mimamori_home {
    chain input {
        type filter hook input priority filter - 10; policy accept;
        ct state established,related accept
        udp dport { 68, 546 } accept
        meta nfproto ipv6 iifname "lo" accept
        ip saddr { @ALLOWED@ } accept
        ip saddr @NETWORK@ meta l4proto { tcp, udp } drop
        icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, echo-request, echo-reply, nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, mld-listener-query, mld-listener-report, mld-listener-done, mld2-listener-report } accept
        meta nfproto ipv6 drop
    }
}
RULES
}

case "${1-}" in
    --preview) rules; rules | nft --check --file - ;;
    --undo) nft delete table inet mimamori_home ;;
    "") rules | nft --file - ;;
    *) echo "usage: $0 [--preview | --undo]" >&2; exit 2 ;;
esac
"#;

const UFW: &str = r#"#!/bin/sh
# @ABOUT@
# @PREVIEW@
# @UNDO@
# @CAUTION@
set -eu

rules() {
    cat <<'RULES'
@RULES@
RULES
}

BEFORE=/var/lib/mimamori/home-ufw-before

# With what stands before and after the word of the rule.
each() {
    rules | while read -r action from address; do
        # shellcheck disable=SC2086
        ufw $1 $action $from $address
    done
}

# How ufw was, once: a second run must not take its own work for what was there before.
save() {
    [ -e "$BEFORE" ] && return 0
    mkdir -p "${BEFORE%/*}"
    state=$(LC_ALL=C ufw status | sed -n 's/^Status: //p')
    policy=$(sed -n 's/^DEFAULT_INPUT_POLICY="\([A-Z]*\)".*/\1/p' /etc/default/ufw)
    printf '%s\n%s\n' "${state:-inactive}" "${policy:-DROP}" > "$BEFORE.new"
    mv "$BEFORE.new" "$BEFORE"
}

restore() {
    [ -e "$BEFORE" ] || return 0
    { read -r state; read -r policy; } < "$BEFORE"
    case "$policy" in
        ACCEPT) ufw default allow incoming ;;
        REJECT) ufw default reject incoming ;;
        *) ufw default deny incoming ;;
    esac
    [ "$state" = active ] || ufw disable
    rm -f "$BEFORE"
}

case "${1-}" in
    --preview) each "--dry-run prepend" ;;
    --undo) each "--force delete"; restore ;;
    "") save; each prepend; ufw default deny incoming; ufw --force enable ;;
    *) echo "usage: $0 [--preview | --undo]" >&2; exit 2 ;;
esac
"#;

#[cfg(test)]
mod tests;
