//! The agents' listener over real TLS: enrolling, reporting, confirming, and everything that must be refused.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod house;
mod machine;

use app::agent::{Order, State};
use axum::http::StatusCode;
use house::{House, console, now};
use machine::{Listener, Machine, facts};
use model::agent::{
    Digest, ENROL_PATH, Enrolled, REPORT_PATH, Receipt, Refusal, Refused, STANDING_PATH, Standing,
};
use model::agent_code::AgentCode;
use model::{Outcome, Subject, SubjectKind};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

fn code_for(house: &House, subject: &str, uses: &str) -> AgentCode {
    let order = Order {
        kind: "device".into(),
        many: subject.is_empty(),
        subject: subject.into(),
        uses: uses.into(),
        days: "7".into(),
    };
    house.app.order_agent_code(&console(), &order).unwrap().code
}

/// A house with its listener, and a machine that is enrolled as PC-012.
async fn at_work() -> (House, Listener, Machine) {
    let house = House::new();
    house.set_up().await;
    let listener = Listener::start(&house.app).await;
    let mut machine = Machine::new("PC-012");
    let answer = machine.enrol(&listener, &code_for(&house, "PC-012", "1")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    (house, listener, machine)
}

fn pc(id: &str) -> Subject {
    Subject::new(SubjectKind::Device, id)
}

fn volumes(protection: &str) -> Value {
    json!([{"letter": "C:", "fixed": true, "protection": protection}])
}

#[tokio::test]
async fn a_pc_enrols_reports_changes_and_confirms() {
    let (house, listener, mut machine) = at_work().await;
    let receipt: Receipt = machine
        .report(&listener, &json!({"volumes": volumes("off"), "tpm": {"present": true}}))
        .await
        .taken();
    assert!(!receipt.need_all && receipt.interval_secs == 3_600 && receipt.now == now());
    assert_eq!(house.outcomes("5.1.4-1"), [Outcome::Fail]);
    // Only what changed is sent.
    house.hands.move_to(now().plus_secs(60));
    machine.at = now().plus_secs(60);
    machine.know("volumes", volumes("on"));
    let receipt: Receipt = machine.send_sections(&listener, &["volumes"]).await.taken();
    assert!(!receipt.need_all);
    let known = house.app.subject(&console(), &pc("PC-012")).unwrap();
    assert_eq!(known.evidence.len(), 2);
    assert_eq!(known.evidence[0].received_by, "agent/PC-012");
    // Nothing changed: a header is enough, and the facts are of now.
    house.hands.move_to(now().plus_days(5));
    machine.at = now().plus_days(5);
    house.app.sweep().unwrap();
    assert_eq!(
        house.outcomes("5.1.4-1"),
        [Outcome::Unknown],
        "protected; the recovery key was never recorded"
    );
    let lines = house.app.verify_audit(&console()).unwrap();
    let (answer, cost) = machine.confirm(&listener).await;
    let receipt: Receipt = answer.taken();
    assert!(!receipt.need_all);
    assert!(cost < 200, "{cost} bytes");
    assert_eq!(house.app.verify_audit(&console()).unwrap(), lines, "a confirmation leaves no audit line");
    let agent = house.app.agents_of(&console(), &pc("PC-012")).unwrap().remove(0);
    assert_eq!(agent.agent.confirmed_at, Some(now().plus_days(5)));
    assert!(agent.agent.confirmed_by.unwrap().starts_with("Mimamori "));
    assert_eq!(agent.state, State::Fresh);
    let seen = house.app.subject(&console(), &pc("PC-012")).unwrap().line.last_seen_at;
    assert_eq!(seen, now().plus_days(5));
    house.check_chain();
}

#[tokio::test]
async fn facts_that_were_too_old_count_again_once_confirmed() {
    let (house, listener, mut machine) = at_work().await;
    let _: Receipt = machine.report(&listener, &json!({"volumes": volumes("off")})).await.taken();
    assert_eq!(house.outcomes("5.1.4-1"), [Outcome::Fail]);
    house.hands.move_to(now().plus_days(200));
    machine.at = now().plus_days(200);
    house.app.sweep().unwrap();
    assert_eq!(house.outcomes("5.1.4-1"), [Outcome::Unknown]);
    let _: Receipt = machine.confirm(&listener).await.0.taken();
    assert_eq!(house.outcomes("5.1.4-1"), [Outcome::Fail], "judged again at once");
}

#[tokio::test]
async fn what_the_server_lacks_is_asked_for() {
    let (house, listener, mut machine) = at_work().await;
    // It knows more than it sends.
    machine.know("volumes", volumes("off"));
    machine.know("tpm", json!({"present": true}));
    let receipt: Receipt = machine.send_sections(&listener, &["tpm"]).await.taken();
    assert!(receipt.need_all);
    let receipt: Receipt = machine.confirm(&listener).await.0.taken();
    assert!(receipt.need_all, "nothing is confirmed that is not known");
    let receipt: Receipt = machine.send_all(&listener).await.taken();
    assert!(!receipt.need_all);
    house.hands.move_to(now().plus_secs(30));
    machine.at = now().plus_secs(30);
    // A report of everything leaves nothing else in force: a section that is gone does not keep asking for it.
    machine.forget("tpm");
    let receipt: Receipt = machine.send_all(&listener).await.taken();
    assert!(!receipt.need_all);
    assert!(!machine.confirm(&listener).await.0.taken::<Receipt>().need_all);
    // Somebody handed in newer facts by hand: they count until the machine speaks again.
    house.hands.move_to(now().plus_secs(60));
    machine.at = now().plus_secs(120);
    house.hands.move_to(now().plus_secs(120));
    house.bring_disk("PC-012", &[("C:", "on")]);
    assert!(machine.confirm(&listener).await.0.taken::<Receipt>().need_all);
    house.hands.move_to(now().plus_secs(180));
    machine.at = now().plus_secs(180);
    assert!(!machine.send_all(&listener).await.taken::<Receipt>().need_all);
    assert_eq!(house.outcomes("5.1.4-1"), [Outcome::Fail]);
}

#[tokio::test]
async fn what_people_recorded_stays() {
    let (house, listener, mut machine) = at_work().await;
    house.bring_facts("record", ("device", "PC-012"), &json!({"mail_scanning": {"enabled": true}}));
    let _: Receipt = machine.report(&listener, &json!({"volumes": volumes("on")})).await.taken();
    house.hands.move_to(now().plus_days(1));
    machine.at = now().plus_days(1);
    assert!(!machine.confirm(&listener).await.0.taken::<Receipt>().need_all);
    assert!(!machine.send_all(&listener).await.taken::<Receipt>().need_all);
    let bytes = house.app.subject(&console(), &pc("PC-012")).unwrap().evidence;
    assert!(bytes.iter().any(|line| line.source == model::Source::Record && line.collected_at == now()));
    house.check_chain();
}

#[tokio::test]
async fn replayed_forged_and_wrong_messages_are_refused_and_change_nothing() {
    let (house, listener, mut machine) = at_work().await;
    let body = machine.document(&json!({"volumes": volumes("off")}));
    let header = machine.header(REPORT_PATH, Digest::default(), &body);
    let refused = |answer: machine::Heard, status: u16, refusal: Refusal| {
        assert_eq!((answer.status, answer.refused().refusal), (status, refusal), "{}", answer.text);
        answer.refused()
    };
    let check = |facts: usize| {
        let known = house.app.subject(&console(), &pc("PC-012")).unwrap();
        assert_eq!(known.evidence.len(), facts);
    };
    // Another body, another path, another key, no key.
    let forged = listener.post(REPORT_PATH, Some(&header), b"{}").await;
    refused(forged, 401, Refusal::Signature);
    refused(listener.post(STANDING_PATH, Some(&header), &body).await, 401, Refusal::Signature);
    let mut stranger = Machine::new("PC-012");
    let strange = stranger.header(REPORT_PATH, Digest::default(), &body);
    refused(listener.post(REPORT_PATH, Some(&strange), &body).await, 401, Refusal::Unknown);
    refused(listener.post(REPORT_PATH, None, &body).await, 401, Refusal::Signature);
    refused(listener.post(REPORT_PATH, Some("Bearer x"), &body).await, 401, Refusal::Signature);
    check(0);
    // The same message twice: once only, and it is told where to go on.
    assert_eq!(listener.post(REPORT_PATH, Some(&header), &body).await.status, 200);
    check(1);
    let again = refused(listener.post(REPORT_PATH, Some(&header), &body).await, 409, Refusal::Count);
    assert_eq!(again.count, Some(machine.count));
    check(1);
    let item = house.app.agents_of(&console(), &pc("PC-012")).unwrap().remove(0);
    assert_eq!((item.state, item.trouble.as_deref()), (State::Trouble, Some("count")));
    // Truncated, another machine's, another source's, of the future.
    let half = &body[..body.len() / 2];
    let header = machine.header(REPORT_PATH, Digest::default(), half);
    refused(listener.post(REPORT_PATH, Some(&header), half).await, 422, Refusal::Document);
    for (field, value) in [
        ("subject", json!({"kind": "device", "id": "PC-013"})),
        ("source", json!("import")),
        ("version", json!(9)),
    ] {
        let mut document: Value = serde_json::from_slice(&body).unwrap();
        document[field] = value;
        let answer = machine.send(&listener, document.to_string().as_bytes(), Digest::default()).await;
        refused(answer, 422, Refusal::Document);
    }
    machine.at = now().plus_secs(301);
    let answer = machine.report(&listener, &json!({"volumes": volumes("on")})).await;
    let said = refused(answer, 422, Refusal::Clock);
    assert_eq!(said.now, now());
    check(1);
    assert_eq!(house.outcomes("5.1.4-1"), [Outcome::Fail]);
    house.check_chain();
}

#[tokio::test]
async fn a_clock_a_year_off_is_told_and_holds_nobody_up() {
    let (house, listener, mut machine) = at_work().await;
    let trouble = |house: &House| house.app.agents_of(&console(), &pc("PC-012")).unwrap().remove(0).trouble;
    // Its clock is a year ahead, but it dates its facts by the server's time.
    let document = machine.document(&json!({"volumes": volumes("on")}));
    machine.at = now().plus_days(365);
    let answer = machine.send(&listener, &document, machine.whole()).await;
    assert!(!answer.taken::<Receipt>().need_all);
    assert_eq!(trouble(&house).as_deref(), Some("clock"));
    // It confirms: the facts are of now, not of next year.
    assert!(!machine.confirm(&listener).await.0.taken::<Receipt>().need_all);
    assert_eq!(house.app.subject(&console(), &pc("PC-012")).unwrap().line.last_seen_at, now());
    // A year behind: taken, dates nothing back, and stays fresh by the server's time.
    let later = now().plus_days(40);
    house.hands.move_to(later);
    machine.at = later.plus_days(-365);
    assert!(!machine.confirm(&listener).await.0.taken::<Receipt>().need_all);
    assert_eq!(house.app.subject(&console(), &pc("PC-012")).unwrap().line.last_seen_at, later);
    machine.at = later;
    assert!(!machine.confirm(&listener).await.0.taken::<Receipt>().need_all);
    assert_eq!(trouble(&house), None, "set right again");
}

#[tokio::test]
async fn giant_and_slow_messages_are_cut_and_others_get_through() {
    let (house, listener, mut machine) = at_work().await;
    let giant = vec![b' '; model::evidence::DOCUMENT_MAX_BYTES + 1];
    let header = machine.header(REPORT_PATH, Digest::default(), &giant);
    let answer = listener.announce(REPORT_PATH, &header, giant.len()).await;
    assert_eq!((answer.status, answer.refused().refusal), (413, Refusal::Document), "{}", answer.text);
    // Some open connections that say nothing do not keep anybody out.
    let mut dawdling = Vec::new();
    for _ in 0..50 {
        dawdling.push(listener.dawdle().await);
    }
    let receipt: Receipt = machine.report(&listener, &json!({"volumes": volumes("on")})).await.taken();
    assert!(!receipt.need_all);
    drop(dawdling);
    house.check_chain();
}

#[tokio::test]
async fn a_revoked_key_is_told_so_and_its_facts_stay() {
    let (house, listener, mut machine) = at_work().await;
    let _: Receipt = machine.report(&listener, &json!({"volumes": volumes("off")})).await.taken();
    let key = house.app.agents_of(&console(), &pc("PC-012")).unwrap()[0].agent.key.to_string();
    house.app.revoke_agent(&console(), &key).unwrap();
    assert!(house.app.revoke_agent(&console(), &key).is_err(), "once");
    let answer = machine.confirm(&listener).await.0;
    assert_eq!((answer.status, answer.refused().refusal), (403, Refusal::Revoked));
    assert_eq!(house.outcomes("5.1.4-1"), [Outcome::Fail]);
    house.hands.move_to(now().plus_secs(60));
    // With a new code and a new key it may come back.
    let mut again = Machine::new("PC-012");
    again.at = now().plus_secs(60);
    assert_eq!(again.enrol(&listener, &code_for(&house, "PC-012", "1")).await.status, 200);
    assert!(!again.report(&listener, &json!({"volumes": volumes("off")})).await.taken::<Receipt>().need_all);
    house.check_chain();
}

#[tokio::test]
async fn a_code_counts_so_often_so_long_and_names_are_not_taken_over() {
    let (house, listener, _machine) = at_work().await;
    let refused = |answer: machine::Heard| (answer.status, answer.refused().refusal);
    let code = code_for(&house, "", "2");
    let mut first = Machine::new("NOTE-1");
    let enrolled: Enrolled = first.enrol(&listener, &code).await.taken();
    assert_eq!((enrolled.subject, enrolled.company.as_str()), (pc("NOTE-1"), house::COMPANY));
    // The answer was lost: the same message again uses nothing up.
    first.count -= 1;
    let _: Enrolled = first.enrol(&listener, &code).await.taken();
    // Another machine of the same name; one that has the name of a PC that reports.
    let mut other = Machine::new("NOTE-1");
    other.machine = "another".into();
    assert_eq!(refused(other.enrol(&listener, &code).await), (409, Refusal::NameTaken));
    let mut thief = Machine::new("PC-012");
    thief.machine = "another".into();
    assert_eq!(refused(thief.enrol(&listener, &code).await), (409, Refusal::NameTaken));
    // The same machine, set up anew: its former key counts no more.
    let mut anew = Machine::new("NOTE-1");
    anew.machine.clone_from(&first.machine);
    let _: Enrolled = anew.enrol(&listener, &code).await.taken();
    assert_eq!(refused(first.confirm(&listener).await.0), (403, Refusal::Revoked));
    // Used up; over; closed; never there.
    let mut third = Machine::new("NOTE-3");
    assert_eq!(refused(third.enrol(&listener, &code).await), (403, Refusal::Code));
    let late = code_for(&house, "", "5");
    house.hands.move_to(now().plus_days(7));
    assert_eq!(refused(third.enrol(&listener, &late).await), (403, Refusal::Code));
    let closed = code_for(&house, "", "5");
    let id = house.app.open_agent_codes(&console()).unwrap()[0].id;
    house.app.close_agent_code(&console(), id).unwrap();
    assert_eq!(refused(third.enrol(&listener, &closed).await), (403, Refusal::Code));
    let mut guessed = closed;
    guessed.secret[0] ^= 1;
    assert_eq!(refused(third.enrol(&listener, &guessed).await), (403, Refusal::Code));
    house.check_chain();
}

#[tokio::test]
async fn guessers_are_slowed_down_and_reports_go_on() {
    let (house, listener, mut machine) = at_work().await;
    let code = code_for(&house, "", "5");
    let mut busy = 0;
    for number in 0..40 {
        let mut guess = code;
        guess.secret[1] = number ^ guess.secret[1].wrapping_add(1);
        guess.secret[2] ^= 0xff;
        let answer = Machine::new("X").enrol(&listener, &guess).await;
        busy += usize::from(answer.status == 429);
    }
    assert!(busy >= 19, "{busy}");
    let _: Receipt = machine.report(&listener, &json!({"volumes": volumes("on")})).await.taken();
    house.hands.move_to(now().plus_secs(60));
    let _: Enrolled = Machine::new("NOTE-9").enrol(&listener, &code).await.taken();
    // One agent that never stops is told to come later; another is not.
    let mut refused = 0;
    for _ in 0..40 {
        refused += usize::from(machine.confirm(&listener).await.0.status == 429);
    }
    assert!(refused >= 18, "{refused}");
    let mut other = Machine::new("NOTE-8");
    let _: Enrolled = other.enrol(&listener, &code).await.taken();
    let _: Receipt = other.report(&listener, &json!({"volumes": volumes("on")})).await.taken();
}

#[tokio::test]
async fn a_copied_machine_and_one_under_two_names_are_shown() {
    let (house, listener, mut machine) = at_work().await;
    let mut copy = machine.clone();
    let _: Receipt = machine.report(&listener, &json!({"volumes": volumes("on")})).await.taken();
    let answer = copy.report(&listener, &json!({"volumes": volumes("off")})).await;
    let said = answer.refused();
    assert_eq!((answer.status, said.refusal), (409, Refusal::Count));
    // The copy goes on above: both are heard, and the page says what is going on.
    copy.count = said.count.unwrap();
    let _: Receipt = copy.report(&listener, &json!({"volumes": volumes("off")})).await.taken();
    assert_eq!(machine.confirm(&listener).await.0.status, 409);
    let listing = house.app.agents(&console(), None, "", (0, 10)).unwrap();
    assert_eq!(listing.agents[0].trouble.as_deref(), Some("count"));
    let mut twin = Machine::new("PC-012-B");
    twin.machine.clone_from(&machine.machine);
    let _: Enrolled = twin.enrol(&listener, &code_for(&house, "PC-012-B", "1")).await.taken();
    let listing = house.app.agents(&console(), None, "", (0, 10)).unwrap();
    assert_eq!(listing.twice.len(), 1);
    assert_eq!(listing.twice[0].subjects, [pc("PC-012"), pc("PC-012-B")]);
}

#[tokio::test]
async fn a_machine_is_told_how_it_stands() {
    let (_house, listener, mut machine) = at_work().await;
    let _: Receipt = machine.report(&listener, &json!({"volumes": volumes("off")})).await.taken();
    let header = machine.header(STANDING_PATH, Digest::default(), b"");
    let standing: Standing = listener.post(STANDING_PATH, Some(&header), b"").await.taken();
    assert_eq!(standing.subject, pc("PC-012"));
    let first = &standing.lines[0];
    assert_eq!((first.outcome, first.level), (Outcome::Fail, model::Level::Shall));
    assert!(!first.title.ja.is_empty() && !first.reason.ja.is_empty() && !first.remedy.ja.is_empty());
}

#[tokio::test]
async fn a_machine_is_told_the_built_in_fixes_of_what_is_at_fault_and_no_others() {
    let (house, listener, mut machine) = at_work().await;
    let fixes = |standing: &Standing| {
        let line = standing.lines.iter().find(|line| line.statement.0 == "5.1.8-1").unwrap();
        (line.outcome, line.fixes.clone())
    };
    let remote_desktop = |enabled: bool| {
        let nla =
            json!({"enabled": enabled, "port": 3389, "nla": true, "users": [], "allowed_addresses": ["any"]});
        json!({"remote_desktop": nla})
    };
    let _: Receipt = machine.report(&listener, &remote_desktop(true)).await.taken();
    let header = machine.header(STANDING_PATH, Digest::default(), b"");
    let standing: Standing = listener.post(STANDING_PATH, Some(&header), b"").await.taken();
    // It is a Windows PC, and network level authentication, which another fix is for, is on.
    assert_eq!(fixes(&standing), (Outcome::Fail, vec!["remote-desktop-off".to_owned()]));
    assert!(standing.lines.iter().all(|line| line.outcome == Outcome::Fail || line.fixes.is_empty()));
    house.hands.move_to(now().plus_secs(60));
    machine.at = now().plus_secs(60);
    let _: Receipt = machine.report(&listener, &remote_desktop(false)).await.taken();
    let header = machine.header(STANDING_PATH, Digest::default(), b"");
    let standing: Standing = listener.post(STANDING_PATH, Some(&header), b"").await.taken();
    assert_eq!(fixes(&standing).1, Vec::<String>::new());
}

#[tokio::test]
async fn many_at_once_are_all_taken_once() {
    let house = House::new();
    house.set_up().await;
    let listener = Listener::start(&house.app).await;
    let code = code_for(&house, "", "30");
    let work = (0..30).map(|number| {
        let listener = listener.clone();
        tokio::spawn(async move {
            let mut machine = Machine::new(&format!("NOTE-{number}"));
            machine.machine = format!("machine {number}");
            let _: Enrolled = machine.enrol(&listener, &code).await.taken();
            let first: Receipt = machine.report(&listener, &facts()).await.taken();
            let second: Receipt = machine.confirm(&listener).await.0.taken();
            assert!(!first.need_all && !second.need_all);
        })
    });
    for done in work.collect::<Vec<_>>() {
        done.await.unwrap();
    }
    let listing = house.app.agents(&console(), Some(State::Fresh), "", (0, 100)).unwrap();
    assert_eq!((listing.found, listing.agents.len()), (30, 30));
    assert!(house.app.open_agent_codes(&console()).unwrap().is_empty());
    // One code, many at the same moment: exactly so many as it is for.
    let code = code_for(&house, "", "3");
    let work = (0..12).map(|number| {
        let listener = listener.clone();
        tokio::spawn(async move {
            let mut machine = Machine::new(&format!("MORE-{number}"));
            machine.machine = format!("more {number}");
            machine.enrol(&listener, &code).await.status == 200
        })
    });
    let mut taken = 0;
    for done in work.collect::<Vec<_>>() {
        taken += usize::from(done.await.unwrap());
    }
    assert_eq!(taken, 3);
    house.check_chain();
}

#[tokio::test]
async fn the_listener_has_three_paths_and_a_certificate_of_its_own() {
    let (house, listener, _machine) = at_work().await;
    for path in ["/", "/login", "/agents", "/healthz", "/agent/v1", "/agent/v1/other"] {
        assert_eq!(listener.post(path, None, b"").await.status, 404, "{path}");
    }
    let sato = house.sign_in("sato").await;
    for path in [ENROL_PATH, REPORT_PATH, STANDING_PATH] {
        assert_eq!(house.get(&sato, path).await.status, StatusCode::NOT_FOUND, "{path}");
        let posted = house.post(&sato, path, &[]).await.status;
        assert!(matches!(posted, StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED), "{path}");
    }
    // A code of another server names another certificate.
    let other = House::new();
    other.set_up().await;
    let code = code_for(&other, "PC-1", "1");
    assert!(code.names(&other.app.agent_identity().unwrap().certificate_der));
    assert!(!code.names(&listener.certificate));
    let refused: Refused = Machine::new("PC-1").enrol(&listener, &code).await.refused();
    assert_eq!(refused.refusal, Refusal::Code);
}

#[tokio::test]
async fn an_administrator_makes_a_code_sees_the_agents_and_revokes_one() {
    let (house, listener, mut machine) = at_work().await;
    let sato = house.sign_in("sato").await;
    let wrong = [("whom", "one"), ("subject", "a/b"), ("days", "91"), ("kind", "printer")];
    let answer = house.post(&sato, "/agents/enrol", &wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.text.matches("class=\"mistake\"").count(), 3, "{}", answer.text);
    let form = [("whom", "many"), ("uses", "3"), ("days", "7"), ("kind", "device")];
    let answer = house.post(&sato, "/agents/enrol", &form).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let shown = answer.text.split("<code>").nth(1).unwrap().split('<').next().unwrap();
    let mut new = Machine::new("NOTE-1");
    let _: Enrolled = new.enrol(&listener, &shown.parse().unwrap()).await.taken();
    assert!(!house.get(&sato, "/agents").await.text.contains(shown), "a code is shown once");
    let _: Receipt = machine.report(&listener, &json!({"volumes": volumes("on")})).await.taken();
    house.hands.move_to(now().plus_days(4));
    let sato = house.sign_in("sato").await;
    let list = house.get(&sato, "/agents").await;
    assert!(list.text.contains("報告が途絶えています") && list.text.contains("NOTE-1"));
    assert!(house.get(&sato, "/agents?q=note").await.text.matches("<article").count() == 1);
    assert!(house.get(&sato, "/subjects/device").await.text.contains("4日間途絶えています"));
    let page = house.get(&sato, "/subjects/device/PC-012").await;
    let path = page.text.split("action=\"/agents/").nth(1).unwrap().split('"').next().unwrap();
    let done = house.post(&sato, &format!("/agents/{path}"), &[]).await;
    assert_eq!(done.location, "/subjects/device/PC-012?note=agent-revoked#agent");
    assert!(house.get(&sato, "/subjects/device/PC-012").await.text.contains("取り消し済み"));
    assert_eq!(machine.confirm(&listener).await.0.status, 403);
}

#[tokio::test]
async fn a_code_for_many_undoes_no_revocation_and_takes_no_name_people_spoke_for() {
    let (house, listener, mut machine) = at_work().await;
    let many = code_for(&house, "", "5");
    let key = house.app.agents_of(&console(), &pc("PC-012")).unwrap()[0].agent.key.to_string();
    house.app.revoke_agent(&console(), &key).unwrap();
    let mut again = Machine::new("PC-012");
    again.machine.clone_from(&machine.machine);
    let answer = again.enrol(&listener, &many).await;
    assert_eq!((answer.status, answer.refused().refusal), (409, Refusal::NameTaken), "{}", answer.text);
    assert!(answer.refused().says.ja.contains("専用の登録コード"));
    house.bring_disk("PC-077", &[("C:", "on")]);
    let answer = Machine::new("PC-077").enrol(&listener, &many).await;
    assert_eq!((answer.status, answer.refused().refusal), (409, Refusal::NameTaken), "{}", answer.text);
    // A code for that PC says that an administrator means it.
    assert_eq!(Machine::new("PC-012").enrol(&listener, &code_for(&house, "PC-012", "1")).await.status, 200);
    assert_eq!(Machine::new("PC-077").enrol(&listener, &code_for(&house, "PC-077", "1")).await.status, 200);
    assert_eq!(Machine::new("PC-078").enrol(&listener, &many).await.status, 200, "a new name");
    assert_eq!(machine.confirm(&listener).await.0.status, 403);
    house.check_chain();
}

#[tokio::test]
async fn a_wrong_signature_is_trouble_only_when_it_goes_on_and_until_a_right_one() {
    let (house, listener, mut machine) = at_work().await;
    let _: Receipt = machine.report(&listener, &json!({"volumes": volumes("on")})).await.taken();
    let trouble = || house.app.agents_of(&console(), &pc("PC-012")).unwrap().remove(0).trouble;
    for expected in [None, None, Some("signature")] {
        let header = machine.header(REPORT_PATH, Digest::default(), b"");
        assert_eq!(listener.post(REPORT_PATH, Some(&header), b"{}").await.status, 401);
        assert_eq!(trouble().as_deref(), expected);
    }
    let _: Receipt = machine.confirm(&listener).await.0.taken();
    assert_eq!(trouble(), None);
    let header = machine.header(REPORT_PATH, Digest::default(), b"");
    assert_eq!(listener.post(REPORT_PATH, Some(&header), b"{}").await.status, 401);
    assert_eq!(trouble(), None, "counted anew");
}

#[tokio::test]
async fn a_key_fills_no_disk() {
    let (house, listener, mut machine) = at_work().await;
    let big = vec![b' '; 7 * 1024 * 1024];
    for expected in [422, 422, 429] {
        assert_eq!(machine.send(&listener, &big, Digest::default()).await.status, expected);
    }
    let item = house.app.agents_of(&console(), &pc("PC-012")).unwrap().remove(0);
    assert_eq!(item.trouble.as_deref(), Some("size"));
    let _: Receipt = machine.report(&listener, &json!({"volumes": volumes("on")})).await.taken();
    house.hands.move_to(now().plus_days(1));
    assert_eq!(machine.send(&listener, &big, Digest::default()).await.status, 422, "a new day");
}

#[tokio::test]
async fn a_late_full_report_takes_nothing_newer_out_of_force() {
    let (house, listener, mut machine) = at_work().await;
    let mut early = machine.clone();
    house.hands.move_to(now().plus_days(2));
    machine.at = now().plus_days(2);
    let facts = json!({"volumes": volumes("off"), "tpm": {"present": true}});
    let _: Receipt = machine.report(&listener, &facts).await.taken();
    assert_eq!(house.outcomes("5.1.4-1"), [Outcome::Fail]);
    // Of two days ago, and of the disk it says nothing.
    early.count = machine.count;
    let receipt: Receipt = early.report(&listener, &json!({"tpm": {"present": true}})).await.taken();
    assert!(receipt.need_all, "there is more in force");
    assert_eq!(house.outcomes("5.1.4-1"), [Outcome::Fail]);
    // Of now, it does.
    early.count += 1;
    early.at = now().plus_days(2).plus_secs(1);
    house.hands.move_to(early.at);
    assert!(!early.send_all(&listener).await.taken::<Receipt>().need_all);
    assert_eq!(house.outcomes("5.1.4-1"), [Outcome::Unknown], "judged again");
}

#[tokio::test]
async fn who_stalls_a_large_report_holds_up_nobody_else() {
    let (house, listener, mut machine) = at_work().await;
    let mut other = Machine::new("PC-013");
    assert_eq!(other.enrol(&listener, &code_for(&house, "PC-013", "1")).await.status, 200);
    // A stranger who knows a key's name announces much and sends nothing.
    let mut stalled = Vec::new();
    for _ in 0..6 {
        let header = machine.header(REPORT_PATH, Digest::default(), b"");
        let mut stream = listener.dawdle().await;
        let head = format!(
            "POST {REPORT_PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: {header}\r\nContent-Length: 1000000\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stalled.push(stream);
    }
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let begun = std::time::Instant::now();
    let large = vec![b' '; 200_000];
    assert_eq!(other.send(&listener, &large, Digest::default()).await.status, 422, "read at once");
    assert!(begun.elapsed() < std::time::Duration::from_secs(10));
    // Neither an introduction nor a question is ever large, and each says how large it is.
    let header = Machine::new("x").header(ENROL_PATH, Digest::default(), b"");
    for path in [ENROL_PATH, STANDING_PATH] {
        let header =
            if path == ENROL_PATH { header.clone() } else { other.header(path, Digest::default(), b"") };
        assert_eq!(listener.announce(path, &header, 16 * 1024 + 1).await.status, 413, "{path}");
    }
    let mut stream = listener.dawdle().await;
    let head = format!("POST {ENROL_PATH} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut start = [0; 12];
    stream.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 411");
    drop(stalled);
}
