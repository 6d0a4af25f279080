//! How the domain controller speaks: its certificate, whether a nameless visitor can list accounts, and what it says of
//! signed SMB before anybody signs in. The password goes nowhere here.

use std::time::Duration;

use model::evidence::{Miss, Why};
use model::facts::DomainTransport;

use crate::session::{Reach, Session, Trouble};
use crate::target::Target;
use crate::value::quoted;
use crate::{connect, tls};

/// The time for the SMB exchange.
const SMB_TIME: Duration = Duration::from_secs(8);
const SMB_PORT: u16 = 445;

/// What can be told of it.
pub(crate) fn read(session: &mut Session, target: &Target, misses: &mut Vec<Miss>) -> DomainTransport {
    let host = target.address().map(|address| address.host).unwrap_or_default();
    let mut transport = DomainTransport {
        host: Some(if session.root().host.is_empty() { host.clone() } else { session.root().host.clone() }),
        bound_with: Some(session.bound_with.to_owned()),
        certificate_expires_at: session.certificate.as_deref().and_then(tls::ends),
        ..DomainTransport::default()
    };
    match nameless(session, target) {
        Ok(can) => transport.anonymous_search = Some(can),
        Err(miss) => misses.push(miss),
    }
    match smb(session, &host) {
        Ok((dialect, signed)) => {
            transport.smb_dialect = Some(dialect);
            transport.smb_signing_required = Some(signed);
        }
        Err(detail) => misses.push(Miss { at: "transport.smb_dialect".to_owned(), why: Why::Failed, detail }),
    }
    transport
}

/// Whether somebody without a name can list accounts, tried on a connection of its own.
fn nameless(session: &Session, target: &Target) -> Result<bool, Miss> {
    let at = "transport.anonymous_search";
    let miss = |detail: String| Miss { at: at.to_owned(), why: Why::Failed, detail };
    let left = session.time_left();
    if left.is_zero() {
        return Err(Trouble::Timeout.miss(at));
    }
    let target = Target { password: crate::Secret::default(), time_limit: Some(left), ..target.clone() };
    let mut visitor = connect::open(&target).map_err(|error| miss(error.to_string()))?;
    let domain = visitor.root().domain.clone();
    // Accounts every domain has: the visitor need not be shown them all.
    let filter = "(&(objectClass=user)(|(sAMAccountName=krbtgt)(sAMAccountName=Guest)))";
    match visitor.search(&domain, Reach::Tree, filter, &["sAMAccountName"]) {
        Ok(found) => Ok(!found.is_empty()),
        Err(Trouble::Denied(_) | Trouble::NotFound) => Ok(false),
        Err(other) => Err(other.miss(at)),
    }
}

/// The dialect the server agrees to and whether it requires signing, from the first exchange of SMB 2 ([MS-SMB2] 2.2.4).
fn smb(session: &Session, host: &str) -> Result<(String, bool), String> {
    let address = format!("{host}:{SMB_PORT}");
    let limit = SMB_TIME.min(session.time_left());
    let told = session.runtime.block_on(async move {
        let task = tokio::spawn(async move {
            let mut connection = smb2::client::connection::Connection::connect(&address, limit).await?;
            connection.negotiate().await?;
            Ok::<_, smb2::Error>(connection.params())
        });
        tokio::time::timeout(limit, task).await
    });
    match told {
        Err(_) => Err(format!("{host}:{SMB_PORT}: no answer within {} s", limit.as_secs())),
        Ok(Err(_)) => Err(format!("{host}:{SMB_PORT}: a malformed answer")),
        Ok(Ok(Err(error))) => Err(format!("{host}:{SMB_PORT}: {}", quoted(&error.to_string()))),
        Ok(Ok(Ok(None))) => Err(format!("{host}:{SMB_PORT}: no dialect was agreed to")),
        Ok(Ok(Ok(Some(params)))) => {
            let dialect = params.dialect.to_string();
            let dialect = dialect.strip_prefix("SMB ").unwrap_or(&dialect).to_owned();
            Ok((dialect, params.signing_required))
        }
    }
}
