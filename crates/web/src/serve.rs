//! Connections: how many at once and from one address, how long they may dawdle, and a calm end; plain, or over TLS for
//! agents.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::{Extension, Router};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;

use crate::steady::Steady;

/// The longest a client may take to send a request's head.
const HEAD_MAX: Duration = Duration::from_secs(10);
/// The longest a client may take to agree on keys.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);
/// How long open requests may finish when the server stops.
const FINISH_MAX: Duration = Duration::from_secs(10);

/// What connections may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most at once; further ones wait in the system's queue.
    pub at_once: usize,
    /// The most from one address, of IPv6 from one network (/64); further ones are closed at once. An office behind one
    /// address has a few for each browser.
    pub each_address: usize,
    /// The same for an address of this machine: a proxy on it brings everybody's.
    pub each_own_address: usize,
    /// How long a client may take nothing of what it is sent.
    pub stalled: Duration,
    /// How long nothing may be said or heard.
    pub idle: Duration,
    /// How long a connection lives, whatever it does.
    pub life: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            at_once: 512,
            each_address: 64,
            each_own_address: 384,
            stalled: Duration::from_secs(30),
            idle: Duration::from_secs(600),
            life: Duration::from_secs(3600),
        }
    }
}

/// How many connections each address has.
#[derive(Default)]
struct Guests(Mutex<HashMap<String, usize>>);

/// A place of an address, given back when dropped.
struct Place {
    guests: Arc<Guests>,
    name: String,
}

impl Guests {
    fn admit(self: &Arc<Self>, address: IpAddr, limits: Limits) -> Option<Place> {
        let address = address.to_canonical();
        let most = if address.is_loopback() { limits.each_own_address } else { limits.each_address };
        let name = neighbourhood(&address.to_string());
        let mut guests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = guests.get(&name).copied().unwrap_or(0);
        if count >= most {
            return None;
        }
        guests.insert(name.clone(), count.saturating_add(1));
        Some(Place { guests: Arc::clone(self), name })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut guests = self.guests.0.lock().unwrap_or_else(PoisonError::into_inner);
        match guests.get_mut(&self.name) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                guests.remove(&self.name);
            }
        }
    }
}

/// Addresses that one client has at once: of IPv6 the first half.
pub(crate) fn neighbourhood(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        _ => address.to_owned(),
    }
}

/// Serves until `stop` is done, then lets open requests finish. With an acceptor, over TLS only.
pub async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    stop: impl Future<Output = ()>,
) {
    serve_within(Limits::default(), listener, tls, router, stop).await;
}

/// Serves as [`serve`] does, within other limits.
pub async fn serve_within(
    limits: Limits,
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    stop: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(limits.at_once));
    let guests = Arc::new(Guests::default());
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place,
            () = &mut stop => break,
        };
        let Ok(place) = place else { break };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let Ok((stream, address)) = accepted else {
            // Out of file descriptors or the like: give the others time to finish.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let Some(guest) = guests.admit(address.ip(), limits) else { continue };
        let router = router.clone().layer(Extension(ConnectInfo::<SocketAddr>(address)));
        let (tls, watcher) = (tls.clone(), graceful.watcher());
        let stream = Steady::new(stream, limits.stalled, limits.idle);
        tokio::spawn(async move {
            let talk = async move {
                match tls {
                    None => converse(stream, router, watcher).await,
                    Some(tls) => {
                        if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_MAX, tls.accept(stream)).await
                        {
                            converse(stream, router, watcher).await;
                        }
                    }
                }
            };
            // Cut off at the end of its life: a client that wants more comes again.
            let _ended = tokio::time::timeout(limits.life, talk).await;
            drop((place, guest));
        });
    }
    let _finished = tokio::time::timeout(FINISH_MAX, graceful.shutdown()).await;
}

/// Answers the requests of one connection.
async fn converse<S>(stream: S, router: Router, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    // HTTP/1 only: waiting to see which version a client speaks would have no time limit.
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_MAX);
    let connection =
        builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)).into_owned();
    // A client that breaks off is its own affair.
    let _ended = watcher.watch(connection).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_share_and_gives_places_back() {
        let guests = Arc::new(Guests::default());
        let limits = Limits { each_address: 2, each_own_address: 3, ..Limits::default() };
        let admit = |address: &str| guests.admit(address.parse().unwrap(), limits);
        let check = |address: &str, most: usize| {
            let held: Vec<Place> = (0..10).map_while(|_| admit(address)).collect();
            assert_eq!(held.len(), most, "{address}");
        };
        check("192.0.2.1", 2);
        check("192.0.2.1", 2);
        check("127.0.0.1", 3);
        check("::ffff:127.0.0.1", 3);
        let held = (admit("2001:db8::1").unwrap(), admit("2001:db8::2").unwrap());
        assert!(admit("2001:db8::3").is_none(), "one network is one guest");
        assert!(admit("2001:db8:0:1::3").is_some() && admit("192.0.2.9").is_some());
        drop(held);
        assert!(guests.0.lock().unwrap().is_empty());
    }
}
