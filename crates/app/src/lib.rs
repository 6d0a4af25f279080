//! What the company does with facts and verdicts, and who may do it: the only crate that joins the floor below.
//!
//! Every use case takes a [`Caller`], asks the table in [`action`] whether that caller may, and changes things only
//! together with a line in the audit chain. Knows no HTML and no SQL.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, RwLock};

use guideline::Catalog;
use model::Clock;
use store::Store;

pub mod account;
pub mod action;
pub mod agent;
pub mod approval;
pub mod assess;
pub mod asset;
pub mod attachment;
pub mod audit;
pub mod catalog;
pub mod checklist;
pub mod company;
pub mod crosswalk;
pub mod directory;
pub mod draft;
pub mod error;
pub mod evidence;
pub mod home;
pub mod invitation;
pub mod judging;
pub mod leaving;
pub mod lending;
pub mod my;
pub mod overview;
pub mod pc_record;
pub mod peer;
pub mod person;
pub mod plan;
pub mod product;
pub mod profile;
pub mod readiness;
pub mod recovery_key;
pub mod remedy;
pub mod report;
pub mod review;
pub mod risk;
pub mod sealed;
pub mod setup;
pub mod sheet;
pub mod standard;
mod stated;
pub mod statement;
pub mod subject;
pub mod token;
pub mod upgrade;
pub mod vpn;
pub mod waiver;
pub mod yen;

pub use ::remedy::home_firewall;
pub use action::Action;
pub use error::{AppError, Invalid};
pub use guideline;
pub use model::{self, Caller};
pub use standard::Standard;

/// The result of a use case.
pub type Result<T> = std::result::Result<T, AppError>;

/// The company's Mimamori: its state, its catalogue, its judge.
pub struct App {
    store: Store,
    /// The catalogue the program came with.
    latest: Arc<Catalog>,
    standard: RwLock<Arc<Standard>>,
    clock: Arc<dyn Clock>,
    setup_code: Mutex<Option<setup::Code>>,
    throttle: account::Throttle,
    /// Held while a check is tried.
    trying: Mutex<()>,
    /// Sheets somebody looked at and has not taken yet.
    proposals: draft::Drafts<checklist::Proposal>,
    waiting: Mutex<judging::Waiting>,
    /// Where the last sweep stopped.
    swept: Mutex<judging::Swept>,
    asset_drafts: draft::Drafts<asset::Sheet>,
    /// Held while what was marked is judged, so that whoever looks meanwhile waits for it.
    settling: Mutex<()>,
    /// Held from reading to writing while judging, so that an older verdict never lands on a newer one.
    judging: Mutex<()>,
    /// The last reckoning of losses, made anew when what it rests on changes.
    outlook: risk::Cache,
    /// Held while the standard is read and set.
    taking: Mutex<()>,
    /// What is remembered of agents between two messages.
    agents: agent::Desk,
    /// Held while numbers of own statements, threats and rows are handed out.
    numbering: Mutex<()>,
    /// Lists of staff somebody looked at and has not taken yet.
    person_drafts: draft::Drafts<person::Sheet>,
    /// Whether whose the VPN accounts are has to be looked at again.
    matching_due: AtomicBool,
    /// Seals passwords of accounts that read something for us.
    sealing: sealed::Keeper,
    /// What reads directories and writes group policy.
    /// How a domain is read.
    reader: Arc<directory::reading::Read>,
    /// Held while a directory is read.
    reading: Mutex<()>,
}

impl App {
    /// Opens a data folder and judges what it holds.
    ///
    /// # Errors
    /// The folder cannot be used, the database does not fit, or the chosen profile no longer fits the catalogue.
    pub fn open(folder: &Path, catalog: Catalog, clock: Arc<dyn Clock>) -> Result<Self> {
        let store = Store::open(folder, clock.now())?;
        let latest = Arc::new(catalog);
        let standard = store.read(|read| standard::load(read, &latest))?;
        let app = Self {
            store,
            latest,
            standard: RwLock::new(Arc::new(standard)),
            clock,
            setup_code: Mutex::new(None),
            throttle: account::Throttle::default(),
            trying: Mutex::new(()),
            proposals: draft::Drafts::default(),
            waiting: Mutex::default(),
            swept: Mutex::default(),
            asset_drafts: draft::Drafts::default(),
            settling: Mutex::new(()),
            judging: Mutex::new(()),
            outlook: risk::Cache::default(),
            taking: Mutex::new(()),
            agents: agent::Desk::default(),
            numbering: Mutex::new(()),
            person_drafts: draft::Drafts::default(),
            matching_due: AtomicBool::new(true),
            sealing: sealed::Keeper::of(folder),
            reader: Arc::new(directory::reading::over_the_network),
            reading: Mutex::new(()),
        };
        app.keep_first_catalogue()?;
        app.sweep()?;
        Ok(app)
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> model::At {
        self.clock.now()
    }

    /// The database answers: for the health check.
    ///
    /// # Errors
    /// It does not.
    pub fn healthy(&self) -> Result<()> {
        self.store.read(|read| read.account_count())?;
        Ok(())
    }
}
