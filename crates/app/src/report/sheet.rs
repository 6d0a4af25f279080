//! The auditor's report as a workbook: summary, statements, findings, evidence, decisions.

use guideline::Catalog;
use model::verdict::Counts;
use model::{Lang, Level, Outcome, Source, Subject, Text};
use paper::table::{self, Table};

use super::{Auditor, Body, Report};
use crate::yen::typed;
use crate::{AppError, Result};

/// The sheets, by name.
const SHEETS: [(&str, &str); 5] = [
    ("概要", "Summary"),
    ("ポリシー", "Statements"),
    ("判定", "Findings"),
    ("証拠", "Evidence"),
    ("評価", "Decisions"),
];
/// The columns of each.
const COLUMNS: [(&str, &str); 5] = [
    ("項目|内容", "What|Value"),
    (
        "ID|区分|分類|ポリシー|求めていること|適合|未達|未確認|許容中|パラメーター|除外の理由|許容(誰が・なぜ・いつまで)|チェックリストNo",
        "ID|Level|Group|Policy|What is asked|Met|Not met|Unknown|Accepted|Parameters|Why excluded|Acceptances (who, why, until)|Checklist no.",
    ),
    (
        "ID|区分|対象の種類|対象|名前|判定|理由|証拠(SHA-256)|証拠の日時|証拠の種類",
        "ID|Level|Kind|Subject|Name|Verdict|Reason|Evidence (SHA-256)|Facts of|Source",
    ),
    (
        "SHA-256|対象の種類|対象|名前|情報の日時|種類|収集元|受領日時|受領者",
        "SHA-256|Kind|Subject|Name|Facts of|Source|Collected by|Received|Received by",
    ),
    (
        "No|対策項目|ポリシー|判定の状況|対応|期限・見直し日|担当|理由|現状|初期費用(円)|毎年の費用(円)|版|日時|記入者|最新版のSHA-256",
        "No|Measure|Statements|State|Decision|Due or review|Owner|Reason|Present state|Cost once (yen)|Cost yearly (yen)|Version|When|By|SHA-256 of the newest version",
    ),
];

/// The workbook.
///
/// # Errors
/// It is not an auditor's report, or a worksheet cannot hold it.
pub(super) fn workbook(report: &Report, catalog: &Catalog, lang: Lang) -> Result<Vec<u8>> {
    let Body::Auditor(own) = &report.body else {
        return Err(AppError::Internal("only the auditor's report is a workbook".into()));
    };
    let rows = [
        summary(report, own, lang),
        statements(own, catalog, lang),
        findings(own, catalog, lang),
        evidence(own, catalog, lang),
        decisions(own, lang),
    ];
    let tables: Vec<Table> = SHEETS
        .iter()
        .zip(COLUMNS)
        .zip(rows)
        .map(|((title, columns), rows)| Table {
            title: pick(*title, lang).to_owned(),
            made_at: report.as_of,
            header: pick(columns, lang).split('|').map(str::to_owned).collect(),
            rows,
        })
        .collect();
    let title = pick(("在宅勤務セキュリティ 監査報告", "Home-working security: report for audit"), lang);
    Ok(table::workbook(title, &report.company, report.as_of, &tables)?)
}

fn pick<'a>((ja, en): (&'a str, &'a str), lang: Lang) -> &'a str {
    if lang == Lang::Ja { ja } else { en }
}

fn level(level: Level, lang: Lang) -> String {
    let words = match level {
        Level::Shall => ("遵守事項", "SHALL"),
        Level::Should => ("推奨事項", "SHOULD"),
        Level::May => ("許容事項", "MAY"),
    };
    pick(words, lang).to_owned()
}

fn outcome(outcome: Option<Outcome>, lang: Lang) -> String {
    let words = match outcome {
        Some(Outcome::Fail) => ("未達", "not met"),
        Some(Outcome::Unknown) => ("未確認", "unknown"),
        Some(Outcome::Waived) => ("許容中", "accepted"),
        Some(Outcome::Pass) => ("適合", "met"),
        None => ("該当なし", "none"),
    };
    pick(words, lang).to_owned()
}

fn choice(choice: model::decision::Choice, lang: Lang) -> String {
    use model::decision::Choice;
    let words = match choice {
        Choice::Open => ("未判定", "not decided"),
        Choice::Done => ("実施済み", "done"),
        Choice::Do => ("する", "to do"),
        Choice::NotNeeded => ("不要", "not needed"),
    };
    pick(words, lang).to_owned()
}

fn source(source: Source, lang: Lang) -> String {
    let words = match source {
        Source::Agent => ("端末から収集", "collected on the machine"),
        Source::Directory => ("ディレクトリから収集", "collected from the directory"),
        Source::Logs => ("ログから収集", "collected from logs"),
        Source::Import => ("ファイル取り込み", "imported file"),
        Source::Record => ("記録", "record"),
        Source::Attest => ("自己申告", "own statement"),
    };
    pick(words, lang).to_owned()
}

/// The id of a subject; a dash for a kind of which nothing is known.
fn id(subject: &Subject) -> String {
    if subject.is_none_yet() { "–".to_owned() } else { subject.id.clone() }
}

fn counts(counts: &Counts, lang: Lang) -> String {
    let part = |own: Outcome| format!("{} {}", outcome(Some(own), lang), counts.of(own));
    Outcome::ALL.into_iter().rev().map(part).collect::<Vec<_>>().join(" / ")
}

fn summary(report: &Report, own: &Auditor, lang: Lang) -> Vec<Vec<String>> {
    let line = |ja: &str, en: &str, value: String| vec![pick((ja, en), lang).to_owned(), value];
    let profile = &report.profile;
    let mut rows = vec![
        line("会社", "Company", report.company.clone()),
        line("基準日時(日本時間)", "As of (Japan time)", report.as_of.minute()),
        line("カタログ", "Catalogue", report.catalog.clone()),
        line("カタログのSHA-256", "SHA-256 of the catalogue", report.fingerprint.clone()),
        line("プロファイル", "Profile", format!("{} ({})", profile.name.get(lang), profile.id)),
    ];
    for of in Level::ALL {
        rows.push(vec![level(of, lang), counts(&report.summary.level(of), lang)]);
    }
    for (statement, title, reason) in &profile.excluded {
        let value = format!("{statement} {}: {}", title.get(lang), reason.get(lang));
        rows.push(line("除外したポリシー", "Excluded statement", value));
    }
    for param in &profile.params {
        let (name, before) = (param.name.get(lang), param.instead_of.as_deref().unwrap_or(""));
        let value =
            format!("{} {name}: {before} → {} {}", param.statement, param.value, param.reason.get(lang));
        rows.push(line("変更したパラメーター", "Changed parameter", value));
    }
    for (statement, title, to, reason) in &profile.levels {
        let value = format!("{statement} {} → {}: {}", title.get(lang), level(*to, lang), reason.get(lang));
        rows.push(line("変更した区分", "Changed level", value));
    }
    for part in &report.unknown {
        let value = format!("{} {}: {}", part.statement, part.title.get(lang), part.count);
        rows.push(line("未確認", "Unknown", value));
    }
    let chain = match (own.chain.lines, own.chain.broken) {
        (Some(lines), _) => format!("{lines}: {}", own.chain.head),
        (None, seq) => {
            let seq = seq.map(|seq| seq.to_string()).unwrap_or_default();
            format!("{} {seq}", pick(("改ざんあり。最初の行:", "altered, first at line"), lang))
        }
    };
    rows.push(line("監査記録(行数: 末尾のハッシュ)", "Audit chain (lines: head)", chain));
    if let Some(altered) = &own.chain.altered {
        rows.push(line("監査記録と異なる保存内容", "Stored otherwise than the chain says", altered.clone()));
    }
    rows
}

fn statements(own: &Auditor, catalog: &Catalog, lang: Lang) -> Vec<Vec<String>> {
    let everyone = pick(("すべて", "all"), lang);
    own.statements
        .iter()
        .map(|part| {
            let params = part.params.iter().map(|param| format!("{}: {}", param.name.get(lang), param.value));
            let waivers = part.waivers.iter().map(|waiver| {
                let whom = waiver.subject.as_ref().map_or(everyone, |subject| subject.id.as_str());
                format!("{whom}: {} – {} – {}", waiver.by, waiver.reason, waiver.until.day())
            });
            let numbers: Vec<String> = part.rows.iter().map(u32::to_string).collect();
            vec![
                part.id.0.clone(),
                level(part.level, lang),
                catalog.group_name(part.group).get(lang).to_owned(),
                part.title.get(lang).to_owned(),
                part.text.get(lang).to_owned(),
                part.counts.pass.to_string(),
                part.counts.fail.to_string(),
                part.counts.unknown.to_string(),
                part.counts.waived.to_string(),
                params.collect::<Vec<_>>().join("\n"),
                part.excluded.as_ref().map(|why| why.get(lang).to_owned()).unwrap_or_default(),
                waivers.collect::<Vec<_>>().join("\n"),
                numbers.join(", "),
            ]
        })
        .collect()
}

fn findings(own: &Auditor, catalog: &Catalog, lang: Lang) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for part in &own.statements {
        for found in &part.findings {
            let evidence = |make: &dyn Fn(&model::verdict::EvidenceRef) -> String| {
                found.evidence.iter().map(make).collect::<Vec<_>>().join("\n")
            };
            rows.push(vec![
                part.id.0.clone(),
                level(part.level, lang),
                catalog.labels.kind(found.subject.kind).get(lang).to_owned(),
                id(&found.subject),
                found.name.clone(),
                outcome(Some(found.outcome), lang),
                found.reason.get(lang).to_owned(),
                evidence(&|own| own.id.clone()),
                evidence(&|own| own.collected_at.minute()),
                evidence(&|own| source(own.source, lang)),
            ]);
        }
        if part.more > 0 {
            let more = Text::new(format!("ほかに{}件", part.more), format!("{} more", part.more));
            rows.push(vec![part.id.0.clone(), String::new(), String::new(), more.get(lang).to_owned()]);
        }
    }
    rows
}

fn evidence(own: &Auditor, catalog: &Catalog, lang: Lang) -> Vec<Vec<String>> {
    own.evidence
        .iter()
        .map(|part| {
            vec![
                part.id.clone(),
                catalog.labels.kind(part.subject.kind).get(lang).to_owned(),
                id(&part.subject),
                part.name.clone(),
                part.collected_at.minute(),
                source(part.source, lang),
                part.collector.clone(),
                part.received_at.minute(),
                part.received_by.clone(),
            ]
        })
        .collect()
}

fn decisions(own: &Auditor, lang: Lang) -> Vec<Vec<String>> {
    own.decisions
        .iter()
        .map(|part| {
            let decision = &part.decision;
            let cost = decision.cost.map(|cost| cost.total());
            let statements: Vec<&str> = part.statements.iter().map(|id| id.0.as_str()).collect();
            let (at, by) = part.written.clone().map(|(at, by)| (at.minute(), by)).unwrap_or_default();
            vec![
                part.no.to_string(),
                part.item.get(lang).to_owned(),
                statements.join(", "),
                outcome(part.outcome, lang),
                choice(decision.choice, lang),
                decision.due.map(|due| due.to_string()).unwrap_or_default(),
                decision.owner.clone(),
                decision.reason.clone(),
                decision.current_state.clone(),
                cost.map(|cost| typed(cost.once)).unwrap_or_default(),
                cost.map(|cost| typed(cost.yearly)).unwrap_or_default(),
                part.version.to_string(),
                at,
                by,
                part.head.clone(),
            ]
        })
        .collect()
}
