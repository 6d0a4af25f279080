//! What the agent looks at, said in plain words to the person whose PC it is, section by section; and what it never
//! looks at. A test holds the list against the facts there are.

use model::Text;

/// One section.
pub(crate) struct Seen {
    /// Its name in the fact document.
    pub(crate) section: &'static str,
    ja: (&'static str, &'static str),
    en: (&'static str, &'static str),
}

impl Seen {
    /// What it is called.
    pub(crate) fn title(&self) -> Text {
        Text::new(self.ja.0, self.en.0)
    }

    /// What is read.
    pub(crate) fn what(&self) -> Text {
        Text::new(self.ja.1, self.en.1)
    }
}

const fn seen(
    section: &'static str,
    ja: (&'static str, &'static str),
    en: (&'static str, &'static str),
) -> Seen {
    Seen { section, ja, en }
}

/// What is never read.
pub(crate) fn never() -> Text {
    Text::new(
        "ファイルやメールの中身、Webの閲覧履歴、入力した文字、画面、パスワード、回復キー、位置情報は読み取りません。",
        "Never read: what is in files and mails, browsing history, what is typed, the screen, passwords, recovery keys, where the PC is.",
    )
}

/// Everything that is read.
pub(crate) const SEEN: &[Seen] = &[
    seen(
        "host",
        ("PCの基本情報", "コンピューター名、メーカー、機種、所属するドメインの名前"),
        ("The PC", "Its name, maker, model, and the domain it belongs to"),
    ),
    seen(
        "os",
        ("OS", "Windowsなどの種類とバージョン、サポートの期限"),
        ("Operating system", "Kind and version, and how long it is supported"),
    ),
    seen(
        "updates",
        ("更新プログラム", "入っている更新と、まだ入っていない更新の名前と日付"),
        ("Updates", "Names and dates of installed and missing updates"),
    ),
    seen(
        "browsers",
        (
            "ブラウザー",
            "ブラウザーの名前、バージョン、入っている拡張機能の数(閲覧履歴や拡張機能の名前は読み取りません)",
        ),
        (
            "Browsers",
            "Name, version and how many extensions each has; neither history nor the extensions' names",
        ),
    ),
    seen(
        "software",
        (
            "ソフトウェア",
            "インストールされているソフトウェアの名前とバージョン（使った時間や中身は見ません）",
        ),
        ("Software", "Names and versions of what is installed (not how it is used)"),
    ),
    seen(
        "antivirus",
        ("ウイルス対策", "製品名、有効かどうか、定義ファイルの新しさ、検査の日時"),
        ("Antivirus", "Product, whether it is on, how fresh its definitions are, when it last scanned"),
    ),
    seen(
        "edr",
        ("EDR", "入っている製品と、動いているかどうか"),
        ("EDR", "Which product there is, and whether it runs"),
    ),
    seen(
        "volumes",
        ("ディスクの暗号化", "ドライブごとの暗号化の状態（中のファイルと回復キーは見ません）"),
        ("Disk encryption", "Whether each drive is encrypted (not its files, nor the recovery key)"),
    ),
    seen(
        "tpm",
        ("TPM", "セキュリティチップの有無とバージョン"),
        ("TPM", "Whether there is a security chip, and its version"),
    ),
    seen("secure_boot", ("セキュアブート", "有効かどうか"), ("Secure boot", "Whether it is on")),
    seen(
        "firewall",
        ("ファイアウォール", "有効かどうかと、外からの接続を許可している規則"),
        ("Firewall", "Whether it is on, and which rules let others in"),
    ),
    seen(
        "network",
        ("ネットワーク", "ネットワークの種類、IPアドレス、同じネットワークで見える機器のアドレス"),
        ("Network", "Kind of network, addresses, and addresses of devices seen on the same network"),
    ),
    seen(
        "sharing",
        ("共有", "ほかのPCに公開しているフォルダーの名前と、その権限"),
        ("Sharing", "Names and rights of folders that are offered to other PCs"),
    ),
    seen(
        "protocols",
        ("古い通信方式", "SMB1など、危険な古い方式が有効かどうか"),
        ("Old protocols", "Whether dangerous old ones, such as SMB1, are on"),
    ),
    seen(
        "remote_desktop",
        ("リモート接続", "外から操作できる設定になっていないか"),
        ("Remote access", "Whether the PC can be operated from outside"),
    ),
    seen(
        "accounts",
        (
            "このPCのアカウント",
            "PC内のアカウントの名前と権限、パスワードの決まり（パスワードそのものは見ません）",
        ),
        (
            "Accounts of this PC",
            "Names and rights of local accounts, and the rules for passwords (not the passwords)",
        ),
    ),
    seen(
        "wifi",
        ("無線LAN", "使っている無線LANの暗号化方式"),
        ("Wireless LAN", "How the wireless LAN in use is encrypted"),
    ),
    seen(
        "event_logs",
        ("ログの設定", "OSのログの大きさと保存の設定（ログの中身は見ません）"),
        ("Log settings", "Size and retention of the system's logs (not what is in them)"),
    ),
    seen(
        "removable_storage",
        ("USBメモリ", "USBメモリを使える設定か、過去に使った機器の種類"),
        ("USB storage", "Whether it is allowed, and which kinds were used"),
    ),
    seen(
        "screen_lock",
        ("画面ロック", "席を離れたときに画面がロックされるまでの時間"),
        ("Screen lock", "After how long the screen locks itself"),
    ),
    seen("time_sync", ("時計", "時計を自動で合わせているか"), ("Clock", "Whether it is set by itself")),
    seen(
        "cloud_sync",
        ("クラウドストレージ", "入っている同期ソフトの名前（同期しているファイルは見ません）"),
        ("Cloud storage", "Which sync programs there are (not the files)"),
    ),
];

#[cfg(test)]
mod tests {
    use model::SubjectKind;
    use model::facts::{Nature, nature, sections};

    use super::*;

    #[test]
    fn every_section_that_a_machine_reads_is_told_once() {
        for section in sections(SubjectKind::Device) {
            let told = SEEN.iter().filter(|seen| seen.section == section).count();
            let measured = nature(SubjectKind::Device, section) == Some(Nature::Measured);
            assert_eq!(told, usize::from(measured), "{section}");
        }
        assert!(SEEN.iter().all(|seen| seen.title().lacks().is_none() && seen.what().lacks().is_none()));
    }
}
