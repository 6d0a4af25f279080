//! How fast the pages are: 48 rows decided every month for five years, 500 information assets, a trend of five years.
//! Run with `cargo bench -p web`. Also: taking a checklist of 5,000 lines and a register of 5,000 assets.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark")]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use app::account::NewPerson;
use app::asset::AssetForm;
use app::checklist::Form;
use app::company::Company;
use app::setup::Setup;
use app::{App, Caller};
use axum::body::Body;
use axum::http::{Request, header};
use guideline::Catalog;
use model::{At, Clock, Lang, Role};
use tower::ServiceExt as _;
use web::route::{Access, table};
use web::{Web, router};

const PASSWORD: &str = "correct horse battery";
const ASSETS: usize = 500;
const MONTHS: i64 = 60;

/// A clock whose hands are moved.
struct Hands(Mutex<At>);

impl Clock for Hands {
    fn now(&self) -> At {
        *self.0.lock().unwrap()
    }
}

fn now() -> At {
    "2026-11-24T00:00:00Z".parse().unwrap()
}

fn caller() -> Caller {
    Caller { name: "sato".into(), role: Role::Administrator, lang: Lang::Ja }
}

/// A company with five years behind it.
fn fill(app: &App, hands: &Hands) {
    let caller = caller();
    for number in 0..24 {
        let facts = serde_json::json!({
            "format": "mimamori-facts", "version": 1,
            "subject": {"kind": "device", "id": format!("PC-{number:03}")}, "source": "agent",
            "collected_at": now(), "facts": {"volumes": [{"letter": "C:", "fixed": true, "protection": "on"}]},
        });
        app.receive_evidence(&caller, facts.to_string().as_bytes()).unwrap();
    }
    for number in 0..ASSETS {
        let form = AssetForm {
            system: format!("システム{}", number % 20),
            part: "data".into(),
            name: format!("情報資産 {number}"),
            secrecy: "top_secret".into(),
            encryption: "needed".into(),
            touched_by: format!("device/PC-{:03}", number % 24),
            ..AssetForm::default()
        };
        app.save_asset(&caller, None, 0, &form).unwrap();
    }
    let rows: Vec<u32> = app.catalog().rows.iter().map(|row| row.no).collect();
    for month in 0..MONTHS {
        *hands.0.lock().unwrap() = now().plus_days(-30 * (MONTHS - month));
        for no in &rows {
            let mut form = Form {
                after: u32::try_from(month).unwrap(),
                current_state: format!("{month}か月目の現状です。"),
                choice: "done".into(),
                ..Form::of(&model::decision::Decision::default(), 0)
            };
            for impact in &mut form.impacts {
                *impact = ("serious".into(), "業務が止まる".into(), "500000".into());
            }
            form.loss.low = "300000".into();
            form.loss.high = "5000000".into();
            form.loss.often_low = "100".into();
            form.loss.often_high = "500".into();
            form.loss.prevented = "70".into();
            form.cost = [("100000".into(), "20000".into()), Default::default(), Default::default()];
            form.assets = (1..=10).map(|id: u32| (id + no).to_string()).collect();
            app.decide(&caller, *no, &form).unwrap();
        }
    }
    for day in 0..365 * 5 {
        *hands.0.lock().unwrap() = now().plus_days(day - 365 * 5);
        if day % 5 == 0 {
            app.sweep().unwrap();
        }
    }
    *hands.0.lock().unwrap() = now();
    app.sweep().unwrap();
}

async fn get(app: &Arc<App>, cookie: &str, path: &str) -> (u16, usize, Duration) {
    let request = Request::builder().uri(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    let router = router(Web::new(Arc::clone(app)));
    let started = Instant::now();
    let answer = router.oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, bytes.len(), started.elapsed())
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let hands = Arc::new(Hands(Mutex::new(now().plus_days(-365 * 5))));
    let catalog = Catalog::embedded().unwrap();
    let app = Arc::new(App::open(folder.path(), catalog, Arc::clone(&hands) as Arc<dyn Clock>).unwrap());
    let person = NewPerson {
        login: "sato".into(),
        name: "佐藤".into(),
        password: PASSWORD.into(),
        ..NewPerson::default()
    };
    let company =
        Company { name: "計測".into(), people: 24, profile: "csaj-2018".into(), ..Company::default() };
    app.set_up(&Setup { code: app.new_setup_code().unwrap(), person, company }).unwrap();
    let started = Instant::now();
    *hands.0.lock().unwrap() = now();
    fill(&app, &hands);
    println!("filled in {:.1} s", started.elapsed().as_secs_f64());

    let body = format!("login=sato&password={}", PASSWORD.replace(' ', "+"));
    let request = Request::post("/login").body(Body::from(body)).unwrap();
    let answer = router(Web::new(Arc::clone(&app))).oneshot(request).await.unwrap();
    let cookie = answer.headers().get(header::SET_COOKIE).unwrap().to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();

    let mut slowest = Duration::ZERO;
    for route in table().into_iter().filter(|route| route.method == "GET") {
        if matches!(route.access, Access::Setup) {
            continue;
        }
        let path = match route.path {
            "/subjects/{kind}" => "/subjects/device".to_owned(),
            "/subjects/{kind}/{id}" => "/subjects/device/PC-001".to_owned(),
            "/statements/{id}" => "/statements/5.1.4-1".to_owned(),
            "/crosswalk/{id}" => "/crosswalk/iso-27001-2022".to_owned(),
            "/profiles/{id}" => "/profiles/csaj-2018".to_owned(),
            "/profiles/{id}/preview" => "/profiles/current/preview".to_owned(),
            "/profiles/difference" => "/profiles/difference?from=csaj-2018&to=current".to_owned(),
            "/readiness/{part}" => "/readiness/job".to_owned(),
            "/readiness/{part}/{about}" => "/readiness/job/planning".to_owned(),
            "/measures/{id}" => "/measures/chat".to_owned(),
            other => other.replace("{no}", "34").replace("{id}", "1").replace("{format}", "csv"),
        };
        let mut times = Vec::new();
        let (mut status, mut bytes) = (0, 0);
        for _ in 0..5 {
            let (code, length, time) = get(&app, &cookie, &path).await;
            (status, bytes) = (code, length);
            times.push(time);
        }
        times.sort_unstable();
        let median = times.get(2).copied().unwrap_or_default();
        if status == 200 && !path.contains("export") {
            slowest = slowest.max(median);
        }
        println!("{status} {:>7.1} ms {:>8} bytes  {path}", median.as_secs_f64() * 1e3, bytes);
    }
    println!("slowest page: {:.1} ms", slowest.as_secs_f64() * 1e3);
    sheets(&app);
}

/// How long sheets of 5,000 lines take.
fn sheets(app: &App) {
    let caller = caller();
    let mut assets = String::from("システム,構成要素,情報資産,保秘レベル,暗号化\n");
    let mut checklist = String::from("No,現状,機密性,完全性,可用性,否認防止,実施判定,期限\n");
    for number in 0..5_000 {
        // Those that are there already are among them.
        assets += &if number < ASSETS {
            format!("システム{},データ,情報資産 {number},極秘,必要\n", number % 20)
        } else {
            format!("取込{},データ,資産{number},極秘,必要\n", number % 50)
        };
        checklist += &format!("{},現状です,重大。漏えい,軽微,重大,同左,する,令和9年3月\n", 1 + number % 48);
    }
    let started = Instant::now();
    let preview = app.preview_assets(&caller, "assets.csv", assets.as_bytes()).unwrap();
    let read = started.elapsed();
    let applied = app.apply_assets(&caller, &preview.token, &std::collections::BTreeSet::new()).unwrap();
    println!(
        "5,000 assets: looked at in {:.2} s, {} new ones taken in {:.2} s",
        read.as_secs_f64(),
        applied.added,
        (started.elapsed() - read).as_secs_f64()
    );
    let started = Instant::now();
    let proposal = app.read_checklist(&caller, "checklist.csv", checklist.as_bytes()).unwrap();
    println!(
        "5,000 checklist lines: {} rows change, {} lines refused, in {:.2} s",
        proposal.rows.len(),
        proposal.refused.len(),
        started.elapsed().as_secs_f64()
    );
}
