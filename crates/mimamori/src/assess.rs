//! `mimamori assess`: judges fact documents without a server.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::assess::{Assessment, assess};
use guideline::{Catalog, Profile};
use model::evidence::{DOCUMENT_MAX_BYTES, id_of};
use model::{At, Clock as _, FactDocument, Lang, Level, Outcome, SystemClock};

use crate::catalog::unknown_profile;
use crate::failure::Failure;
use crate::output;

/// The most files looked at.
const FILES_MAX: usize = 200_000;

/// What was asked for.
pub(crate) struct Asked {
    /// Files and folders.
    pub(crate) paths: Vec<PathBuf>,
    /// A built-in profile or a file.
    pub(crate) profile: String,
    /// `table`, `json`, `html` or `oscal`.
    pub(crate) format: String,
    /// Where the result goes.
    pub(crate) out: Option<PathBuf>,
    /// The instant to judge at.
    pub(crate) now: Option<String>,
}

/// Exit code 0 when no SHALL fails, 1 when one does, 2 when a document could not be used.
pub(crate) fn run(catalog: &Catalog, asked: &Asked, lang: Lang) -> Result<ExitCode, Failure> {
    let now = match &asked.now {
        Some(text) => text.parse::<At>().map_err(|error| Failure::argument("--now", error.to_string()))?,
        None => SystemClock.now(),
    };
    let profile = profile(catalog, &asked.profile)?;
    let mut documents: Vec<(String, FactDocument)> = Vec::new();
    let mut refused = 0_usize;
    for path in files(&asked.paths)? {
        match read(&path) {
            Ok((id, document)) => {
                if !documents.iter().any(|(known, _)| *known == id) {
                    documents.push((id, document));
                }
            }
            Err(problem) => {
                refused += 1;
                eprintln!("{}: {problem}", path.display());
            }
        }
    }
    if documents.is_empty() && refused == 0 {
        return Err(Failure::argument(
            "there are no .json files in what was named",
            "name fact files or their folder",
        ));
    }
    let (catalog, profile) = catalog.tailored(&profile).map_err(app::AppError::Misfit)?;
    let assessment = assess(&catalog, &profile, &documents, now)?;
    let bytes = match asked.format.as_str() {
        "json" => json(&assessment)?,
        "html" => web::report::assessment(&catalog, &assessment, lang).into_bytes(),
        "oscal" => app::catalog::oscal_results(&catalog, &profile, &assessment, &documents, now)?,
        _ => table(&catalog, &assessment, lang).into_bytes(),
    };
    output::write(asked.out.as_deref(), &bytes)?;
    Ok(match (refused, assessment.any_shall_fails()) {
        (0, false) => ExitCode::SUCCESS,
        (0, true) => ExitCode::from(1),
        _ => ExitCode::from(2),
    })
}

fn profile(catalog: &Catalog, name: &str) -> Result<Profile, Failure> {
    if let Some(profile) = catalog.profile(name) {
        return Ok(profile.clone());
    }
    let path = Path::new(name);
    if !path.is_file() {
        return Err(unknown_profile(catalog, name));
    }
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::file(name, error, "check the path given with --profile"))?;
    toml::from_str(&text).map_err(|error| {
        Failure::argument(format!("{name}: {error}"), "catalog/schema/profile.json lists every field")
    })
}

/// The files named, and the `.json` files of the folders named, in order. Links are not followed inside folders.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let hint = "check the path";
    let mut found = Vec::new();
    let mut waiting: Vec<PathBuf> = Vec::new();
    for path in paths {
        let metadata = std::fs::metadata(path).map_err(|error| Failure::file(path.display(), error, hint))?;
        if metadata.is_dir() { waiting.push(path.clone()) } else { found.push(path.clone()) }
    }
    while let Some(folder) = waiting.pop() {
        let entries =
            std::fs::read_dir(&folder).map_err(|error| Failure::file(folder.display(), error, hint))?;
        for entry in entries {
            let entry = entry.map_err(|error| Failure::file(folder.display(), error, hint))?;
            let kind = entry.file_type().map_err(|error| Failure::file(folder.display(), error, hint))?;
            let path = entry.path();
            if kind.is_dir() {
                waiting.push(path);
            } else if kind.is_file() && path.extension().is_some_and(|ending| ending == "json") {
                found.push(path);
            }
            if found.len() > FILES_MAX {
                return Err(Failure::argument(format!("more than {FILES_MAX} files"), "name fewer folders"));
            }
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// One document, or why it cannot be used. What `collect.ps1` wrote is read into facts first.
fn read(path: &Path) -> Result<(String, FactDocument), String> {
    let bytes = bytes(path).map_err(|error| error.to_string())?;
    let document = if collect::is_answers(&bytes) {
        collect::from_answers(&bytes).map_err(|error| error.to_string())?
    } else {
        FactDocument::parse(&bytes).map_err(|error| error.to_string())?
    };
    Ok((id_of(&bytes), document))
}

/// The facts that follow from what `collect.ps1` wrote.
pub(crate) fn from_answers(path: &Path) -> Result<FactDocument, Failure> {
    let bytes = bytes(path).map_err(|error| Failure::file(path.display(), error, "check the path"))?;
    collect::from_answers(&bytes)
        .map_err(|error| Failure::argument(path.display().to_string(), error.to_string()))
}

fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    let file = std::fs::File::open(path)?;
    let mut bytes = Vec::new();
    // One byte more than allowed shows that there is too much, however large the file claims to be.
    file.take(DOCUMENT_MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn json(assessment: &Assessment) -> Result<Vec<u8>, Failure> {
    let mut bytes = serde_json::to_vec_pretty(assessment)
        .map_err(|error| Failure::argument("the assessment could not be written", error.to_string()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// For people at a terminal: what is not met first, then what is unknown, then the counts.
fn table(catalog: &Catalog, assessment: &Assessment, lang: Lang) -> String {
    let t = |key: &str| web::locale::text(lang, key, &[]);
    let mut out = String::new();
    for outcome in Outcome::ALL {
        let own: Vec<_> = assessment.verdicts.iter().filter(|verdict| verdict.verdict == outcome).collect();
        if own.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n== {} ({})", t(&format!("outcome-{}", outcome.name())), own.len());
        for verdict in own {
            let title = catalog.policy_of(&verdict.statement).map_or("", |policy| policy.title.get(lang));
            let level = t(&format!("level-{}", verdict.level.name()));
            let _ = writeln!(out, "{} [{level}] {}  {title}", verdict.statement, verdict.subject);
            if outcome != Outcome::Pass {
                let _ = writeln!(out, "    {}", verdict.reason.get(lang));
            }
        }
    }
    let _ = writeln!(
        out,
        "\n{} / {} / {}",
        assessment.catalog,
        assessment.profile,
        assessment.judged_at.minute()
    );
    for level in Level::ALL {
        let counts = assessment.summary.level(level);
        let parts: Vec<String> = Outcome::ALL
            .into_iter()
            .map(|outcome| format!("{} {}", t(&format!("outcome-{}", outcome.name())), counts.of(outcome)))
            .collect();
        let _ = writeln!(out, "{}: {}", t(&format!("level-{}", level.name())), parts.join("  "));
    }
    out
}
