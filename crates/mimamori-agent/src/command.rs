//! The table of commands, what was typed, and doing it. Texts are in both languages; the system's own is shown.

use std::io::Write;
use std::sync::Arc;

use model::agent_code::AgentCode;
use model::{At, Clock, FactDocument, Lang, Outcome, Subject, SubjectKind, SystemClock, Text};
use remedy::{Change, LiveHand};

use crate::agent::{Agent, Told};
use crate::mend::{By, Mender};
use crate::page::Page;
use crate::run::{self, Signal};
use crate::{Folder, Problem, State, SystemChance, place, queue, service};

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Done.
    Done,
    /// Not done: told why.
    Failed,
    /// The words were not understood.
    Usage,
}

/// A command as people see it.
struct Command {
    words: &'static str,
    ja: &'static str,
    en: &'static str,
}

const COMMANDS: &[Command] = &[
    Command {
        words: "enroll URL CODE [--again]",
        ja: "管理者から届いた登録コードで、このPCを登録します",
        en: "enrol this PC with the code from your administrator",
    },
    Command { words: "once", ja: "今すぐ1回報告します", en: "report once, now" },
    Command {
        words: "run",
        ja: "報告を続けます（サービスの中身）",
        en: "go on reporting (what the service does)",
    },
    Command {
        words: "status",
        ja: "登録と報告の状態を表示します",
        en: "show how enrolment and reports stand",
    },
    Command {
        words: "show",
        ja: "このPCの状態のページを開きます",
        en: "open the page that shows how this PC stands",
    },
    Command {
        words: "facts",
        ja: "送信する内容を表示します（送信はしません）",
        en: "show what would be sent; sends nothing",
    },
    Command {
        words: "fix ID [--yes]",
        ja: "組み込みの対処の内容を表示します。--yes を付けると実行します",
        en: "show what a built-in fix would change; with --yes, do it",
    },
    Command { words: "undo ID", ja: "対処を元に戻します", en: "undo a fix" },
    Command {
        words: "install [--url URL --code CODE]",
        ja: "サービスとして組み込みます（アドレスとコードを付けると登録も行います）",
        en: "set up the service; with address and code, enrol as well",
    },
    Command {
        words: "uninstall [--forget]",
        ja: "サービスを取り除きます。--forget を付けると登録の記録も消します",
        en: "remove the service; with --forget, its memory as well",
    },
    Command { words: "version", ja: "バージョンを表示します", en: "show the version" },
];

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Enrol { url: String, code: String, again: bool },
    Once,
    Run { service: bool },
    Status,
    Show,
    Facts,
    Fix { id: String, yes: bool },
    Undo { id: String },
    Install { enrol: Option<(String, String)> },
    Uninstall { forget: bool },
    Version,
    Help,
}

fn parse(words: &[String]) -> Option<Asked> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    Some(match words.as_slice() {
        ["enroll" | "enrol", url, code] => {
            Asked::Enrol { url: (*url).into(), code: (*code).into(), again: false }
        }
        ["enroll" | "enrol", url, code, "--again"] => {
            Asked::Enrol { url: (*url).into(), code: (*code).into(), again: true }
        }
        ["once"] => Asked::Once,
        ["run"] => Asked::Run { service: false },
        ["run", "--service"] => Asked::Run { service: true },
        ["status"] => Asked::Status,
        ["show"] => Asked::Show,
        ["facts"] => Asked::Facts,
        ["fix", id] => Asked::Fix { id: (*id).into(), yes: false },
        ["fix", id, "--yes"] => Asked::Fix { id: (*id).into(), yes: true },
        ["undo", id] => Asked::Undo { id: (*id).into() },
        ["install"] => Asked::Install { enrol: None },
        ["install", "--url", url, "--code", code] | ["install", "--code", code, "--url", url] => {
            Asked::Install { enrol: Some(((*url).into(), (*code).into())) }
        }
        ["uninstall"] => Asked::Uninstall { forget: false },
        ["uninstall", "--forget"] => Asked::Uninstall { forget: true },
        ["version" | "--version" | "-V"] => Asked::Version,
        ["help" | "--help" | "-h" | "/?"] => Asked::Help,
        _ => return None,
    })
}

/// Does what the words say; answers go to `out`, in the system's language.
pub fn run(words: &[String], out: &mut dyn Write) -> End {
    let lang = crate::lang::here();
    let Some(asked) = parse(words) else {
        say(out, &help(lang));
        return End::Usage;
    };
    match perform(asked, lang, out) {
        Ok(()) => End::Done,
        Err(problem) => {
            say(out, &problem.in_words(lang));
            End::Failed
        }
    }
}

/// A reader that went away is no reason to stop.
fn say(out: &mut dyn Write, text: &str) {
    let _ = writeln!(out, "{text}");
}

fn perform(asked: Asked, lang: Lang, out: &mut dyn Write) -> Result<(), Problem> {
    let clock = SystemClock;
    let folder = || Folder::open(&place::folder());
    let mut tell = |text: Text| say(out, text.get(lang));
    match asked {
        Asked::Help => tell(Text::by(help)),
        Asked::Version => tell(Text::same(format!("mimamori-agent {}", crate::VERSION))),
        Asked::Enrol { url, code, again } => tell(enrol(&folder()?, &url, &code, again, clock.now())?),
        Asked::Once => {
            let mut agent = Agent::open(&folder()?)?;
            let round = agent.report(&clock)?;
            tell(reported(&round.sent.sections, round.late));
        }
        Asked::Run { service } => live(folder()?, service)?,
        Asked::Status => tell(status(&folder()?, clock.now())?),
        Asked::Show => {
            let address = crate::page::address()?;
            if !place::open(&address) {
                tell(Text::new(
                    format!("ブラウザーを開けませんでした。次のアドレスを開いてください：\n{address}"),
                    format!("The browser could not be opened. Open this address:\n{address}"),
                ));
            }
        }
        Asked::Facts => tell(Text::same(facts(clock.now())?)),
        Asked::Fix { id, yes } => tell(fix(&folder()?, &id, yes, clock.now())?),
        Asked::Undo { id } => {
            let changes = Mender { folder: &folder()?, hand: &LiveHand }.undo(&id, By::Command)?;
            tell(changed(&Text::new("元に戻しました。", "Put back."), &changes));
        }
        Asked::Install { enrol: given } => {
            let folder = folder()?;
            if let Some((url, code)) = given {
                // A start-up script runs at every start: once enrolled, the code is used up and not needed.
                match enrol(&folder, &url, &code, false, clock.now()) {
                    Ok(text) => tell(text),
                    Err(Problem::EnrolledAlready(_)) => {}
                    Err(problem) => return Err(problem),
                }
            }
            service::install()?;
            tell(Text::new("サービスを組み込み、開始しました。", "The service is set up and started."));
        }
        Asked::Uninstall { forget } => {
            service::uninstall()?;
            crate::page::withdraw();
            if forget {
                Agent::forget(&folder()?)?;
            }
            tell(Text::new("サービスを取り除きました。", "The service is removed."));
        }
    }
    Ok(())
}

fn help(lang: Lang) -> String {
    let mut text = match lang {
        Lang::Ja => {
            "見守りエージェント：このPCの安全設定を読み取り、会社のサーバーに報告します。\n\n使い方："
        }
        Lang::En => {
            "Mimamori agent: reports how this PC's security is set to the company's server.\n\nUsage:"
        }
    }
    .to_owned();
    for command in COMMANDS {
        let says = if lang == Lang::Ja { command.ja } else { command.en };
        text.push_str(&format!("\n  mimamori-agent {}\n        {says}", command.words));
    }
    text
}

fn enrol(folder: &Folder, url: &str, code: &str, again: bool, now: At) -> Result<Text, Problem> {
    // A broken memory, or one of another machine, is what enrolling mends.
    let known = State::load(folder).ok().flatten();
    let known = known.filter(|state| state.stopped.is_none() && state.machine.fits(&crate::agent::here()));
    if let Some(state) = known.filter(|_| !again) {
        return Err(Problem::EnrolledAlready(state.subject.id));
    }
    let code: AgentCode = code.parse().map_err(|_| Problem::Code)?;
    let enrolled = Agent::enrol(folder, url, &code, now)?;
    let (company, id) = (enrolled.company, enrolled.subject.id);
    if company.is_empty() {
        return Ok(Text::new(format!("「{id}」として登録しました。"), format!("Enrolled as '{id}'.")));
    }
    Ok(Text::new(
        format!("{company}の「{id}」として登録しました。"),
        format!("Enrolled as '{id}' of {company}."),
    ))
}

fn reported(sections: &[String], late: usize) -> Text {
    let mut text = if sections.is_empty() {
        Text::new(
            "報告しました。前回から変わったところはありません。",
            "Reported; nothing has changed since the last time.",
        )
    } else {
        Text::new(
            format!("報告しました。変わったところ：{}", sections.join("、")),
            format!("Reported; changed: {}", sections.join(", ")),
        )
    };
    if late > 0 {
        text.ja.push_str(&format!("\n送信できずにいた{late}日分の記録も送信しました。"));
        text.en.push_str(&format!("\nRecords of {late} days that had waited were sent as well."));
    }
    text
}

/// The service's life, with the user's page beside it.
fn live(folder: Folder, service: bool) -> Result<(), Problem> {
    let work = move |tell: std::sync::mpsc::SyncSender<Signal>, told: std::sync::mpsc::Receiver<Signal>| {
        // Without the page, reporting goes on: the page is for the user, the reports are the purpose.
        if let Err(problem) = Page::start(&folder, Arc::new(SystemClock), tell) {
            note(&folder, &problem);
        }
        run::run(&folder, &told, &SystemClock, &mut SystemChance);
        crate::page::withdraw();
    };
    #[cfg(windows)]
    if service {
        return service::dispatch(Box::new(work));
    }
    let _ = service;
    let (tell, told) = run::line();
    work(tell, told);
    Ok(())
}

fn note(folder: &Folder, problem: &Problem) {
    if let Ok(Some(mut state)) = State::load(folder) {
        state.problem = Some(problem.says());
        // It is a note; the next report writes over it.
        let _ = state.save(folder);
    }
}

fn status(folder: &Folder, now: At) -> Result<Text, Problem> {
    let state = State::load(folder)?.ok_or(Problem::NotEnrolled)?;
    if !state.machine.fits(&crate::agent::here()) {
        return Err(Problem::Copied);
    }
    let waiting = queue::waiting(folder)?.len();
    let told = Told::load(folder);
    let count = |outcome| {
        told.as_ref()
            .map_or(0, |told| told.standing.lines.iter().filter(|line| line.outcome == outcome).count())
    };
    Ok(Text::by(|lang| {
        let words = |ja: &str, en: &str| if lang == Lang::Ja { ja.to_owned() } else { en.to_owned() };
        let last = state.reported_at.map_or_else(|| words("まだ報告していません", "never"), At::minute);
        let mut lines = vec![
            format!("{}{} {}", words("登録：", "enrolled as: "), state.subject.id, state.company)
                .trim_end()
                .to_owned(),
            format!("{}{}", words("サーバー：", "server: "), state.server),
            format!("{}{last}", words("最後の報告：", "last report: ")),
        ];
        if let Some(refusal) = state.stopped {
            lines.push(Problem::Stopped(refusal).in_words(lang));
        } else if let Some(problem) = &state.problem {
            lines.push(format!("{}{}", words("問題：", "problem: "), problem.get(lang)));
        }
        if waiting > 0 {
            lines
                .push(format!("{}{waiting}", words("未送信の記録（日分）：", "days that wait to be sent: ")));
        }
        if told.is_some() {
            let (fail, unknown, pass) = (count(Outcome::Fail), count(Outcome::Unknown), count(Outcome::Pass));
            lines.push(match lang {
                Lang::Ja => {
                    format!("このPC：要対応 {fail}件、確認できない項目 {unknown}件、問題なし {pass}件")
                }
                Lang::En => format!("this PC: {fail} at fault, {unknown} not known, {pass} in order"),
            });
        }
        let off = state.clock_ahead_secs;
        if off.abs() > model::agent::CLOCK_SECS_MAX {
            lines.push(match lang {
                Lang::Ja => format!(
                    "このPCの時計がサーバーと{}分ずれています。時刻を合わせてください（現在 {}）。",
                    off.abs() / 60,
                    now.minute()
                ),
                Lang::En => format!(
                    "This PC's clock is {} minutes off the server's; set it right (it says {}).",
                    off.abs() / 60,
                    now.minute()
                ),
            });
        }
        lines.join("\n")
    }))
}

/// What would be sent; as a device of its own name where this PC is not enrolled, or where nothing may be looked up.
fn facts(now: At) -> Result<String, Problem> {
    let folder = Folder::at(&place::folder());
    let subject = State::load(&folder).ok().flatten().map(|state| state.subject);
    let own = || Subject::new(SubjectKind::Device, collect::host_name().unwrap_or_else(|| "unnamed".into()));
    let document: FactDocument = crate::agent::read(&subject.unwrap_or_else(own), now);
    serde_json::to_string_pretty(&document).map_err(|error| Problem::Answer(error.to_string()))
}

fn fix(folder: &Folder, id: &str, yes: bool, now: At) -> Result<Text, Problem> {
    let mender = Mender { folder, hand: &LiveHand };
    let remedy = mender.find(id)?;
    let changes = mender.preview(id)?;
    if changes.is_empty() {
        return Ok(Text::new("すでにこの設定になっています。", "It is so already."));
    }
    if !yes {
        let mut text = changed(&remedy.explain, &changes);
        if let Some(caution) = &remedy.caution {
            text = Text::by(|lang| format!("{}\n{}", text.get(lang), caution.get(lang)));
        }
        return Ok(Text::new(
            format!("{}\n{}\n実行するには --yes を付けてください。", text.ja, remedy.undo.ja),
            format!("{}\n{}\nAdd --yes to do it.", text.en, remedy.undo.en),
        ));
    }
    let done = mender.apply(id, By::Command, now)?;
    let text = changed(&Text::new("変更しました。", "Changed."), &done.changes);
    // The new state is reported at once where this PC is enrolled; otherwise, or offline, the next report brings it.
    let _ = Agent::open(folder).and_then(|mut agent| agent.report(&SystemClock).map(|_| ()));
    Ok(text)
}

fn changed(first: &Text, changes: &[Change]) -> Text {
    Text::by(|lang| {
        let mut text = first.get(lang).to_owned();
        let none = if lang == Lang::Ja { "（なし）" } else { "(none)" };
        let shown = |value: &str| if value.is_empty() { none.to_owned() } else { value.to_owned() };
        for change in changes {
            text.push_str(&format!(
                "\n  {}: {} → {}",
                change.what,
                shown(&change.before),
                shown(&change.after)
            ));
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_was_typed() {
        let check = |words: &str, expected: Option<Asked>| {
            let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
            assert_eq!(parse(&words), expected, "{words:?}");
        };
        check(
            "enroll https://m C",
            Some(Asked::Enrol { url: "https://m".into(), code: "C".into(), again: false }),
        );
        check("install --code C --url U", Some(Asked::Install { enrol: Some(("U".into(), "C".into())) }));
        check("fix x --yes", Some(Asked::Fix { id: "x".into(), yes: true }));
        check("run --service", Some(Asked::Run { service: true }));
        check("/?", Some(Asked::Help));
        check("", None);
        check("fix", None);
        check("once more", None);
    }

    #[test]
    fn every_command_is_in_the_help_of_both_languages() {
        for lang in Lang::ALL {
            let help = help(lang);
            for word in
                ["enroll", "once", "run", "status", "show", "facts", "fix", "undo", "install", "uninstall"]
            {
                assert!(help.contains(&format!("mimamori-agent {word}")), "{word}");
            }
        }
    }
}
