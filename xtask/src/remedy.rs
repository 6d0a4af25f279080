//! The built-in remedies: held against the catalogue, listed in `docs/remedies.md`, written out as scripts.

use std::fmt::Write as _;
use std::path::Path;

use ::remedy::{Remedy, Step, System, Value};
use guideline::Catalog;
use guideline::catalog::Statement;
use model::StatementId;

/// Statements and checks that remedies name and the catalogue does not know.
pub(crate) fn problems(catalog: &Catalog) -> Vec<String> {
    let statement = |id: &str| catalog.statement(&StatementId(id.to_owned()));
    let known = |check: &str| {
        let (of, id) = check.split_once('/').unwrap_or((check, ""));
        statement(of).is_some_and(|found| found.checks.iter().any(|one| one.id == id))
    };
    let mut problems = Vec::new();
    for one in ::remedy::all() {
        for id in one.statements.iter().filter(|id| statement(&id.0).is_none()) {
            problems.push(format!("catalog/remedies: {}: no statement {id}", one.id));
        }
        for check in one.checks.iter().filter(|check| !known(check)) {
            problems.push(format!("catalog/remedies: {}: no check {check}", one.id));
        }
    }
    for one in ::remedy::by_hand().iter().filter(|one| !known(&one.check)) {
        problems.push(format!("catalog/remedies/by-hand.toml: no check {}", one.check));
    }
    problems
}

/// `docs/remedies.md`.
pub(crate) fn document(catalog: &Catalog) -> String {
    let mut text = String::from(
        "<!-- made from catalog/remedies/ by `cargo xtask gen` -->\n\n# 用意された直し方 / Built-in remedies\n\n\
         見守りのエージェントが画面の操作で実行でき、スクリプトとしてもダウンロードできる修正の一覧です。実行できるのはここにあるものだけで、\
         サーバーから任意のコマンドが送られることはありません。どれも、先に見る・実行する・元に戻す、ができます。\n\n\
         What Mimamori's agent can do at a user's click, and what can be downloaded as a script. Nothing else can be run, and \
         the server cannot send commands. Each can be previewed, done and undone.\n",
    );
    for system in [System::Windows, System::Linux, System::Macos] {
        let name = match system {
            System::Windows => "Windows",
            System::Linux => "Linux",
            System::Macos => "macOS",
        };
        let _ = write!(
            text,
            "\n## {name}\n\n| id | statement | 変わること / what changes | 元に戻すと / undo | changes | source |\n|---|---|---|---|---|---|\n"
        );
        for one in ::remedy::all().iter().filter(|one| one.system == system) {
            text.push_str(&row(one));
        }
    }
    text.push_str("\n## 手で直すもの / By hand\n\n| check | なぜスクリプトがないか / why there is no script |\n|---|---|\n");
    for one in ::remedy::by_hand() {
        let (of, id) = one.check.split_once('/').unwrap_or((&one.check, ""));
        let title = catalog
            .statement(&StatementId(of.to_owned()))
            .and_then(|statement: &Statement| statement.checks.iter().find(|check| check.id == id))
            .map(|check| check.title.ja.clone())
            .unwrap_or_default();
        let _ = writeln!(text, "| {} {title} | {}<br>{} |", one.check, one.why.ja, one.why.en);
    }
    text
}

fn row(one: &Remedy) -> String {
    let statements: Vec<&str> = one.statements.iter().map(|id| id.0.as_str()).collect();
    let mut changes: Vec<String> = one.steps.iter().map(step).collect();
    changes.dedup();
    let restart = if one.restart { "(再起動が必要 / restart)" } else { "" };
    format!(
        "| `{}` | {} | {}<br>{}{restart} | {}<br>{} | {} | {} |\n",
        one.id,
        statements.join(", "),
        one.explain.ja,
        one.explain.en,
        one.undo.ja,
        one.undo.en,
        changes.join("<br>"),
        one.source
    )
}

fn step(step: &Step) -> String {
    match step {
        Step::Registry { path, name, value, .. } => {
            let to = value.as_ref().map_or_else(|| "(removed)".to_owned(), Value::state);
            format!("`HKLM\\{path}\\{name}` = {to}")
        }
        Step::File { path, .. } => format!("`{path}`"),
        Step::Run { program, arguments, .. } => format!("`{} {}`", program.name(), arguments.join(" ")),
        Step::RuleGroup { group } => format!("firewall rules of `{group}`: off"),
    }
}

/// Writes every remedy's script into a folder.
pub(crate) fn write_scripts(folder: &Path) -> Result<usize, String> {
    std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    for one in ::remedy::all() {
        let path = folder.join(::remedy::script_name(one));
        std::fs::write(&path, ::remedy::script(one))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(::remedy::all().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remedies_name_what_the_catalogue_knows() {
        let catalog = Catalog::embedded().unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(problems(&catalog), Vec::<String>::new());
    }

    #[test]
    fn a_lost_check_is_found() {
        let mut catalog = Catalog::embedded().unwrap_or_else(|problems| panic!("{problems}"));
        catalog.policies.retain(|policy| policy.id != "5.1.8");
        for policy in &mut catalog.policies {
            policy.statements.iter_mut().for_each(|one| one.checks.retain(|check| check.id != "discovery"));
        }
        let found = problems(&catalog);
        // Statements are found by their place, which taking a policy out has moved.
        assert!(found.iter().any(|one| one.contains("discovery")), "{found:?}");
    }
}
