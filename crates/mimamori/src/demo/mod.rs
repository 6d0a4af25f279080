//! `mimamori demo`: a sample company of 24 people on a throw-away folder, its evidence real fact files, a month of
//! history, half of its decisions made.

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use app::account::NewPerson;
use app::company::{Company, PARTS};
use app::setup::Setup;
use app::{App, Caller};
use guideline::Catalog;
use model::{At, Clock, FactDocument, Lang, Role, SystemClock};

use crate::config::AgentConfig;
use crate::failure::Failure;
use crate::serve::{say_agents, serve};

mod agent;
mod asset;
mod company;
mod decision;
mod device;
mod directory;
mod document;
mod home;
mod lending;
mod library;
mod network_device;
mod person;
mod register;
mod server;
#[cfg(test)]
mod tests;
mod vpn;

/// Who looks after the sample company.
const LOGIN: &str = "demo";
/// The sample's password; the folder is gone when the demo ends.
const PASSWORD: &str = "mimamori-no-tameshi";
/// Whose own page one can look at: of one with gaps, and of one who goes by phone.
const STAFF: [&str; 2] = ["tanaka.yoko", "kato.yui"];
/// How many days of history the sample has.
const HISTORY_DAYS: i64 = 30;

/// A clock that is set by hand while history is made, and then follows the real one.
struct DemoClock(Mutex<Option<At>>);

impl DemoClock {
    fn set(&self, at: Option<At>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }
}

impl Clock for DemoClock {
    fn now(&self) -> At {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or_else(|| SystemClock.now())
    }
}

/// Serves the sample, or writes its fact files into a folder.
pub(crate) fn run(
    catalog: Catalog,
    (listen, agents): (Option<SocketAddr>, &AgentConfig),
    write: Option<&std::path::PathBuf>,
    lang: Lang,
) -> Result<ExitCode, Failure> {
    let t = |key: &str| web::locale::text(lang, key, &[]);
    let now = SystemClock.now();
    if let Some(folder) = write {
        let count = write_files(folder, now)?;
        println!("{count} {}", t("cli-demo-written"));
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{}", t("cli-demo-making"));
    let folder = tempfile::Builder::new()
        .prefix("mimamori-demo-")
        .tempdir()
        .map_err(|error| Failure::file("a temporary folder", error, "check the room and rights of TMPDIR"))?;
    let clock = Arc::new(DemoClock(Mutex::new(None)));
    let app = fill(folder.path(), catalog, &clock, now, (lang, crate::lang::of_sample()))?;
    let caller = Caller { name: LOGIN.into(), role: Role::Administrator, lang };
    let links: Vec<_> = STAFF.iter().map(|person| app.invite(&caller, person)).collect::<Result<_, _>>()?;
    serve(Arc::new(app), listen, agents, |address, agents| {
        eprintln!("{}: http://{address}", t("cli-serve-open"));
        say_agents(agents, lang);
        eprintln!("{}: {LOGIN} / {PASSWORD}", t("cli-demo-sign-in"));
        for link in &links {
            eprintln!("{} ({}): http://{address}/i/{}", t("cli-demo-link"), link.name, link.token);
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The fact files that say what is known today, one for each subject, source and day.
fn write_files(folder: &Path, now: At) -> Result<usize, Failure> {
    std::fs::create_dir_all(folder)
        .map_err(|error| Failure::file(folder.display(), error, "check the path and its permissions"))?;
    let documents = company::newest(now);
    for document in &documents {
        let (subject, day) = (&document.subject, document.collected_at.day());
        let path =
            folder.join(format!("{}-{}-{}-{day}.json", subject.kind, subject.id, document.source.name()));
        crate::output::write(Some(&path), &bytes(document)?)?;
    }
    Ok(documents.len())
}

fn bytes(document: &FactDocument) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec_pretty(document).map_err(|error| Failure::argument("sample facts", error.to_string()))
}

/// Makes the company day by day, as its people would have. Two languages: of the pages, and of what it writes.
fn fill(
    folder: &Path,
    catalog: Catalog,
    clock: &Arc<DemoClock>,
    now: At,
    (lang, words): (Lang, Lang),
) -> Result<App, Failure> {
    let day = |ago: i64| now.plus_days(-ago);
    clock.set(Some(day(HISTORY_DAYS)));
    let app = App::open(folder, catalog, Arc::clone(clock) as Arc<dyn Clock>)?;
    app.set_up(&Setup {
        code: app.new_setup_code()?,
        person: NewPerson {
            login: LOGIN.into(),
            name: company::ADMINISTRATOR.into(),
            password: PASSWORD.into(),
            role: Role::Administrator,
            lang,
        },
        company: Company {
            name: company::NAME.into(),
            people: 24,
            parts: PARTS.iter().map(|part| (*part).to_owned()).collect(),
            profile: "csaj-2018".into(),
        },
    })?;
    let caller = Caller { name: LOGIN.into(), role: Role::Administrator, lang };
    let mut agents = agent::Agents::default();
    for ago in (0..=HISTORY_DAYS).rev() {
        clock.set(Some(day(ago)));
        for document in company::documents(now, ago) {
            let bytes = bytes(&document)?;
            if !agents.send(&app, &caller, &document, &bytes)? {
                app.receive_evidence(&caller, &bytes)?;
            }
        }
        for form in asset::entered(ago, words) {
            app.save_system(&caller, &form)?;
        }
        for (row, form) in decision::made(ago, now) {
            app.decide(&caller, row, &form)?;
        }
        for grant in decision::accepted(ago, now) {
            app.grant_waiver(&caller, &grant)?;
        }
        library::record(&app, &caller, ago, now)?;
        lending::record(&app, &caller, ago, now)?;
        register::record(&app, &caller, ago, now)?;
        app.sweep()?;
    }
    agents.confirm(&app)?;
    clock.set(None);
    home::told(&app, &caller)?;
    app.sweep()?;
    Ok(app)
}
