//! What can go wrong, told to people in both languages: what was found and what to do. Never holds a secret.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use model::agent::{Refusal, Refused};
use model::{Lang, Text};

/// What went wrong.
#[derive(Debug)]
pub enum Problem {
    /// Words of the command line that say nothing.
    Usage(Text),
    /// Not an address of a server.
    Address(String),
    /// Not an enrolment code.
    Code,
    /// This PC is not enrolled.
    NotEnrolled,
    /// It is enrolled already.
    EnrolledAlready(String),
    /// The server cannot be reached.
    Offline(String, io::Error),
    /// The server shows another certificate.
    Certificate(String),
    /// The encrypted connection failed.
    Tls(String, String),
    /// The answer is not one of a Mimamori server.
    Answer(String),
    /// The server refused.
    Refused(Box<Refused>),
    /// The server refused for good earlier on; it is asked once a day.
    Stopped(Refusal),
    /// A file could not be read or written.
    File(PathBuf, io::Error),
    /// The folder belongs to somebody who must not own it.
    Folder(PathBuf),
    /// A file in it was written by somebody who is no administrator, or leads elsewhere.
    Planted(PathBuf),
    /// The agent's memory is broken.
    State(PathBuf, String),
    /// The kept key is none.
    Key,
    /// The agent's memory was made on another machine.
    Copied,
    /// The system gave no random numbers.
    Chance,
    /// The service could not be set up or removed.
    Service(String),
    /// A setting cannot be read.
    Setting(String),
    /// A remedy could not be done.
    Remedy(Text),
}

impl Problem {
    /// About a file.
    pub(crate) fn file(path: &Path, error: io::Error) -> Self {
        Problem::File(path.to_path_buf(), error)
    }

    /// Whether the server wants no more messages from this device.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            Problem::Refused(refused) => Some(refused.refusal),
            Problem::Stopped(refusal) => Some(*refusal),
            _ => None,
        }
    }

    /// Whether the message did not arrive, or not to the right place: then it is kept for later.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        matches!(self, Problem::Offline(..) | Problem::Certificate(_) | Problem::Tls(..) | Problem::Answer(_))
            || self.refusal() == Some(Refusal::Busy)
    }

    /// What is wrong and what to do.
    #[must_use]
    pub fn says(&self) -> Text {
        match self {
            Problem::Usage(text) | Problem::Remedy(text) => text.clone(),
            Problem::Address(address) => Text::new(
                format!(
                    "「{address}」はサーバーのアドレスとして使えません。https://サーバー名:ポート番号 の形で指定してください。"
                ),
                format!("'{address}' is not the address of a server. Write https://NAME:PORT."),
            ),
            Problem::Code => Text::new(
                "登録コードが正しくありません。管理者から届いた32文字（4文字ずつ8組）を、そのまま貼り付けてください。",
                "This is not an enrolment code. Paste the 32 characters (eight groups of four) from your administrator as they are.",
            ),
            Problem::NotEnrolled => Text::new(
                "このPCはまだ登録されていません。管理者に登録コードを発行してもらい、mimamori-agent enroll アドレス コード を管理者権限で実行してください。",
                "This PC is not enrolled. Get a code from your administrator and run, as administrator: mimamori-agent enroll ADDRESS CODE",
            ),
            Problem::EnrolledAlready(name) => Text::new(
                format!(
                    "このPCはすでに「{name}」として登録されています。登録し直すときは --again を付けてください。"
                ),
                format!("This PC is already enrolled as '{name}'. Add --again to enrol it anew."),
            ),
            Problem::Offline(address, error) => Text::new(
                format!(
                    "サーバー {address} に接続できません（{error}）。ネットワークまたはVPNの接続を確認してください。記録は失われず、接続できしだい送信します。"
                ),
                format!(
                    "The server {address} cannot be reached ({error}). Check the network or VPN. Nothing is lost; it is sent once the connection is back."
                ),
            ),
            Problem::Certificate(address) => Text::new(
                format!(
                    "サーバー {address} の証明書が、登録時に確認したものと違います。別のサーバーにつながっているか、途中で通信が書き換えられています。何も送信していません。管理者に連絡してください。"
                ),
                format!(
                    "The server {address} shows another certificate than the one this PC was enrolled with: it is another server, or something in between opens the connection. Nothing was sent. Tell your administrator."
                ),
            ),
            Problem::Tls(address, what) => Text::new(
                format!(
                    "サーバー {address} と暗号化した通信を始められません（{what}）。アドレスとポート番号を確認してください。"
                ),
                format!(
                    "The server {address} cannot be spoken to over TLS ({what}). Check address and port."
                ),
            ),
            Problem::Answer(what) => Text::new(
                format!(
                    "サーバーの返事を読み取れません（{what}）。アドレスとポート番号を確認し、続くときは管理者に連絡してください。"
                ),
                format!(
                    "The server's answer cannot be understood ({what}). Check address and port; tell your administrator if it goes on."
                ),
            ),
            Problem::Refused(refused) => refused.says.clone(),
            Problem::Stopped(refusal) => stopped(*refusal),
            Problem::File(path, error) => file(path, error),
            Problem::Folder(path) => Text::new(
                format!(
                    "フォルダー {} は、管理者以外の利用者が作成したものです。中身を確認して削除してから、もう一度実行してください。",
                    path.display()
                ),
                format!(
                    "The folder {} was made by somebody who is not an administrator. Look into it, delete it, and try again.",
                    path.display()
                ),
            ),
            Problem::Planted(path) => Text::new(
                format!(
                    "{} は、管理者以外の利用者が置いたものか、別の場所へのリンクです。読み込みません。内容を確認して削除してください。管理者が作成したものであれば、所有者を Administrators に変更してください。",
                    path.display()
                ),
                format!(
                    "{} was put there by somebody who is not an administrator, or leads elsewhere; it is not read. Look into it and delete it; if an administrator made it, set its owner to Administrators.",
                    path.display()
                ),
            ),
            Problem::State(path, what) => Text::new(
                format!(
                    "エージェントの記録 {} が壊れています（{what}）。mimamori-agent enroll で登録し直してください。サーバー側の記録は失われません。",
                    path.display()
                ),
                format!(
                    "The agent's memory {} is broken ({what}). Enrol again: mimamori-agent enroll. What the server has is not lost.",
                    path.display()
                ),
            ),
            Problem::Key => Text::new(
                "このPCの鍵ファイルが壊れています。mimamori-agent enroll で登録し直してください。",
                "This PC's key file is broken. Enrol again: mimamori-agent enroll.",
            ),
            Problem::Copied => Text::new(
                "この登録は別のPCで作られたものです（ディスクやイメージの複製、または基板の交換）。このPCを mimamori-agent enroll で登録し直してください。",
                "This enrolment was made on another PC (a copied disk or image, or a new main board). Enrol this PC anew: mimamori-agent enroll.",
            ),
            Problem::Chance => Text::new(
                "乱数を取得できないため、鍵を作成できません。OSの状態を確認してください。",
                "The system gives no random numbers, so no key can be made. Check the operating system.",
            ),
            Problem::Service(what) => Text::new(
                format!("サービスを設定できません（{what}）。管理者権限で実行しているか確認してください。"),
                format!("The service cannot be set up ({what}). Check that you run this as administrator."),
            ),
            Problem::Setting(what) => Text::new(
                format!(
                    "設定ファイル agent.toml を読み取れません（{what}）。内容を直すか、ファイルを削除してください。"
                ),
                format!("The settings in agent.toml cannot be read ({what}). Mend the file, or delete it."),
            ),
        }
    }

    /// What is wrong, in one language.
    #[must_use]
    pub fn in_words(&self, lang: Lang) -> String {
        self.says().get(lang).to_owned()
    }
}

fn stopped(refusal: Refusal) -> Text {
    match refusal {
        Refusal::Revoked => Text::new(
            "このPCの登録は管理者が取り消しました。報告は止まっています。心当たりがないときは管理者に確認してください。",
            "Your administrator revoked this PC's enrolment. It no longer reports. Ask your administrator if you did not expect this.",
        ),
        _ => Text::new(
            "サーバーはこのPCを知りません。報告は止まっています。管理者に登録コードを発行してもらい、登録し直してください。",
            "The server does not know this PC. It no longer reports. Get a code from your administrator and enrol again.",
        ),
    }
}

fn file(path: &Path, error: &io::Error) -> Text {
    let path = path.display();
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Text::new(
            format!(
                "ディスクに空きがないため {path} に書き込めません。前の記録は残っています。空きを作ると、次の報告から自動で続きます。"
            ),
            format!(
                "The disk is full: {path} cannot be written. What was kept before is still there. Free some space; the next report goes on by itself."
            ),
        ),
        io::ErrorKind::PermissionDenied => Text::new(
            format!("{path} を開く権限がありません。管理者権限で実行してください。"),
            format!("{path} may not be opened. Run this as administrator."),
        ),
        _ => Text::new(
            format!("{path} を読み書きできません（{error}）。"),
            format!("{path} cannot be read or written ({error})."),
        ),
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.says().en)
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_to_do_in_both_languages() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let check = |problem: Problem, ja: &str, en: &str| {
            let says = problem.says();
            assert!(says.ja.contains(ja) && says.en.contains(en), "{says:?}");
        };
        check(Problem::file(Path::new("x"), full), "空き", "Free some space");
        check(Problem::Copied, "登録し直して", "Enrol this PC anew");
        check(Problem::Stopped(Refusal::Revoked), "取り消し", "revoked");
        check(Problem::Stopped(Refusal::Unknown), "登録し直して", "enrol again");
        check(Problem::Certificate("h".into()), "何も送信していません", "Nothing was sent");
    }
}
