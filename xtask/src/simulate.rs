//! PCs that are not there: they enrol and report over real TLS with the agent's own code, and what it cost is told.
//!
//! Each has its own key, memory and connection; its facts are about 20 KB, as a PC of a Japanese company has them. The
//! same arguments give the same PCs.

#![expect(clippy::print_stdout, reason = "a command-line tool")]

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use mimamori_agent::{
    Chance as _, Client, Dice, Introduction, Keep, Key, Mark, Pin, Problem, Reporter, State, Traffic, enrol,
};
use model::agent_code::AgentCode;
use model::{At, Clock as _, FactDocument, Subject, SystemClock};

use self::document::document;

mod document;

/// What was asked for.
pub(crate) struct Order {
    url: String,
    code: AgentCode,
    devices: usize,
    /// How many of a hundred PCs have something new in each round.
    changed: f64,
    rounds: usize,
    /// Seconds a round is spread over; 0: as fast as it goes.
    spread_secs: u64,
    workers: usize,
}

impl Order {
    /// Reads the arguments.
    pub(crate) fn parse(words: &[&str]) -> Result<Self, String> {
        let mut order = Self {
            url: String::new(),
            code: AgentCode { secret: [0; 10], certificate: [0; 10] },
            devices: 100,
            changed: 5.0,
            rounds: 2,
            spread_secs: 0,
            workers: 4,
        };
        let mut code = None;
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
            let number = || value.parse::<usize>().map_err(|_| format!("{word}: '{value}' is no number"));
            match *word {
                "--url" => order.url = (*value).to_owned(),
                "--code" => {
                    code = Some(value.parse().map_err(|_| "--code: not an enrolment code".to_owned())?)
                }
                "--devices" => order.devices = number()?,
                "--changed" => {
                    order.changed = value.parse().map_err(|_| format!("{word}: '{value}' is no number"))?
                }
                "--rounds" => order.rounds = number()?,
                "--hours" => (order.rounds, order.spread_secs) = (number()?, 3600),
                "--spread" => order.spread_secs = number()? as u64,
                "--workers" => order.workers = number()?.max(1),
                _ => return Err(format!("{word} is not an option")),
            }
        }
        order.code = code.ok_or("--code CODE is needed: mimamori agent code --uses N")?;
        if order.url.is_empty() {
            return Err("--url URL is needed".into());
        }
        Ok(order)
    }
}

/// A PC that is not there.
struct Device {
    number: usize,
    key: Key,
    client: Client,
    state: State,
    edition: u64,
}

/// Its memory needs no disk.
struct Nowhere;

impl Keep for Nowhere {
    fn keep(&self, _: &State) -> Result<(), Problem> {
        Ok(())
    }
}

/// What a round came to.
#[derive(Default)]
struct Tally {
    micros: Mutex<Vec<u64>>,
    errors: Mutex<Vec<String>>,
    reports: AtomicU64,
    unchanged: AtomicU64,
    unchanged_sent: AtomicU64,
    unchanged_received: AtomicU64,
    need_all: AtomicU64,
}

/// Enrols and reports; an error is what kept it from the start.
pub(crate) fn run(order: &Order) -> Result<(), String> {
    let begun = Instant::now();
    let tally = Tally::default();
    let slots: Vec<Mutex<Option<Device>>> = (0..order.devices).map(|_| Mutex::new(None)).collect();
    share(order, 0, |number| {
        let made = timed(&tally, || join(order, number));
        if let (Some(device), Some(slot)) = (made, slots.get(number)) {
            *slot.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(device);
        }
    });
    tell("enrolment", &tally, begun.elapsed());
    if slots.iter().all(|slot| slot.lock().is_ok_and(|slot| slot.is_none())) {
        return Err("no PC could be enrolled".into());
    }
    for round in 0..order.rounds {
        let (tally, begun) = (Tally::default(), Instant::now());
        share(order, order.spread_secs, |number| {
            let Some(slot) = slots.get(number) else { return };
            let mut slot = slot.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if let Some(device) = slot.as_mut() {
                timed(&tally, || report(order, device, round, &tally));
            }
        });
        tell(&format!("round {}", round + 1), &tally, begun.elapsed());
    }
    Ok(())
}

/// Does something for each PC, on the workers, spread over so many seconds.
fn share(order: &Order, spread_secs: u64, work: impl Fn(usize) + Sync) {
    let (next, begun) = (AtomicUsize::new(0), Instant::now());
    thread::scope(|scope| {
        for _ in 0..order.workers {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= order.devices {
                        return;
                    }
                    let due =
                        Duration::from_secs_f64(spread_secs as f64 * number as f64 / order.devices as f64);
                    thread::sleep(due.saturating_sub(begun.elapsed()));
                    work(number);
                }
            });
        }
    });
}

fn timed<T>(tally: &Tally, work: impl FnOnce() -> Result<T, Problem>) -> Option<T> {
    let begun = Instant::now();
    let done = work();
    let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    match done {
        Ok(value) => {
            if let Ok(mut all) = tally.micros.lock() {
                all.push(micros);
            }
            Some(value)
        }
        Err(problem) => {
            if let Ok(mut all) = tally.errors.lock() {
                all.push(problem.to_string());
            }
            None
        }
    }
}

fn join(order: &Order, number: usize) -> Result<Device, Problem> {
    let (key, _) = Key::make()?;
    let client = Client::new(&order.url, Pin::Start(order.code.certificate))?;
    let introduction = Introduction {
        host_name: document::host_name(number),
        machine: format!("simulated-{number}"),
        system: "windows".into(),
    };
    let enrolled = enrol(&client, &order.code, &key, introduction, SystemClock.now())?;
    let mut state = State::new(&order.url, [0; 32], Mark::default(), enrolled.subject);
    state.count = 1;
    Ok(Device { number, key, client, state, edition: 0 })
}

fn report(order: &Order, device: &mut Device, round: usize, tally: &Tally) -> Result<(), Problem> {
    let mut dice = Dice((device.number as u64) << 20 | round as u64);
    if round > 0 && dice.unit() * 100.0 < order.changed {
        device.edition += 1;
    }
    let traffic = Arc::new(Traffic::default());
    let client = device.client.clone().counting(traffic.clone());
    let facts = facts(&device.state.subject, device.number, device.edition, SystemClock.now());
    let Device { state, key, .. } = device;
    let mut reporter = Reporter { state, key, wire: &client, clock: &SystemClock, keep: &Nowhere };
    let before = reporter.state.count;
    let sent = reporter.round(&facts)?;
    tally.reports.fetch_add(reporter.state.count.saturating_sub(before), Ordering::Relaxed);
    if sent.sections.is_empty() {
        tally.unchanged.fetch_add(1, Ordering::Relaxed);
        tally.unchanged_sent.fetch_add(traffic.sent.load(Ordering::Relaxed), Ordering::Relaxed);
        tally.unchanged_received.fetch_add(traffic.received.load(Ordering::Relaxed), Ordering::Relaxed);
    } else {
        // As the agent does when something changed.
        reporter.standing()?;
        tally.reports.fetch_add(1, Ordering::Relaxed);
    }
    if sent.receipt.need_all {
        tally.need_all.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

fn facts(subject: &Subject, number: usize, edition: u64, now: At) -> FactDocument {
    let mut facts = document(number, edition, now);
    facts.subject = subject.clone();
    facts
}

fn tell(name: &str, tally: &Tally, took: Duration) {
    let mut micros = tally.micros.lock().map(|all| all.clone()).unwrap_or_default();
    micros.sort_unstable();
    let errors = tally.errors.lock().map(|all| all.clone()).unwrap_or_default();
    let at = |share: f64| {
        let place = (micros.len() as f64 * share) as usize;
        micros.get(place.min(micros.len().saturating_sub(1))).map_or(0.0, |micros| *micros as f64 / 1000.0)
    };
    let loaded = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    println!(
        "{name}: {} PCs in {:.1} s, {:.1} PCs/s, {} messages, {:.1} messages/s; ms p50 {:.1}, p95 {:.1}, p99 {:.1}, most {:.1}",
        micros.len(),
        took.as_secs_f64(),
        micros.len() as f64 / took.as_secs_f64().max(0.001),
        loaded(&tally.reports),
        loaded(&tally.reports) as f64 / took.as_secs_f64().max(0.001),
        at(0.5),
        at(0.95),
        at(0.99),
        at(1.0),
    );
    let unchanged = loaded(&tally.unchanged);
    let each = |counter: &AtomicU64| loaded(counter).checked_div(unchanged);
    if let (Some(sent), Some(received)) = (each(&tally.unchanged_sent), each(&tally.unchanged_received)) {
        println!(
            "  unchanged: {unchanged}; bytes on the wire each, TLS and handshake included: {sent} sent, {received} received"
        );
    }
    if loaded(&tally.need_all) > 0 {
        println!("  the server still lacked facts after the last message: {}", loaded(&tally.need_all));
    }
    if let Some(first) = errors.first() {
        println!("  errors: {}; the first: {first}", errors.len());
    }
}
