//! What ten thousand PCs cost that report every hour: `cargo bench -p web --bench agents [-- COUNT]`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement"
)]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use app::App;
use app::agent::{Message, NotTaken, Order};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use guideline::Catalog;
use guideline::catalog::Files;
use model::agent::{Digest, ENROL_PATH, Enrol, KeyId, REPORT_PATH, Receipt, Signed, section_digests};
use model::{At, Caller, Clock, FactDocument, Lang, Subject, SubjectKind};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::json;

struct Hands(Mutex<At>);

impl Clock for Hands {
    fn now(&self) -> At {
        *self.0.lock().unwrap()
    }
}

struct Pc {
    key: Ed25519KeyPair,
    id: String,
    number: usize,
    count: u64,
    whole: Digest,
}

impl Pc {
    fn header(&mut self, path: &str, at: At, whole: Digest, body: &[u8]) -> String {
        self.count += 1;
        let key = KeyId::of(self.key.public_key().as_ref());
        let text = Signed::text(path, key, self.count, at, whole, body);
        let signature = self.key.sign(&text).as_ref().try_into().unwrap();
        Signed { key, count: self.count, sent_at: at, whole, signature }.to_string()
    }
}

/// About 20 KB, as a Windows PC of an office has it: 110 programs.
fn facts(number: usize, at: At, definitions: usize) -> FactDocument {
    let software: Vec<_> = (0..110)
        .map(|program| {
            json!({"name": format!("Business Program {program} for Windows (x64)"), "version": format!("{program}.{}.{number}", number % 7),
                "publisher": "Example Software Corporation", "scope": "machine", "installed_on": "2026-01-15"})
        })
        .collect();
    let document = json!({
        "format": "mimamori-facts", "version": 1, "subject": {"kind": "device", "id": format!("PC-{number:05}")},
        "source": "agent", "collector": "mimamori-agent 0.1.0", "collected_at": at,
        "facts": {
            "host": {"hostname": format!("PC-{number:05}"), "manufacturer": "Example", "model": "Note 14", "serial": format!("SN{number:08}"), "domain_joined": true},
            "os": {"family": "windows", "product": "Windows 11 Pro", "version": "10.0.26100.4652", "display_version": "24H2"},
            "volumes": [{"letter": "C:", "fixed": true, "protection": if number.is_multiple_of(9) { "off" } else { "on" }, "encryption": "bitlocker"}],
            "tpm": {"present": true, "ready": true, "version": "2.0"},
            "antivirus": {"products": [{"name": "Microsoft Defender Antivirus", "enabled": true, "definitions_current": true, "definitions_at": at.plus_secs(-(definitions as i64))}]},
            "updates": {"pending": [], "last_checked_at": at},
            "software": software,
        },
    });
    FactDocument::parse(document.to_string().as_bytes()).unwrap()
}

fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

fn timed<T>(what: &str, per: usize, work: impl FnOnce() -> T) -> T {
    let (wall, used) = (Instant::now(), cpu());
    let done = work();
    let (wall, used) = (wall.elapsed(), cpu() - used);
    println!(
        "{what}: {:.3} s, {:.3} ms of CPU each, memory {} MB (most so far {} MB)",
        wall.as_secs_f64(),
        used.as_secs_f64() * 1_000.0 / per as f64,
        memory("VmRSS"),
        memory("VmHWM")
    );
    done
}

fn main() {
    let count: usize = std::env::args().filter_map(|word| word.parse().ok()).next().unwrap_or(10_000);
    let folder = tempfile::tempdir().unwrap();
    let start: At = "2026-11-24T00:00:00Z".parse().unwrap();
    let hands = Arc::new(Hands(Mutex::new(start)));
    let move_to = |at: At| *hands.0.lock().unwrap() = at;
    let catalog = Catalog::from_files(&Files::embedded()).unwrap_or_else(|problems| panic!("{problems}"));
    let app = Arc::new(App::open(folder.path(), catalog, Arc::clone(&hands) as Arc<dyn Clock>).unwrap());
    let caller = Caller::console(Lang::Ja);
    let order = Order {
        kind: "device".into(),
        many: true,
        subject: String::new(),
        uses: count.to_string(),
        days: "7".into(),
    };
    let code = app.order_agent_code(&caller, &order).unwrap().code;
    let random = ring::rand::SystemRandom::new();
    let mut pcs: Vec<Pc> = (0..count)
        .map(|number| {
            let key = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
            let key = Ed25519KeyPair::from_pkcs8(key.as_ref()).unwrap();
            Pc { key, id: format!("PC-{number:05}"), number, count: 0, whole: Digest::default() }
        })
        .collect();
    println!(
        "{count} PCs, {} bytes each; memory {} MB",
        serde_json::to_vec(&facts(1, start, 0)).unwrap().len(),
        memory("VmRSS")
    );
    timed("enrolling", count, || {
        for pc in &mut pcs {
            let enrol = Enrol {
                code: code.secret_text(),
                public_key: URL_SAFE_NO_PAD.encode(pc.key.public_key().as_ref()),
                host_name: pc.id.clone(),
                machine: format!("mark {}", pc.number),
                system: "windows".into(),
                version: "0.1.0".into(),
            };
            let body = serde_json::to_vec(&enrol).unwrap();
            let header = pc.header(ENROL_PATH, start, Digest::default(), &body);
            told(app.enrol_agent(Message {
                path: ENROL_PATH,
                header: &header,
                body: &body,
                address: "192.0.2.1",
            }));
        }
    });
    let report = |pc: &mut Pc, at: At, document: Option<&FactDocument>| -> Receipt {
        let body = document.map(|document| serde_json::to_vec(document).unwrap()).unwrap_or_default();
        let header = pc.header(REPORT_PATH, at, pc.whole, &body);
        told(app.take_report(Message {
            path: REPORT_PATH,
            header: &header,
            body: &body,
            address: "192.0.2.1",
        }))
    };
    timed("first reports of everything", count, || {
        for pc in &mut pcs {
            let document = facts(pc.number, start, 0);
            pc.whole = Digest::of(&section_digests(&document));
            assert!(!report(pc, start, Some(&document)).need_all);
        }
    });
    let hour = start.plus_secs(3_600);
    move_to(hour);
    timed("an hour in which nothing changed", count, || {
        for pc in &mut pcs {
            assert!(!report(pc, hour, None).need_all);
        }
    });
    let later = start.plus_secs(7_200);
    move_to(later);
    timed("an hour in which one section changed everywhere", count, || {
        for pc in &mut pcs {
            let mut document = facts(pc.number, later, 60);
            let whole = facts(pc.number, start, 0);
            let changed = document.facts["antivirus"].clone();
            let mut all = whole;
            all.facts.insert("antivirus".into(), changed);
            pc.whole = Digest::of(&section_digests(&all));
            document.facts.retain(|name, _| name == "antivirus");
            assert!(!report(pc, later, Some(&document)).need_all);
        }
    });
    timed("everything judged", 1, || app.sweep_in_turns().unwrap());
    timed("a sweep in turns (every ten minutes)", 1, || app.sweep_in_turns().unwrap());
    let one = Subject::new(SubjectKind::Device, "PC-00009");
    timed("a page of a PC", 100, || {
        for _ in 0..100 {
            app.subject(&caller, &one).unwrap();
        }
    });
    report(&mut pcs[9], later.plus_secs(1), None);
    let document = facts(9, later, 99);
    report(&mut pcs[9], later, Some(&document));
    timed("the same after a report", 1, || app.subject(&caller, &one).unwrap());
    timed("the overview after a report", 1, || app.overview(&caller).unwrap());
    timed("the list of PCs", 1, || app.subjects(&caller, SubjectKind::Device).unwrap());
    timed("the list of agents", 1, || app.agents(&caller, None, "", (0, 200)).unwrap());
}

fn told<T>(taken: Result<T, NotTaken>) -> T {
    taken.unwrap_or_else(|not| panic!("{not:?}"))
}
