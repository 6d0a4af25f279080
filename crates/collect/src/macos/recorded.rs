//! A recorded Mac: the answers of a test.

use std::collections::BTreeMap;

use model::{At, Why};

use super::answer::Mac;
use crate::command::{Answer, Limits};
use crate::gap::Gap;

/// What a Mac answers in a test.
#[derive(Default)]
pub(crate) struct Recorded {
    files: BTreeMap<String, Vec<u8>>,
    programs: BTreeMap<String, (i32, String)>,
    /// What is answered to everything that is not recorded; absent when there is no answer.
    otherwise: Option<Result<String, Why>>,
}

impl Recorded {
    /// A Mac that refuses every answer.
    pub(crate) fn refusing(why: Why) -> Self {
        Self { otherwise: Some(Err(why)), ..Self::default() }
    }

    /// A Mac that has the same answer to everything.
    pub(crate) fn always(answer: &str) -> Self {
        Self { otherwise: Some(Ok(answer.into())), ..Self::default() }
    }

    /// Records a file.
    pub(crate) fn file(mut self, path: &str, content: &str) -> Self {
        self.files.insert(path.into(), content.into());
        self
    }

    /// Records a settings file by what is in its dictionary.
    pub(crate) fn settings(self, path: &str, dictionary: &str) -> Self {
        self.file(path, &list(&format!("<dict>{dictionary}</dict>")))
    }

    /// Records what a program prints, by its name and arguments.
    pub(crate) fn program(self, line: &str, out: &str) -> Self {
        self.exit(line, 0, out)
    }

    /// The same with an exit code.
    pub(crate) fn exit(mut self, line: &str, code: i32, out: &str) -> Self {
        self.programs.insert(line.into(), (code, out.into()));
        self
    }

    fn otherwise(&self, what: &str) -> Result<Option<String>, Gap> {
        match &self.otherwise {
            None | Some(Err(Why::NotFound)) => Ok(None),
            Some(Ok(answer)) => Ok(Some(answer.clone())),
            Some(Err(why)) => Err(Gap::new(*why, what)),
        }
    }
}

/// A property list.
pub(crate) fn list(content: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\">{content}</plist>\n")
}

impl Mac for Recorded {
    fn now(&self) -> At {
        "2026-11-24T12:00:00Z".parse().unwrap()
    }

    fn file(&self, path: &str) -> Result<Option<Vec<u8>>, Gap> {
        match self.files.get(path) {
            Some(bytes) => Ok(Some(bytes.clone())),
            None => Ok(self.otherwise(path)?.map(String::into_bytes)),
        }
    }

    fn modified_at(&self, path: &str) -> Result<Option<At>, Gap> {
        self.otherwise(path)?;
        Ok(self.files.get(path).map(|_| "2026-11-20T00:00:00Z".parse().unwrap()))
    }

    fn names(&self, path: &str) -> Result<Option<Vec<String>>, Gap> {
        let folder = format!("{path}/");
        let below = self.files.keys().filter_map(|file| file.strip_prefix(&folder));
        let names: std::collections::BTreeSet<_> =
            below.filter_map(|rest| rest.split('/').next()).map(str::to_owned).collect();
        if names.is_empty() {
            self.otherwise(path)?;
            return Ok(None);
        }
        Ok(Some(names.into_iter().collect()))
    }

    fn run(&self, program: &str, args: &[&str], _: Limits) -> Result<Answer, Gap> {
        let line = [&[program], args].concat().join(" ");
        let answer = |(code, out): (i32, String)| Answer { code: Some(code), out, err: String::new() };
        if let Some(known) = self.programs.get(&line) {
            return Ok(answer(known.clone()));
        }
        match self.otherwise(&line)? {
            Some(out) => Ok(answer((0, out))),
            None => Err(Gap::not_found(format_args!("program {program}"))),
        }
    }

    fn opened_ports(&self, gateway: std::net::IpAddr) -> Result<Vec<model::facts::PortMapping>, Gap> {
        Err(Gap::not_found(format_args!("the router {gateway} is not asked in a test")))
    }
}
