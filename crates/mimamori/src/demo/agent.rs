//! The sample's agents: the reports of its PCs and servers come signed, as real ones do. One PC was copied.

use std::collections::BTreeMap;

use app::agent::{Message, NotTaken, Order};
use app::{App, Caller};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::agent::{Digest, ENROL_PATH, Enrol, KeyId, REPORT_PATH, Signed, section_digests};
use model::{At, FactDocument, Source, Subject, SubjectKind};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};

use crate::failure::Failure;

/// The PC that was copied to another.
const COPIED: &str = "PC-006";
/// A PC whose facts are handed in by hand: not everybody wants an agent.
const BY_HAND: &str = "PC-011";

/// An agent of the sample.
struct Agent {
    key: Ed25519KeyPair,
    count: u64,
    whole: Digest,
}

impl Agent {
    fn header(&mut self, path: &str, at: At, body: &[u8]) -> String {
        self.count += 1;
        let whole = if path == REPORT_PATH { self.whole } else { Digest::default() };
        let key = KeyId::of(self.key.public_key().as_ref());
        let signature = self.key.sign(&Signed::text(path, key, self.count, at, whole, body));
        let signature = signature.as_ref().try_into().unwrap_or([0; 64]);
        Signed { key, count: self.count, sent_at: at, whole, signature }.to_string()
    }
}

/// The agents that were enrolled so far.
#[derive(Default)]
pub(super) struct Agents(BTreeMap<Subject, Agent>);

impl Agents {
    /// Sends a document as its machine's agent would. False when no agent reports it.
    pub(super) fn send(
        &mut self,
        app: &App,
        caller: &Caller,
        document: &FactDocument,
        bytes: &[u8],
    ) -> Result<bool, Failure> {
        let (subject, now) = (&document.subject, app.now());
        let machine = matches!(subject.kind, SubjectKind::Device | SubjectKind::Server);
        let future = document.collected_at > now;
        if !machine || future || document.source != Source::Agent || subject.id == BY_HAND {
            return Ok(false);
        }
        if !self.0.contains_key(subject) {
            let agent = enrolled(app, caller, document)?;
            self.0.insert(subject.clone(), agent);
        }
        let Some(agent) = self.0.get_mut(subject) else { return Ok(false) };
        agent.whole = Digest::of(&section_digests(document));
        let header = agent.header(REPORT_PATH, now, bytes);
        app.take_report(message(REPORT_PATH, &header, bytes)).map_err(|not| failed(&not))?;
        Ok(true)
    }

    /// Today: those that reported during the last week say that nothing changed, and the copy reports too.
    pub(super) fn confirm(&mut self, app: &App) -> Result<(), Failure> {
        let now = app.now();
        for (subject, agent) in &mut self.0 {
            let caller = Caller::console(model::Lang::Ja);
            let silent = app.agents_of(&caller, subject)?.iter().all(|item| item.silent_days >= 7);
            if silent {
                continue;
            }
            let header = agent.header(REPORT_PATH, now, b"");
            app.take_report(message(REPORT_PATH, &header, b"")).map_err(|not| failed(&not))?;
            if subject.id == COPIED {
                let again = app.take_report(message(REPORT_PATH, &header, b""));
                debug_assert!(matches!(again, Err(NotTaken::Refused(_))));
            }
        }
        Ok(())
    }
}

fn enrolled(app: &App, caller: &Caller, document: &FactDocument) -> Result<Agent, Failure> {
    let subject = &document.subject;
    let order = Order {
        kind: subject.kind.name().into(),
        many: false,
        subject: subject.id.clone(),
        uses: String::new(),
        days: "7".into(),
    };
    let code = app.order_agent_code(caller, &order)?.code;
    let unusable = |_| Failure::argument("a sample key", "the system gives no random numbers");
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(unusable)?;
    let key = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref())
        .map_err(|error| Failure::argument("a sample key", error.to_string()))?;
    let mut agent = Agent { key, count: 0, whole: Digest::default() };
    let family = document.facts.get("os").and_then(|os| os.get("family")).and_then(|family| family.as_str());
    let enrol = Enrol {
        code: code.secret_text(),
        public_key: URL_SAFE_NO_PAD.encode(agent.key.public_key().as_ref()),
        host_name: subject.id.clone(),
        machine: model::evidence::id_of(subject.id.as_bytes()),
        system: family.unwrap_or("windows").into(),
        version: env!("CARGO_PKG_VERSION").into(),
    };
    let body =
        serde_json::to_vec(&enrol).map_err(|error| Failure::argument("sample agent", error.to_string()))?;
    let header = agent.header(ENROL_PATH, app.now(), &body);
    app.enrol_agent(message(ENROL_PATH, &header, &body)).map_err(|not| failed(&not))?;
    Ok(agent)
}

fn message<'a>(path: &'a str, header: &'a str, body: &'a [u8]) -> Message<'a> {
    Message { path, header, body, address: "192.0.2.15" }
}

fn failed(not: &NotTaken) -> Failure {
    let why = match not {
        NotTaken::Refused(refused) => refused.says.en.clone(),
        NotTaken::Failed(error) => error.to_string(),
    };
    Failure::argument("sample agent", why)
}
