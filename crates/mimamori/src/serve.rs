//! The server: opens the data folder, shows the pages, keeps the verdicts true as time passes.

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use app::App;
use guideline::Catalog;
use model::{Lang, SystemClock};
use tokio::net::TcpListener;

use crate::config::LISTEN;
use crate::failure::Failure;

/// How often everything is judged again: evidence grows old by itself.
const SWEEP_EVERY: Duration = Duration::from_secs(600);

/// Runs until it is told to stop.
pub(crate) fn run(
    data: &Path,
    catalog: Catalog,
    listen: Option<SocketAddr>,
    lang: Lang,
) -> Result<ExitCode, Failure> {
    let app = Arc::new(App::open(data, catalog, Arc::new(SystemClock))?);
    let code = if app.needs_setup()? { Some(app.new_setup_code()?) } else { None };
    serve(app, listen, move |address| {
        let t = |key: &str| web::locale::text(lang, key, &[]);
        eprintln!("{}: http://{address}", t("cli-serve-open"));
        if let Some(code) = &code {
            eprintln!("{}: {code}", t("cli-serve-code"));
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Serves an application; `ready` is told the address.
pub(crate) fn serve(
    app: Arc<App>,
    listen: Option<SocketAddr>,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), Failure> {
    let address = listen.map_or_else(|| LISTEN.to_owned(), |address| address.to_string());
    let network = |source| Failure::Network {
        address: address.clone(),
        source,
        hint: "choose another address with --listen ADDR:PORT, or stop what uses it",
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(2)
        .max_blocking_threads(16)
        .build()
        .map_err(network)?;
    runtime.block_on(async {
        let listener = TcpListener::bind(&address).await.map_err(network)?;
        ready(listener.local_addr().map_err(network)?);
        let sweeping = tokio::spawn(sweep(Arc::clone(&app)));
        web::serve(listener, web::router(web::Web::new(app)), stop_asked()).await;
        sweeping.abort();
        Ok(())
    })
}

async fn sweep(app: Arc<App>) {
    let mut ticks = tokio::time::interval(SWEEP_EVERY);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        let app = Arc::clone(&app);
        let swept = tokio::task::spawn_blocking(move || app.sweep()).await;
        if let Ok(Err(error)) = swept {
            eprintln!("error: judging again failed: {error}");
        }
    }
}

/// Ctrl-C, or on Unix the signal services are stopped with.
async fn stop_asked() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                () = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    interrupted.await;
}
