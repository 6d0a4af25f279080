//! What goes with a package: what it changes, how to try it, how to undo it. In Japanese and English, made from the
//! table of changes, so that the words and the files cannot part.

use std::fmt::Write as _;

use super::change::{Change, Put, Target};

/// One value as the reader of the instructions sees it.
pub(super) struct Row {
    pub(super) put: Put,
    /// What policies say today; `None` when none says anything.
    pub(super) before: Option<String>,
    pub(super) after: String,
    /// The value written back; `None` when it is taken out.
    pub(super) undo: Undo,
}

/// What undoing comes to.
pub(super) enum Undo {
    Value(String),
    Removed,
    Left,
}

/// A policy of the package.
pub(super) struct Made {
    pub(super) name: String,
    pub(super) target: Target,
    pub(super) apply_id: String,
    pub(super) undo_id: Option<String>,
    pub(super) changes: Vec<(&'static Change, Vec<Row>)>,
}

/// The words of one language.
struct Words {
    heading: &'static str,
    domain: &'static str,
    made: &'static str,
    contents: &'static str,
    first: &'static str,
    import: &'static str,
    by_hand: &'static str,
    at_domain: &'static str,
    at_computers: &'static str,
    changes: &'static str,
    statements: &'static str,
    caution: &'static str,
    before: &'static str,
    not_set: &'static str,
    after: &'static str,
    undone: &'static str,
    removed: &'static str,
    left: &'static str,
    undo: &'static str,
    no_undo: &'static str,
}

const JA: Words = Words {
    heading: "グループポリシーの変更一式",
    domain: "ドメイン",
    made: "作成日時(UTC)",
    contents: "入っているもの\r\n\
        apply … 適用するポリシーのバックアップ(グループポリシーの管理でインポートします)\r\n\
        undo … 元に戻すポリシーのバックアップ\r\n\
        files … 同じ内容のファイル(GptTmpl.inf、Registry.pol、Registry.xml)。中身の確認や個別の取り込みに使います\r\n\
        このフォルダーを開いただけでは、何も変わりません。",
    first: "まず試します\r\n\
        1. テスト用のOUを作り、影響が出てもよいPCを2台移します。\r\n\
        2. 下の手順でポリシーをインポートし、テスト用のOUにリンクします。\r\n\
        3. 2台でgpupdate /forceを実行し、再起動します。\r\n\
        4. Mimamoriで2台の結果と、業務で使うシステムや共有、複合機、VPNが動くことを確認します。\r\n\
        5. 1週間ほど様子を見てから、本来のリンク先にリンクします。\r\n\
        ドメインのアカウントのポリシーはOUでは試せません。利用者に知らせ、業務に影響の少ない時間にリンクしてください。",
    import: "インポートの手順(ドメインコントローラー、またはグループポリシーの管理を入れたPCで)",
    by_hand: "画面で行う場合は、「グループポリシーの管理」で空のポリシーを作り、右クリックの「設定のインポート」でこのフォルダーのapplyを選びます。",
    at_domain: "リンク先:ドメインのルート(ほかのコンテナーにリンクしても、ドメインのアカウントには効きません)。同じ設定を持つ既定のドメインポリシーより、リンクの順序を上にしてください。",
    at_computers: "リンク先:はじめはテスト用のOU、確認後にドメイン、またはコンピューターのあるOU",
    changes: "変わる設定",
    statements: "対応するガイドラインの項目",
    caution: "注意",
    before: "今のポリシーの値",
    not_set: "設定なし",
    after: "変更後",
    undone: "元に戻す値",
    removed: "(設定を外す)",
    left: "(自動では戻しません。必要なら手で戻します)",
    undo: "元に戻す手順\r\n\
        1. applyのポリシーのリンクを外します。管理用テンプレートの設定は、これだけで元に戻ります。\r\n\
        2. セキュリティの設定、サービス、基本設定の値は、リンクを外しても端末に残ります。undoのポリシーを同じ手順でインポートし、同じ場所にリンクします。\r\n\
        3. 対象のPCでgpupdate /forceを実行し、再起動します。元に戻ったことを確認したら、undoのポリシーのリンクも外せます。",
    no_undo: "(undoのポリシーは要りません)",
};

const EN: Words = Words {
    heading: "Group policy changes",
    domain: "Domain",
    made: "Made (UTC)",
    contents: "What is inside\r\n\
        apply: backups of the policies to apply; import them in Group Policy Management\r\n\
        undo: backups of the policies that put things back\r\n\
        files: the same as single files (GptTmpl.inf, Registry.pol, Registry.xml), to look at or to use one by one\r\n\
        Opening this folder changes nothing.",
    first: "Test first\r\n\
        1. Make an organizational unit for tests and move two PCs into it that may break.\r\n\
        2. Import the policy as below and link it to that unit.\r\n\
        3. Run gpupdate /force on both and restart them.\r\n\
        4. Look at both in Mimamori, and try the business systems, shares, copiers and the VPN.\r\n\
        5. After about a week, link the policy where it belongs.\r\n\
        The policy for the domain's accounts cannot be tried on a unit: tell people, and link it at a quiet hour.",
    import: "How to import (on a domain controller, or a PC with Group Policy Management)",
    by_hand: "In the console: make an empty policy in Group Policy Management, right-click it, choose Import Settings, and give the folder apply.",
    at_domain: "Link it at: the domain itself (linked elsewhere it has no effect on the domain's accounts), above the Default Domain Policy, which has the same settings.",
    at_computers: "Link it at: a unit for tests first, then the domain or the units with computers",
    changes: "What changes",
    statements: "Guideline",
    caution: "Note",
    before: "policy today",
    not_set: "not set",
    after: "after",
    undone: "undone to",
    removed: "(taken out)",
    left: "(not put back by itself; do it by hand if needed)",
    undo: "How to undo\r\n\
        1. Remove the link of the policy from apply. For administrative templates that is all.\r\n\
        2. Security settings, services and preferences stay on the machines. Import the policy from undo the same way and link it at the same place.\r\n\
        3. Run gpupdate /force and restart. Once things are back, the link of the undo policy can go as well.",
    no_undo: "(no undo policy needed)",
};

/// The instructions in both languages, by their file name: with a byte order mark, as Notepad of older systems needs.
pub(super) fn instructions(made: &[Made], domain: &str, at: &str) -> Vec<(String, Vec<u8>)> {
    let one = |name: &str, words: &Words, language: fn((&'static str, &'static str)) -> &'static str| {
        let text = format!("\u{feff}{}", written(made, domain, at, words, language));
        (name.to_owned(), text.into_bytes())
    };
    vec![one("はじめに.txt", &JA, |(ja, _)| ja), one("README.txt", &EN, |(_, en)| en)]
}

fn written(
    made: &[Made],
    domain: &str,
    at: &str,
    words: &Words,
    language: fn((&'static str, &'static str)) -> &'static str,
) -> String {
    let mut out =
        format!("{}\r\n\r\n{}: {domain}\r\n{}: {at}\r\n\r\n", words.heading, words.domain, words.made);
    let mut say = |text: &str| {
        out.push_str(text);
        out.push_str("\r\n");
    };
    say(words.contents);
    say("");
    say(words.first);
    say("");
    say(words.import);
    for policy in made {
        say("");
        say(&command(&policy.name, &policy.apply_id, "apply"));
        say(match policy.target {
            Target::Domain => words.at_domain,
            Target::Computers => words.at_computers,
        });
    }
    say("");
    say(words.by_hand);
    for policy in made {
        say("");
        say(&format!("{}: {}", words.changes, policy.name));
        for (change, rows) in &policy.changes {
            say("");
            say(&format!("■ {}", language(change.title)));
            say(&format!("  {}: {}", words.statements, change.statements.join(", ")));
            say(&format!("  {}: {}", words.caution, language(change.caution)));
            rows.iter().for_each(|row| say(&shown(row, words)));
        }
    }
    say("");
    say(words.undo);
    for policy in made {
        say("");
        match &policy.undo_id {
            Some(id) => say(&command(&format!("{} (undo)", policy.name), id, "undo")),
            None => say(&format!("{} {}", policy.name, words.no_undo)),
        }
    }
    out
}

/// The command that makes a policy and imports a backup into it. The name has no quotation marks in it.
fn command(name: &str, id: &str, folder: &str) -> String {
    format!(
        "Import-GPO -BackupId '{id}' -Path (Resolve-Path .\\{folder}) -TargetName '{name}' -CreateIfNeeded"
    )
}

fn shown(row: &Row, words: &Words) -> String {
    let place = match row.put {
        Put::Template(section, name, _) => format!("[{section}] {name}"),
        Put::TemplateNumber(key, name) | Put::Registry(key, name, _) | Put::Preference(key, name, _) => {
            format!("HKLM\\{key}\\{name}")
        }
        Put::Service(name) => format!("[Service] {name}"),
    };
    let undo = match &row.undo {
        Undo::Value(value) => value,
        Undo::Removed => words.removed,
        Undo::Left => words.left,
    };
    let mut out = format!("  - {place}\r\n");
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "    {}: {} / {}: {} / {}: {undo}",
        words.before,
        row.before.as_deref().unwrap_or(words.not_set),
        words.after,
        row.after,
        words.undone
    );
    out
}
