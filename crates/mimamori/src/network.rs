//! `mimamori network collect`: a home router's configuration as facts, or with `--vpn` what a VPN's files say. Reads
//! files and writes fact documents; what the lines mean is known to `network::router`, and to `vpn` here.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ArgMatches;
use model::{Clock as _, FactDocument, Subject, SystemClock};
use network::router::{self, BYTES_MAX, Reading};

use crate::failure::Failure;
use crate::{output, vpn};

/// The most files taken at once.
const FILES_MAX: usize = 1_000;

/// Writes a document per home; exit code 0 also when part of it could not be told, which the document then says.
pub(crate) fn run(own: &ArgMatches) -> Result<ExitCode, Failure> {
    let Some(("collect", own)) = own.subcommand() else {
        return Err(Failure::argument("no subcommand", "say collect"));
    };
    if let Some(id) = own.get_one::<String>("vpn") {
        return vpn::run(id, own);
    }
    let files: Vec<PathBuf> = own.get_many("files").into_iter().flatten().cloned().collect();
    if files.len() > FILES_MAX {
        return Err(Failure::argument(format!("more than {FILES_MAX} files"), "name fewer files"));
    }
    let wan: Vec<String> = own.get_many("wan").into_iter().flatten().cloned().collect();
    let documents = match own.get_one::<String>("id") {
        Some(id) => {
            let readings = files.iter().map(|file| read(file, &wan)).collect::<Result<Vec<_>, _>>()?;
            vec![document(id, &readings)?]
        }
        None => files
            .iter()
            .map(|file| document(&stem(file), &[read(file, &wan)?]))
            .collect::<Result<Vec<_>, _>>()?,
    };
    write(&documents, own.get_one::<PathBuf>("out").map(PathBuf::as_path))?;
    Ok(ExitCode::SUCCESS)
}

fn stem(file: &Path) -> String {
    file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

fn read(file: &Path, wan: &[String]) -> Result<Reading, Failure> {
    let failed = |error| Failure::file(file.display(), error, "check the path");
    let mut bytes = Vec::new();
    // One byte more than allowed shows that there is too much, however large the file claims to be.
    let limit = BYTES_MAX as u64 + 1;
    std::fs::File::open(file).map_err(failed)?.take(limit).read_to_end(&mut bytes).map_err(failed)?;
    router::read(&bytes, wan).map_err(|error| {
        let text = error.to_string();
        let (what, hint) = text.split_once(": ").unwrap_or((&text, "see mimamori network collect --help"));
        Failure::argument(format!("{}: {what}", file.display()), hint)
    })
}

fn document(id: &str, readings: &[Reading]) -> Result<FactDocument, Failure> {
    if !Subject::id_is_usable(id) {
        return Err(Failure::argument(
            format!("{id:?} cannot be the name of a home"),
            "give --id with 1 to 100 characters, without control characters, '/', '\\' or '*'",
        ));
    }
    Ok(router::document(id, "", readings, SystemClock.now()))
}

/// One document where it is wanted; several into a folder, each as a file of its own, which `mimamori assess` reads.
fn write(documents: &[FactDocument], out: Option<&Path>) -> Result<(), Failure> {
    let folder = out.filter(|path| path.is_dir());
    if let ([document], None) = (documents, folder) {
        return output::write(out, &json(document)?);
    }
    let Some(folder) = folder else {
        return Err(Failure::argument(
            format!("{} files are {0} homes", documents.len()),
            "give --out with an existing folder, or --id when all of them are of one home",
        ));
    };
    for (at, document) in documents.iter().enumerate() {
        let id = &document.subject.id;
        if documents.iter().take(at).any(|other| other.subject.id.eq_ignore_ascii_case(id)) {
            return Err(Failure::argument(
                format!("two files are named '{id}'"),
                "rename one: a home is named after its file",
            ));
        }
    }
    for document in documents {
        output::write(Some(&folder.join(format!("{}.json", document.subject.id))), &json(document)?)?;
    }
    Ok(())
}

fn json(document: &FactDocument) -> Result<Vec<u8>, Failure> {
    let mut bytes =
        serde_json::to_vec_pretty(document).map_err(|error| Failure::argument("facts", error.to_string()))?;
    bytes.push(b'\n');
    Ok(bytes)
}
