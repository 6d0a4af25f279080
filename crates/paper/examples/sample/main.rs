//! Writes a sample of every document into a folder, to look at and to check with `tests/oscal.py` and
//! `tests/office.sh`: `cargo run -p paper --example sample -- FOLDER`.

#![expect(clippy::print_stdout, reason = "an example's only output")]

use std::error::Error;
use std::path::PathBuf;

use model::Lang;
use paper::{asset, checklist, oscal, table};

mod data;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "sample".into()));
    std::fs::create_dir_all(&folder)?;
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for lang in Lang::ALL {
        files.push((format!("checklist-{lang}.xlsx"), checklist::xlsx(&data::sheet(), lang)?));
        files.push((format!("assets-{lang}.xlsx"), asset::xlsx(&data::assets(), lang)?));
    }
    files.push(("checklist-hostile.xlsx".into(), checklist::xlsx(&data::hostile_sheet(), Lang::Ja)?));
    files.push(("assets.csv".into(), asset::csv(&data::assets(), Lang::Ja)));
    files.push(("plan.xlsx".into(), table::xlsx(&data::plan())?));
    files.push(("plan.csv".into(), table::csv(&data::plan())));
    let documents = [
        ("catalog", oscal::catalog(&data::catalog())),
        ("profile", oscal::profile(&data::profile())),
        ("assessment-results", oscal::assessment_results(&data::results())),
        ("catalog-hostile", oscal::catalog(&data::hostile_catalog())),
        ("profile-hostile", oscal::profile(&data::hostile_profile())),
        ("assessment-results-hostile", oscal::assessment_results(&data::hostile_results())),
    ];
    let plans = [("poam", data::poam()), ("poam-hostile", data::hostile_poam())];
    let plans = plans.iter().filter_map(|(name, plan)| Some((*name, oscal::poam(plan)?)));
    for (name, document) in documents.into_iter().chain(plans) {
        files.push((format!("{name}.json"), serde_json::to_vec_pretty(&document)?));
    }
    for (name, bytes) in files {
        let path = folder.join(name);
        std::fs::write(&path, bytes)?;
        println!("{}", path.display());
    }
    Ok(())
}
