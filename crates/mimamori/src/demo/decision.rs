//! What the sample company decided and accepted, and when.

use app::checklist::Form;
use app::waiver::Grant;
use model::decision::{Aspect, Choice, Severity};
use model::{At, StatementId, Subject, SubjectKind};

use super::document::Month;

/// One evaluation of a row.
struct Decided {
    /// How many days ago.
    ago: i64,
    /// The row.
    row: u32,
    /// The version it follows, 0 for the first.
    after: u32,
    taken: Taken,
    /// 現状.
    state: &'static str,
    /// The damage in the order of [`Aspect::ALL`]: how bad, in words, in yen as people type it.
    harm: [Harm; Aspect::ALL.len()],
    /// A remark, or why not.
    reason: &'static str,
}

/// How bad, in words, in yen.
type Harm = (Severity, &'static str, &'static str);

/// What was decided.
#[derive(Clone, Copy)]
enum Taken {
    Done,
    /// By so many days from the end of the month (negative: before it), by whom.
    Do(i64, &'static str),
    NotNeeded,
}

/// The decisions made so many days before `now`: row and form.
pub(crate) fn made(ago: i64, now: At) -> Vec<(u32, Form)> {
    let month = Month::ending(now);
    DECIDED
        .iter()
        .filter(|decided| decided.ago == ago)
        .map(|decided| (decided.row, decided.form(month)))
        .collect()
}

impl Decided {
    fn form(&self, month: Month) -> Form {
        let (choice, due, owner) = match self.taken {
            Taken::Done => (Choice::Done, String::new(), ""),
            Taken::Do(days, owner) => (Choice::Do, month.day(-days).day(), owner),
            Taken::NotNeeded => (Choice::NotNeeded, String::new(), ""),
        };
        Form {
            after: self.after,
            current_state: self.state.into(),
            impacts: self
                .harm
                .map(|(severity, words, yen)| (severity.name().into(), words.into(), yen.into())),
            choice: choice.name().into(),
            due,
            owner: owner.into(),
            reason: self.reason.into(),
        }
    }
}

/// The acceptances granted so many days before `now`: one is over, one is in force.
pub(crate) fn accepted(ago: i64, now: At) -> Vec<Grant> {
    let month = Month::ending(now);
    let grant = |statement: &str, subject: Subject, until: i64, reason: &str| {
        vec![Grant {
            statement: StatementId(statement.into()),
            subject: subject.to_string(),
            reason: reason.into(),
            until: month.day(-until).day(),
        }]
    };
    match ago {
        19 => grant(
            "6.3.2-1",
            Subject::new(SubjectKind::Server, "SV-WEB01"),
            -6,
            "開発ツールの接続設定を変更する間、既定のポートでの待ち受けを許容する。接続元は社内ネットワークに限る。",
        ),
        9 => grant(
            "5.1.3-1",
            Subject::new(SubjectKind::Device, "PC-013"),
            38,
            "会計ソフトがWindows 11に未対応のため、年明けのPC入れ替えまで許容する。VPNの接続先は経理サーバーだけに限定し、Webとメールは共用PCを使う。",
        ),
        _ => Vec::new(),
    }
}

const NONE: Harm = (Severity::Minor, "", "");

const fn minor(words: &'static str) -> Harm {
    (Severity::Minor, words, "")
}

const fn serious(words: &'static str, yen: &'static str) -> Harm {
    (Severity::Serious, words, yen)
}

const fn critical(words: &'static str, yen: &'static str) -> Harm {
    (Severity::Critical, words, yen)
}

/// Everything decided in the month; a row that comes twice was decided anew.
const DECIDED: [Decided; 27] = [
    Decided {
        ago: 28,
        row: 2,
        after: 0,
        taken: Taken::Do(-12, "佐藤 美咲"),
        state: "最小文字数は8文字で、ロックアウトは設定していません。",
        harm: [
            serious("1人のパスワードが破られると、部署共有の顧客資料をすべて読まれる", "200万円"),
            serious("見積書や設計書を書き換えられる", "60万円"),
            minor("パスワードの再設定に半日かかる"),
            serious("本人の操作と区別できない", "60万円"),
        ],
        reason: "社内への案内を先に行い、変更後1週間は問い合わせ窓口を置く。",
    },
    Decided {
        ago: 27,
        row: 19,
        after: 0,
        taken: Taken::Done,
        state: "データ暗号化規程(第1.1版)を施行し、全員に説明会で説明しました。罰則は就業規則の懲戒規定を準用しています。",
        harm: [
            critical("顧客から預かった個人情報(約3,000件)が漏れる", "450万円"),
            minor("暗号化していない写しとの取り違え"),
            NONE,
            minor("渡した相手の記録は台帳に残る"),
        ],
        reason: "",
    },
    Decided {
        ago: 27,
        row: 21,
        after: 0,
        taken: Taken::Done,
        state: "貸与端末管理規程(第2.0版)を施行し、罰則を含めて全員に説明しました。",
        harm: [
            serious("使い方が人によって異なり、紛失や漏えいにつながる", "150万円"),
            NONE,
            minor("貸与中のPCの回収に時間がかかる"),
            serious("規程がないと違反の責任を問えない", "30万円"),
        ],
        reason: "",
    },
    Decided {
        ago: 26,
        row: 20,
        after: 0,
        taken: Taken::Done,
        state: "認証情報保全規程を施行し、顧客環境のパスワードは電話で本人を確かめて伝える手順にしました。",
        harm: [
            serious("顧客の検証環境に第三者が入れる", "120万円"),
            serious("検証環境の設定を変えられる", "60万円"),
            NONE,
            serious("正規のIDで操作され、誰の操作か分からない", ""),
        ],
        reason: "メールで送った過去のパスワードは、すべて変更済み。",
    },
    Decided {
        ago: 25,
        row: 34,
        after: 0,
        taken: Taken::Done,
        state: "全台のBitLockerを有効にし、回復キーを印刷して本社の耐火金庫に保管しました。",
        harm: [
            critical("PCの紛失で、顧客のソースコードがそのまま読まれる", "400万円"),
            minor("データの書き換えまでは起こりにくい"),
            serious("回復キーがないと自社でも復旧できない", "18万円"),
            NONE,
        ],
        reason: "棚卸しの際に全台を目視で確認した。",
    },
    Decided {
        ago: 24,
        row: 35,
        after: 0,
        taken: Taken::Do(-3, "佐藤 美咲"),
        state: "Defenderで隔週の完全スキャンを予定していますが、実施されていないPCがあります。",
        harm: [
            serious("潜んだマルウェアが長期間情報を盗む", "160万円"),
            minor("ファイルの破損"),
            minor("1台の復旧に3日"),
            serious("いつ感染したのか示せない", "40万円"),
        ],
        reason: "",
    },
    Decided {
        ago: 22,
        row: 11,
        after: 0,
        taken: Taken::Done,
        state: "RTX1220のファームウェアは最新で、毎月1日に脆弱性情報を確認しています。ログは総務が毎週点検しています。",
        harm: [
            serious("VPN装置から社内に侵入される", "500万円"),
            serious("サーバーのデータを改ざんされる", "200万円"),
            critical("ランサムウェアで全社が10日間止まる", "960万円"),
            minor("接続の記録はログサーバーに残る"),
        ],
        reason: "",
    },
    Decided {
        ago: 21,
        row: 8,
        after: 0,
        taken: Taken::Do(-5, "高橋 浩"),
        state: "開発サーバー(SV-WEB01)が既定の3389番ポートで待ち受けています。ネットワークレベル認証は有効です。",
        harm: [
            serious("ソースコードの流出", "320万円"),
            serious("リリース前の成果物の改ざん", "100万円"),
            critical("開発環境が10日間使えない", "320万円"),
            minor("接続の記録は残る"),
        ],
        reason: "開発ツール側の接続設定を変えてからポートを変更する。",
    },
    Decided {
        ago: 20,
        row: 22,
        after: 0,
        taken: Taken::Do(31, "清水 香織"),
        state: "説明会には24人中21人が出席しました。第2.0版の誓約書がまだそろっていません。",
        harm: [
            minor("取り扱いの誤りによる漏えい"),
            NONE,
            NONE,
            serious("「聞いていない」と言われると責任を問えない", "32万円"),
        ],
        reason: "欠席者には個別に説明する。",
    },
    Decided {
        ago: 19,
        row: 18,
        after: 0,
        taken: Taken::Do(10, "小林 誠"),
        state: "ビデオ会議の手順書を配りましたが、確認の返事がない人が残っています。",
        harm: [serious("壁のメモや画面から別の顧客の案件名が映り込む", "28万円"), NONE, NONE, NONE],
        reason: "営業部を優先して確認する。",
    },
    Decided {
        ago: 18,
        row: 41,
        after: 0,
        taken: Taken::Do(26, "佐藤 美咲"),
        state: "在宅の21戸に調査票を配りました。WPA(TKIP)の家が1戸、8文字の鍵を使う家が2戸あります。",
        harm: [
            serious("近隣から通信を読まれる", "60万円"),
            minor("通信の書き換え"),
            minor("回線の無断使用"),
            serious("侵入者と家族の端末を見分けられない", "40万円"),
        ],
        reason: "古いルーターの家には、会社が無線LANルーターを貸し出す(1台1万2千円)。",
    },
    Decided {
        ago: 17,
        row: 17,
        after: 0,
        taken: Taken::Done,
        state: "FortiGateのWebフィルターと社内のブロックリストを、自動で更新しています。",
        harm: [
            serious("感染したPCから情報が外へ送り出される", "80万円"),
            minor("不正なファイルを取り込む"),
            serious("感染したPCが使えなくなる", "32万円"),
            NONE,
        ],
        reason: "",
    },
    Decided {
        ago: 15,
        row: 15,
        after: 0,
        taken: Taken::Do(17, "高橋 浩"),
        state: "VPNは個人のIDと証明書で接続していますが、検証用の共用ID「dev-test」が1つ残っています。",
        harm: [
            serious("持ち出した人を特定できないまま資料が流出する", "200万円"),
            minor("検証データの書き換え"),
            NONE,
            critical("共用IDでは接続した人を証明できない", "480万円"),
        ],
        reason: "検証用の個人IDを4人分発行し、共用IDを削除する。",
    },
    Decided {
        ago: 14,
        row: 4,
        after: 0,
        taken: Taken::Do(17, "小林 誠"),
        state: "営業部のPCで見積書の共有フォルダーを使っています。ファイルサーバーの「旧プロジェクト」は全員が書き込める状態です。",
        harm: [
            serious("見積条件の漏えいによる失注", "600万円"),
            serious("共有を通じて感染が広がる", "12万円"),
            serious("営業部のPC3台の復旧", "12万円"),
            serious("PC上の共有には記録が残らない", ""),
        ],
        reason: "見積書は部署共有に移し、PCの共有を止める。",
    },
    Decided {
        ago: 13,
        row: 1,
        after: 0,
        taken: Taken::Do(127, "高橋 浩"),
        state: "SMB 1の利用を2週間監査した結果、開発部のNAS(NAS-DEV01)だけが残っています。LMとNTLMv1はポリシーで禁止済みです。",
        harm: [
            serious("顧客向けシステムのソースコードが漏れる", "500万円"),
            serious("ソースコードを改ざんされても気づけない", "300万円"),
            critical("ランサムウェアで開発8人の作業が2か月止まる", "1,280万円"),
            critical("古いNASには操作した人の記録がない", ""),
        ],
        reason: "NASの入れ替え(45万円)を年度末までに行い、その後クライアント側もポリシーで無効にする。",
    },
    Decided {
        ago: 12,
        row: 6,
        after: 0,
        taken: Taken::NotNeeded,
        state: "adminCountが1のアカウントは4件で、特権グループの監査でも同じ4件を確認しています。",
        harm: [minor("過去の特権が残る"), minor("同上"), NONE, minor("記録から経緯はたどれる")],
        reason: "件数が少なく、特権グループの四半期ごとの監査(No.5)で足りるため。10件を超えたら見直す。",
    },
    Decided {
        ago: 11,
        row: 47,
        after: 0,
        taken: Taken::Do(31, "佐藤 美咲"),
        state: "ルーターとファイアウォールのログはsyslogサーバーに集めていますが、ルーターの分は92日で消えます。",
        harm: [
            serious("侵入の範囲を絞り込めない", "80万円"),
            serious("設定に抜け道を作られても気づけない", "60万円"),
            NONE,
            critical("3か月より前の操作を示せない", "120万円"),
        ],
        reason: "syslogサーバーのディスクを増設し、保存期間を400日にそろえる(8万円)。",
    },
    Decided {
        ago: 10,
        row: 33,
        after: 0,
        taken: Taken::Do(38, "山田 直子"),
        state: "経理のPC(PC-013)がWindows 10のままです。PC-016では更新プログラムの再起動待ちが続いています。",
        harm: [
            serious("経理データと給与データの流出", "148万円"),
            serious("振込データの改ざん", "100万円"),
            serious("月次決算が1週間止まる", "24万円"),
            minor("PCの記録は残る"),
        ],
        reason: "会計ソフトの更新版を待って入れ替える。それまでの扱いは許容の記録のとおり。",
    },
    Decided {
        ago: 9,
        row: 46,
        after: 0,
        taken: Taken::Do(66, "佐藤 美咲"),
        state: "サーバーと管理下のPCはログをアーカイブする設定にしました。ドメインコントローラーのNTLMログと、ドメインに参加していないPCが残っています。",
        harm: [
            serious("漏えいの範囲を絞れない", "150万円"),
            serious("改ざんの範囲を絞れない", "50万円"),
            NONE,
            critical("誰の操作か示せない", "200万円"),
        ],
        reason: "",
    },
    Decided {
        ago: 8,
        row: 38,
        after: 0,
        taken: Taken::Do(3, "吉田 遼"),
        state: "保守用のPC-003は承認済みの例外です。PC-012では、検証のあとリモートデスクトップが有効なまま残っています。",
        harm: [
            critical("顧客の本番環境への接続情報を盗まれる", "150万円"),
            serious("顧客環境の設定変更", "80万円"),
            serious("顧客システムの停止", "150万円"),
            minor("接続の記録は残る"),
        ],
        reason: "PC-012は無効に戻す。例外は承認の記録があるものだけとする。",
    },
    Decided {
        ago: 7,
        row: 2,
        after: 1,
        taken: Taken::Done,
        state: "最小12文字、10回の失敗で30分のロックアウトに変更しました。全員のパスワード変更も終わっています。",
        harm: [
            serious("1人のパスワードが破られると、部署共有の顧客資料をすべて読まれる", "200万円"),
            serious("見積書や設計書を書き換えられる", "60万円"),
            minor("パスワードの再設定に半日かかる"),
            serious("本人の操作と区別できない", "60万円"),
        ],
        reason: "問い合わせは2件で、いずれもパスフレーズの案内で解決した。",
    },
    Decided {
        ago: 6,
        row: 3,
        after: 0,
        taken: Taken::Done,
        state: "ビルトインAdministratorの名前を変更し、夜間バックアップは専用アカウントに切り替えました。",
        harm: [
            critical("全サーバーを操作される", "480万円"),
            critical("バックアップまで消される", "150万円"),
            critical("全社が5日間止まる", "480万円"),
            serious("共通の名前では操作した人を特定できない", ""),
        ],
        reason: "",
    },
    Decided {
        ago: 5,
        row: 39,
        after: 0,
        taken: Taken::Do(17, "佐藤 美咲"),
        state: "Windows LAPSを展開しましたが、PC-019は以前の共通パスワードのままです。ドメイン外の3台は個別に管理しています。",
        harm: [
            critical("1台の情報から全台に入られる", "128万円"),
            serious("設定を書き換えられる", ""),
            critical("全台の再セットアップ", "100万円"),
            serious("共通のパスワードでは操作した人を特定できない", ""),
        ],
        reason: "PC-019は次の出社日にLAPSの対象に加える。",
    },
    Decided {
        ago: 4,
        row: 25,
        after: 0,
        taken: Taken::Do(21, "清水 香織"),
        state: "USBメモリの規程案はできていますが、説明会と使用手順がまだです。承認のない使用がPC-018で1件見つかりました。",
        harm: [
            serious("紛失したUSBメモリから取引先の名簿が漏れる", "60万円"),
            minor("感染の持ち込み"),
            minor("感染したPCの復旧に2日"),
            serious("誰がいつ持ち出したか分からない", "20万円"),
        ],
        reason: "会社のUSBメモリ4本を暗号化機能付きに替え、貸出台帳を設ける。",
    },
    Decided {
        ago: 3,
        row: 10,
        after: 0,
        taken: Taken::Do(5, "佐藤 美咲"),
        state: "IKEv2と証明書で運用していますが、退職した社員のアカウントが1件、有効なまま残っていました。",
        harm: [
            critical("退職者が顧客の資料を持ち出せる", "420万円"),
            serious("サーバー上のファイルを書き換えられる", "80万円"),
            NONE,
            serious("在籍者の操作と紛れる", ""),
        ],
        reason: "アカウントと証明書を無効にし、退職手続きのチェックリストに項目を加える。",
    },
    Decided {
        ago: 2,
        row: 9,
        after: 0,
        taken: Taken::Do(10, "高橋 浩"),
        state: "SV-WEB01にはAdministratorでもリモート接続できます。ほかの2台は個人のアカウントだけに制限済みです。",
        harm: [
            minor("開発中の資料を見られる"),
            serious("誤った設定変更に気づけない", "30万円"),
            minor("復旧に半日"),
            critical("4人で使い回すと変更した人を証明できない", "54万円"),
        ],
        reason: "ポートの変更(No.8)と同じ日に行う。",
    },
    Decided {
        ago: 1,
        row: 48,
        after: 0,
        taken: Taken::NotNeeded,
        state: "サーバーと通信装置のログは1か所に集め、1つの時系列で検索できます。PCのログは各PCに残しています。",
        harm: [
            serious("発見が遅れると漏れる量が増える", "100万円"),
            minor("改ざんの検出が遅れる"),
            minor("復旧が1日延びる"),
            serious("PCでの操作の前後関係を示しにくい", "40万円"),
        ],
        reason: "PC21台分の集約には年60万円かかり、サーバー側の記録で足りる場面が多いため、今期は見送る。1年後に再評価する。",
    },
];
