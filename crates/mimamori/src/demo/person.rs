//! The sample's people: who works there, what they agreed to, which courses they passed.

use model::{FactDocument, Source, SubjectKind};
use serde_json::{Value, json};

use super::document::{Month, document, known};

/// A person of the company.
pub(super) struct Person {
    /// The logon name.
    pub(super) id: &'static str,
    /// Family and given name.
    pub(super) name: &'static str,
    /// Where in the company.
    pub(super) part: &'static str,
    /// How the person stands.
    pub(super) status: Status,
    /// What is not as it should be.
    gaps: &'static [Gap],
}

/// How a person stands in the company.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// Works from home with a lent PC.
    Home,
    /// Works in the office only.
    Office,
    /// On leave since two months.
    OnLeave,
    /// Left this month, so many days ago.
    Left(i64),
    /// Joined this month, so many days ago.
    Joined(i64),
}

/// Something a person has not done, or not well enough.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    /// Has not answered about regulations and procedures.
    NoAnswer,
    /// Agreed, but handed in no pledge.
    NoPledge,
    /// Signed the pledge of a version that is no longer in force.
    OldPledge,
    /// Has not seen the procedure for video meetings.
    NoVideo,
    /// Has taken no course.
    NoCourses,
    /// Has not taken this course.
    Without(&'static str),
    /// Scored too little in this course.
    Failed(&'static str),
    /// Passed this course more than a year ago.
    Expired(&'static str),
    /// Has not read the guidance on passphrases.
    NoGuidance,
}

/// The regulation on lent PCs in force.
pub(super) const LENDING_VERSION: &str = "2.0";

const fn person(id: &'static str, name: &'static str, part: &'static str, gaps: &'static [Gap]) -> Person {
    Person { id, name, part, status: Status::Home, gaps }
}

const fn otherwise(status: Status, person: Person) -> Person {
    Person { status, ..person }
}

/// Everybody, in the order of the register.
pub(super) const PEOPLE: [Person; 24] = [
    person("minato.kenichi", "湊 健一", "代表取締役", &[Gap::NoAnswer, Gap::NoCourses, Gap::NoGuidance]),
    person("sato.misaki", "佐藤 美咲", "総務・情報システム", &[]),
    person("takahashi.hiroshi", "高橋 浩", "開発部長", &[]),
    person("suzuki.daichi", "鈴木 大地", "開発部", &[Gap::Expired("10.2")]),
    person("tanaka.yoko", "田中 陽子", "営業部", &[Gap::NoVideo, Gap::Without("10.4")]),
    person("ito.shota", "伊藤 翔太", "開発部", &[Gap::Without("10.4")]),
    person("watanabe.mika", "渡辺 美香", "開発部", &[]),
    person("yamamoto.takumi", "山本 拓海", "開発部", &[Gap::NoPledge]),
    person("nakamura.aya", "中村 彩", "デザイン室", &[Gap::NoCourses]),
    person(
        "kobayashi.makoto",
        "小林 誠",
        "営業部長",
        &[Gap::NoAnswer, Gap::Failed("10.1"), Gap::Without("10.4")],
    ),
    person("kato.yui", "加藤 結衣", "開発部", &[Gap::Without("10.4")]),
    person("yoshida.ryo", "吉田 遼", "開発部", &[Gap::OldPledge, Gap::Expired("10.1")]),
    person("yamada.naoko", "山田 直子", "経理", &[]),
    person("sasaki.kenta", "佐々木 健太", "サポート室", &[Gap::Failed("10.3")]),
    person("matsumoto.eri", "松本 恵理", "サポート室", &[Gap::Without("10.4")]),
    person("inoue.shun", "井上 駿", "開発部", &[Gap::NoVideo, Gap::NoGuidance]),
    person("kimura.haruka", "木村 遥", "品質保証室", &[Gap::NoAnswer, Gap::NoCourses]),
    person(
        "hayashi.tomoya",
        "林 智也",
        "開発部",
        &[Gap::NoPledge, Gap::Failed("10.2"), Gap::Without("10.4")],
    ),
    person("shimizu.kaori", "清水 香織", "人事", &[]),
    person("mori.yusuke", "森 祐介", "開発部", &[Gap::Without("10.4")]),
    otherwise(
        Status::Joined(7),
        person("hashimoto.nana", "橋本 奈々", "開発部", &[Gap::NoCourses, Gap::NoGuidance]),
    ),
    otherwise(Status::Office, person("ishikawa.osamu", "石川 修", "総務", &[Gap::NoCourses])),
    otherwise(Status::OnLeave, person("abe.chihiro", "阿部 千尋", "営業部", &[])),
    otherwise(Status::Left(24), person("ikeda.koji", "池田 浩二", "開発部", &[])),
];

/// A person of the register by logon name.
pub(super) fn find(id: &str) -> Option<&'static Person> {
    const ALL: &[Person] = &PEOPLE;
    ALL.iter().find(|person| person.id == id)
}

impl Person {
    fn has(&self, gap: Gap) -> bool {
        self.gaps.contains(&gap)
    }

    /// Whether the person works, from home or in the office.
    pub(super) fn works(&self) -> bool {
        !matches!(self.status, Status::OnLeave | Status::Left(_))
    }

    /// How the person stood so many days ago, in the words of the facts.
    pub(super) fn status_at(&self, ago: i64) -> &'static str {
        match self.status {
            Status::OnLeave => "on_leave",
            Status::Left(left) if ago <= left => "left",
            _ => "active",
        }
    }
}

/// What was recorded of people so many days ago.
pub(super) fn documents(month: Month, ago: i64) -> Vec<FactDocument> {
    let mut found = Vec::new();
    for (index, person) in (0_i64..).zip(&PEOPLE) {
        let registered = match person.status {
            Status::Joined(joined) => ago == joined,
            Status::Left(left) => ago == 30 || ago == left,
            _ => ago == 30,
        };
        // Papers come back one after the other, from two days after the regulations came; courses follow.
        let (papers, courses) = match person.status {
            Status::Joined(joined) => (joined - 2, joined - 2),
            _ => (26 - index % 9, 17 - index % 13),
        };
        let mut facts = json!({});
        if registered {
            merge(&mut facts, employment(person, month, ago));
        }
        if person.works() && ago == papers {
            merge(&mut facts, signed(person, month, ago));
        }
        if person.works() && ago == courses && !person.has(Gap::NoCourses) {
            merge(&mut facts, learned(person, month, ago, index));
        }
        if facts.as_object().is_some_and(|fields| !fields.is_empty()) {
            let subject = (SubjectKind::Person, person.id, person.name);
            found.push(document(month, ago, subject, Source::Record, facts));
        }
    }
    found
}

/// Adds the fields of one object to another.
fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}

fn employment(person: &Person, month: Month, ago: i64) -> Value {
    let joined = match person.status {
        Status::Joined(joined) => month.day(joined),
        // Some years ago, another day for each.
        _ => month.day(900 + 37 * i64::try_from(person.id.len()).unwrap_or(0)),
    };
    let left = match person.status {
        Status::Left(left) if ago <= left => json!(month.day(left)),
        _ => Value::Null,
    };
    let works_from_home = !matches!(person.status, Status::Office);
    let leave = |day: i64| match person.status {
        Status::OnLeave => json!(month.day(day)),
        _ => Value::Null,
    };
    let facts = json!({
        "status": person.status_at(ago), "works_from_home": works_from_home, "joined_at": joined, "left_at": left,
        "mail": format!("{}@minato-soft.example", person.id), "department": person.part, "directory_account": person.id,
        "leave_from_at": leave(60), "leave_until_at": leave(-30),
    });
    json!({ "employment": known(facts) })
}

/// Agreements, pledges and guidance.
fn signed(person: &Person, month: Month, ago: i64) -> Value {
    let at = month.day(ago);
    let agreement =
        |id: &str, version: &str| json!({"document": id, "version": version, "at": at, "by": person.id});
    let mut facts = json!({});
    if !person.has(Gap::NoAnswer) {
        let mut agreements = vec![agreement("9.3", LENDING_VERSION), agreement("9.1", "1.1")];
        if !person.has(Gap::NoVideo) {
            agreements.push(agreement("video-meeting", "1.0"));
        }
        let pledges = if person.has(Gap::NoPledge) {
            json!([])
        } else {
            let version = if person.has(Gap::OldPledge) { "1.0" } else { LENDING_VERSION };
            json!([{"document": "9.3", "version": version, "at": at}])
        };
        merge(&mut facts, json!({"agreements": agreements, "pledges": pledges}));
    }
    if !person.has(Gap::NoGuidance) {
        merge(&mut facts, json!({"guidance": [agreement("passphrase", "1.0")]}));
    }
    facts
}

/// The courses of section 10, taken on the same day but for those that are out of date.
fn learned(person: &Person, month: Month, ago: i64, index: i64) -> Value {
    let courses: Vec<Value> = ["10.1", "10.2", "10.3", "10.4"]
        .into_iter()
        .filter(|course| !person.has(Gap::Without(course)))
        .map(|course| {
            let day = if person.has(Gap::Expired(course)) { ago + 380 } else { ago };
            let score = if person.has(Gap::Failed(course)) { 60 } else { 80 + 10 * (index % 3) };
            json!({"course": course, "version": "1.0", "passed_at": month.day(day), "score": score})
        })
        .collect();
    json!({ "courses": courses })
}
