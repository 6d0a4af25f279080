//! `mimamori agent`: makes codes by which machines enrol, and lists the agents, on the server's own machine.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use app::agent::{Listed, Order};
use app::{App, Caller};
use clap::ArgMatches;
use guideline::Catalog;
use model::{Lang, SystemClock};

use crate::failure::Failure;

/// Opens the data folder, which a running server holds, and does what was asked.
pub(crate) fn run(own: &ArgMatches, data: &Path, catalog: Catalog, lang: Lang) -> Result<ExitCode, Failure> {
    let app = App::open(data, catalog, Arc::new(SystemClock))?;
    let caller = Caller::console(lang);
    match own.subcommand() {
        Some(("code", own)) => {
            let text = |name: &str| own.get_one::<String>(name).cloned().unwrap_or_default();
            let subject = text("for");
            let order = Order {
                kind: text("kind"),
                many: subject.is_empty(),
                subject,
                uses: text("uses"),
                days: text("days"),
            };
            let ordered = app.order_agent_code(&caller, &order)?;
            println!("{}", ordered.code);
            let t = |key: &str| web::locale::text(lang, key, &[]);
            eprintln!("{}: {}", t("cli-agent-until"), ordered.enrolment.expires_at.minute());
        }
        Some(("list", own)) => {
            let found = app.agents(&caller, None, "", (0, usize::MAX))?.agents;
            if own.get_one::<String>("format").is_some_and(|format| format == "json") {
                let lines: Vec<_> = found.iter().map(json).collect();
                println!("{}", serde_json::Value::from(lines));
            } else {
                found.iter().for_each(|item| println!("{}", line(item)));
            }
        }
        _ => {}
    }
    Ok(ExitCode::SUCCESS)
}

fn line(item: &Listed) -> String {
    let seen = item.agent.seen_at.map_or_else(|| "-".to_owned(), |at| at.to_string());
    let trouble = item.trouble.as_deref().unwrap_or("-");
    let agent = &item.agent;
    [agent.subject.to_string(), item.state.name().into(), seen, trouble.into(), agent.key.to_string()]
        .join("\t")
}

fn json(item: &Listed) -> serde_json::Value {
    let agent = &item.agent;
    serde_json::json!({
        "subject": agent.subject, "state": item.state.name(), "trouble": item.trouble, "key": agent.key.to_string(),
        "host_name": agent.host_name, "system": agent.system, "version": agent.version,
        "enrolled_at": agent.enrolled_at, "seen_at": agent.seen_at, "confirmed_at": agent.confirmed_at,
        "ahead_secs": agent.ahead_secs,
    })
}
