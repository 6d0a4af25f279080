//! What the kinds of systems a software company uses from home are made of: a start that a person changes word by word.
//!
//! Credentials and personal data stand in rows of their own, as section 11.2.1 asks: the credentials of a database with
//! personal data and the way it is encrypted are 極秘; the log-on of a public site is 極秘 while its contents are 公開可能.
//! How something is encrypted is never pre-filled: nobody knows that but the company.

use model::Text;
use model::asset::{AssetPart, Encryption, Secrecy};

/// A kind of system.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its id, for example `website`.
    pub id: &'static str,
    /// What it is called.
    pub name: Text,
    /// When it fits.
    pub about: Text,
    /// A name to start from.
    pub system: Text,
    /// Its assets, by part.
    pub rows: Vec<TemplateRow>,
}

/// An asset of a kind of system.
#[derive(Clone, Debug)]
pub struct TemplateRow {
    /// The part.
    pub part: AssetPart,
    /// What it is.
    pub name: Text,
    /// Whether it lets somebody in.
    pub credential: bool,
    /// Whether it is about people.
    pub personal: bool,
    /// The class to start from.
    pub secrecy: Secrecy,
    /// Whether to encrypt it, to start from.
    pub encryption: Encryption,
}

/// What a row holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Things,
    Credentials,
    People,
}

fn row(
    part: AssetPart,
    holds: Holds,
    secrecy: Secrecy,
    encryption: Encryption,
    ja: &str,
    en: &str,
) -> TemplateRow {
    TemplateRow {
        part,
        name: Text::new(ja, en),
        credential: holds == Holds::Credentials,
        personal: holds == Holds::People,
        secrecy,
        encryption,
    }
}

/// Every kind, the commonest first.
#[must_use]
pub fn templates() -> Vec<Template> {
    vec![server(), cloud(), website(), contract(), device()]
}

use AssetPart::{Data, Development, Hardware, Network, Os, System};
use Encryption::{Needed, NotNeeded, Undecided};
use Holds::{Credentials, People, Things};
use Secrecy::{Internal, Partners, Public, TopSecret};

fn server() -> Template {
    Template {
        id: "server",
        name: Text::new("社内サーバー", "A server of the company"),
        about: Text::new(
            "業務システムやファイルサーバーに、VPNなどで社外から接続する場合",
            "A business system or file server reached from outside, for example by VPN",
        ),
        system: Text::new("販売管理システム", "Sales system"),
        rows: vec![
            row(Hardware, Things, Internal, Needed, "サーバー本体と内蔵ディスク", "The server and its disks"),
            row(Hardware, People, TopSecret, Needed, "バックアップ媒体", "Backup media"),
            row(
                Os,
                Credentials,
                TopSecret,
                Needed,
                "OSの管理者アカウント",
                "Administrator accounts of the OS",
            ),
            row(
                Os,
                Things,
                Internal,
                NotNeeded,
                "OSの設定・更新の手順書",
                "How the OS is set up and updated",
            ),
            row(Network, Credentials, TopSecret, Needed, "VPNの認証情報", "VPN credentials"),
            row(
                Network,
                Things,
                Internal,
                NotNeeded,
                "ネットワーク構成図・接続手順",
                "Network plan, how to connect",
            ),
            row(
                System,
                Credentials,
                TopSecret,
                Needed,
                "システムの管理者アカウント",
                "Administrator accounts of the system",
            ),
            row(
                System,
                Credentials,
                TopSecret,
                Needed,
                "データベースの認証情報",
                "Credentials of the database",
            ),
            row(
                System,
                Credentials,
                TopSecret,
                Needed,
                "個人情報の暗号化方式と鍵",
                "How personal data are encrypted, and the keys",
            ),
            row(
                System,
                Things,
                Internal,
                NotNeeded,
                "プログラム・ミドルウェアの設定",
                "Settings of programs and middleware",
            ),
            row(
                Development,
                Things,
                Internal,
                Undecided,
                "検証環境とテストデータ",
                "Test environment and test data",
            ),
            row(Data, People, TopSecret, Needed, "個人情報を含むデータベース", "Database with personal data"),
            row(Data, Things, TopSecret, Needed, "個人情報を取り出す手順", "How personal data are taken out"),
            row(Data, Things, Internal, Undecided, "業務データ・マスター", "Business data and masters"),
        ],
    }
}

fn cloud() -> Template {
    Template {
        id: "cloud",
        name: Text::new("クラウドサービス", "A cloud service"),
        about: Text::new(
            "グループウェア、ファイル共有、会計など、ブラウザーで使うサービスの場合",
            "Groupware, file sharing, accounting and the like, used in a browser",
        ),
        system: Text::new("グループウェア", "Groupware"),
        rows: vec![
            row(
                Hardware,
                Things,
                Internal,
                Needed,
                "端末に残るダウンロードファイル",
                "Downloads left on devices",
            ),
            row(
                Os,
                Credentials,
                TopSecret,
                Needed,
                "ブラウザーに保存されたパスワード",
                "Passwords kept by browsers",
            ),
            row(Network, Things, Internal, NotNeeded, "接続元の制限の設定", "From where it may be reached"),
            row(System, Credentials, TopSecret, Needed, "管理者アカウント", "Administrator accounts"),
            row(
                System,
                Credentials,
                TopSecret,
                Needed,
                "利用者アカウント(多要素認証を含む)",
                "User accounts, second factors included",
            ),
            row(
                System,
                Things,
                Internal,
                NotNeeded,
                "共有範囲・共有リンクの設定",
                "Settings of sharing and links",
            ),
            row(
                Development,
                Credentials,
                TopSecret,
                Needed,
                "APIキー・連携用のトークン",
                "API keys and tokens",
            ),
            row(
                Data,
                People,
                TopSecret,
                Needed,
                "顧客・従業員の個人情報",
                "Personal data of customers and staff",
            ),
            row(Data, Things, Partners, Undecided, "取引先と共有するファイル", "Files shared with partners"),
            row(
                Data,
                Things,
                Internal,
                Undecided,
                "社内の文書とやり取り",
                "Documents and talk inside the company",
            ),
            row(Data, People, TopSecret, Needed, "書き出したデータ・バックアップ", "Exports and backups"),
        ],
    }
}

fn website() -> Template {
    Template {
        id: "website",
        name: Text::new("自社Webサイト(公開)", "The company's public web site"),
        about: Text::new(
            "だれでも見られるサイトの更新や保守を在宅で行う場合",
            "A site open to anybody, edited and looked after from home",
        ),
        system: Text::new("自社Webサイト", "Company web site"),
        rows: vec![
            row(Hardware, Things, Internal, NotNeeded, "Webサーバー(ホスティング)", "Web server or hosting"),
            row(
                Os,
                Credentials,
                TopSecret,
                Needed,
                "サーバーの管理者アカウント",
                "Administrator accounts of the server",
            ),
            row(
                Network,
                Credentials,
                TopSecret,
                Needed,
                "ドメイン・DNSの管理アカウント",
                "Accounts for domain and DNS",
            ),
            row(
                Network,
                Credentials,
                TopSecret,
                Needed,
                "TLS証明書の秘密鍵",
                "Private key of the TLS certificate",
            ),
            row(System, Credentials, TopSecret, Needed, "CMSのログオン情報", "Log-on of the CMS"),
            row(System, Things, Internal, NotNeeded, "CMSとプラグインの設定", "Settings of CMS and plug-ins"),
            row(
                Development,
                Things,
                Internal,
                NotNeeded,
                "サイトのソースコード・デザイン",
                "Source and design of the site",
            ),
            row(
                Development,
                Credentials,
                TopSecret,
                Needed,
                "検証用サイトのログオン情報",
                "Log-on of the test site",
            ),
            row(Data, Things, Public, NotNeeded, "公開しているコンテンツ", "Contents that are public"),
            row(Data, Things, Internal, NotNeeded, "公開前の原稿・画像", "Drafts not yet published"),
            row(
                Data,
                People,
                TopSecret,
                Needed,
                "問い合わせフォームの個人情報",
                "Personal data from the contact form",
            ),
            row(Data, Things, Internal, NotNeeded, "アクセスログ", "Access logs"),
        ],
    }
}

fn contract() -> Template {
    Template {
        id: "contract",
        name: Text::new("受託開発・ソースコード", "Development for a customer, source code"),
        about: Text::new(
            "お客様のシステムを在宅で開発・保守する場合",
            "A customer's system developed or looked after from home",
        ),
        system: Text::new("受託開発(案件名)", "Project for (customer)"),
        rows: vec![
            row(
                Hardware,
                Things,
                Partners,
                Needed,
                "開発用PC・借用機材",
                "Development PCs, equipment on loan",
            ),
            row(
                Os,
                Credentials,
                TopSecret,
                Needed,
                "開発用PCの管理者アカウント",
                "Administrator accounts of development PCs",
            ),
            row(
                Network,
                Credentials,
                TopSecret,
                Needed,
                "お客様環境への接続情報",
                "How to connect to the customer's systems",
            ),
            row(
                System,
                Credentials,
                TopSecret,
                Needed,
                "本番環境の認証情報",
                "Credentials of the production system",
            ),
            row(
                System,
                Credentials,
                TopSecret,
                Needed,
                "データベースの認証情報",
                "Credentials of the database",
            ),
            row(
                System,
                Credentials,
                TopSecret,
                Needed,
                "個人情報の暗号化方式と鍵",
                "How personal data are encrypted, and the keys",
            ),
            row(Development, Things, Partners, Undecided, "ソースコード", "Source code"),
            row(
                Development,
                Credentials,
                TopSecret,
                Needed,
                "リポジトリ・CIの認証情報",
                "Credentials of repository and CI",
            ),
            row(Development, Things, Partners, Undecided, "仕様書・設計書", "Specifications and designs"),
            row(
                Development,
                Things,
                Partners,
                Undecided,
                "開発・検証環境",
                "Development and test environments",
            ),
            row(
                Data,
                People,
                TopSecret,
                Needed,
                "お客様から預かった本番データ",
                "Production data entrusted by the customer",
            ),
            row(Data, Things, TopSecret, Needed, "個人情報を取り出す手順", "How personal data are taken out"),
            row(Data, Things, Partners, Undecided, "テストデータ", "Test data"),
            row(Data, Things, Partners, Undecided, "契約書・見積書", "Contracts and quotations"),
        ],
    }
}

fn device() -> Template {
    Template {
        id: "device",
        name: Text::new("貸与PCそのもの", "The lent PC itself"),
        about: Text::new(
            "社外に持ち出すパソコンと、その中に保存されるもの",
            "PCs taken out of the office, and what is kept on them",
        ),
        system: Text::new("貸与PC", "Lent PCs"),
        rows: vec![
            row(Hardware, Things, Internal, Needed, "PC本体と内蔵ディスク", "The PC and its disk"),
            row(
                Hardware,
                Things,
                Internal,
                Needed,
                "USBメモリ・外付けディスク",
                "USB memory and external disks",
            ),
            row(Os, Credentials, TopSecret, Needed, "利用者のサインイン情報", "Sign-in of the user"),
            row(
                Os,
                Credentials,
                TopSecret,
                Needed,
                "ローカル管理者アカウント",
                "Local administrator account",
            ),
            row(Os, Credentials, TopSecret, Needed, "ディスク暗号化の回復キー", "Recovery key of the disk"),
            row(
                Network,
                Credentials,
                TopSecret,
                Needed,
                "VPNの設定と認証情報",
                "VPN settings and credentials",
            ),
            row(
                System,
                Credentials,
                TopSecret,
                Needed,
                "アプリに保存されたパスワード",
                "Passwords kept by applications",
            ),
            row(
                System,
                Things,
                Internal,
                NotNeeded,
                "業務ソフトとライセンス",
                "Business software and licences",
            ),
            row(
                Development,
                Credentials,
                TopSecret,
                Needed,
                "開発用の鍵・トークン",
                "Keys and tokens for development",
            ),
            row(Data, People, Partners, Needed, "メールとアドレス帳", "Mail and address book"),
            row(Data, People, TopSecret, Needed, "個人情報を含むファイル", "Files with personal data"),
            row(Data, Things, Internal, Needed, "PCに保存した業務ファイル", "Business files kept on the PC"),
        ],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use model::Asset;

    use super::super::gap::Known;
    use super::*;

    #[test]
    fn templates_contradict_neither_the_guideline_nor_themselves() {
        for template in templates() {
            let mut keys = BTreeSet::new();
            let parts: BTreeSet<AssetPart> = template.rows.iter().map(|row| row.part).collect();
            assert_eq!(parts.len(), 6, "{} lacks a part", template.id);
            assert!(template.rows.is_sorted_by_key(|row| row.part), "{}", template.id);
            assert!(template.rows.iter().any(|row| row.credential && row.secrecy == TopSecret));
            for row in &template.rows {
                assert!(row.name.lacks().is_none());
                let asset = Asset {
                    credential: row.credential,
                    personal: row.personal,
                    secrecy: Some(row.secrecy),
                    encryption: row.encryption,
                    ..Asset::new("x", row.part, row.name.ja.clone())
                };
                assert!(keys.insert(asset.key()), "{} twice", row.name.ja);
                let gaps = Known::default().gaps(0, &asset);
                assert!(!gaps.iter().any(super::super::Gap::serious), "{}: {gaps:?}", row.name.ja);
            }
        }
    }
}
