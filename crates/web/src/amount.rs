//! Estimated sums in words: two significant digits and no more, for nobody knows them better.

use model::Lang;

use crate::page::Page;

/// From where on a sum is counted in the next larger unit, and the last part of its locale key.
const UNITS_JA: [(f64, &str); 4] = [(1e12, "sum-3"), (1e8, "sum-2"), (1e4, "sum-1"), (1.0, "sum-0")];
const UNITS_EN: [(f64, &str); 4] = [(1e12, "sum-3"), (1e9, "sum-2"), (1e6, "sum-1"), (1.0, "sum-0")];

/// A sum to two significant digits: the key of its unit, and the number in that unit. Less than half a yen is nothing.
fn rounded(yen: f64, lang: Lang) -> (&'static str, String) {
    if !yen.is_finite() || yen < 0.5 {
        return ("sum-0", "0".to_owned());
    }
    let step = 10_f64.powf((yen.log10() + 1e-9).floor() - 1.0);
    let yen = (yen / step).round() * step;
    let units = match lang {
        Lang::Ja => UNITS_JA,
        Lang::En => UNITS_EN,
    };
    let (unit, key) = units.into_iter().find(|(unit, _)| yen >= unit * 0.999_999).unwrap_or((1.0, "sum-0"));
    let number = yen / unit;
    let text = if number < 9.95 { format!("{number:.1}") } else { format!("{number:.0}") };
    (key, grouped(text.trim_end_matches(".0")))
}

/// Digits with their thousands set apart.
fn grouped(digits: &str) -> String {
    if digits.contains('.') {
        return digits.to_owned();
    }
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl Page {
    /// An estimated sum, as 120万円 or ¥1.2 million.
    pub(crate) fn sum(&self, yen: &f64) -> String {
        let (key, number) = rounded(*yen, self.lang);
        self.tx(key, number)
    }

    /// The same as 約120万円 or about ¥1.2 million; nothing is nothing.
    pub(crate) fn about(&self, yen: &f64) -> String {
        let sum = self.sum(yen);
        if *yen >= 0.5 { self.tx("sum-about", sum) } else { sum }
    }

    /// A whole sum in words, as 120万円 or ¥1.2 million.
    pub(crate) fn rough(&self, yen: &u64) -> String {
        self.sum(&(*yen as f64))
    }

    /// A whole sum somebody wrote down, to the yen; whole thousands in the short form of the language.
    pub(crate) fn yen(&self, yen: &u64) -> String {
        if self.lang == Lang::Ja && *yen >= 10_000 && yen.is_multiple_of(1_000) {
            let (tens, thousands) = (self.number(yen / 10_000), yen / 1_000 % 10);
            let number = if thousands == 0 { tens } else { format!("{tens}.{thousands}") };
            return self.tx("sum-1", number);
        }
        self.tx("yen", self.number(yen))
    }

    /// What is spent once and every year, in words.
    pub(crate) fn spend(&self, spend: &model::risk::Spend) -> String {
        match (spend.once, spend.yearly) {
            (0, 0) => self.t("spend-none"),
            (once, 0) => self.tx("spend-once", self.yen(&once)),
            (0, yearly) => self.tx("spend-yearly", self.yen(&yearly)),
            (once, yearly) => self.txy("spend-both", self.yen(&once), self.yen(&yearly)),
        }
    }

    /// A share of one, in whole percent; only what is whole is shown as whole.
    pub(crate) fn percent(&self, share: &f64) -> String {
        let percent = (share * 100.0).round();
        let percent = if *share < 1.0 { percent.min(99.0) } else { percent };
        self.tx("percent", if *share > 0.0 { percent.max(1.0) } else { percent })
    }

    /// How much a yen of cost does, to two digits at the most.
    pub(crate) fn times(&self, rate: &f64) -> String {
        match *rate {
            rate if rate >= 1_000.0 => self.tx("times-over", self.number(1_000)),
            rate if rate >= 99.5 => self.tx("times", format!("{:.0}", (rate / 10.0).round() * 10.0)),
            rate if rate >= 9.95 => self.tx("times", format!("{rate:.0}")),
            rate if rate >= 0.1 => self.tx("times", format!("{rate:.1}")),
            rate if rate > 0.0 => self.tx("times-under", 0.1),
            _ => self.t("times-none"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_digits_and_no_more() {
        let check = |yen: f64, ja: &str, en: &str| {
            let page = |lang| Page { lang, who: None, path: String::new(), back: String::new(), note: None };
            assert_eq!(page(Lang::Ja).about(&yen), ja, "{yen}");
            assert_eq!(page(Lang::En).about(&yen), en, "{yen}");
        };
        check(0.0, "0円", "¥0");
        check(0.4, "0円", "¥0");
        check(7.0, "約7円", "about ¥7");
        check(84.0, "約84円", "about ¥84");
        check(9_849.0, "約9,800円", "about ¥9,800");
        check(9_999.0, "約1万円", "about ¥10,000");
        check(12_345.0, "約1.2万円", "about ¥12,000");
        check(123_456.0, "約12万円", "about ¥120,000");
        check(1_234_567.0, "約120万円", "about ¥1.2 million");
        check(996_000.0, "約100万円", "about ¥1 million");
        check(17_800_000.0, "約1,800万円", "about ¥18 million");
        check(99_600_000.0, "約1億円", "about ¥100 million");
        check(1_000_000_000.0, "約10億円", "about ¥1 billion");
        check(1_549_000_000_000.0, "約1.5兆円", "about ¥1.5 trillion");
        check(1e18, "約1,000,000兆円", "about ¥1,000,000 trillion");
        check(f64::NAN, "0円", "¥0");
    }

    #[test]
    fn what_was_written_down_stays_to_the_yen() {
        let check = |yen: u64, ja: &str, en: &str| {
            let page = |lang| Page { lang, who: None, path: String::new(), back: String::new(), note: None };
            assert_eq!(page(Lang::Ja).yen(&yen), ja);
            assert_eq!(page(Lang::En).yen(&yen), en);
        };
        check(0, "0円", "¥0");
        check(9_000, "9,000円", "¥9,000");
        check(48_000, "4.8万円", "¥48,000");
        check(450_000, "45万円", "¥450,000");
        check(1_504_000, "150.4万円", "¥1,504,000");
        check(1_234_567, "1,234,567円", "¥1,234,567");
        check(178_000_000, "17,800万円", "¥178,000,000");
    }

    #[test]
    fn shares_and_rates() {
        let p = Page { lang: Lang::Ja, who: None, path: String::new(), back: String::new(), note: None };
        let percent = |share: f64, expected: &str| assert_eq!(p.percent(&share), expected, "{share}");
        percent(0.0, "0%");
        percent(0.001, "1%");
        percent(0.666, "67%");
        percent(0.999, "99%");
        percent(1.0, "100%");
        let times = |rate: f64, expected: &str| assert_eq!(p.times(&rate), expected, "{rate}");
        times(0.0, "効果なし");
        times(0.04, "費用の0.1倍未満");
        times(0.52, "費用の0.5倍");
        times(7.25, "費用の7.2倍");
        times(31.4, "費用の31倍");
        times(273.0, "費用の270倍");
        times(12_345.0, "費用の1,000倍以上");
    }
}
