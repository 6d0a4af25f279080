//! `mimamori network collect --vpn ID`: everything that is handed in about a VPN as one fact document. Reads files and
//! writes the document; what they mean is known to `network::vpn`.

mod configuration;
mod list;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ArgMatches;
use model::{At, FactDocument, Source, Subject, SubjectKind, evidence};
use serde_json::Value;

use self::list::Lists;
use crate::failure::Failure;
use crate::output;

pub(crate) use list::arguments;

/// Writes the document; exit code 0 also when part of it could not be told, which the document then says.
pub(crate) fn run(id: &str, own: &ArgMatches) -> Result<ExitCode, Failure> {
    if !Subject::id_is_usable(id) {
        return Err(Failure::argument(
            format!("{id:?} cannot be the name of a VPN"),
            "give --vpn 1 to 100 characters, without control characters, '/', '\\' or '*'",
        ));
    }
    let now = list::now(own)?;
    let files: Vec<PathBuf> = own.get_many("files").into_iter().flatten().cloned().collect();
    let mut lists = list::read(own, now)?;
    if files.is_empty() && lists == Lists::default() {
        return Err(Failure::argument(
            "--vpn: nothing to read",
            "name configuration files, --certificates, --accounts or --radius-log",
        ));
    }
    if !files.is_empty() {
        let (said, misses) = configuration::read(&files, now)?;
        lists.join(said, misses);
    }
    if let Some(to) = own.get_one::<PathBuf>("remarks") {
        output::write(Some(to), &pretty(&Value::Object(lists.remarks.clone()))?)?;
    }
    let document = document(id, lists, now)?;
    let value =
        serde_json::to_value(&document).map_err(|error| Failure::argument("facts", error.to_string()))?;
    output::write(own.get_one::<PathBuf>("out").map(PathBuf::as_path), &pretty(&value)?)?;
    Ok(ExitCode::SUCCESS)
}

impl Lists {
    /// Adds what the configuration says. A list of accounts that was handed in outranks the accounts in it.
    fn join(&mut self, said: model::facts::VpnFacts, misses: Vec<model::Miss>) {
        let listed = self.facts.accounts.is_some();
        self.misses.extend(misses.into_iter().filter(|miss| !(listed && miss.section() == "accounts")));
        self.facts = model::facts::VpnFacts {
            accounts: self.facts.accounts.take().or(said.accounts),
            certificates: self.facts.certificates.take(),
            accesses: self.facts.accesses.take(),
            ..said
        };
    }
}

fn document(id: &str, lists: Lists, now: At) -> Result<FactDocument, Failure> {
    let facts = match serde_json::to_value(&lists.facts) {
        Ok(Value::Object(facts)) => facts,
        _ => serde_json::Map::new(),
    };
    let document = FactDocument {
        format: evidence::FORMAT.into(),
        version: evidence::VERSION,
        subject: Subject::new(SubjectKind::Vpn, id),
        name: String::new(),
        source: Source::Import,
        collector: concat!("mimamori ", env!("CARGO_PKG_VERSION")).into(),
        collected_at: now,
        facts,
        misses: lists.misses,
    };
    document.check().map_err(|error| Failure::argument(format!("--vpn {id:?}"), error.to_string()))?;
    Ok(document)
}

fn pretty(value: &Value) -> Result<Vec<u8>, Failure> {
    let mut bytes =
        serde_json::to_vec_pretty(value).map_err(|error| Failure::argument("facts", error.to_string()))?;
    bytes.push(b'\n');
    Ok(bytes)
}
