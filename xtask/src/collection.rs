//! `docs/collection.md`: what is looked at on a computer, for people, in both languages, made from the tables in
//! `catalog/collection/`.

use std::fmt::Write as _;

use guideline::Catalog;
use guideline::catalog::Collection;
use guideline::catalog::collection::{Administrator, RegistryHive, Section};

/// The words of the page in one language.
struct Words {
    title: &'static str,
    lead: &'static str,
    never: &'static str,
    looks: &'static str,
    purpose: &'static str,
    not: &'static str,
    rights: [&'static str; 3],
    statements: &'static str,
    questions: &'static str,
    all_values: &'static str,
    value_names: &'static str,
    names_below: &'static str,
    text: fn(&guideline::catalog::Text) -> &str,
}

const JA: Words = Words {
    title: "パソコンから収集する情報",
    lead: "`mimamori collect` と、読めるスクリプト `collect.ps1` が見るものの一覧です。どちらもこの表から作られ、\
           テストが両者のずれを見つけます。同じ内容を、アプリの「パソコンから収集する情報」でもご覧いただけます。",
    never: "見ないもの",
    looks: "見るもの",
    purpose: "何のため",
    not: "見ないもの",
    rights: ["不要", "一部は必要", "必要"],
    statements: "関係するポリシー",
    questions: "問い合わせ",
    all_values: "すべての値",
    value_names: "値の名前だけ",
    names_below: "下のキーの名前",
    text: |text| &text.ja,
};
const EN: Words = Words {
    title: "What we see of your PC",
    lead: "What `mimamori collect` and the readable script `collect.ps1` look at. Both are made from this table, and a \
           test holds them against it. The application shows the same on \"What we see of your PC\".",
    never: "Never looked at",
    looks: "Looked at",
    purpose: "What for",
    not: "Not looked at",
    rights: ["not needed", "needed for some of it", "needed"],
    statements: "Statements",
    questions: "Questions",
    all_values: "all values",
    value_names: "names of the values only",
    names_below: "names of the keys below",
    text: |text| &text.en,
};

/// The page.
pub(crate) fn page() -> Result<String, String> {
    let catalog = Catalog::embedded().map_err(|problems| problems.to_string())?;
    let mut page =
        String::from("<!-- Made by `cargo xtask gen` from catalog/collection/. Change it there. -->\n\n");
    page.push_str(&language(&catalog.collections, &JA));
    page.push_str("\n---\n\n");
    page.push_str(&language(&catalog.collections, &EN));
    Ok(page)
}

fn language(tables: &[Collection], words: &Words) -> String {
    let text = words.text;
    let mut page = format!("# {}\n\n{}\n", words.title, words.lead);
    if let Some(table) = tables.first() {
        // Writing into a text does not fail.
        let _ = writeln!(page, "\n## {}\n", words.never);
        for never in &table.never {
            let _ = writeln!(page, "- {}", text(never));
        }
    }
    for table in tables {
        let _ = writeln!(page, "\n## {}", table.system.title());
        for section in &table.sections {
            page.push_str(&one(section, words));
        }
    }
    page
}

fn one(section: &Section, words: &Words) -> String {
    let text = words.text;
    let rights = match section.administrator {
        Administrator::No => words.rights[0],
        Administrator::Partly => words.rights[1],
        Administrator::Yes => words.rights[2],
    };
    let mut page = format!(
        "\n### {} (`{}`)\n\n- {}: {}\n- {}: {}\n- {}: {}\n- {}: {rights}\n",
        text(&section.title),
        section.facts,
        words.looks,
        text(&section.looks),
        words.purpose,
        text(&section.purpose),
        words.not,
        text(&section.never),
        if words.title == JA.title { "管理者の権限" } else { "Administrator rights" },
    );
    if !section.statements.is_empty() {
        let ids: Vec<&str> = section.statements.iter().map(|id| id.0.as_str()).collect();
        let _ = writeln!(page, "- {}: {}", words.statements, ids.join(", "));
    }
    let questions = questions(section, words);
    if !questions.is_empty() {
        let _ = writeln!(page, "- {}:", words.questions);
        for question in questions {
            let _ = writeln!(page, "  - {question}");
        }
    }
    page
}

/// The questions, a line each.
fn questions(section: &Section, words: &Words) -> Vec<String> {
    let registry = section.registry.iter().map(|question| {
        let root = match question.hive {
            RegistryHive::Machine => "HKLM",
            RegistryHive::Machine32 => "HKLM (32-bit)",
            RegistryHive::Users => "HKU",
        };
        let only = if question.only.is_empty() {
            String::new()
        } else {
            format!(" (`*`: {})", question.only.join(", "))
        };
        let mut read: Vec<&str> = question.values.iter().map(String::as_str).collect();
        let all = if question.names_only { words.value_names } else { words.all_values };
        read.extend(question.all_values.then_some(all));
        read.extend(question.names_below.then_some(words.names_below));
        format!(r"{root} `\{}`{only}: {}", question.key, read.join(", "))
    });
    let queries = section.queries.iter().map(|query| {
        let keep = if query.keep.is_empty() { String::new() } else { format!(": {}", query.keep.join(", ")) };
        format!("WMI `{}`: `{}`{keep}", query.namespace, query.wql)
    });
    let calls = section
        .calls
        .iter()
        .map(|call| format!("WMI `{}`: `{}.{}`", call.namespace, call.class, call.method));
    let apis = section.apis.iter().map(|question| format!("API `{}`", question.api.name()));
    registry.chain(queries).chain(calls).chain(apis).collect()
}
