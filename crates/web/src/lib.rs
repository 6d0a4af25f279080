//! Shows it: HTTP, sessions, pages, downloads. The only crate that knows HTTP servers or HTML.
//!
//! Pages are made on the server, work without JavaScript, and hold no inline script or style. Every route stands in
//! [`route::table`] together with who may use it. Knows no SQL and no files; every question goes to `app`.

use std::sync::Arc;

use app::App;

mod account;
pub mod agent;
mod amount;
mod asset;
mod attachment;
mod audit;
mod catalog;
mod chart;
mod checklist;
mod collection;
mod company;
mod credential;
mod crosswalk;
mod directory;
mod download;
mod error;
mod evidence;
mod form;
mod gate;
mod health;
mod home;
mod invitation;
mod leaving;
mod lending;
pub mod locale;
mod menu;
mod my;
mod overview;
mod page;
mod pages;
mod peer;
mod person;
mod plan;
mod product;
mod profile;
mod readiness;
mod remedy;
pub mod report;
mod review;
mod risk;
pub mod route;
mod serve;
mod setup;
mod statement;
mod static_file;
mod steady;
mod subject;
mod upgrade;
mod upload;
mod visitor;
mod vpn;
mod waiver;

pub use route::router;
pub use serve::{Limits, serve, serve_within};

/// What every handler shares.
#[derive(Clone)]
pub struct Web {
    app: Arc<App>,
    /// Where agents find the server, unless their listener is off.
    agents: Option<agent::Reach>,
}

impl Web {
    /// The pages of an application.
    #[must_use]
    pub fn new(app: Arc<App>) -> Self {
        Self { app, agents: None }
    }

    /// The same, with agents that reach the server there.
    #[must_use]
    pub fn with_agents(self, reach: agent::Reach) -> Self {
        Self { agents: Some(reach), ..self }
    }

    /// Asks the application off the threads that serve connections: it reads disks.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&App) -> app::Result<T> + Send + 'static,
    ) -> app::Result<T> {
        let app = Arc::clone(&self.app);
        tokio::task::spawn_blocking(move || question(&app))
            .await
            .unwrap_or_else(|error| Err(app::AppError::Internal(format!("a request was cut off: {error}"))))
    }
}
