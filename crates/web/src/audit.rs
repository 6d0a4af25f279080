//! The audit chain, the newest line first.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::Web;
use crate::error::Failure;
use crate::form::Form;
use crate::page::{Page, show};
use crate::visitor::Visitor;

/// Lines of a page.
const LINES: u32 = 100;

/// A line as the page shows it.
struct Line {
    seq: i64,
    at: String,
    caller: String,
    action: String,
    object: String,
    outcome: &'static str,
    detail: String,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    p: Page,
    lines: Vec<Line>,
    older: Option<i64>,
    intact: Option<i64>,
    broken: Option<i64>,
    altered: Option<String>,
    head: String,
}

/// The page; it proves the whole chain when asked to.
pub(crate) async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let fail = |error| Failure::new(error, &visitor);
    let caller = visitor.caller().map_err(fail)?;
    let query = Form::parse(&Bytes::from(query.unwrap_or_default())).map_err(fail)?;
    let below = query.get("below").parse::<i64>().ok();
    let prove = query.get("prove") == "yes";
    let asked = web.ask(move |app| {
        let lines = app.audit_lines(&caller, below, LINES)?;
        let proof = if prove { Some(app.verify_audit(&caller)?) } else { None };
        Ok((lines, proof))
    });
    let (lines, proof) = asked.await.map_err(fail)?;
    let ((intact, broken, head), altered) = match proof {
        Some((verified, altered)) => (app::audit::proof(&verified), altered),
        None => ((None, None, String::new()), None),
    };
    let older = lines.last().map(|line| line.seq).filter(|seq| *seq > 1);
    let lines = lines
        .into_iter()
        .map(|line| Line {
            seq: line.seq,
            at: line.at.minute(),
            caller: line.caller,
            action: line.action,
            object: line.object,
            outcome: line.outcome.name(),
            detail: line.detail,
        })
        .collect();
    Ok(show(&AuditPage { p: visitor.page(), lines, older, intact, broken, altered, head }))
}
