//! A router on loopback that speaks the protocol as its specification says, and answers amiss when told to.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use model::Why;

use super::*;

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Long enough for a busy machine, short enough to wait for in a test.
const QUICK: Duration = Duration::from_millis(1500);

/// What the router of a test answers; `{http}` stands for its own address, `{index}` for the place asked about.
#[derive(Clone)]
struct Router {
    location: &'static str,
    description: String,
    /// Status and body by place of the list; the last one for all further places.
    entries: Vec<(u16, String)>,
    /// Bytes of garbage the description is lengthened by.
    padding: usize,
    /// How long each answer over HTTP takes.
    delay: Duration,
}

fn description(control: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><root xmlns=\"urn:schemas-upnp-org:device-1-0\"><specVersion><major>1</major>\
         <minor>1</minor></specVersion><device><deviceType>{}</deviceType><deviceList><device><serviceList>\
         <service><serviceType>urn:schemas-upnp-org:service:WANCommonInterfaceConfig:1</serviceType>\
         <controlURL>/common</controlURL></service><service><serviceType>{}</serviceType>\
         <controlURL>{control}</controlURL></service></serviceList></device></deviceList></device></root>",
        ROUTERS[0], SERVICES[0]
    )
}

fn entry(port: &str, enabled: &str, description: &str) -> (u16, String) {
    let body = format!(
        "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
         <u:GetGenericPortMappingEntryResponse xmlns:u=\"{}\"><NewRemoteHost></NewRemoteHost>\
         <NewExternalPort>{port}</NewExternalPort><NewProtocol>TCP</NewProtocol>\
         <NewInternalPort>3389</NewInternalPort><NewInternalClient>192.168.1.20</NewInternalClient>\
         <NewEnabled>{enabled}</NewEnabled><NewPortMappingDescription>{description}</NewPortMappingDescription>\
         <NewLeaseDuration>0</NewLeaseDuration></u:GetGenericPortMappingEntryResponse></s:Body></s:Envelope>",
        SERVICES[0]
    );
    (200, body)
}

fn refused(code: u32) -> (u16, String) {
    let body = format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault><faultcode>s:Client\
         </faultcode><faultstring>UPnPError</faultstring><detail><UPnPError xmlns=\"urn:schemas-upnp-org:control-1-0\">\
         <errorCode>{code}</errorCode><errorDescription>x</errorDescription></UPnPError></detail></s:Fault></s:Body>\
         </s:Envelope>"
    );
    (500, body)
}

fn router(entries: Vec<(u16, String)>) -> Router {
    Router {
        location: "http://{http}/igd/root.xml",
        description: description("/ctl/ip"),
        entries,
        padding: 0,
        delay: Duration::ZERO,
    }
}

/// Starts the router and gives where it is searched for. It lives as long as the test.
fn start(router: Router) -> SocketAddr {
    let http = TcpListener::bind((LOOPBACK, 0)).unwrap();
    let web = http.local_addr().unwrap().to_string();
    let ssdp = UdpSocket::bind((LOOPBACK, 0)).unwrap();
    let place = ssdp.local_addr().unwrap();
    let location = router.location.replace("{http}", &web);
    thread::spawn(move || {
        let mut packet = [0; 2048];
        while let Ok((length, from)) = ssdp.recv_from(&mut packet) {
            let search = String::from_utf8_lossy(&packet[..length]).into_owned();
            assert!(
                search.starts_with("M-SEARCH * HTTP/1.1\r\n") && search.contains("MAN: \"ssdp:discover\"")
            );
            let target = search.lines().find_map(|line| line.strip_prefix("ST: ")).unwrap();
            let answer = format!(
                "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nST: {target}\r\nUSN: uuid:1::{target}\r\nEXT:\r\n\
                 SERVER: test UPnP/1.1\r\nLocation: {location}\r\n\r\n"
            );
            let _ = ssdp.send_to(answer.as_bytes(), from);
        }
    });
    thread::spawn(move || {
        let places = Arc::new(AtomicUsize::new(0));
        for mut stream in http.incoming().flatten() {
            let (router, places) = (router.clone(), Arc::clone(&places));
            thread::spawn(move || while answer(&mut stream, &router, &places).is_some() {});
        }
    });
    place
}

/// Reads one request and answers it; none when the other side is gone.
fn answer(stream: &mut std::net::TcpStream, router: &Router, places: &AtomicUsize) -> Option<()> {
    let mut request = Vec::new();
    let mut chunk = [0; 1024];
    let (head, length) = loop {
        let got = stream.read(&mut chunk).ok().filter(|got| *got > 0)?;
        request.extend(&chunk[..got]);
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned)
                })
                .map_or(0, |length| length.parse::<usize>().unwrap());
            if body.len() >= length {
                break (text, length);
            }
        }
    };
    let (status, body) = if length == 0 {
        assert!(head.starts_with("GET /igd/root.xml "), "{head}");
        (200, router.description.clone() + &" ".repeat(router.padding))
    } else {
        assert!(head.contains("#GetGenericPortMappingEntry\""), "{head}");
        let index = places.fetch_add(1, Ordering::SeqCst);
        assert!(head.contains(&format!("<NewPortMappingIndex>{index}</NewPortMappingIndex>")), "{head}");
        router.entries[index.min(router.entries.len() - 1)].clone()
    };
    thread::sleep(router.delay);
    let head =
        format!("HTTP/1.1 {status} X\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n", body.len());
    // In one piece: two would wait for each other (Nagle's algorithm and delayed acknowledgements).
    stream.write_all((head + &body).as_bytes()).ok()
}

fn asked(router: Router) -> Result<Vec<PortMapping>, Gap> {
    mappings_at(start(router), QUICK)
}

#[test]
fn opened_ports_are_listed() {
    let entries = vec![
        entry("13389", "1", "RDP &amp; more\n"),
        entry("80", "0", "off"),
        entry("443", "1", ""),
        refused(713),
    ];
    let found = asked(router(entries)).unwrap();
    let expected = |port, description: &str| PortMapping {
        external_port: Some(port),
        protocol: Some("tcp".into()),
        internal_address: Some("192.168.1.20".into()),
        description: Some(description.into()),
    };
    assert_eq!(found, [expected(13389, "RDP & more"), expected(443, "")]);
}

#[test]
fn an_empty_list_is_a_fact_and_a_refusal_is_not() {
    let check = |entries: Vec<(u16, String)>, expected: Result<usize, Why>| {
        assert_eq!(asked(router(entries)).map(|found| found.len()).map_err(|gap| gap.why), expected);
    };
    check(vec![refused(713)], Ok(0));
    check(vec![refused(714)], Ok(0));
    check(vec![entry("80", "1", ""), refused(402)], Ok(1));
    check(vec![refused(402)], Err(Why::Failed));
    check(vec![refused(401)], Err(Why::NotSupported));
    check(vec![refused(606)], Err(Why::Denied));
    check(vec![entry("80", "1", ""), refused(501)], Err(Why::Failed));
    check(vec![entry("99999", "1", "")], Err(Why::Failed));
    check(vec![(200, "<x/>".into())], Err(Why::Failed));
    check(vec![(500, "no".into())], Err(Why::Failed));
}

#[test]
fn a_router_that_points_elsewhere_is_not_followed() {
    let check = |change: fn(&mut Router)| {
        let mut one = router(vec![refused(713)]);
        change(&mut one);
        assert_eq!(asked(one).unwrap_err().why, Why::Failed);
    };
    check(|router| router.location = "http://192.0.2.1/igd/root.xml");
    check(|router| router.location = "http://router.example/igd/root.xml");
    check(|router| router.location = "https://{http}/igd/root.xml");
    check(|router| router.location = "http://a:b@{http}/igd/root.xml");
    check(|router| router.location = "\u{1}");
    check(|router| router.description = description("http://192.0.2.1/ctl"));
    check(|router| {
        router.description =
            router.description.replace("<device>", "<URLBase>http://192.0.2.1/</URLBase><device>");
    });
}

#[test]
fn places_are_given_in_full_or_in_part() {
    let asker = Asker::new("192.168.1.1".parse().unwrap(), QUICK);
    let base = "http://192.168.1.1:5000/igd/root.xml".parse().unwrap();
    let check = |reference: &str, expected: &str| {
        assert_eq!(asker.place(Some(&base), reference).unwrap().to_string(), expected);
    };
    check("/ctl", "http://192.168.1.1:5000/ctl");
    check(" ctl\n", "http://192.168.1.1:5000/igd/ctl");
    check("http://192.168.1.1/ctl", "http://192.168.1.1/ctl");
    for elsewhere in ["http://192.168.1.2/", "ftp://192.168.1.1/", "http://[::1]/", "http://", "/ \r\n x"] {
        assert!(asker.place(Some(&base), elsewhere).is_err(), "{elsewhere}");
    }
    // Two slashes would name another host in a browser; here they are a path on this router.
    check("//192.168.1.2/x", "http://192.168.1.1:5000//192.168.1.2/x");
}

#[test]
fn slow_endless_and_hostile_answers_are_gaps() {
    let why = |change: fn(&mut Router)| {
        let mut one = router(vec![entry("80", "1", "")]);
        change(&mut one);
        asked(one).unwrap_err().why
    };
    assert_eq!(why(|_| {}), Why::Failed, "a list without an end");
    assert_eq!(why(|router| router.padding = 70_000), Why::Failed);
    assert_eq!(why(|router| router.delay = QUICK * 2), Why::Timeout);
    assert_eq!(why(|router| router.description = "<a>".repeat(10_000)), Why::Failed);
    assert_eq!(
        why(|router| router.description = "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>".into()),
        Why::Failed
    );
    assert_eq!(
        why(|router| router.description = description("/x").replace(SERVICES[0], "x")),
        Why::NotSupported
    );
}

#[test]
fn silence_is_told() {
    let silent = UdpSocket::bind((LOOPBACK, 0)).unwrap();
    let gap = mappings_at(silent.local_addr().unwrap(), Duration::from_millis(200)).unwrap_err();
    assert_eq!(gap.why, Why::NotFound);
    assert_eq!(port_mappings("fe80::1".parse().unwrap()).unwrap_err().why, Why::NotSupported);
}

#[test]
fn only_routers_answers_count() {
    let answer = |target: &str| format!("HTTP/1.1 200 OK\r\nst:{target}\r\nlocation: http://x/\r\n\r\n");
    assert_eq!(location(answer(ROUTERS[1]).as_bytes()).as_deref(), Some("http://x/"));
    assert_eq!(location(answer("upnp:rootdevice").as_bytes()), None);
    assert_eq!(location(b"HTTP/1.1 404 no\r\n\r\n"), None);
    assert_eq!(location(b"NOTIFY * HTTP/1.1\r\nST: x\r\n\r\n"), None);
    assert_eq!(location(b""), None);
    assert_eq!(location(b"\xff\xff"), None);
}
