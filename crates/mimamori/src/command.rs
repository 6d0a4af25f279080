//! The one table of commands: names, arguments, and what runs. The texts are locale keys, so `--help` speaks the
//! language of the locale.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use model::{Clock as _, Lang, SubjectKind, SystemClock};

use crate::config::{AgentConfig, AgentListen, Config, REFERENCE};
use crate::failure::Failure;
use crate::{
    account, agent, assess, audit, catalog, checklist, demo, directory, health, network, output, report,
    serve, vpn,
};

/// The commands.
pub(crate) fn table(lang: Lang) -> Command {
    let t = |key: &str| web::locale::text(lang, key, &[]);
    let command = |name: &'static str| Command::new(name).about(t(&format!("cli-{name}")));
    let path = |name: &'static str| {
        Arg::new(name).long(name).value_parser(value_parser!(PathBuf)).help(t(&format!("cli-arg-{name}")))
    };
    let listen = || {
        Arg::new("listen")
            .long("listen")
            .value_name("ADDR:PORT")
            .value_parser(value_parser!(std::net::SocketAddr))
            .help(t("cli-arg-listen"))
    };
    let agent_listen = || {
        Arg::new("agent-listen")
            .long("agent-listen")
            .value_name("ADDR:PORT|off")
            .value_parser(|text: &str| text.parse::<AgentListen>())
            .help(t("cli-arg-agent-listen"))
    };
    let format = |names: &'static [&'static str]| {
        Arg::new("format")
            .long("format")
            .value_parser(clap::builder::PossibleValuesParser::new(names))
            .default_value(names.first().copied().unwrap_or_default())
            .help(t("cli-arg-format"))
    };
    let out = || path("out").value_name("FILE");
    let table = Command::new("mimamori")
        .version(env!("CARGO_PKG_VERSION"))
        .about(t("cli-mimamori"))
        .subcommand_required(false)
        .arg(path("data").value_name("DIR").global(true))
        .arg(path("config").value_name("FILE").global(true))
        .arg(path("catalog").value_name("DIR").global(true))
        .arg(listen())
        .arg(agent_listen())
        .subcommand(command("serve").arg(listen()).arg(agent_listen()))
        .subcommand(
            command("demo")
                .arg(listen())
                .arg(agent_listen())
                .arg(path("write").value_name("DIR").help(t("cli-arg-write"))),
        )
        .subcommand(
            command("assess")
                .arg(
                    Arg::new("paths")
                        .value_name("PATH")
                        .required(true)
                        .action(ArgAction::Append)
                        .value_parser(value_parser!(PathBuf))
                        .help(t("cli-arg-paths")),
                )
                .arg(
                    Arg::new("profile")
                        .long("profile")
                        .value_name("NAME|FILE")
                        .default_value("csaj-2018")
                        .help(t("cli-arg-profile")),
                )
                .arg(format(&["table", "json", "html", "oscal"]))
                .arg(out())
                .arg(Arg::new("now").long("now").value_name("RFC3339").help(t("cli-arg-now"))),
        )
        .subcommand(
            command("collect")
                .arg(
                    Arg::new("kind")
                        .long("kind")
                        .value_parser(["device", "server"])
                        .default_value("device")
                        .help(t("cli-arg-kind")),
                )
                .arg(Arg::new("id").long("id").value_name("NAME").help(t("cli-arg-id")))
                .arg(
                    Arg::new("script")
                        .long("script")
                        .action(ArgAction::SetTrue)
                        .conflicts_with_all(["answers", "id", "kind"])
                        .help(t("cli-arg-script")),
                )
                .arg(
                    path("answers")
                        .value_name("FILE")
                        .conflicts_with_all(["id", "kind"])
                        .help(t("cli-arg-answers")),
                )
                .arg(out()),
        )
        .subcommand(
            command("directory").subcommand_required(true).subcommand(
                Command::new("collect")
                    .about(t("cli-directory-collect"))
                    .arg(
                        Arg::new("url")
                            .long("url")
                            .value_name("ldaps://HOST")
                            .required(true)
                            .help(t("cli-arg-directory-url")),
                    )
                    .arg(
                        Arg::new("user")
                            .long("user")
                            .value_name("NAME")
                            .required(true)
                            .help(t("cli-arg-directory-user")),
                    )
                    .arg(path("password-file").value_name("FILE").help(t("cli-arg-directory-password-file")))
                    .arg(path("ca").value_name("FILE").help(t("cli-arg-directory-ca")))
                    .arg(
                        Arg::new("starttls")
                            .long("starttls")
                            .action(ArgAction::SetTrue)
                            .help(t("cli-arg-directory-starttls")),
                    )
                    .arg(
                        Arg::new("bind")
                            .long("bind")
                            .value_parser(["auto", "simple", "ntlm"])
                            .default_value("auto")
                            .help(t("cli-arg-directory-bind")),
                    )
                    .arg(path("sysvol").value_name("DIR|none").help(t("cli-arg-directory-sysvol")))
                    .arg(
                        Arg::new("time-limit")
                            .long("time-limit")
                            .value_name("SECONDS")
                            .value_parser(value_parser!(u64).range(1..=3_600))
                            .default_value("60")
                            .help(t("cli-arg-directory-time-limit")),
                    )
                    .arg(Arg::new("id").long("id").value_name("NAME").help(t("cli-arg-directory-id")))
                    .arg(out()),
            ),
        )
        .subcommand(
            command("network").subcommand_required(true).subcommand(
                Command::new("collect")
                    .about(t("cli-network-collect"))
                    .arg(
                        Arg::new("files")
                            .value_name("FILE")
                            .required_unless_present("vpn")
                            .action(ArgAction::Append)
                            .value_parser(value_parser!(PathBuf))
                            .help(t("cli-arg-router")),
                    )
                    .arg(Arg::new("id").long("id").value_name("HOME-ID").help(t("cli-arg-home")))
                    .arg(
                        Arg::new("wan")
                            .long("wan")
                            .value_name("INTERFACE")
                            .action(ArgAction::Append)
                            .help(t("cli-arg-wan")),
                    )
                    .arg(
                        Arg::new("vpn")
                            .long("vpn")
                            .value_name("VPN-ID")
                            .conflicts_with_all(["id", "wan"])
                            .help(t("cli-arg-vpn")),
                    )
                    .args(vpn::arguments(&t))
                    .arg(path("out").value_name("FILE|DIR").help(t("cli-arg-network-out"))),
            ),
        )
        .subcommand(
            command("catalog")
                .subcommand_required(true)
                .subcommand(Command::new("list").about(t("cli-catalog-list")).arg(format(&["table", "json"])))
                .subcommand(
                    Command::new("show")
                        .about(t("cli-catalog-show"))
                        .arg(Arg::new("id").required(true).help(t("cli-arg-statement"))),
                )
                .subcommand(Command::new("check").about(t("cli-catalog-check")))
                .subcommand(
                    Command::new("export")
                        .about(t("cli-catalog-export"))
                        .arg(format(&["oscal", "xlsx", "csv", "json"]))
                        .arg(
                            Arg::new("profile")
                                .long("profile")
                                .value_name("NAME")
                                .help(t("cli-arg-export-profile")),
                        )
                        .arg(out()),
                ),
        )
        .subcommand(
            command("checklist")
                .subcommand_required(true)
                .subcommand(
                    Command::new("import")
                        .about(t("cli-checklist-import"))
                        .arg(
                            Arg::new("file")
                                .value_name("FILE")
                                .required(true)
                                .value_parser(value_parser!(PathBuf))
                                .help(t("cli-arg-sheet")),
                        )
                        .arg(
                            Arg::new("preview")
                                .long("preview")
                                .action(ArgAction::SetTrue)
                                .help(t("cli-arg-preview")),
                        )
                        .arg(
                            Arg::new("overwrite")
                                .long("overwrite")
                                .action(ArgAction::SetTrue)
                                .help(t("cli-arg-overwrite")),
                        )
                        .arg(format(&["table", "json"])),
                )
                .subcommand(
                    Command::new("export").about(t("cli-checklist-export")).arg(
                        Arg::new("file")
                            .value_name("FILE.xlsx")
                            .required(true)
                            .value_parser(value_parser!(PathBuf))
                            .help(t("cli-arg-file")),
                    ),
                ),
        )
        .subcommand(
            command("report")
                .subcommand_required(true)
                .subcommand(
                    Command::new("make")
                        .about(t("cli-report-make"))
                        .arg(
                            Arg::new("kind")
                                .value_name("KIND")
                                .required(true)
                                .value_parser(["president", "auditor"])
                                .help(t("cli-arg-report-kind")),
                        )
                        .arg(format(&["html", "xlsx", "oscal", "poam"]))
                        .arg(out().required(true).help(t("cli-arg-file"))),
                )
                .subcommand(
                    Command::new("check")
                        .about(t("cli-report-check"))
                        .arg(
                            Arg::new("file")
                                .value_name("FILE")
                                .required(true)
                                .value_parser(value_parser!(PathBuf))
                                .help(t("cli-arg-report-file")),
                        )
                        .arg(format(&["text", "json"])),
                ),
        )
        .subcommand(
            command("account").subcommand_required(true).subcommand(
                Command::new("password")
                    .about(t("cli-account-password"))
                    .arg(Arg::new("login").value_name("LOGIN").required(true).help(t("account-login"))),
            ),
        )
        .subcommand(
            command("agent")
                .subcommand_required(true)
                .subcommand(
                    Command::new("code")
                        .about(t("cli-agent-code"))
                        .arg(Arg::new("for").long("for").value_name("NAME").help(t("cli-arg-agent-for")))
                        .arg(
                            Arg::new("uses")
                                .long("uses")
                                .value_name("N")
                                .default_value("1")
                                .help(t("cli-arg-agent-uses")),
                        )
                        .arg(
                            Arg::new("days")
                                .long("days")
                                .value_name("N")
                                .default_value("7")
                                .help(t("cli-arg-agent-days")),
                        )
                        .arg(
                            Arg::new("kind")
                                .long("kind")
                                .value_parser(["device", "server"])
                                .default_value("device")
                                .help(t("cli-arg-kind")),
                        ),
                )
                .subcommand(Command::new("list").about(t("cli-agent-list")).arg(format(&["table", "json"]))),
        )
        .subcommand(
            command("audit").subcommand_required(true).subcommand(
                Command::new("verify").about(t("cli-audit-verify")).arg(format(&["table", "json"])),
            ),
        )
        .subcommand(
            command("config")
                .subcommand_required(true)
                .subcommand(Command::new("reference").about(t("cli-config-reference")))
                .subcommand(Command::new("check").about(t("cli-config-check"))),
        )
        .subcommand(command("healthcheck").arg(listen()));
    headed(table, &t)
}

/// The headings of `--help` in the reader's language too.
fn headed(command: Command, t: &impl Fn(&str) -> String) -> Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).help(t("cli-help"));
    let version = command.get_version().is_some().then(|| {
        Arg::new("version").short('V').long("version").action(ArgAction::Version).help(t("cli-version"))
    });
    command
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .arg(help)
        .args(version)
        .help_template(format!("{{about}}\n\n{}: {{usage}}\n\n{{all-args}}", t("cli-usage")))
        .subcommand_help_heading(t("cli-commands"))
        .subcommand_value_name(t("cli-command"))
        .mut_args(|arg| {
            let heading = if arg.is_positional() { "cli-arguments" } else { "cli-options" };
            arg.help_heading(t(heading))
        })
        .mut_subcommands(|own| headed(own, t))
}

/// Runs the command that was asked for; without one, the server.
pub(crate) fn run(matches: &ArgMatches, lang: Lang) -> Result<ExitCode, Failure> {
    let config = Config::read(matches.get_one::<PathBuf>("config").map(PathBuf::as_path))?;
    let data = config.data(matches.get_one("data"));
    let folder = matches.get_one::<PathBuf>("catalog").or(config.catalog.as_ref());
    let file = |own: &ArgMatches| own.get_one::<PathBuf>("out").cloned();
    let text = |own: &ArgMatches, name: &str| own.get_one::<String>(name).cloned().unwrap_or_default();
    let address = |own: &ArgMatches| own.get_one::<std::net::SocketAddr>("listen").copied().or(config.listen);
    let agents = |own: &ArgMatches| AgentConfig {
        listen: own.get_one::<AgentListen>("agent-listen").copied().or(config.agent.listen),
        url: config.agent.url.clone(),
    };
    match matches.subcommand() {
        None => serve::run(&data, catalog::load(folder)?, (address(matches), &agents(matches)), lang),
        Some(("serve", own)) => {
            let listen = address(own).or(address(matches));
            let given = own.get_one::<AgentListen>("agent-listen").is_some();
            let agents = if given { agents(own) } else { agents(matches) };
            serve::run(&data, catalog::load(folder)?, (listen, &agents), lang)
        }
        Some(("demo", own)) => {
            let write = own.get_one::<PathBuf>("write");
            demo::run(catalog::load(folder)?, (address(own), &agents(own)), write, lang)
        }
        Some(("agent", own)) => agent::run(own, &data, catalog::load(folder)?, lang),
        Some(("assess", own)) => {
            let paths: Vec<PathBuf> = own.get_many("paths").into_iter().flatten().cloned().collect();
            let asked = assess::Asked {
                paths,
                profile: text(own, "profile"),
                format: text(own, "format"),
                out: file(own),
                now: own.get_one::<String>("now").cloned(),
            };
            assess::run(&catalog::load(folder)?, &asked, lang)
        }
        Some(("collect", own)) if own.get_flag("script") => {
            output::write(file(own).as_deref(), collect::script().as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        Some(("collect", own)) => {
            if let Some(id) = own.get_one::<String>("id").filter(|id| !model::Subject::id_is_usable(id)) {
                return Err(Failure::argument(
                    format!("--id {id:?} cannot be used"),
                    "1 to 100 characters, without control characters, '/', '\\' or '*'",
                ));
            }
            let kind = if text(own, "kind") == "server" { SubjectKind::Server } else { SubjectKind::Device };
            let document = match own.get_one::<PathBuf>("answers") {
                Some(path) => assess::from_answers(path)?,
                None => {
                    let id = own.get_one::<String>("id").map(String::as_str);
                    collect::computer(kind, id, SystemClock.now())
                }
            };
            let json = serde_json::to_vec_pretty(&document)
                .map_err(|error| Failure::argument("facts", error.to_string()))?;
            output::write(file(own).as_deref(), &[json, b"\n".to_vec()].concat())?;
            Ok(ExitCode::SUCCESS)
        }
        Some(("network", own)) => network::run(own),
        Some(("directory", own)) => directory::run(own, lang),
        Some(("catalog", own)) => catalog::run(own, folder, lang),
        Some(("checklist", own)) => checklist::run(own, &data, catalog::load(folder)?, lang),
        Some(("report", own)) => report::run(own, &data, catalog::load(folder)?, lang),
        Some(("account", own)) => account::run(own, &data, catalog::load(folder)?, lang),
        Some(("audit", own)) => audit::run(own, &data, catalog::load(folder)?, lang),
        Some(("config", own)) => {
            if own.subcommand_name() == Some("reference") {
                output::write(None, REFERENCE.as_bytes())?;
            } else {
                println!("{}", web::locale::text(lang, "cli-config-fine", &[]));
            }
            Ok(ExitCode::SUCCESS)
        }
        Some(("healthcheck", own)) => health::run(address(own)),
        Some((other, _)) => {
            Err(Failure::argument(format!("unknown command '{other}'"), "see mimamori --help"))
        }
    }
}
