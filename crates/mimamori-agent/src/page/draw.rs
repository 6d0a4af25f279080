//! The page's HTML. Knows nothing of HTTP; every text from outside is escaped here.

use std::fmt::Write as _;

use model::{At, Lang, Level, Outcome, Text};
use remedy::{Change, Remedy};

use crate::State;
use crate::agent::Told;
use crate::mend::{Applied, By, Mender};
use crate::sight;

/// What the first page shows.
pub(super) struct View<'a> {
    pub(super) now: At,
    pub(super) state: Option<State>,
    pub(super) problem: Option<Text>,
    pub(super) told: Option<Told>,
    pub(super) late: usize,
    pub(super) done: Vec<Applied>,
    pub(super) fixes: bool,
    pub(super) form: &'a str,
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

fn pick<'a>(lang: Lang, ja: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Ja => ja,
        Lang::En => en,
    }
}

fn frame(lang: Lang, here: &str, body: &str) -> String {
    let link = |path: &str, ja: &str, en: &str| {
        let current = if path == here { " aria-current=\"page\"" } else { "" };
        format!("<a href=\"{path}\"{current}>{}</a>", pick(lang, ja, en))
    };
    format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{}</title>\
         <link rel=\"stylesheet\" href=\"/style.css\"></head><body><header><strong>{}</strong>{} {}</header>\
         <main>{body}</main></body></html>",
        pick(lang, "このPCの状態 – 見守り", "This PC – Mimamori"),
        pick(lang, "見守り", "Mimamori"),
        link("/", "このPCの状態", "How this PC stands"),
        link("/seen", "読み取っている内容", "What is read"),
    )
}

/// A page that says one thing.
pub(super) fn message(lang: Lang, text: &Text) -> String {
    let back = pick(lang, "このPCの状態に戻る", "Back to how this PC stands");
    let body = format!("<p class=\"note\">{}</p><p><a href=\"/\">{back}</a></p>", escaped(text.get(lang)));
    frame(lang, "", &body)
}

pub(super) fn closed(lang: Lang) -> String {
    let text = Text::new(
        "このページは、スタートメニューまたは mimamori-agent show から開いてください。",
        "Open this page by the command: mimamori-agent show",
    );
    frame(lang, "", &format!("<p class=\"note\">{}</p>", text.get(lang)))
}

pub(super) fn reporting() -> Text {
    Text::new(
        "このPCを読み取って報告しています。1分ほどで最新の状態になります。",
        "This PC is being read and reported. The new state shows in about a minute.",
    )
}

pub(super) fn reported_just_now() -> Text {
    Text::new(
        "報告は1分に1回までです。少し待ってから、もう一度押してください。",
        "A report was asked for within the last minute. Wait a little, then ask again.",
    )
}

pub(super) fn not_here() -> Text {
    Text::new("このページはありません。", "There is no such page.")
}

/// How this PC stands.
pub(super) fn standing(lang: Lang, view: &View<'_>, mender: &Mender<'_>) -> String {
    let mut body = format!("<h1>{}</h1>", pick(lang, "このPCの状態", "How this PC stands"));
    if let Some(problem) = &view.problem {
        let _ = write!(body, "<p class=\"note fail\">{}</p>", escaped(problem.get(lang)));
    }
    if let Some(state) = &view.state {
        body.push_str(&report(lang, view, state));
    }
    match &view.told {
        Some(told) => body.push_str(&lines(lang, view, told, mender)),
        None => {
            let none = pick(
                lang,
                "まだ判定の結果を受け取っていません。このPCが安全かどうかは、まだ分かりません。",
                "No result has come from the server yet: whether this PC is safe is not known.",
            );
            let _ = write!(body, "<p class=\"note unknown\">{none}</p>");
        }
    }
    body.push_str(&undoable(lang, view, mender));
    frame(lang, "/", &body)
}

fn report(lang: Lang, view: &View<'_>, state: &State) -> String {
    let mut text = format!("<p class=\"soft\">{} {}", escaped(&state.company), escaped(&state.subject.id));
    let last = match (state.reported_at, lang) {
        (Some(at), Lang::Ja) => format!("最後の報告：{}（{}）", at.minute(), ago(lang, at, view.now)),
        (Some(at), Lang::En) => format!("last report: {} ({})", at.minute(), ago(lang, at, view.now)),
        (None, Lang::Ja) => "まだ報告していません".into(),
        (None, Lang::En) => "not reported yet".into(),
    };
    let _ = write!(text, " / {last}</p>");
    if let Some(problem) = state.problem.as_ref().filter(|_| view.problem.is_none()) {
        let _ = write!(text, "<p class=\"note unknown\">{}", escaped(problem.get(lang)));
        if view.late > 0 {
            let waiting = match lang {
                Lang::Ja => format!("未送信の記録が{}日分あります。", view.late),
                Lang::En => format!(" Records of {} days wait to be sent.", view.late),
            };
            text.push_str(&waiting);
        }
        text.push_str("</p>");
    }
    if view.problem.is_none() {
        text.push_str(&button(lang, "/report", view.form, "", "second", "いま報告する", "Report now"));
    }
    text
}

fn ago(lang: Lang, at: At, now: At) -> String {
    let minutes = now.unix_secs().saturating_sub(at.unix_secs()).max(0) / 60;
    match (minutes, lang) {
        (0..60, Lang::Ja) => format!("{minutes}分前"),
        (0..60, Lang::En) => format!("{minutes} min ago"),
        (60..2880, Lang::Ja) => format!("{}時間前", minutes / 60),
        (60..2880, Lang::En) => format!("{} h ago", minutes / 60),
        (_, Lang::Ja) => format!("{}日前", minutes / 1440),
        (_, Lang::En) => format!("{} days ago", minutes / 1440),
    }
}

fn lines(lang: Lang, view: &View<'_>, told: &Told, mender: &Mender<'_>) -> String {
    let standing = &told.standing;
    let count = |outcome| standing.lines.iter().filter(|line| line.outcome == outcome).count();
    let (fail, unknown) = (count(Outcome::Fail), count(Outcome::Unknown));
    let (class, sum) = match (fail, unknown, lang) {
        (0, 0, Lang::Ja) => ("pass", "問題は見つかっていません。".to_owned()),
        (0, 0, Lang::En) => ("pass", "Nothing is at fault.".to_owned()),
        (0, _, Lang::Ja) => {
            ("unknown", format!("問題は見つかっていませんが、確認できない項目が{unknown}件あります。"))
        }
        (0, _, Lang::En) => {
            ("unknown", format!("Nothing is known to be at fault; {unknown} cannot be told."))
        }
        (_, _, Lang::Ja) => {
            ("fail", format!("直すところが{fail}件、確認できない項目が{unknown}件あります。"))
        }
        (_, _, Lang::En) => ("fail", format!("{fail} to mend, {unknown} cannot be told.")),
    };
    let mut text = format!(
        "<p class=\"note {class}\"><strong>{sum}</strong><br>{} {}</p>",
        pick(lang, "判定の日時：", "Judged:"),
        told.at.minute()
    );
    for line in standing.lines.iter().filter(|line| line.outcome != Outcome::Pass) {
        let _ = write!(
            text,
            "<section class=\"card\"><span class=\"mark {}\">{}</span> <span class=\"soft\">{} {}</span>\
             <h3>{}</h3><p>{}</p>",
            line.outcome.name(),
            outcome(lang, line.outcome),
            level(lang, line.level),
            escaped(&line.statement.to_string()),
            escaped(line.title.get(lang)),
            escaped(line.reason.get(lang)),
        );
        if !line.remedy.get(lang).is_empty() {
            let _ = write!(
                text,
                "<p><strong>{}</strong> {}</p>",
                pick(lang, "対処：", "What to do:"),
                escaped(line.remedy.get(lang))
            );
        }
        if line.outcome == Outcome::Fail {
            text.push_str(&fixes(lang, view, line, mender));
        }
        text.push_str("</section>");
    }
    let passed = count(Outcome::Pass);
    if passed > 0 {
        let title = match lang {
            Lang::Ja => format!("満たしている項目（{passed}件）"),
            Lang::En => format!("In order ({passed})"),
        };
        let _ = write!(text, "<details><summary>{title}</summary><ul>");
        for line in standing.lines.iter().filter(|line| line.outcome == Outcome::Pass) {
            let _ = write!(
                text,
                "<li>{} <span class=\"soft\">{}</span></li>",
                escaped(line.title.get(lang)),
                escaped(&line.statement.to_string())
            );
        }
        text.push_str("</ul></details>");
    }
    text
}

fn fixes(lang: Lang, view: &View<'_>, line: &model::agent::StandingLine, mender: &Mender<'_>) -> String {
    let offered = mender.offered(&line.statement, &line.fixes);
    if offered.is_empty() {
        return String::new();
    }
    if !view.fixes {
        return format!("<p class=\"soft\">{}</p>", crate::mend::turned_off().get(lang));
    }
    let mut text = String::new();
    for remedy in offered {
        let _ = write!(
            text,
            "<p><a class=\"button\" href=\"/fix?id={}\">{}</a> {}</p>",
            escaped(&remedy.id),
            pick(lang, "直す", "Fix"),
            escaped(remedy.title.get(lang))
        );
    }
    text
}

fn undoable(lang: Lang, view: &View<'_>, mender: &Mender<'_>) -> String {
    if view.done.is_empty() {
        return String::new();
    }
    let mut text = format!("<h2>{}</h2>", pick(lang, "このPCで行った対処", "What was done on this PC"));
    for Applied { by, done } in view.done.iter().rev() {
        let title = mender
            .find(&done.remedy)
            .map_or_else(|_| done.remedy.clone(), |remedy| remedy.title.get(lang).to_owned());
        let _ = write!(
            text,
            "<section class=\"card\"><h3>{}</h3><p class=\"soft\">{}</p>{}",
            escaped(&title),
            done.at.minute(),
            table(lang, &done.changes)
        );
        if view.fixes && *by == By::Page {
            text.push_str(&button(lang, "/undo", view.form, &done.remedy, "second", "元に戻す", "Undo"));
        }
        text.push_str("</section>");
    }
    text
}

fn outcome(lang: Lang, outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Fail => pick(lang, "要対応", "At fault"),
        Outcome::Unknown => pick(lang, "確認できません", "Not known"),
        Outcome::Waived => pick(lang, "会社が了承済み", "Accepted"),
        Outcome::Pass => pick(lang, "問題なし", "In order"),
    }
}

fn level(lang: Lang, level: Level) -> &'static str {
    match level {
        Level::Shall => pick(lang, "遵守事項", "Must"),
        Level::Should => pick(lang, "推奨事項", "Should"),
        Level::May => pick(lang, "許容事項", "May"),
    }
}

fn button(lang: Lang, path: &str, form: &str, id: &str, class: &str, ja: &str, en: &str) -> String {
    format!(
        "<form method=\"post\" action=\"{path}\"><input type=\"hidden\" name=\"form\" value=\"{}\">\
         <input type=\"hidden\" name=\"id\" value=\"{}\"><button class=\"{class}\">{}</button></form>",
        escaped(form),
        escaped(id),
        pick(lang, ja, en)
    )
}

fn table(lang: Lang, changes: &[Change]) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "<table><thead><tr><th>{}</th><th>{}</th><th>{}</th></tr></thead><tbody>",
        pick(lang, "変わるもの", "What"),
        pick(lang, "変更前", "From"),
        pick(lang, "変更後", "To")
    );
    let shown = |value: &str| {
        if value.is_empty() { pick(lang, "（なし）", "(none)").to_owned() } else { escaped(value) }
    };
    for change in changes {
        let _ = write!(
            text,
            "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(&change.what),
            shown(&change.before),
            shown(&change.after)
        );
    }
    text.push_str("</tbody></table>");
    text
}

/// What a remedy would change, and the button that does it.
pub(super) fn preview(lang: Lang, remedy: &Remedy, changes: &[Change], form: &str) -> String {
    let mut body =
        format!("<h1>{}</h1><p>{}</p>", escaped(remedy.title.get(lang)), escaped(remedy.explain.get(lang)));
    if changes.is_empty() {
        let _ = write!(
            body,
            "<p class=\"note pass\">{}</p>",
            pick(
                lang,
                "すでにこの設定になっています。変更するものはありません。",
                "It is so already; nothing needs to change."
            )
        );
    } else {
        let _ =
            write!(body, "<h2>{}</h2>{}", pick(lang, "変更する内容", "What changes"), table(lang, changes));
        if let Some(caution) = &remedy.caution {
            let _ = write!(
                body,
                "<h2>{}</h2><p class=\"note unknown\">{}</p>",
                pick(lang, "使えなくなるかもしれないもの", "What may stop working"),
                escaped(caution.get(lang))
            );
        }
        if remedy.restart {
            let _ = write!(
                body,
                "<p class=\"note\">{}</p>",
                pick(lang, "再起動すると有効になります。", "It takes effect after a restart.")
            );
        }
        let _ = write!(
            body,
            "<h2>{}</h2><p>{}</p>",
            pick(lang, "元に戻すには", "To undo it"),
            escaped(remedy.undo.get(lang))
        );
        body.push_str(&button(lang, "/fix", form, &remedy.id, "", "直す", "Fix it"));
    }
    let _ = write!(body, "<a class=\"button second\" href=\"/\">{}</a>", pick(lang, "やめる", "Leave it"));
    frame(lang, "", &body)
}

/// What a remedy changed.
pub(super) fn done(
    lang: Lang,
    remedy: &Remedy,
    changes: &[Change],
    form: &str,
    can_be_undone: bool,
) -> String {
    let mut body = format!(
        "<h1>{}</h1><p class=\"note pass\">{}</p>{}",
        escaped(remedy.title.get(lang)),
        pick(
            lang,
            "設定を変更しました。新しい状態を報告しています。",
            "It was changed. The new state is being reported."
        ),
        table(lang, changes)
    );
    if remedy.restart {
        let _ = write!(
            body,
            "<p class=\"note\">{}</p>",
            pick(lang, "再起動すると有効になります。", "It takes effect after a restart.")
        );
    }
    if can_be_undone {
        body.push_str(&button(lang, "/undo", form, &remedy.id, "second", "元に戻す", "Undo"));
    }
    let _ = write!(
        body,
        "<p><a href=\"/\">{}</a></p>",
        pick(lang, "このPCの状態に戻る", "Back to how this PC stands")
    );
    frame(lang, "", &body)
}

/// What was put back.
pub(super) fn undone(lang: Lang, remedy: &Remedy, changes: &[Change]) -> String {
    let body = format!(
        "<h1>{}</h1><p class=\"note\">{}</p>{}<p><a href=\"/\">{}</a></p>",
        escaped(remedy.title.get(lang)),
        pick(
            lang,
            "元に戻しました。新しい状態を報告しています。",
            "It was put back. The new state is being reported."
        ),
        table(lang, changes),
        pick(lang, "このPCの状態に戻る", "Back to how this PC stands")
    );
    frame(lang, "", &body)
}

/// What the agent sees.
pub(super) fn seen(lang: Lang) -> String {
    let mut body = format!(
        "<h1>{}</h1><p>{}</p><p class=\"note\">{}</p>",
        pick(lang, "このPCから読み取っている内容", "What is read of this PC"),
        pick(
            lang,
            "会社の決まり（テレワークの安全基準）を満たしているかを確かめるために、次の設定だけを読み取り、会社のサーバーだけに送ります。",
            "To see whether this PC keeps the company's rules for home-working, these settings are read and sent to the company's server, and to nobody else."
        ),
        sight::never().get(lang)
    );
    for section in sight::SEEN {
        let _ = write!(
            body,
            "<section class=\"card\"><h3>{} <span class=\"soft\">{}</span></h3><p>{}</p></section>",
            section.title().get(lang),
            section.section,
            section.what().get(lang)
        );
    }
    let _ = write!(
        body,
        "<p><a class=\"button second\" href=\"/facts\">{}</a></p>",
        pick(
            lang,
            "実際に送る内容をすべて見る（数秒かかります）",
            "Show all that is sent (takes a few seconds)"
        )
    );
    frame(lang, "/seen", &body)
}

/// The fact document as it would be sent.
pub(super) fn facts(lang: Lang, text: &str) -> String {
    let body = format!(
        "<h1>{}</h1><p>{}</p><pre>{}</pre>",
        pick(lang, "実際に送る内容", "What is sent"),
        pick(
            lang,
            "前回から変わった部分だけが送られます。misses は、読み取れなかった項目とその理由です。このPCのほかの利用者に関わる項目（アカウントなど）は、このページには表示しません。",
            "Only what changed since the last time is sent. The misses are what could not be read, and why. What concerns other people's accounts on this PC is not shown on this page."
        ),
        escaped(text)
    );
    frame(lang, "", &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_becomes_markup() {
        let evil = Text::same("<script>alert('x')</script>\"&");
        let page = message(Lang::Ja, &evil);
        assert!(!page.contains("<script") && page.contains("&lt;script&gt;alert(&#39;x&#39;)"));
        let change = Change { what: "<b>".into(), before: String::new(), after: "\"".into() };
        let table = table(Lang::En, &[change]);
        assert!(
            table.contains("&lt;b&gt;") && table.contains("(none)") && table.contains("&quot;"),
            "{table}"
        );
    }

    #[test]
    fn says_how_long_ago() {
        let at = At::from_unix_secs(1_000_000).unwrap();
        let check = |secs: i64, ja: &str| assert_eq!(ago(Lang::Ja, at, at.plus_secs(secs)), ja);
        check(-5, "0分前");
        check(3599, "59分前");
        check(3600, "1時間前");
        check(200_000, "2日前");
    }
}
