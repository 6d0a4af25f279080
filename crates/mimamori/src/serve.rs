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

use crate::config::{AGENT_LISTEN, AgentConfig, AgentListen, LISTEN};
use crate::failure::Failure;

/// Threads that do the work of requests. More would not be quicker, as one writes to the database at a time; but each keeps
/// what it once needed: with ten thousand PCs and sixteen threads the server grew to 350 MB.
const WORK_THREADS: usize = 4;
/// How often everything is judged again, thousands of PCs in turns: evidence grows old by itself.
const SWEEP_EVERY: Duration = Duration::from_secs(600);

/// Runs until it is told to stop.
pub(crate) fn run(
    data: &Path,
    catalog: Catalog,
    (listen, agents): (Option<SocketAddr>, &AgentConfig),
    lang: Lang,
) -> Result<ExitCode, Failure> {
    let app = Arc::new(App::open(data, catalog, Arc::new(SystemClock))?);
    let code = if app.needs_setup()? { Some(app.new_setup_code()?) } else { None };
    serve(app, listen, agents, move |address, agents| {
        let t = |key: &str| web::locale::text(lang, key, &[]);
        eprintln!("{}: http://{address}", t("cli-serve-open"));
        say_agents(agents, lang);
        if let Some(code) = &code {
            eprintln!("{}: {code}", t("cli-serve-code"));
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Tells where agents report.
pub(crate) fn say_agents(agents: Option<SocketAddr>, lang: Lang) {
    let t = |key: &str| web::locale::text(lang, key, &[]);
    match agents {
        Some(address) => eprintln!("{}: https://{address}", t("cli-serve-agents")),
        None => eprintln!("{}", t("cli-serve-agents-off")),
    }
}

/// Serves an application; `ready` is told the address of the pages and of the agents' listener.
pub(crate) fn serve(
    app: Arc<App>,
    listen: Option<SocketAddr>,
    agents: &AgentConfig,
    ready: impl FnOnce(SocketAddr, Option<SocketAddr>),
) -> Result<(), Failure> {
    let address = listen.map_or_else(|| LISTEN.to_owned(), |address| address.to_string());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(2)
        .max_blocking_threads(WORK_THREADS)
        .build()
        .map_err(|source| unbound(&address, source))?;
    runtime.block_on(async {
        let listener = TcpListener::bind(&address).await.map_err(|source| unbound(&address, source))?;
        let own = listener.local_addr().map_err(|source| unbound(&address, source))?;
        let mut pages = web::Web::new(Arc::clone(&app));
        let reports = agents_listener(agents).await?;
        let stop = Stop::new();
        let mut reporting = None;
        let mut reached = None;
        if let Some((listener, address)) = reports {
            pages = pages.with_agents(web::agent::Reach {
                port: address.port(),
                loopback: address.ip().is_loopback(),
                url: agents.url.clone(),
            });
            let tls = web::agent::acceptor(&app.agent_identity()?).map_err(|error| {
                Failure::argument("the server's certificate for agents", error.to_string())
            })?;
            let router = web::agent::router(Arc::clone(&app));
            reporting = Some(tokio::spawn(web::serve(listener, Some(tls), router, stop.wait())));
            reached = Some(address);
        }
        ready(own, reached);
        let sweeping = tokio::spawn(sweep(app));
        tokio::spawn(stop.clone().when(stop_asked()));
        web::serve(listener, None, web::router(pages), stop.wait()).await;
        if let Some(reporting) = reporting {
            let _ended = reporting.await;
        }
        sweeping.abort();
        Ok(())
    })
}

/// The agents' listener, unless it is off. The default address may be taken, by another Mimamori on this machine: that
/// is said, and stops nothing; an address that was asked for must be free.
async fn agents_listener(agents: &AgentConfig) -> Result<Option<(TcpListener, SocketAddr)>, Failure> {
    let address = match agents.listen {
        Some(AgentListen::Off) => return Ok(None),
        Some(AgentListen::At(address)) => address.to_string(),
        None => AGENT_LISTEN.to_owned(),
    };
    let failed = |source| Failure::Network {
        address: address.clone(),
        source,
        hint: "choose another address with --agent-listen ADDR:PORT, or --agent-listen off",
    };
    match TcpListener::bind(&address).await {
        Ok(listener) => {
            let own = listener.local_addr().map_err(failed)?;
            Ok(Some((listener, own)))
        }
        Err(error) if agents.listen.is_none() => {
            eprintln!("warning: {}", failed(error));
            Ok(None)
        }
        Err(error) => Err(failed(error)),
    }
}

fn unbound(address: &str, source: std::io::Error) -> Failure {
    Failure::Network {
        address: address.to_owned(),
        source,
        hint: "choose another address with --listen ADDR:PORT, or stop what uses it",
    }
}

/// Tells both listeners to stop.
#[derive(Clone)]
struct Stop(tokio::sync::watch::Sender<bool>);

impl Stop {
    fn new() -> Self {
        Self(tokio::sync::watch::Sender::new(false))
    }

    async fn when(self, asked: impl Future<Output = ()>) {
        asked.await;
        self.0.send_replace(true);
    }

    fn wait(&self) -> impl Future<Output = ()> + use<> {
        let mut told = self.0.subscribe();
        async move {
            let _told = told.wait_for(|stop| *stop).await;
        }
    }
}

async fn sweep(app: Arc<App>) {
    let mut ticks = tokio::time::interval(SWEEP_EVERY);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        let (app, reading) = (Arc::clone(&app), Arc::clone(&app));
        let swept = tokio::task::spawn_blocking(move || app.sweep_in_turns()).await;
        if let Ok(Err(error)) = swept {
            eprintln!("error: judging again failed: {error}");
        }
        let app = Arc::clone(&reading);
        let read = tokio::task::spawn_blocking(move || app.read_due_directories()).await;
        if let Ok(Err(error)) = read {
            eprintln!("error: reading a directory failed: {error}");
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
