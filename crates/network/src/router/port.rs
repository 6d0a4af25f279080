//! Ports by the names devices print for them. Sources: IANA, "Service Name and Transport Protocol Port Number
//! Registry"; YAMAHA, command reference, "ip filter"; Cisco, "IP Addressing: IPv4 Access Control Lists".

/// Ports as inclusive ranges.
pub(super) type Ranges = Vec<(u16, u16)>;

const NAMES: &[(&str, u16)] = &[
    ("echo", 7),
    ("discard", 9),
    ("systat", 11),
    ("daytime", 13),
    ("chargen", 19),
    ("ftp-data", 20),
    ("ftpdata", 20),
    ("ftp", 21),
    ("ssh", 22),
    ("telnet", 23),
    ("smtp", 25),
    ("time", 37),
    ("nameserver", 42),
    ("nicname", 43),
    ("whois", 43),
    ("tacacs", 49),
    ("domain", 53),
    ("bootps", 67),
    ("bootpc", 68),
    ("tftp", 69),
    ("gopher", 70),
    ("finger", 79),
    ("http", 80),
    ("www", 80),
    ("kerberos", 88),
    ("hostname", 101),
    ("pop2", 109),
    ("pop3", 110),
    ("sunrpc", 111),
    ("portmapper", 111),
    ("ident", 113),
    ("auth", 113),
    ("nntp", 119),
    ("ntp", 123),
    ("epmap", 135),
    ("loc-srv", 135),
    ("msrpc", 135),
    ("netbios_ns", 137),
    ("netbios-ns", 137),
    ("netbios_dgm", 138),
    ("netbios-dgm", 138),
    ("netbios_ssn", 139),
    ("netbios-ssn", 139),
    ("netbios-ss", 139),
    ("imap", 143),
    ("imap2", 143),
    ("snmp", 161),
    ("snmptrap", 162),
    ("snmp-trap", 162),
    ("xdmcp", 177),
    ("bgp", 179),
    ("irc", 194),
    ("dnsix", 195),
    ("ldap", 389),
    ("mobile-ip", 434),
    ("https", 443),
    ("microsoft-ds", 445),
    ("pim-auto-rp", 496),
    ("isakmp", 500),
    ("exec", 512),
    ("biff", 512),
    ("login", 513),
    ("who", 513),
    ("cmd", 514),
    ("shell", 514),
    ("syslog", 514),
    ("lpd", 515),
    ("printer", 515),
    ("talk", 517),
    ("ntalk", 518),
    ("rip", 520),
    ("route", 520),
    ("router", 520),
    ("ripng", 521),
    ("uucp", 540),
    ("klogin", 543),
    ("kshell", 544),
    ("dhcpv6-client", 546),
    ("dhcpv6-server", 547),
    ("submission", 587),
    ("ldaps", 636),
    ("imaps", 993),
    ("pop3s", 995),
    ("openvpn", 1194),
    ("l2tp", 1701),
    ("pptp", 1723),
    ("nfs", 2049),
    ("drip", 3949),
    ("non500-isakmp", 4500),
    ("ipsec-nat-t", 4500),
];

/// The port of a number or name; `None` when it is neither.
pub(super) fn of(word: &str) -> Option<u16> {
    word.parse().ok().or_else(|| {
        let word = word.to_ascii_lowercase();
        NAMES.iter().find(|(name, _)| *name == word).map(|(_, port)| *port)
    })
}

/// A port or range with the given sign between its ends, either of which may be left out: `135`, `137-139`, `1024-`.
/// A hyphen inside a name is no range.
pub(super) fn range(word: &str, sign: char) -> Option<(u16, u16)> {
    if let Some(port) = of(word) {
        return Some((port, port));
    }
    word.match_indices(sign).find_map(|(at, _)| {
        let (from, to) = (word.get(..at)?, word.get(at + sign.len_utf8()..)?);
        let from = if from.is_empty() { 0 } else { of(from)? };
        let to = if to.is_empty() { u16::MAX } else { of(to)? };
        (word.len() > sign.len_utf8() && from <= to).then_some((from, to))
    })
}

/// Ports and ranges with commas between them.
pub(super) fn list(words: &str, sign: char) -> Option<Ranges> {
    words.split(',').map(|word| range(word.trim(), sign)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_and_ranges() {
        let check = |words: &str, expected: Option<&[(u16, u16)]>| {
            assert_eq!(list(words, '-').as_deref(), expected, "{words}");
        };
        check("445", Some(&[(445, 445)]));
        check("netbios_ns-netbios_ssn", Some(&[(137, 139)]));
        check("netbios-ns,microsoft-ds", Some(&[(137, 137), (445, 445)]));
        check("netbios-ns-netbios-ssn", Some(&[(137, 139)]));
        check("1024-", Some(&[(1024, 65_535)]));
        check("-1023", Some(&[(0, 1023)]));
        check("www,21,nntp", Some(&[(80, 80), (21, 21), (119, 119)]));
        check("139-137", None);
        check("-", None);
        check("65536", None);
        check("", None);
        check("smb", None);
        assert_eq!(range("1:1024", ':'), Some((1, 1024)));
    }
}
