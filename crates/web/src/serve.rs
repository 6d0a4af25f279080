//! Connections: how many at once, how long they may dawdle, and a calm end; plain, or over TLS for agents.

use std::net::SocketAddr;
use std::sync::Arc;
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

/// The most connections at once; further ones wait in the system's queue.
const CONNECTIONS_MAX: usize = 512;
/// The longest a client may take to send a request's head.
const HEAD_MAX: Duration = Duration::from_secs(10);
/// The longest a client may take to agree on keys.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);
/// How long open requests may finish when the server stops.
const FINISH_MAX: Duration = Duration::from_secs(10);

/// Serves until `stop` is done, then lets open requests finish. With an acceptor, over TLS only.
pub async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    stop: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
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
        let router = router.clone().layer(Extension(ConnectInfo::<SocketAddr>(address)));
        let (tls, watcher) = (tls.clone(), graceful.watcher());
        tokio::spawn(async move {
            match tls {
                None => converse(stream, router, watcher).await,
                Some(tls) => {
                    if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_MAX, tls.accept(stream)).await {
                        converse(stream, router, watcher).await;
                    }
                }
            }
            drop(place);
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
