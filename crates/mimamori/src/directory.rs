//! `mimamori directory collect`: a domain as facts. Reads the password and writes the document; what is asked of the
//! domain controller is known to the crate `directory`.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::ArgMatches;
use directory::{Bind, Policies, Secret, Target};
use model::{Clock as _, Lang, Subject, SystemClock};

use crate::failure::Failure;
use crate::output;

/// The environment's word for the password: for schedulers that hand secrets over so.
const PASSWORD_VARIABLE: &str = "MIMAMORI_DIRECTORY_PASSWORD";
/// The largest file of a password or of authorities, in bytes.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Writes the document; exit code 0 also when part of the domain could not be read, which the document then says.
pub(crate) fn run(own: &ArgMatches, lang: Lang) -> Result<ExitCode, Failure> {
    let Some(("collect", own)) = own.subcommand() else {
        return Err(Failure::argument("no subcommand", "say collect"));
    };
    let text = |name: &str| own.get_one::<String>(name).cloned();
    let file = |name: &str| own.get_one::<PathBuf>(name).map(PathBuf::as_path);
    if let Some(id) = text("id").filter(|id| !Subject::id_is_usable(id)) {
        return Err(Failure::argument(
            format!("--id {id:?} cannot be used"),
            "1 to 100 characters, without control characters, '/', '\\' or '*'",
        ));
    }
    let user = text("user").unwrap_or_default();
    let target = Target {
        url: text("url").unwrap_or_default(),
        starttls: own.get_flag("starttls"),
        ca: file("ca").map(bytes).transpose()?,
        bind: match text("bind").as_deref() {
            Some("simple") => Bind::Simple,
            Some("ntlm") => Bind::Ntlm,
            _ => Bind::Auto,
        },
        policies: match file("sysvol") {
            None => Policies::Share,
            Some(path) if path.as_os_str() == "none" => Policies::Unread,
            Some(path) => Policies::Folder(path.to_owned()),
        },
        time_limit: own.get_one::<u64>("time-limit").copied().map(Duration::from_secs),
        subject: text("id"),
        password: password(file("password-file"), &user, lang)?,
        user,
    };
    let document = directory::collect(&target, SystemClock.now())?;
    let mut json = serde_json::to_vec_pretty(&document)
        .map_err(|error| Failure::argument("facts", error.to_string()))?;
    json.push(b'\n');
    output::write(file("out"), &json)?;
    Ok(ExitCode::SUCCESS)
}

fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::file(path.display(), error, "check the path and its permissions");
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .map_err(failed)?
        .take(FILE_BYTES_MAX)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    Ok(bytes)
}

/// The password: from the file, else from the environment, else asked for without showing it. Never from the command
/// line, which every user of the machine can read.
fn password(file: Option<&Path>, user: &str, lang: Lang) -> Result<Secret, Failure> {
    if let Some(path) = file {
        let text = String::from_utf8(bytes(path)?).map_err(|_| {
            Failure::argument(format!("{}: no UTF-8 text", path.display()), "write the password in one line")
        })?;
        let line = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
        return Ok(Secret::new(line.to_owned()));
    }
    if let Ok(text) = std::env::var(PASSWORD_VARIABLE) {
        return Ok(Secret::new(text));
    }
    let question = web::locale::text(lang, "cli-directory-password", &[("user", user.into())]);
    rpassword::prompt_password(question).map(Secret::new).map_err(|error| {
        Failure::argument(
            format!("the password cannot be asked for here ({error})"),
            "give --password-file FILE",
        )
    })
}
