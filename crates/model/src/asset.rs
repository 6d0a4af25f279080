//! Information assets used from home (情報資産, section 11.2.1): what they are part of, how secret they are, whether they
//! have to be encrypted, who touches them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Subject;

/// The six parts a system used from home is split into (section 11.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AssetPart {
    /// ①ハードウェア.
    Hardware,
    /// ②OS.
    Os,
    /// ③ネットワーク.
    Network,
    /// ④システム本体: programs and middleware.
    System,
    /// ⑤開発環境.
    Development,
    /// ⑥データ: contents and masters.
    Data,
}

impl AssetPart {
    /// All parts, in the guideline's order.
    pub const ALL: [AssetPart; 6] = [
        AssetPart::Hardware,
        AssetPart::Os,
        AssetPart::Network,
        AssetPart::System,
        AssetPart::Development,
        AssetPart::Data,
    ];

    /// The part's name, for example `development`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            AssetPart::Hardware => "hardware",
            AssetPart::Os => "os",
            AssetPart::Network => "network",
            AssetPart::System => "system",
            AssetPart::Development => "development",
            AssetPart::Data => "data",
        }
    }

    /// The part of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }
}

/// 保秘レベル: how far an asset may be known, the most secret first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Secrecy {
    /// 極秘: named people only.
    TopSecret,
    /// 関係社外秘: the company and the partners or customers concerned.
    Partners,
    /// 社外秘: inside the company.
    Internal,
    /// 公開可能: anybody.
    Public,
}

impl Secrecy {
    /// All classes, the most secret first.
    pub const ALL: [Secrecy; 4] = [Secrecy::TopSecret, Secrecy::Partners, Secrecy::Internal, Secrecy::Public];

    /// The class's name, for example `top_secret`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Secrecy::TopSecret => "top_secret",
            Secrecy::Partners => "partners",
            Secrecy::Internal => "internal",
            Secrecy::Public => "public",
        }
    }

    /// The class of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|secrecy| secrecy.name() == name)
    }
}

/// Whether an asset has to be encrypted (暗号化の要否).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Encryption {
    /// Not decided yet.
    #[default]
    Undecided,
    /// 必要.
    Needed,
    /// 不要.
    NotNeeded,
}

impl Encryption {
    /// All answers.
    pub const ALL: [Encryption; 3] = [Encryption::Undecided, Encryption::Needed, Encryption::NotNeeded];

    /// The answer's name, for example `not_needed`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Encryption::Undecided => "undecided",
            Encryption::Needed => "needed",
            Encryption::NotNeeded => "not_needed",
        }
    }

    /// The answer of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|encryption| encryption.name() == name)
    }
}

/// One information asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Asset {
    /// The system used from home it belongs to.
    pub system: String,
    /// Which part of that system it is.
    pub part: AssetPart,
    /// What it is.
    pub name: String,
    /// Whether it is, or holds, what lets somebody in (認証情報).
    #[serde(default)]
    pub credential: bool,
    /// Whether it is, or holds, data about people (個人情報).
    #[serde(default)]
    pub personal: bool,
    /// Who answers for it; may be empty while nobody does.
    #[serde(default)]
    pub owner: String,
    /// How secret it is; absent while not decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secrecy: Option<Secrecy>,
    /// Whether it has to be encrypted.
    #[serde(default)]
    pub encryption: Encryption,
    /// How it is encrypted, for example `BitLocker` or `AES-256`; may be empty.
    #[serde(default)]
    pub method: String,
    /// The devices, servers and people that touch it.
    #[serde(default)]
    pub touched_by: Vec<Subject>,
    /// A remark.
    #[serde(default)]
    pub note: String,
}

impl Asset {
    /// An asset of which only the place and name are known.
    #[must_use]
    pub fn new(system: impl Into<String>, part: AssetPart, name: impl Into<String>) -> Self {
        Self {
            system: system.into(),
            part,
            name: name.into(),
            credential: false,
            personal: false,
            owner: String::new(),
            secrecy: None,
            encryption: Encryption::Undecided,
            method: String::new(),
            touched_by: Vec::new(),
            note: String::new(),
        }
    }

    /// What tells it apart from others: part, system and name, whatever the width and case of letters and the blanks.
    #[must_use]
    pub fn key(&self) -> (AssetPart, String, String) {
        (self.part, plain(&self.system), plain(&self.name))
    }

    /// Whether two entries speak of the same thing: their keys are alike.
    #[must_use]
    pub fn same_thing(&self, other: &Asset) -> bool {
        self.key() == other.key()
    }
}

/// A text without what does not tell things apart: width, case, blanks.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match u32::from(c) {
            // Full-width forms of ASCII lie 0xfee0 above it.
            code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(c),
            _ => c,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_thing_whatever_the_width() {
        let asset = |name: &str| Asset::new("販売管理", AssetPart::Data, name);
        assert!(asset("顧客ＤＢ 本番").same_thing(&asset("顧客db本番")));
        assert!(!asset("顧客DB").same_thing(&asset("顧客DB(検証)")));
        let other = Asset { part: AssetPart::Hardware, ..asset("顧客DB") };
        assert!(!asset("顧客DB").same_thing(&other));
    }

    #[test]
    fn names_lead_back() {
        assert!(AssetPart::ALL.iter().all(|part| AssetPart::from_name(part.name()) == Some(*part)));
        assert!(Secrecy::ALL.iter().all(|class| Secrecy::from_name(class.name()) == Some(*class)));
        assert!(Encryption::ALL.iter().all(|answer| Encryption::from_name(answer.name()) == Some(*answer)));
    }
}
