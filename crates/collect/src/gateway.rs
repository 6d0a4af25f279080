//! Which ports the router opened because a program behind it asked so (UPnP), as the router itself tells.
//!
//! The router is only asked, never told anything. It alone is asked and it alone is believed: answers from other
//! addresses, and descriptions or controls that lie elsewhere, are refused. Every exchange has a limit of 2 seconds
//! and 64 KiB, the whole one of 15 seconds. Knows nothing of where the gateway's address comes from.
//!
//! Sources: UPnP Device Architecture 1.1 (1.3 search, also by unicast; 2 description; 3 control);
//! WANIPConnection:1 and :2, WANPPPConnection:1 (`GetGenericPortMappingEntry`).

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use model::facts::PortMapping;
use roxmltree::{Document, ParsingOptions};
use ureq::http::Uri;

use crate::gap::Gap;
use crate::text;

/// Where devices listen for searches, and the group they also listen to.
const SEARCH_PORT: u16 = 1900;
const GROUP: Ipv4Addr = Ipv4Addr::new(239, 255, 255, 250);
/// What a router calls itself; version 2 answers to version 1 as well, but not every router keeps to that.
const ROUTERS: [&str; 2] = [
    "urn:schemas-upnp-org:device:InternetGatewayDevice:1",
    "urn:schemas-upnp-org:device:InternetGatewayDevice:2",
];
/// The services that keep the list.
const SERVICES: [&str; 3] = [
    "urn:schemas-upnp-org:service:WANIPConnection:1",
    "urn:schemas-upnp-org:service:WANIPConnection:2",
    "urn:schemas-upnp-org:service:WANPPPConnection:1",
];
/// The longest exchange, and the longest of all together.
const EXCHANGE: Duration = Duration::from_secs(2);
const WHOLE: Duration = Duration::from_secs(15);
/// How long a router may leave a search to itself unanswered before the group is searched.
const ALONE: Duration = Duration::from_millis(700);
const ANSWER_MAX_BYTES: u64 = 64 * 1024;
const PACKET_MAX_BYTES: usize = 2048;
const PACKETS_MAX: usize = 200;
const NODES_MAX: u32 = 20_000;
/// The most ports listed.
const MAPPINGS_MAX: usize = 500;
/// Codes of refusal: no such action, no such entry (two ways to say it), not allowed.
const NO_SUCH_ACTION: u32 = 401;
const PAST_THE_END: [u32; 2] = [713, 714];
const NOT_ALLOWED: u32 = 606;

/// The ports the router at `gateway` opened on request; those that are switched off are left out.
///
/// # Errors
/// Not found: it does not answer (UPnP is off, or it has none). Not supported: an IPv6 gateway, or no list. Denied,
/// timed out, or failed: an answer that breaks the protocol, leads elsewhere or is too large.
pub(crate) fn port_mappings(gateway: IpAddr) -> Result<Vec<PortMapping>, Gap> {
    mappings_at(SocketAddr::new(gateway, SEARCH_PORT), EXCHANGE)
}

/// The same with the port and the time of the search given.
fn mappings_at(router: SocketAddr, exchange: Duration) -> Result<Vec<PortMapping>, Gap> {
    if !router.is_ipv4() {
        return Err(Gap::not_supported(format_args!("{}: routers open ports for IPv4 only", router.ip())));
    }
    let asker = Asker::new(router.ip(), exchange);
    let description = search(router, exchange)?;
    let controls = asker.controls(&asker.place(None, &description)?)?;
    let mut found = Vec::new();
    let mut refusal = None;
    let mut told = false;
    for (service, control) in controls {
        match asker.list(service, &control, found.len()) {
            Ok(more) => {
                told = true;
                found.extend(more);
            }
            // A router may carry a service for another kind of line, which has no list.
            Err(gap) if gap.why == model::Why::NotSupported => refusal = Some(gap),
            Err(gap) => return Err(gap),
        }
    }
    match refusal {
        Some(gap) if !told => Err(gap),
        _ => Ok(found),
    }
}

/// Searches for the router's description and gives where it says that it lies.
fn search(router: SocketAddr, exchange: Duration) -> Result<String, Gap> {
    let gap = |error: std::io::Error| Gap::of_io("UPnP search", &error);
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).map_err(gap)?;
    ask(&socket, router).map_err(gap)?;
    let begun = Instant::now();
    let mut alone = true;
    let mut packet = [0; PACKET_MAX_BYTES];
    for _ in 0..PACKETS_MAX {
        let Some(left) = exchange.checked_sub(begun.elapsed()).filter(|left| !left.is_zero()) else { break };
        let quiet_for = ALONE.saturating_sub(begun.elapsed()).max(Duration::from_millis(1));
        socket.set_read_timeout(Some(if alone { quiet_for.min(left) } else { left })).map_err(gap)?;
        match socket.recv_from(&mut packet) {
            Ok((length, from)) if from.ip() == router.ip() => {
                if let Some(location) = packet.get(..length).and_then(location) {
                    return Ok(location);
                }
            }
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                // Older routers listen to the group alone. What others answer to it is passed over.
                if std::mem::take(&mut alone) && !router.ip().is_loopback() {
                    ask(&socket, SocketAddr::new(GROUP.into(), SEARCH_PORT)).map_err(gap)?;
                }
            }
            // Windows says here that an earlier packet was refused.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
            Err(error) => return Err(gap(error)),
        }
    }
    Err(Gap::not_found(format_args!("the router {} does not answer UPnP", router.ip())))
}

fn ask(socket: &UdpSocket, to: SocketAddr) -> std::io::Result<()> {
    for router in ROUTERS {
        let search = format!(
            "M-SEARCH * HTTP/1.1\r\nHOST: {to}\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: {router}\r\n\r\n"
        );
        socket.send_to(search.as_bytes(), to)?;
    }
    Ok(())
}

/// Where a router's answer says that its description lies; none when it is no answer of a router.
fn location(packet: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(packet).ok()?;
    let mut lines = text.lines();
    let mut status = lines.next()?.split_whitespace();
    if !status.next()?.starts_with("HTTP/1.") || status.next()? != "200" {
        return None;
    }
    let header = |name: &str| {
        let fields = lines.clone().filter_map(|line| line.split_once(':'));
        fields.filter(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    };
    header("ST").filter(|target| ROUTERS.contains(target))?;
    header("LOCATION").map(str::to_owned)
}

/// Asks one router over HTTP, within its limits.
struct Asker {
    gateway: IpAddr,
    agent: ureq::Agent,
    until: Instant,
}

impl Asker {
    fn new(gateway: IpAddr, exchange: Duration) -> Self {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(exchange))
            .http_status_as_error(false)
            // A router of the own network is asked directly and answers itself.
            .max_redirects(0)
            .proxy(None)
            .max_response_header_size(8 * 1024)
            .build()
            .new_agent();
        Self { gateway, agent, until: Instant::now() + WHOLE }
    }

    /// An address on this router, given in full or, with `base`, in part.
    fn place(&self, base: Option<&Uri>, reference: &str) -> Result<Uri, Gap> {
        let reference = reference.trim();
        let refused = || Gap::failed(format_args!("the router points to '{reference}'"));
        let whole = match base {
            Some(base) if !reference.contains("://") => {
                let host = base.authority().map(|authority| authority.as_str()).ok_or_else(refused)?;
                let folder = base.path().rsplit_once('/').map_or("", |(folder, _)| folder);
                let path = if reference.starts_with('/') {
                    reference.to_owned()
                } else {
                    format!("{folder}/{reference}")
                };
                format!("http://{host}{path}")
            }
            _ => reference.to_owned(),
        };
        let uri: Uri = whole.parse().map_err(|_| refused())?;
        let is_here = uri.host().and_then(|host| host.parse().ok()) == Some(self.gateway);
        let has_login = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
        if uri.scheme_str() == Some("http") && is_here && !has_login { Ok(uri) } else { Err(refused()) }
    }

    /// The services that keep the list, with where they are asked.
    fn controls(&self, description: &Uri) -> Result<Vec<(&'static str, Uri)>, Gap> {
        let answer = self.agent.get(description.clone()).call();
        let (status, text) = self.text("description", answer)?;
        if status != 200 {
            return Err(Gap::failed(format_args!("the router's description: HTTP {status}")));
        }
        let document = parse(&text)?;
        // UPnP 1.0 may name another base than the description's own place.
        let base = match value(document.root(), "URLBase") {
            Some(base) if !base.is_empty() => self.place(None, base)?,
            _ => description.clone(),
        };
        let mut controls = Vec::new();
        for service in document.descendants().filter(|node| node.tag_name().name() == "service") {
            let kind = value(service, "serviceType").unwrap_or_default();
            let Some(kind) = SERVICES.iter().find(|known| **known == kind) else { continue };
            let control = value(service, "controlURL").unwrap_or_default();
            controls.push((*kind, self.place(Some(&base), control)?));
        }
        if controls.is_empty() {
            return Err(Gap::not_supported("the router keeps no list of opened ports"));
        }
        controls.truncate(8);
        Ok(controls)
    }

    /// The list of one service, entry by entry; `before` are known already.
    fn list(&self, service: &str, control: &Uri, before: usize) -> Result<Vec<PortMapping>, Gap> {
        let mut found = Vec::new();
        for index in 0..=MAPPINGS_MAX.saturating_sub(before) {
            match self.entry(service, control, index)? {
                Entry::End => return Ok(found),
                Entry::Off => {}
                Entry::On(mapping) => found.push(mapping),
            }
        }
        Err(Gap::failed(format_args!("the router lists more than {MAPPINGS_MAX} opened ports")))
    }

    fn entry(&self, service: &str, control: &Uri, index: usize) -> Result<Entry, Gap> {
        let body = format!(
            "<?xml version=\"1.0\"?>\r\n<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body>\
             <u:GetGenericPortMappingEntry xmlns:u=\"{service}\"><NewPortMappingIndex>{index}\
             </NewPortMappingIndex></u:GetGenericPortMappingEntry></s:Body></s:Envelope>\r\n"
        );
        let request = self.agent.post(control.clone()).content_type("text/xml; charset=\"utf-8\"");
        let request = request.header("SOAPAction", format!("\"{service}#GetGenericPortMappingEntry\""));
        let (status, text) = self.text("list of opened ports", request.send(body))?;
        let document = parse(&text)?;
        match status {
            200 => mapping(document.root()),
            _ => refusal(document.root(), index),
        }
    }

    /// Status and body of an answer.
    fn text(
        &self,
        what: &str,
        answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<(u16, String), Gap> {
        let gap = |error: ureq::Error| match error {
            ureq::Error::Timeout(_) => Gap::timeout(format_args!("the router's {what}")),
            error => Gap::failed(format_args!("the router's {what}: {error}")),
        };
        if Instant::now() > self.until {
            return Err(Gap::timeout(format_args!("the router's {what}: {} s in all", WHOLE.as_secs())));
        }
        let mut answer = answer.map_err(gap)?;
        let status = answer.status().as_u16();
        let body = answer.body_mut().with_config().limit(ANSWER_MAX_BYTES).lossy_utf8(true).read_to_string();
        Ok((status, body.map_err(gap)?))
    }
}

/// One answer to "what is at this place of the list".
#[derive(Debug, PartialEq)]
enum Entry {
    On(PortMapping),
    Off,
    End,
}

fn parse(text: &str) -> Result<Document<'_>, Gap> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES_MAX, ..ParsingOptions::default() };
    Document::parse_with_options(text.trim_start(), options)
        .map_err(|error| Gap::failed(format_args!("the router's answer is no XML: {error}")))
}

/// The text of the first element of a name; empty when it has none.
fn value<'a>(within: roxmltree::Node<'a, '_>, name: &str) -> Option<&'a str> {
    let node = within.descendants().find(|node| node.tag_name().name() == name)?;
    Some(node.text().unwrap_or_default().trim())
}

fn mapping(answer: roxmltree::Node) -> Result<Entry, Gap> {
    let needed = |name: &str| {
        value(answer, name).ok_or_else(|| Gap::failed(format_args!("an opened port without {name}")))
    };
    if matches!(needed("NewEnabled")?, "0" | "false" | "no") {
        return Ok(Entry::Off);
    }
    let port = needed("NewExternalPort")?;
    let port: u16 = port.parse().map_err(|_| Gap::failed(format_args!("an opened port '{port}'")))?;
    Ok(Entry::On(PortMapping {
        external_port: Some(port.into()),
        protocol: Some(text::clean(&needed("NewProtocol")?.to_ascii_lowercase())),
        internal_address: Some(text::clean(needed("NewInternalClient")?)),
        description: Some(text::clean(value(answer, "NewPortMappingDescription").unwrap_or_default())),
    }))
}

/// What a refusal means at this place of the list.
fn refusal(answer: roxmltree::Node, index: usize) -> Result<Entry, Gap> {
    let code = value(answer, "errorCode").and_then(|code| code.parse::<u32>().ok());
    match code {
        Some(code) if PAST_THE_END.contains(&code) => Ok(Entry::End),
        // Some routers call the first place past the end an invalid argument.
        Some(402) if index > 0 => Ok(Entry::End),
        Some(NO_SUCH_ACTION) => Err(Gap::not_supported("the router does not list opened ports")),
        Some(NOT_ALLOWED) => Err(Gap::denied("the router does not tell which ports it opened")),
        Some(code) => Err(Gap::failed(format_args!("the router refuses the list: {code}"))),
        None => Err(Gap::failed("the router refuses the list and gives no code")),
    }
}

#[cfg(test)]
mod tests;
