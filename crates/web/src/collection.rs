//! "What we see of your PC": what is looked at on each system, what for, what never; and the script that asks.
//!
//! Open to everybody: it holds nothing secret, and those whose machines are looked at need no account to read it.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use model::Collection;
use model::collection::{RegistryHive, Section};

use crate::Web;
use crate::download;
use crate::page::{Page, show};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "collection.html")]
struct CollectionPage {
    p: Page,
    systems: Vec<Collection>,
}

impl CollectionPage {
    /// What is never looked at, whatever the system: the tables agree on it.
    fn never(&self) -> &[model::Text] {
        self.systems.first().map_or(&[], |table| &table.never)
    }

    /// What Windows is asked, as experts write it: a line per question.
    fn questions(&self, section: &Section) -> Vec<String> {
        let registry = section.registry.iter().map(|question| {
            let root = if question.hive == RegistryHive::Users { "HKU" } else { "HKLM" };
            let of = if question.only.is_empty() {
                String::new()
            } else {
                format!(" (* = {})", question.only.join(", "))
            };
            let mut read = question.values.join(", ");
            if question.all_values {
                let words =
                    if question.names_only { "collection-value-names" } else { "collection-all-values" };
                read = self.p.t(words);
            }
            if question.names_below {
                let below = self.p.t("collection-names-below");
                read = if read.is_empty() { below } else { format!("{read}, {below}") };
            }
            let bits = if question.hive == RegistryHive::Machine32 { " [32-bit]" } else { "" };
            format!(r"{root}\{}{bits}{of}: {read}", question.key)
        });
        let queries = section.queries.iter().map(|query| format!("{}: {}", query.namespace, query.wql));
        let calls =
            section.calls.iter().map(|call| format!("{}: {}.{}", call.namespace, call.class, call.method));
        let apis = section.apis.iter().map(|question| {
            let of =
                if question.of.is_empty() { String::new() } else { format!(" ({})", question.of.join(", ")) };
            format!("{}{of}", question.api.name())
        });
        registry.chain(queries).chain(calls).chain(apis).collect()
    }
}

/// The page, of what this very program looks at.
pub(crate) async fn page(State(web): State<Web>, visitor: Visitor) -> Response {
    show(&CollectionPage { p: visitor.page(), systems: web.app.latest().collections.clone() })
}

/// The script for Windows, to be saved.
pub(crate) async fn script() -> Response {
    download::file("collect.ps1", "text/plain; charset=utf-8", app::evidence::collect_script().into_bytes())
}
