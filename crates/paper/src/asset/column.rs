//! The register's columns: headings, words, widths.

use model::Lang;
use model::asset::{AssetPart, Encryption, Secrecy};

use crate::sheet::heading::{Known, bare};
use crate::sheet::plain::{is_dash, key};
use crate::word::Word;

/// What a column of the register holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AssetColumn {
    /// 番号.
    Number,
    /// システム.
    System,
    /// 構成要素.
    Part,
    /// 情報資産.
    Name,
    /// 保秘レベル.
    Secrecy,
    /// 認証情報.
    Credential,
    /// 個人情報.
    Personal,
    /// 管理責任者.
    Owner,
    /// 暗号化.
    Encryption,
    /// 暗号化の方法.
    Method,
    /// 利用する端末・人.
    Touched,
    /// 備考.
    Note,
    /// The version.
    Version,
}

/// Heading and width (in digits) of the columns, in order.
pub(super) const COLUMNS: [(AssetColumn, Word, f64); 13] = [
    (AssetColumn::Number, Word::new("番号", "Number"), 7.0),
    (AssetColumn::System, Word::new("システム", "System"), 18.0),
    (AssetColumn::Part, Word::new("構成要素", "Part"), 14.0),
    (AssetColumn::Name, Word::new("情報資産", "Information asset"), 26.0),
    (AssetColumn::Secrecy, Word::new("保秘レベル", "Secrecy"), 12.0),
    (AssetColumn::Credential, Word::new("認証情報", "Credentials"), 10.0),
    (AssetColumn::Personal, Word::new("個人情報", "Personal data"), 10.0),
    (AssetColumn::Owner, Word::new("管理責任者", "Owner"), 15.0),
    (AssetColumn::Encryption, Word::new("暗号化", "Encryption"), 10.0),
    (AssetColumn::Method, Word::new("暗号化の方法", "Method of encryption"), 16.0),
    (AssetColumn::Touched, Word::new("利用する端末・人", "Used on and by"), 26.0),
    (AssetColumn::Note, Word::new("備考", "Remarks"), 26.0),
    (AssetColumn::Version, Word::new("版(変更しない)", "Version (do not change)"), 8.0),
];

/// A column's heading.
pub(super) fn heading(column: AssetColumn) -> Word {
    COLUMNS.iter().find(|(holds, ..)| *holds == column).map_or(Word::new("", ""), |(_, word, _)| *word)
}

/// What a heading stands for.
pub(super) fn known(text: &str) -> Known<AssetColumn> {
    let whole = key(text);
    let ours = COLUMNS.iter().find(|(_, word, _)| Lang::ALL.iter().any(|lang| key(word.get(*lang)) == whole));
    if let Some((holds, ..)) = ours {
        return Some((*holds, 0));
    }
    let found = match bare(text).as_str() {
        "番号" | "no" | "no." | "№" | "資産番号" | "管理番号" | "項番" | "#" | "number" => {
            (AssetColumn::Number, 1)
        }
        "システム" | "システム名" | "業務システム" | "対象システム" | "system" => {
            (AssetColumn::System, 1)
        }
        "構成要素" | "構成" | "区分" | "part" | "component" => (AssetColumn::Part, 1),
        "情報資産" | "情報資産名" | "資産名" | "資産名称" | "情報資産名称" | "informationasset" | "asset" => {
            (AssetColumn::Name, 1)
        }
        "名称" | "名前" | "name" => (AssetColumn::Name, 2),
        "保秘レベル" | "機密レベル" | "機密区分" | "秘密区分" | "秘密レベル" | "公開範囲" | "secrecy"
        | "classification" => (AssetColumn::Secrecy, 1),
        "認証情報" | "認証情報の有無" | "credentials" | "credential" => {
            (AssetColumn::Credential, 1)
        }
        "個人情報" | "個人情報の有無" | "personaldata" | "personal" => (AssetColumn::Personal, 1),
        "管理者" | "管理責任者" | "owner" => (AssetColumn::Owner, 1),
        "担当" | "担当者" | "責任者" | "管理部署" | "管理部門" => (AssetColumn::Owner, 2),
        "暗号化" | "暗号化の要否" | "暗号化要否" | "encryption" => (AssetColumn::Encryption, 1),
        "暗号化の方法" | "暗号化方法" | "暗号化方式" | "暗号方式" | "method" | "methodofencryption" => {
            (AssetColumn::Method, 1)
        }
        "利用する端末・人" | "利用する端末" | "利用端末" | "usedonandby" => {
            (AssetColumn::Touched, 1)
        }
        "備考" | "補足" | "コメント" | "remarks" | "remark" | "notes" | "note" => {
            (AssetColumn::Note, 1)
        }
        "版" | "version" => (AssetColumn::Version, 1),
        _ => return None,
    };
    Some(found)
}

/// A part's word (section 11.2.1).
pub(super) fn part(part: AssetPart) -> Word {
    match part {
        AssetPart::Hardware => Word::new("ハードウェア", "Hardware"),
        AssetPart::Os => Word::new("OS", "OS"),
        AssetPart::Network => Word::new("ネットワーク", "Network"),
        AssetPart::System => Word::new("システム本体", "System itself"),
        AssetPart::Development => Word::new("開発環境", "Development"),
        AssetPart::Data => Word::new("データ", "Data"),
    }
}

/// The word for a class of secrecy; empty while it is not decided.
pub(super) fn secrecy(secrecy: Option<Secrecy>) -> Word {
    match secrecy {
        None => Word::new("", ""),
        Some(Secrecy::TopSecret) => Word::new("極秘", "Top secret"),
        Some(Secrecy::Partners) => Word::new("関係社外秘", "Partners"),
        Some(Secrecy::Internal) => Word::new("社外秘", "Internal"),
        Some(Secrecy::Public) => Word::new("公開可能", "Public"),
    }
}

/// The word for whether it has to be encrypted; empty while it is not decided.
pub(super) fn encryption(encryption: Encryption) -> Word {
    match encryption {
        Encryption::Undecided => Word::new("", ""),
        Encryption::Needed => Word::new("必要", "Needed"),
        Encryption::NotNeeded => Word::new("不要", "Not needed"),
    }
}

/// The word for whether it is, or holds, something.
pub(super) fn flag(flag: bool) -> Word {
    if flag { Word::new("有", "Yes") } else { Word::new("無", "No") }
}

fn is(word: Word, key_of_cell: &str) -> bool {
    Lang::ALL.iter().any(|lang| key(word.get(*lang)) == key_of_cell)
}

/// The part a cell names.
pub(super) fn part_of(cell: &str) -> Option<AssetPart> {
    let whole = key(cell);
    // ①ハードウェア, 1.OS.
    let word = whole.trim_start_matches(|c: char| {
        c.is_ascii_digit() || matches!(c, '.' | '(' | ')' | ':' | '\u{2460}'..='\u{2465}')
    });
    let theirs = match word {
        "ハード" | "機器" => AssetPart::Hardware,
        "オペレーティングシステム" | "基本ソフト" => AssetPart::Os,
        "回線" => AssetPart::Network,
        "システム" | "プログラム" | "ミドルウェア" | "ソフトウェア" | "system" | "software" => {
            AssetPart::System
        }
        "開発" => AssetPart::Development,
        "コンテンツ" | "データ(コンテンツ)" => AssetPart::Data,
        _ => return AssetPart::ALL.into_iter().find(|known| is(part(*known), word)),
    };
    Some(theirs)
}

/// The class a cell names; the outer `None` when it is not sure.
pub(super) fn secrecy_of(cell: &str) -> Option<Option<Secrecy>> {
    let whole = key(cell);
    match whole.as_str() {
        "" | "未定" | "未決定" => return Some(None),
        "取引先限り" | "関係者外秘" | "関係者限り" => return Some(Some(Secrecy::Partners)),
        "秘" | "社内限り" => return Some(Some(Secrecy::Internal)),
        "公開" => return Some(Some(Secrecy::Public)),
        _ if is_dash(&whole) => return Some(None),
        _ => {}
    }
    Secrecy::ALL.into_iter().find(|known| is(secrecy(Some(*known)), &whole)).map(Some)
}

/// The answer a cell gives; `None` when it is not sure.
pub(super) fn encryption_of(cell: &str) -> Option<Encryption> {
    let whole = key(cell);
    match whole.as_str() {
        "未定" | "未決定" | "検討中" | "undecided" => Some(Encryption::Undecided),
        "要" | "する" | "○" | "〇" | "◯" | "はい" | "yes" | "true" => Some(Encryption::Needed),
        "否" | "しない" | "×" | "✕" | "不要です" | "いいえ" | "no" | "false" => {
            Some(Encryption::NotNeeded)
        }
        _ if is_dash(&whole) => Some(Encryption::Undecided),
        _ => Encryption::ALL.into_iter().find(|known| is(encryption(*known), &whole)),
    }
}

/// Yes or no; `None` when it is not sure. Empty is no.
pub(super) fn flag_of(cell: &str) -> Option<bool> {
    let whole = key(cell);
    match whole.as_str() {
        "有" | "あり" | "有り" | "○" | "〇" | "◯" | "●" | "はい" | "該当" | "yes" | "y" | "true" => {
            Some(true)
        }
        "" | "無" | "なし" | "無し" | "×" | "✕" | "いいえ" | "非該当" | "no" | "n" | "false" => {
            Some(false)
        }
        _ if is_dash(&whole) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_words_read_back() {
        for lang in Lang::ALL {
            assert!(AssetPart::ALL.iter().all(|known| part_of(part(*known).get(lang)) == Some(*known)));
            let classes = Secrecy::ALL.into_iter().map(Some).chain([None]);
            assert!(classes.into_iter().all(|known| secrecy_of(secrecy(known).get(lang)) == Some(known)));
            assert!(
                Encryption::ALL
                    .iter()
                    .all(|known| encryption_of(encryption(*known).get(lang)) == Some(*known))
            );
            assert!([true, false].iter().all(|known| flag_of(flag(*known).get(lang)) == Some(*known)));
            assert!(COLUMNS.iter().all(|(holds, word, _)| known(word.get(lang)) == Some((*holds, 0))));
        }
    }

    #[test]
    fn reads_other_words() {
        assert_eq!(part_of("①ハードウェア"), Some(AssetPart::Hardware));
        assert_eq!(part_of("2. ＯＳ"), Some(AssetPart::Os));
        assert_eq!(secrecy_of("取引先限り"), Some(Some(Secrecy::Partners)));
        assert_eq!(secrecy_of("秘"), Some(Some(Secrecy::Internal)));
        assert_eq!((secrecy_of("－"), secrecy_of("厳秘")), (Some(None), None));
        assert_eq!((flag_of("○"), flag_of("×"), flag_of("△")), (Some(true), Some(false), None));
        assert_eq!((encryption_of("要"), encryption_of("AES")), (Some(Encryption::Needed), None));
    }
}
