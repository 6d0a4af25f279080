//! What a person can choose in a form, in words people know from a router's page, and the facts that means.

use model::facts::{WifiAuthentication, WifiCipher};

/// Yes, no, do not know.
pub struct AnswerWord;

impl AnswerWord {
    /// All, as the form sends them.
    pub const ALL: [&'static str; 3] = ["yes", "no", "unknown"];
}

/// How the wireless key came about.
pub struct KeyWord;

impl KeyWord {
    /// All, as the form sends them: as shipped or set by push button; typed; not known.
    pub const ALL: [&'static str; 3] = ["automatic", "typed", "unknown"];
}

/// How the wireless LAN is protected, as routers call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WifiWord {
    /// As the form sends it.
    pub name: &'static str,
    authentication: WifiAuthentication,
    cipher: WifiCipher,
}

impl WifiWord {
    /// All, the best first.
    pub const ALL: [WifiWord; 6] = [
        word("wpa3", WifiAuthentication::Wpa3Sae, WifiCipher::Ccmp),
        word("wpa2-aes", WifiAuthentication::Wpa2Psk, WifiCipher::Ccmp),
        word("wpa2-tkip", WifiAuthentication::Wpa2Psk, WifiCipher::Tkip),
        word("wpa", WifiAuthentication::WpaPsk, WifiCipher::Tkip),
        word("wep", WifiAuthentication::Wep, WifiCipher::Wep),
        word("open", WifiAuthentication::Open, WifiCipher::None),
    ];

    /// The word of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|word| word.name == name)
    }

    /// The word that fits facts best; none when the words do not cover it.
    #[must_use]
    pub fn of(authentication: Option<WifiAuthentication>, cipher: Option<WifiCipher>) -> Option<Self> {
        // GCMP is AES as well.
        let cipher = if cipher == Some(WifiCipher::Gcmp) { Some(WifiCipher::Ccmp) } else { cipher };
        let fits = |word: &Self| Some(word.authentication) == authentication;
        let whole = Self::ALL.into_iter().find(|word| fits(word) && Some(word.cipher) == cipher);
        // WPA and WEP say all by their name.
        whole.or_else(|| {
            Self::ALL
                .into_iter()
                .find(|word| fits(word) && word.authentication != WifiAuthentication::Wpa2Psk)
        })
    }

    /// How one joins.
    #[must_use]
    pub fn authentication(self) -> WifiAuthentication {
        self.authentication
    }

    /// How it is encrypted.
    #[must_use]
    pub fn cipher(self) -> WifiCipher {
        self.cipher
    }
}

const fn word(name: &'static str, authentication: WifiAuthentication, cipher: WifiCipher) -> WifiWord {
    WifiWord { name, authentication, cipher }
}
