//! The parts of a row's form that are figures: assets concerned, expected loss, cost. What is stored but not offered
//! by a list is shown all the same, so that saving never loses it.

use app::checklist::{AssetLine, COST_FIELDS, Form as RowForm};
use model::asset::{AssetPart, Secrecy};

use crate::page::Page;

/// How often, in times per thousand years, as offered.
const OFTEN: [u64; 10] = [10, 33, 100, 200, 333, 500, 1_000, 2_000, 4_000, 12_000];
/// How much a measure prevents, in percent, as offered.
const PREVENTED: [u64; 6] = [30, 50, 70, 80, 90, 95];

/// One line of a list to choose from.
pub(crate) struct Offered {
    /// What the form sends.
    pub(crate) value: String,
    /// What the person reads.
    pub(crate) words: String,
}

impl Offered {
    /// Whether it is what the form holds.
    pub(crate) fn is(&self, held: &str) -> bool {
        self.value == held.trim()
    }
}

/// What a list offers, and a number the form holds beside it.
fn offered(
    standard: &[u64],
    held: &[&String],
    words: impl Fn(u64) -> String,
    other: impl Fn(u64) -> String,
) -> Vec<Offered> {
    let mut numbers: Vec<(u64, bool)> = standard.iter().map(|number| (*number, true)).collect();
    for number in held.iter().filter_map(|text| text.trim().parse().ok()) {
        if !numbers.iter().any(|(known, _)| *known == number) {
            numbers.push((number, false));
        }
    }
    numbers.sort_unstable();
    numbers
        .into_iter()
        .map(|(number, known)| Offered {
            value: number.to_string(),
            words: if known { words(number) } else { other(number) },
        })
        .collect()
}

/// How often something happens, to choose from.
pub(crate) fn often(p: &Page, form: &RowForm) -> Vec<Offered> {
    let held = [&form.loss.often_low, &form.loss.often_high];
    let words = |number| p.t(&format!("often-{number}"));
    offered(&OFTEN, &held, words, |number| p.tn("per-millennium", number))
}

/// How much the measure prevents, to choose from.
pub(crate) fn prevented(p: &Page, form: &RowForm) -> Vec<Offered> {
    let words = |number: u64| p.tx("percent", number);
    offered(&PREVENTED, &[&form.loss.prevented], words, words)
}

/// One kind of cost.
pub(crate) struct CostRow {
    /// The last part of its locale key.
    pub(crate) kind: &'static str,
    /// The field of what is spent once, and what it holds.
    pub(crate) once: (&'static str, String),
    /// The field of what is spent every year, and what it holds.
    pub(crate) yearly: (&'static str, String),
}

/// The three kinds of cost.
pub(crate) fn cost(form: &RowForm) -> Vec<CostRow> {
    let kinds = ["tools", "operation", "training"];
    let rows = kinds.into_iter().zip(COST_FIELDS).zip(form.cost.clone());
    rows.map(|((kind, (once_field, yearly_field)), (once, yearly))| CostRow {
        kind,
        once: (once_field, once),
        yearly: (yearly_field, yearly),
    })
    .collect()
}

/// The assets the form names, and the rest to choose from.
pub(crate) struct Assets {
    /// Those the form names, in the order of the register.
    pub(crate) chosen: Vec<Asset>,
    /// The others, by system.
    pub(crate) systems: Vec<System>,
}

impl Assets {
    /// How many there are to choose from.
    pub(crate) fn others(&self) -> usize {
        self.systems.iter().map(|system| system.assets.len()).sum()
    }
}

/// The assets of one system that are not chosen.
pub(crate) struct System {
    /// The system's name.
    pub(crate) name: String,
    /// Its assets.
    pub(crate) assets: Vec<Asset>,
}

/// An asset, chosen or to choose.
pub(crate) struct Asset {
    pub(crate) id: u64,
    pub(crate) system: String,
    pub(crate) name: String,
    pub(crate) part: AssetPart,
    pub(crate) secrecy: Option<Secrecy>,
    pub(crate) gone: bool,
}

/// The assets of the register. One that is gone is shown only while the form names it.
pub(crate) fn assets(lines: &[AssetLine], form: &RowForm) -> Assets {
    let mut assets = Assets { chosen: Vec::new(), systems: Vec::new() };
    for line in lines {
        let number = line.id.to_string();
        let asset = Asset {
            id: line.id,
            system: line.asset.system.clone(),
            name: line.asset.name.clone(),
            part: line.asset.part,
            secrecy: line.asset.secrecy,
            gone: line.gone,
        };
        if form.assets.iter().any(|chosen| chosen.trim() == number) {
            assets.chosen.push(asset);
            continue;
        }
        if line.gone {
            continue;
        }
        match assets.systems.last_mut() {
            Some(system) if system.name == asset.system => system.assets.push(asset),
            _ => assets.systems.push(System { name: asset.system.clone(), assets: vec![asset] }),
        }
    }
    assets
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Lang;

    #[test]
    fn a_number_that_is_not_offered_is_shown_in_its_place() {
        let page = Page { lang: Lang::Ja, who: None, path: String::new(), back: String::new(), note: None };
        let mut form = RowForm::default();
        form.loss.often_low = "250".into();
        form.loss.often_high = "1000".into();
        form.loss.prevented = "85".into();
        let values = |offered: Vec<Offered>| -> Vec<(String, String)> {
            offered.into_iter().map(|offered| (offered.value, offered.words)).collect()
        };
        let often = values(often(&page, &form));
        assert_eq!(often.len(), OFTEN.len() + 1);
        assert_eq!(often[4], ("250".into(), "1000年に250回".into()));
        assert!(often.iter().all(|(_, words)| !words.contains('⟦')), "{often:?}");
        let prevented = values(prevented(&page, &form));
        assert!(prevented.contains(&("85".into(), "85%".into())));
        form.loss.prevented = "たくさん".into();
        assert_eq!(super::prevented(&page, &form).len(), PREVENTED.len());
    }

    #[test]
    fn what_is_chosen_stands_apart_from_five_hundred_others() {
        let line = |id: u64| AssetLine {
            id,
            asset: model::Asset::new(format!("S{}", id / 100), AssetPart::Data, format!("N{id}")),
            gone: id == 7 || id == 8,
        };
        let lines: Vec<AssetLine> = (0..500).map(line).collect();
        let form = RowForm { assets: vec!["7".into(), "250".into()], ..RowForm::default() };
        let found = assets(&lines, &form);
        let ids: Vec<u64> = found.chosen.iter().map(|asset| asset.id).collect();
        assert_eq!(ids, [7, 250], "one that is gone is shown while it is named");
        assert_eq!(found.systems.len(), 5);
        assert_eq!(found.others(), 497, "8 is gone and not named");
    }
}
