//! Reads a router's configuration: which ports of the Internet's traffic it drops, which it lets into the home, and
//! by which line.
//!
//! Four families: YAMAHA RTX, Cisco IOS, nftables and iptables. A family recognises its own text, finds the interface
//! towards the Internet, and walks the rules first match first as the device does, for IPv4 and IPv6. What is not
//! understood makes the answer for the ports it touches unknown, never dropped. Pure functions over bytes: nothing is
//! asked of any device. Secrets do not leave: what is quoted is masked first.
//!
//! Start reading at [`read`]; the walk is in `walk`, the facts of a home are made in `facts`.

mod cisco;
mod facts;
mod linux;
pub(crate) mod mask;
mod net;
pub(crate) mod paste;
mod port;
mod remark;
mod traffic;
mod walk;
pub(crate) mod yamaha;

pub use facts::{Answer, answers, document, packet_filter};
pub use mask::mask;
pub use paste::{BYTES_MAX, LINES_MAX};
pub use traffic::Protocol;
pub use walk::Fate;

use std::collections::BTreeMap;

use paste::Line;
use remark::Remarks;
use traffic::{KEYS, of_key};
use walk::{Cause, Fates};

/// The longest line quoted, in characters.
const QUOTE_MAX_CHARS: usize = 160;

/// Why a configuration cannot be used at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouterError {
    /// More bytes than [`BYTES_MAX`].
    #[error("it is larger than {BYTES_MAX} bytes: hand in the router's configuration alone")]
    TooLarge,
    /// More lines than [`LINES_MAX`].
    #[error("it has more than {LINES_MAX} lines: hand in the router's configuration alone")]
    TooManyLines,
    /// Bytes that are no text.
    #[error("it is not text: hand in what the router prints, not a backup in its own format")]
    NotText,
    /// None of the families.
    #[error(
        "it is no configuration that can be read: hand in what 'show config' (YAMAHA), 'show running-config' (Cisco), \
         'nft list ruleset' or 'iptables-save' prints"
    )]
    Unrecognised,
    /// The end is missing.
    #[error("it is not whole (what stands at line {0} has no end): hand in everything the router prints")]
    Truncated(u32),
    /// The interface that was named is not there.
    #[error("it has no interface '{name}'; there are: {known}")]
    NoInterface {
        /// As it was named.
        name: String,
        /// Those there are.
        known: String,
    },
}

/// Whose configuration it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// YAMAHA RTX and its siblings.
    Yamaha,
    /// Cisco IOS and IOS XE.
    Cisco,
    /// Linux, `nft list ruleset`.
    Nftables,
    /// Linux, `iptables-save` or `ip6tables-save`.
    Iptables,
}

impl Family {
    /// The family's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Family::Yamaha => "YAMAHA RTX",
            Family::Cisco => "Cisco IOS",
            Family::Nftables => "nftables",
            Family::Iptables => "iptables",
        }
    }
}

/// IPv4 or IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// Neighbouring ports with the same fate for the same reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// TCP or UDP.
    pub protocol: Protocol,
    /// First port.
    pub from: u16,
    /// Last port.
    pub to: u16,
    /// What becomes of them.
    pub fate: Fate,
    /// What decides: `12: ip filter 200099 pass * * * * *`, or a remark where no line does. Without secrets.
    pub place: String,
}

/// What a configuration says of one version of IP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// The fate of every port, in order.
    Every(Vec<Piece>),
    /// Nothing, and what would have to be handed in.
    Nothing(&'static str),
}

/// What a configuration says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Whose it is.
    pub family: Family,
    /// The interfaces towards the Internet, of IPv4 and IPv6.
    pub wan: Vec<String>,
    /// Of IPv4.
    pub v4: Said,
    /// Of IPv6.
    pub v6: Said,
}

/// Whose configuration a text is; `None` when it is none of the families'.
#[must_use]
pub fn recognise(bytes: &[u8]) -> Option<Family> {
    family_of(&paste::lines(bytes).ok()?)
}

fn family_of(lines: &[Line]) -> Option<Family> {
    let mut counts =
        [(Family::Nftables, 0_u32), (Family::Iptables, 0), (Family::Yamaha, 0), (Family::Cisco, 0)];
    let mut in_table = false;
    for line in lines {
        let words = line.words();
        in_table |= matches!(words.as_slice(), [table] if ["*filter", "*nat", "*mangle", "*raw", "*security"].contains(table));
        let own = [
            matches!(
                words.as_slice(),
                ["table", "ip" | "ip6" | "inet" | "netdev" | "bridge" | "arp", _, "{", ..]
            ),
            in_table && (line.text.starts_with("-A ") || line.text.starts_with(':') || line.text == "COMMIT"),
            yamaha::is_own(&words),
            cisco::is_own(&words),
        ];
        for ((_, count), own) in counts.iter_mut().zip(own) {
            *count += u32::from(own);
        }
    }
    // A table of nftables says as much as many lines of rules.
    let weighed =
        counts.map(|(family, count)| (family, if family == Family::Nftables { count * 100 } else { count }));
    weighed
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .max_by_key(|(_, count)| *count)
        .map(|(family, _)| family)
}

/// Reads a configuration. `wan` names the interfaces towards the Internet when the configuration does not tell; empty:
/// they are looked for.
///
/// # Errors
/// [`RouterError`] when nothing can be said of it.
pub fn read(bytes: &[u8], wan: &[String]) -> Result<Reading, RouterError> {
    let lines = paste::lines(bytes)?;
    let family = family_of(&lines).ok_or(RouterError::Unrecognised)?;
    let mut telling = Telling { lines: &lines, remarks: Remarks::default(), wan: Vec::new() };
    let (v4, v6) = match family {
        Family::Yamaha => telling.yamaha(&yamaha::read(&lines), wan)?,
        Family::Cisco => telling.cisco(&cisco::read(&lines)?, wan)?,
        Family::Nftables => telling.nftables(&linux::nft::read(&lines)?, wan),
        Family::Iptables => telling.iptables(&linux::iptables::read(&lines)?, wan),
    };
    let mut wan = telling.wan;
    wan.sort();
    wan.dedup();
    Ok(Reading { family, wan, v4, v6 })
}

struct Telling<'a> {
    lines: &'a [Line],
    remarks: Remarks,
    wan: Vec<String>,
}

const NO_WAN: &str = "which interface leads to the Internet cannot be told from it: name it with --wan";

impl Telling<'_> {
    fn yamaha(&mut self, config: &yamaha::Config, wan: &[String]) -> Result<(Said, Said), RouterError> {
        let wan: Vec<String> = wan.iter().map(|name| yamaha_name(name)).collect();
        known(&wan, &config.names())?;
        let v4 = self.either(&wan, config.wans(yamaha::Side::V4), |own, wans| {
            config.fates(yamaha::Side::V4, wans, &mut own.remarks)
        });
        if !config.carries_v6() {
            return Ok((v4, self.dropped("it carries no IPv6")));
        }
        let v6 = self.either(&wan, config.wans(yamaha::Side::V6), |own, wans| {
            config.fates(yamaha::Side::V6, wans, &mut own.remarks)
        });
        Ok((v4, v6))
    }

    fn cisco(&mut self, config: &cisco::Config, wan: &[String]) -> Result<(Said, Said), RouterError> {
        known(wan, &config.names())?;
        let v4 = self.either(wan, config.wans(cisco::Side::V4), |own, wans| {
            config.fates(cisco::Side::V4, wans, &mut own.remarks)
        });
        if !config.carries_v6() {
            return Ok((v4, self.dropped("it carries no IPv6")));
        }
        let v6 = self.either(wan, config.wans(cisco::Side::V6), |own, wans| {
            config.fates(cisco::Side::V6, wans, &mut own.remarks)
        });
        Ok((v4, v6))
    }

    fn nftables(&mut self, rules: &linux::Ruleset, wan: &[String]) -> (Said, Said) {
        let silent = "no chain filters it: hand in what 'sysctl net.ipv6.conf.all.disable_ipv6' prints as well, or filter it";
        (self.linux(rules, linux::Family::V4, wan, silent), self.linux(rules, linux::Family::V6, wan, silent))
    }

    fn iptables(&mut self, rules: &linux::Ruleset, wan: &[String]) -> (Said, Said) {
        let v4 = "hand in what 'iptables-save' of the same router prints as well";
        let v6 = "hand in what 'ip6tables-save' of the same router prints as well, or 'sysctl net.ipv6.conf.all.disable_ipv6'";
        (self.linux(rules, linux::Family::V4, wan, v4), self.linux(rules, linux::Family::V6, wan, v6))
    }

    fn linux(
        &mut self,
        rules: &linux::Ruleset,
        family: linux::Family,
        wan: &[String],
        silent: &'static str,
    ) -> Said {
        if family == linux::Family::V6 && rules.kernel.no_v6 {
            return self.dropped("IPv6 is switched off");
        }
        if !rules.spoken.contains(&family) {
            return Said::Nothing(silent);
        }
        self.either(wan, rules.wans(), |own, wans| linux::fates(rules, family, wans, &mut own.remarks))
    }

    /// Walks with the interfaces that were named, else with those that were found.
    fn either(
        &mut self,
        named: &[String],
        found: Vec<String>,
        walk: impl FnOnce(&mut Self, &[String]) -> Fates,
    ) -> Said {
        let wans = if named.is_empty() { found } else { named.to_vec() };
        if wans.is_empty() {
            let cause = self.remarks.say(NO_WAN);
            return self.told(&Fates::all(Fate::Unknown, cause));
        }
        self.wan.extend(wans.iter().cloned());
        let fates = walk(self, &wans);
        self.told(&fates)
    }

    fn dropped(&mut self, why: &str) -> Said {
        let cause = self.remarks.say(why);
        self.told(&Fates::all(Fate::Dropped, cause))
    }

    /// Fates as pieces with the lines that decide.
    fn told(&self, fates: &Fates) -> Said {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut last: Option<(Fate, Cause)> = None;
        // One line often decides thousands of pieces, and masking a long line costs: each is masked once.
        let mut places: BTreeMap<Cause, String> = BTreeMap::new();
        for key in 0..KEYS {
            let (protocol, port) = of_key(key);
            let own = fates.of(key);
            match pieces.last_mut() {
                Some(piece) if last == Some(own) && piece.protocol == protocol => piece.to = port,
                _ => pieces.push(Piece {
                    protocol,
                    from: port,
                    to: port,
                    fate: own.0,
                    place: places.entry(own.1).or_insert_with(|| self.place(own.1)).clone(),
                }),
            }
            last = Some(own);
        }
        Said::Every(pieces)
    }

    fn place(&self, cause: Cause) -> String {
        match cause {
            Cause::Remark(number) => self.remarks.of(number).to_owned(),
            Cause::Line(number) => {
                let found = self.lines.binary_search_by_key(&number, |line| line.number).ok();
                let text = found.and_then(|at| self.lines.get(at)).map_or("", |line| line.text.as_str());
                format!("{number}: {}", model::printable::clip(&mask::line_masked(text), QUOTE_MAX_CHARS))
            }
        }
    }
}

/// `pp1` as the configuration names it: `pp 1`.
fn yamaha_name(name: &str) -> String {
    for kind in ["pp", "tunnel"] {
        if let Some(number) = name.strip_prefix(kind) {
            return format!("{kind} {}", number.trim());
        }
    }
    name.to_owned()
}

fn known(named: &[String], known: &[String]) -> Result<(), RouterError> {
    match named.iter().find(|name| !known.contains(name)) {
        Some(name) => Err(RouterError::NoInterface { name: name.clone(), known: known.join(", ") }),
        None => Ok(()),
    }
}
