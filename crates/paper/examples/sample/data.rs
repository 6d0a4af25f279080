//! A made-up company's documents, and the same with texts that mean harm. Used by the example and by the tests.

#![allow(dead_code, reason = "the example and each test use a part")]

use model::asset::{AssetPart, Encryption, Secrecy};
use model::decision::{Choice, Day, Decision, Severity};
use model::risk::{Cost, Loss, Range, Spend};
use model::verdict::{CheckResult, EvidenceRef};
use model::{Asset, At, Level, Outcome, Source, StatementId, Subject, SubjectKind, Text, Verdict};
use paper::asset::{AssetLine, AssetSheet};
use paper::checklist::{Sheet, SheetImpact, SheetRow, SheetVerdict};
use paper::oscal::{
    CatalogInput, CatalogLink, ExcludeInput, GroupInput, LevelInput, ObservationInput, ParamInput, PoamInput,
    PoamRow, PolicyInput, ProfileInput, ResultsInput, SetInput, SourceInput, StatementInput, SubjectInput,
};
use paper::table::Table;

/// When everything in the sample was true.
pub(crate) fn at() -> At {
    At::from_unix_secs(1_795_480_200).unwrap_or_else(|| At::from(std::time::SystemTime::UNIX_EPOCH))
}

fn day(text: &str) -> Option<Day> {
    text.parse().ok()
}

fn impact(severity: Severity, words: &str, yen: Option<u64>) -> SheetImpact {
    SheetImpact { severity, words: words.into(), yen }
}

/// A row's policy side, in the order of the columns, Japanese and English.
struct Policy {
    no: u32,
    group: (&'static str, &'static str),
    item: (&'static str, &'static str),
    detail: (&'static str, &'static str),
    scenario: (&'static str, &'static str),
    threat: (&'static str, &'static str),
    found: (&'static str, &'static str),
    outcome: Option<Outcome>,
}

fn text(pair: (&str, &str)) -> Text {
    Text::new(pair.0, pair.1)
}

const POLICIES: [Policy; 8] = [
    Policy {
        no: 1,
        group: ("Active Directory", "Active Directory"),
        item: (
            "古い認証・共有の方式を使えないようにする",
            "Old ways of signing in and sharing are turned off",
        ),
        detail: (
            "LAN Manager認証、NTLMv1、SMBv1を、業務への影響を確かめたうえでグループポリシーで無効にします。",
            "LAN Manager authentication, NTLMv1 and SMBv1 are turned off by group policy, once it is known that no work depends on them.",
        ),
        scenario: (
            "古い方式の弱点を突くマルウェアが社内に広がり、ファイルを暗号化されたり遠隔操作されたりします。",
            "Malware that uses the weaknesses of the old ways spreads inside the company, encrypts files or takes machines over.",
        ),
        threat: (
            "マルウェア感染 / 情報漏えい、改ざん、業務停止",
            "Malware / leak, falsification, standstill",
        ),
        found: ("未達 1件(NAS-01 でSMBv1が有効)", "Not met: 1 (SMBv1 is on at NAS-01)"),
        outcome: Some(Outcome::Fail),
    },
    Policy {
        no: 3,
        group: ("Active Directory", "Active Directory"),
        item: ("パスワードの長さと有効な期間を決める", "Passwords have a least length"),
        detail: (
            "既定のドメインポリシーで、長さの下限、履歴、ロックアウトのしきい値を定めます。",
            "The default domain policy sets a least length, a history and a lockout threshold.",
        ),
        scenario: (
            "短いパスワードが推測され、社外から社員になりすまして入られます。",
            "A short password is guessed and someone gets in from outside in an employee's name.",
        ),
        threat: ("なりすまし / 情報漏えい", "Impersonation / leak"),
        found: ("適合", "Met"),
        outcome: Some(Outcome::Pass),
    },
    Policy {
        no: 10,
        group: ("VPN・その他通信", "VPN and other communication"),
        item: ("VPNの利用者を1人ずつ確認する", "Every VPN user is authenticated"),
        detail: (
            "VPNは利用者ごとの認証情報で接続させ、共有のIDを使いません。退職者の認証情報はその日のうちに止めます。",
            "Each VPN user connects with credentials of their own; none are shared, and those of people who leave are stopped the same day.",
        ),
        scenario: (
            "共有のIDが漏れても誰が使ったか分からず、退職した人が社内に入り続けます。",
            "When a shared id leaks, nobody can tell who used it, and people who left keep getting in.",
        ),
        threat: ("不正アクセス / 情報漏えい、追跡不能", "Unauthorised access / leak, no trace"),
        found: (
            "未確認 1件(VPN装置の設定が未取り込み)",
            "Unknown: 1 (the VPN device's configuration was not imported)",
        ),
        outcome: Some(Outcome::Unknown),
    },
    Policy {
        no: 20,
        group: ("規程", "Regulations"),
        item: ("在宅勤務の規程を定めて全員に知らせる", "A home-working regulation exists and is known"),
        detail: (
            "対象者、働く場所、扱ってよい情報、連絡と報告の方法を定め、全員の同意を記録します。",
            "Who, where, which information, how to report; everyone's consent is recorded.",
        ),
        scenario: (
            "何をしてよいかが人によって違い、事故のときに責任の所在が分かりません。",
            "Everyone does it differently, and after an accident nobody knows who was responsible.",
        ),
        threat: ("内部不正・過失 / 情報漏えい", "Insider, mistake / leak"),
        found: ("適合 24名 / 24名", "Met: 24 of 24 people"),
        outcome: Some(Outcome::Pass),
    },
    Policy {
        no: 26,
        group: ("教育", "Education"),
        item: ("在宅勤務の前に教育を受けさせる", "People are taught before they work from home"),
        detail: (
            "パスワード、ウイルス、標的型メール、紛失時の連絡を教え、理解を確認してから在宅勤務を認めます。",
            "Passwords, viruses, targeted mail and what to do after a loss are taught and tested first.",
        ),
        scenario: (
            "偽のメールの添付ファイルを開き、家庭から社内へ感染が広がります。",
            "Someone opens an attachment of a forged mail, and the infection spreads from home into the company.",
        ),
        threat: ("標的型攻撃 / 情報漏えい、業務停止", "Targeted attack / leak, standstill"),
        found: ("未達 2名(未受講)", "Not met: 2 people have not taken the course"),
        outcome: Some(Outcome::Fail),
    },
    Policy {
        no: 32,
        group: ("貸与端末", "Lent PCs"),
        item: ("内蔵ディスクを暗号化し、回復キーを保管する", "Built-in disks are encrypted, the key is kept"),
        detail: (
            "すべての貸与PCの内蔵ディスクをBitLockerで暗号化し、保護を有効に保ちます。回復キーは印刷して会社の金庫に保管し、渡し方と使った後の更新を手順に定めます。",
            "The built-in disks of all lent PCs are encrypted with BitLocker and stay protected. The recovery key is printed and locked away; a procedure says how it is handed over and renewed.",
        ),
        scenario: (
            "電車に置き忘れたPCからディスクを取り外され、顧客情報を読み出されます。",
            "A PC is left on a train, its disk taken out and the customers' data read.",
        ),
        threat: ("紛失・盗難 / 情報漏えい", "Loss, theft / leak"),
        found: ("未達 3台 / 不明 1台 / 適合 20台", "Not met: 3 PCs, unknown: 1, met: 20"),
        outcome: Some(Outcome::Fail),
    },
    Policy {
        no: 44,
        group: ("宅内LAN・宅内端末", "Home LAN and home devices"),
        item: ("家庭のルーターを更新する", "The router at home is kept up to date"),
        detail: (
            "ルーターのファームウェアを最新にし、管理画面のパスワードを初期値から変えます。",
            "The router's firmware is current and its password is no longer the one it came with.",
        ),
        scenario: (
            "古いルーターを乗っ取られ、偽のサイトに誘導されます。",
            "An old router is taken over and leads to forged sites.",
        ),
        threat: ("不正アクセス / 情報漏えい", "Unauthorised access / leak"),
        found: ("未確認 24件(申告待ち)", "Unknown: 24 (not reported yet)"),
        outcome: Some(Outcome::Unknown),
    },
    Policy {
        no: 46,
        group: ("ログ", "Logs"),
        item: ("接続と操作のログを残し、消されないようにする", "Logs are kept and cannot be erased"),
        detail: (
            "PC、サーバー、VPN装置のログを1か所に集め、1年間保管し、改ざんがないことを確かめます。",
            "Logs of PCs, servers and the VPN device are gathered in one place, kept for a year and checked for tampering.",
        ),
        scenario: (
            "事故の後で何が起きたか分からず、取引先に説明できません。",
            "After an incident nobody can tell what happened or explain it to customers.",
        ),
        threat: ("証跡の消去 / 追跡不能", "Erased traces / no trace"),
        found: ("許容中 1件(2027-03-31まで)", "Accepted: 1 (until 2027-03-31)"),
        outcome: Some(Outcome::Waived),
    },
];

/// What the company wrote beside each policy of [`POLICIES`].
fn decisions() -> [Decision; 8] {
    let mut all: [Decision; 8] = std::array::from_fn(|_| Decision::default());
    let [smb, password, vpn, rules, course, disk, _, logs] = &mut all;
    *smb = Decision {
        current_state: "開発部のNASがSMBv1でしか動かず、使用中。".into(),
        impacts: [
            impact(
                Severity::Serious,
                "顧客向けシステムのソースコードが漏れ、賠償を求められる。",
                Some(8_000_000),
            ),
            impact(
                Severity::Serious,
                "ソースコードが書き換えられ、検証と復旧に人手がかかる。",
                Some(3_000_000),
            ),
            impact(
                Severity::Critical,
                "ファイルを暗号化されると開発が止まり、復旧に数か月。納期遅れの賠償。",
                Some(25_000_000),
            ),
            impact(Severity::Minor, "同左", None),
        ],
        choice: Choice::Do,
        due: day("2027-03-31"),
        owner: "開発部 佐藤".into(),
        reason: "NASを入れ替えてから適用する。".into(),
        ..Decision::default()
    };
    *password = Decision {
        current_state: "14文字以上、ロックアウト10回。".into(),
        choice: Choice::Done,
        ..Decision::default()
    };
    *vpn = Decision {
        impacts: [
            impact(Severity::Serious, "退職者が顧客情報を見られる。", Some(5_000_000)),
            SheetImpact::default(),
            SheetImpact::default(),
            impact(Severity::Serious, "誰が接続したか示せない。", None),
        ],
        choice: Choice::Do,
        due: day("2026-10-31"),
        owner: "情報システム 田中".into(),
        ..Decision::default()
    };
    *rules = Decision {
        current_state: "2026年4月に改定、全員同意。".into(),
        choice: Choice::Done,
        ..Decision::default()
    };
    *course = Decision {
        current_state: "新入社員2名が未受講。".into(),
        impacts: [
            impact(Severity::Minor, "", None),
            SheetImpact::default(),
            SheetImpact::default(),
            SheetImpact::default(),
        ],
        choice: Choice::Do,
        due: day("2026-12-15"),
        owner: "総務部 鈴木".into(),
        ..Decision::default()
    };
    *disk = Decision {
        current_state: "旧型3台が未暗号化(PC-007、PC-012、PC-019)。".into(),
        impacts: [
            impact(Severity::Critical, "顧客台帳が漏れると、通知と賠償、取引停止。", Some(12_000_000)),
            SheetImpact::default(),
            impact(Severity::Minor, "代替機の用意に2日。", Some(200_000)),
            SheetImpact::default(),
        ],
        choice: Choice::Do,
        due: day("2026-12-28"),
        owner: "情報システム 田中".into(),
        reason: "TPMのない1台は買い替え。".into(),
        assets: vec![3, 7],
        loss: Some(Loss {
            event_yen: Range { low: 2_000_000, high: 40_000_000 },
            per_millennium: Range { low: 33, high: 2_000 },
            prevented_percent: 80,
        }),
        cost: Some(Cost {
            tools: Spend { once: 220_000, yearly: 0 },
            operation: Spend { once: 0, yearly: 30_000 },
            training: Spend { once: 20_000, yearly: 5_000 },
        }),
        basis: None,
    };
    *logs = Decision {
        choice: Choice::NotNeeded,
        due: day("2027-11-24"),
        reason: "VPN装置は次の更改まで自社のログで代える。".into(),
        ..Decision::default()
    };
    all
}

/// The sample company's checklist, with as many rows as the guideline's.
pub(crate) fn sheet() -> Sheet {
    let entries = POLICIES.iter().zip(decisions());
    let mut rows: Vec<SheetRow> = entries
        .map(|(policy, decision)| SheetRow {
            no: policy.no,
            inferred: matches!(policy.no, 44),
            group: text(policy.group),
            item: text(policy.item),
            detail: text(policy.detail),
            scenario: text(policy.scenario),
            threat: text(policy.threat),
            found: text(policy.found),
            outcome: policy.outcome,
            version: policy.no % 3,
            decision,
        })
        .collect();
    let more: Vec<SheetRow> = rows.iter().cycle().skip(rows.len()).take(40).cloned().collect();
    rows.extend(more);
    rows.sort_by_key(|row| row.no);
    for (no, row) in (1..).zip(&mut rows) {
        row.no = no;
    }
    Sheet {
        company: "株式会社みほん製作所".into(),
        as_of: at(),
        catalog: "csaj-home-telework/1.0.0".into(),
        profile: Text::new("現在の推奨", "Today's advice"),
        assets: vec![(3, "顧客DB; 本番".into()), (7, "開発用NAS".into())],
        rows,
        verdicts: verdicts().iter().map(sheet_verdict).collect(),
    }
}

fn sheet_verdict(verdict: &Verdict) -> SheetVerdict {
    SheetVerdict {
        statement: verdict.statement.clone(),
        text: statement_text(),
        level: verdict.level,
        subject: Text::new(
            format!("貸与端末 {}", verdict.subject.id),
            format!("Lent PC {}", verdict.subject.id),
        ),
        outcome: verdict.verdict,
        reason: verdict.reason.clone(),
        remedy: verdict.remedy.clone(),
    }
}

fn statement_text() -> Text {
    Text::new(
        "貸与PCのすべての内蔵ディスクをBitLockerで暗号化し、保護が有効な状態を保ちます。",
        "Every built-in disk of a lent PC is encrypted with BitLocker and its protection stays on.",
    )
}

/// A verdict of each outcome.
pub(crate) fn verdicts() -> Vec<Verdict> {
    let evidence =
        EvidenceRef { id: "ab".repeat(32), collected_at: at().plus_days(-1), source: Source::Agent };
    let record =
        EvidenceRef { id: "cd".repeat(32), collected_at: at().plus_days(-9), source: Source::Record };
    let verdict =
        |id: &str, outcome: Outcome, evidence: Vec<EvidenceRef>, reason: Text, remedy: Text| Verdict {
            statement: StatementId("5.1.4-1".into()),
            level: Level::Shall,
            subject: Subject::new(SubjectKind::Device, id),
            verdict: outcome,
            offenders: if outcome == Outcome::Fail { vec!["C: (suspended)".into()] } else { Vec::new() },
            checks: vec![CheckResult { check: "protection".into(), outcome, reason: reason.clone() }],
            reason,
            evidence,
            remedy,
        };
    let remedy = Text::new(
        "1. 管理者で PowerShell を開き、manage-bde -status で状態を確認します。\n2. Resume-BitLocker -MountPoint \"C:\" で再開します。\n3. もう一度収集します。",
        "1. Open PowerShell as administrator and run manage-bde -status.\n2. Resume protection: Resume-BitLocker -MountPoint \"C:\".\n3. Collect again.",
    );
    vec![
        verdict(
            "PC-007",
            Outcome::Fail,
            vec![evidence.clone(), record.clone()],
            Text::new(
                "保護が有効でない内蔵ドライブがあります:C: (suspended)。すべての内蔵ドライブで保護が有効である必要があります。",
                "Built-in drives without protection: C: (suspended). Protection must be on for every built-in drive.",
            ),
            remedy,
        ),
        verdict(
            "PC-008",
            Outcome::Unknown,
            Vec::new(),
            Text::new(
                "「ディスクの暗号化」の情報がまだ届いていないため、判定できません。",
                "Cannot be judged: nothing about \"Disk encryption\" has arrived yet.",
            ),
            Text::new("PCにエージェントを入れて収集してください。", "Install the agent and collect."),
        ),
        verdict(
            "PC-009",
            Outcome::Waived,
            vec![record],
            Text::new("社長が2027-03-31まで許容しました。", "Accepted by the president until 2027-03-31."),
            Text::default(),
        ),
        verdict(
            "PC-010",
            Outcome::Pass,
            vec![evidence],
            Text::new(
                "内蔵ドライブ(C:)はすべて暗号化され、保護が有効です。",
                "All built-in drives (C:) are encrypted and protected.",
            ),
            Text::default(),
        ),
    ]
}

/// A register of information assets.
pub(crate) fn assets() -> AssetSheet {
    let customers = Asset {
        personal: true,
        owner: "営業部 高橋".into(),
        secrecy: Some(Secrecy::TopSecret),
        encryption: Encryption::Needed,
        method: "AES-256".into(),
        touched_by: vec![
            Subject::new(SubjectKind::Server, "DB-01"),
            Subject::new(SubjectKind::Device, "PC-007"),
            Subject::new(SubjectKind::Person, "sato"),
        ],
        note: "=別紙\n毎月棚卸しする。".into(),
        ..Asset::new("販売管理", AssetPart::Data, "顧客DB; 本番")
    };
    let key = Asset {
        credential: true,
        secrecy: Some(Secrecy::Internal),
        encryption: Encryption::NotNeeded,
        ..Asset::new("開発", AssetPart::Development, "-署名鍵")
    };
    let nas = Asset::new("開発", AssetPart::Hardware, "開発用NAS");
    AssetSheet {
        company: "株式会社みほん製作所".into(),
        as_of: at(),
        lines: vec![
            AssetLine { number: Some(3), version: 2, asset: customers },
            AssetLine { number: Some(7), version: 1, asset: key },
            AssetLine { number: None, version: 0, asset: nas },
        ],
    }
}

/// A plan as a table.
pub(crate) fn plan() -> Table {
    let own = |row: &[&str]| row.iter().map(|field| (*field).to_owned()).collect();
    Table {
        title: "実施計画".into(),
        made_at: at(),
        header: own(&["No", "対策項目", "影響", "見込み損害(円)", "費用(円)", "期限", "担当", "備考"]),
        rows: vec![
            own(&[
                "1",
                "古い認証・共有の方式を使えないようにする",
                "極めて重大",
                "36,000,000",
                "850,000",
                "2027-03-31",
                "開発部 佐藤",
                "NASを入れ替えてから適用する。",
            ]),
            own(&[
                "32",
                "内蔵ディスクを暗号化し、回復キーを保管する",
                "極めて重大",
                "12,200,000",
                "220,000",
                "2026-12-28",
                "情報システム 田中",
                "TPMのない1台は買い替え。\n残り2台は在庫のPCと交換する。",
            ]),
            own(&[
                "10",
                "VPNの利用者を1人ずつ確認する",
                "重大",
                "5,000,000",
                "0",
                "2026-10-31",
                "情報システム 田中",
                "内線 +81-3-1234-5678",
            ]),
        ],
    }
}

/// Texts that mean harm: formulas, control characters, too long, made of the workbook's own XML.
pub(crate) fn hostile_texts() -> Vec<String> {
    vec![
        "=1+1".into(),
        "+cmd|' /C calc'!A0".into(),
        "-2+3".into(),
        "@SUM(1,1)".into(),
        "=HYPERLINK(\"http://127.0.0.1/?\"&A1,\"click\")".into(),
        "{=1+1}".into(),
        "https://127.0.0.1/".into(),
        "<r><t>x</t></r>".into(),
        "<r></si></sst><evil/></r>".into(),
        "]]></t><f>1+1</f>&amp;&#0;".into(),
        "_x0041_ _x000D_".into(),
        "\u{0}\u{1}\u{8}\u{b}\u{1b}[31m\u{7f}\u{85}\u{9b}\u{fffe}\u{ffff}".into(),
        "  前後に空白  ".into(),
        "行\r\n行\r行\n".into(),
        "👩\u{200d}💻🇯🇵𠮷野家が\u{3099}\u{202e}abc".into(),
        "あ".repeat(40_000),
        "🦀".repeat(40_000),
        format!("<r>{}</r>", "x".repeat(40_000)),
        "x\n".repeat(1_000),
    ]
}

/// A checklist of [`hostile_texts`] in every place a text may stand.
pub(crate) fn hostile_sheet() -> Sheet {
    let rows = (1..).zip(hostile_texts()).map(|(no, words)| SheetRow {
        no,
        inferred: no % 2 == 0,
        group: Text::same(words.clone()),
        item: Text::same(words.clone()),
        detail: Text::same(words.clone()),
        scenario: Text::same(words.clone()),
        threat: Text::same(words.clone()),
        found: Text::same(words.clone()),
        outcome: Some(Outcome::Unknown),
        version: u32::MAX,
        decision: Decision {
            current_state: words.clone(),
            impacts: std::array::from_fn(|_| impact(Severity::Unrated, &words, None)),
            choice: Choice::Do,
            due: day("0001-01-01"),
            owner: words.clone(),
            reason: words,
            assets: (1..=9).collect(),
            ..Decision::default()
        },
    });
    let verdicts = hostile_texts().into_iter().map(|words| SheetVerdict {
        statement: StatementId(words.clone()),
        text: Text::same(words.clone()),
        level: Level::May,
        subject: Text::same(words.clone()),
        outcome: Outcome::Fail,
        reason: Text::same(words.clone()),
        remedy: Text::same(words),
    });
    Sheet {
        company: hostile_texts().join(""),
        as_of: At::from(std::time::SystemTime::UNIX_EPOCH),
        catalog: hostile_texts().concat(),
        profile: Text::same(hostile_texts().concat()),
        assets: (1..).zip(hostile_texts()).collect(),
        rows: rows.collect(),
        verdicts: verdicts.collect(),
    }
}

fn link() -> CatalogLink {
    CatalogLink {
        id: "csaj-home-telework".into(),
        version: "1.0.0".into(),
        title: Text::new(
            "在宅勤務セキュリティポリシー カタログ",
            "Catalogue of home-working security policies",
        ),
        href: "catalog.json".into(),
    }
}

/// A catalogue of one policy.
pub(crate) fn catalog() -> CatalogInput {
    let link = link();
    CatalogInput {
        id: link.id,
        version: link.version,
        title: link.title,
        summary: Text::new(
            "在宅勤務のポリシーを判定できる形に書き直したものです。",
            "Home-working policies as judgeable statements.",
        ),
        updated_at: at(),
        source: SourceInput {
            title: Text::new(
                "中小企業でのIT利活用によるテレワーク実現に向けたガイドライン(在宅勤務編)",
                "Guideline on home-working for small companies",
            ),
            citation: Text::new(
                "一般社団法人コンピュータソフトウェア協会(CSAJ)、第1版、2018年3月30日",
                "Computer Software Association of Japan (CSAJ), 1st edition, 30 March 2018",
            ),
            url: String::new(),
        },
        groups: vec![GroupInput {
            id: "device".into(),
            title: Text::new("貸与端末", "Lent PCs"),
            policies: vec![PolicyInput {
                id: "5.1.4".into(),
                title: Text::new("貸与PCのディスク暗号化", "Disk encryption of lent PCs"),
                summary: Text::new(
                    "ディスクを暗号化し、紛失しても読み出されないようにします。",
                    "Disks are encrypted, so that a lost PC gives nothing away.",
                ),
                statements: vec![statement("5.1.4-1", Level::Shall), statement("5.1.4-2", Level::Should)],
            }],
        }],
    }
}

fn statement(id: &str, level: Level) -> StatementInput {
    StatementInput {
        id: StatementId(id.into()),
        level,
        subject: SubjectKind::Device,
        title: Text::default(),
        text: statement_text(),
        why: Text::new(
            "暗号化していないディスクは、別のPCにつなぐだけで読めます。",
            "A disk that is not encrypted can be read in another PC.",
        ),
        how: Text::new(
            "「BitLocker の管理」で各ドライブを有効にします。",
            "Turn each drive on in Manage BitLocker.",
        ),
        known: Text::new(
            "エージェントが C:\\ などの保護の状態を読み取ります。",
            "The agent reads the protection status of C:\\ and so on.",
        ),
        params: vec![ParamInput {
            name: "max_days".into(),
            label: Text::new("証拠の有効日数", "Days evidence counts"),
            values: vec!["7".into()],
        }],
    }
}

/// A profile that leaves out, sets and re-levels.
pub(crate) fn profile() -> ProfileInput {
    ProfileInput {
        id: "current".into(),
        title: Text::new("現在の推奨", "Today's advice"),
        summary: Text::new(
            "2018年以降に変わった推奨を取り入れます。",
            "Takes in what has changed since 2018.",
        ),
        updated_at: at(),
        catalog: link(),
        own: Some(CatalogLink {
            id: "own".into(),
            version: "3".into(),
            title: Text::new("当社の追加ポリシー", "Our own policies"),
            href: "own-catalog.json".into(),
        }),
        excludes: vec![ExcludeInput {
            statement: StatementId("5.1.4-2".into()),
            reason: Text::new("該当する機器がありません。", "There is no such device."),
        }],
        sets: vec![SetInput {
            statement: StatementId("5.1.4-1".into()),
            param: "max_days".into(),
            values: vec!["14".into()],
            reason: Text::new("月2回の出社に合わせます。", "People come in twice a month."),
        }],
        levels: vec![LevelInput {
            statement: StatementId("5.1.4-1".into()),
            to: Level::Should,
            reason: Text::new("試行期間中です。", "On trial."),
        }],
    }
}

/// The results behind [`sheet`].
pub(crate) fn results() -> ResultsInput {
    let device = Subject::new(SubjectKind::Device, "PC-007");
    let observations = verdicts().into_iter().flat_map(|verdict| verdict.evidence).map(|evidence| {
        ObservationInput { evidence, subject: device.clone(), collector: "mimamori-agent 0.1.0".into() }
    });
    let mut verdicts = verdicts();
    verdicts.extend(verdicts.first().cloned().map(|verdict| Verdict {
        statement: StatementId("5.1.4-2".into()),
        subject: Subject::new(SubjectKind::Person, "sato"),
        ..verdict
    }));
    ResultsInput {
        company: "株式会社みほん製作所".into(),
        as_of: at(),
        catalog: link(),
        profile_id: "current".into(),
        profile_title: Text::new("現在の推奨", "Today's advice"),
        tool_version: "0.1.0".into(),
        subjects: vec![SubjectInput { subject: device.clone(), name: "佐藤のPC".into() }],
        observations: observations.collect(),
        verdicts,
    }
}

/// The plan behind [`sheet`] and [`results`].
pub(crate) fn poam() -> PoamInput {
    let rows = sheet().rows.into_iter().map(|row| PoamRow {
        no: row.no,
        statements: vec![StatementId(if row.no == 32 { "5.1.4-1" } else { "6.1.1-1" }.into())],
        item: row.item,
        detail: row.detail,
        scenario: row.scenario,
        threat: row.threat,
        decision: row.decision,
    });
    PoamInput {
        results: results(),
        rows: rows.filter(|row| row.no != 32 || row.decision.loss.is_some()).collect(),
    }
}

/// [`poam`] with [`hostile_texts`] in every place.
pub(crate) fn hostile_poam() -> PoamInput {
    let rows = hostile_sheet().rows.into_iter().map(|row| PoamRow {
        no: row.no,
        statements: hostile_texts().into_iter().map(StatementId).collect(),
        item: row.item,
        detail: row.detail,
        scenario: row.scenario,
        threat: row.threat,
        decision: row.decision,
    });
    PoamInput { results: hostile_results(), rows: rows.collect() }
}

/// [`catalog`] with [`hostile_texts`] in every place.
pub(crate) fn hostile_catalog() -> CatalogInput {
    let mut input = catalog();
    let all = hostile_texts().concat();
    input.id = all.clone();
    input.version = " \n ".into();
    input.title = Text::same(all.clone());
    input.summary = Text::same(all.clone());
    input.updated_at = At::from_unix_secs(-100_000_000_000).unwrap_or(input.updated_at);
    input.source =
        SourceInput { title: Text::same(all.clone()), citation: Text::default(), url: String::new() };
    for group in &mut input.groups {
        group.id = "総務 / \"x\"".into();
        group.title = Text::default();
        group.policies.extend(hostile_texts().into_iter().map(|words| PolicyInput {
            id: words.clone(),
            title: Text::same(words.clone()),
            summary: Text::same(words.clone()),
            statements: vec![StatementInput {
                title: Text::same(words.clone()),
                text: Text::same(words.clone()),
                params: vec![ParamInput {
                    name: words.clone(),
                    label: Text::same(words.clone()),
                    values: vec![words.clone(), String::new()],
                }],
                ..statement(&words, Level::May)
            }],
        }));
    }
    input
}

/// [`profile`] with [`hostile_texts`] in every place.
pub(crate) fn hostile_profile() -> ProfileInput {
    let words = || hostile_texts().into_iter();
    let reason = || Text::same(hostile_texts().into_iter().take(15).collect::<String>());
    ProfileInput {
        id: "\u{0}".into(),
        title: Text::default(),
        summary: reason(),
        catalog: CatalogLink { version: "\n".into(), ..link() },
        own: None,
        excludes: words()
            .map(|words| ExcludeInput { statement: StatementId(words), reason: reason() })
            .collect(),
        sets: words()
            .map(|words| SetInput {
                statement: StatementId(words.clone()),
                param: words.clone(),
                values: vec![words],
                reason: reason(),
            })
            .collect(),
        levels: words()
            .map(|words| LevelInput { statement: StatementId(words), to: Level::Shall, reason: reason() })
            .collect(),
        ..profile()
    }
}

/// [`results`] with [`hostile_texts`] in every place.
pub(crate) fn hostile_results() -> ResultsInput {
    let mut input = results();
    input.company = String::new();
    input.catalog.version = "of another world".into();
    input.tool_version = String::new();
    let evidence = |words: &str| EvidenceRef {
        id: words.to_owned(),
        collected_at: At::from_unix_secs(200_000_000_000).unwrap_or(input.as_of),
        source: Source::Attest,
    };
    input.verdicts.extend(hostile_texts().into_iter().map(|words| Verdict {
        statement: StatementId(words.clone()),
        level: Level::May,
        subject: Subject::new(SubjectKind::Person, words.clone()),
        verdict: Outcome::Unknown,
        reason: Text::same(words.clone()),
        offenders: vec![words.clone(), String::new()],
        evidence: vec![evidence(&words), evidence(&words)],
        remedy: Text::same(words.clone()),
        checks: vec![CheckResult {
            check: words.clone(),
            outcome: Outcome::Unknown,
            reason: Text::same(words),
        }],
    }));
    input
}
