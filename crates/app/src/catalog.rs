//! The catalogue as documents for other programs and people: OSCAL, JSON, CSV, XLSX.

use guideline::{Catalog, Profile};
use model::{At, Lang, Text};
use paper::oscal;
use paper::table::{self, Table};
use serde_json::{Value, json};

use crate::{AppError, Result};

/// What a catalogue can be exported as. The name is the one on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The whole catalogue as JSON, in our own shape.
    Json,
    /// OSCAL catalog.
    Oscal,
    /// The statements as CSV.
    Csv,
    /// The statements as a workbook.
    Xlsx,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 4] = [Format::Json, Format::Oscal, Format::Csv, Format::Xlsx];

    /// The format's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Oscal => "oscal",
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
        }
    }

    /// The format of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The file name an export is saved under, and its media type.
    #[must_use]
    pub fn file(self) -> (&'static str, &'static str) {
        match self {
            Format::Json => ("mimamori-catalog.json", "application/json"),
            Format::Oscal => ("mimamori-oscal-catalog.json", "application/json"),
            Format::Csv => ("mimamori-catalog.csv", "text/csv; charset=utf-8"),
            Format::Xlsx => {
                ("mimamori-catalog.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
            }
        }
    }
}

/// The catalogue in a format. The OSCAL profile documents are made by [`oscal_profile`].
///
/// # Errors
/// The document cannot be made.
pub fn export(catalog: &Catalog, format: Format, lang: Lang) -> Result<Vec<u8>> {
    match format {
        Format::Json => pretty(&as_json(catalog)),
        Format::Oscal => pretty(&oscal::catalog(&oscal_input(catalog))),
        Format::Csv => Ok(table::csv(&as_table(catalog, lang))),
        Format::Xlsx => Ok(table::xlsx(&as_table(catalog, lang))?),
    }
}

/// A profile as an OSCAL document.
///
/// # Errors
/// It cannot be written as JSON.
pub fn oscal_profile(catalog: &Catalog, profile: &Profile) -> Result<Vec<u8>> {
    oscal_profile_as_of(catalog, profile, catalog.about.updated_at)
}

/// The same with the instant it was last changed.
pub(crate) fn oscal_profile_as_of(catalog: &Catalog, profile: &Profile, updated_at: At) -> Result<Vec<u8>> {
    let input = oscal::ProfileInput {
        id: profile.id.clone(),
        title: profile.name.clone(),
        summary: profile.summary.clone(),
        updated_at,
        catalog: link(catalog),
        own: None,
        excludes: profile
            .excludes
            .iter()
            .map(|exclude| oscal::ExcludeInput {
                statement: exclude.statement.clone(),
                reason: exclude.reason.clone(),
            })
            .collect(),
        sets: profile
            .sets
            .iter()
            .map(|set| oscal::SetInput {
                statement: set.statement.clone(),
                param: set.param.clone(),
                values: values(&set.value),
                reason: set.reason.clone(),
            })
            .collect(),
        levels: profile
            .levels
            .iter()
            .map(|level| oscal::LevelInput {
                statement: level.statement.clone(),
                to: level.to,
                reason: level.reason.clone(),
            })
            .collect(),
    };
    pretty(&oscal::profile(&input))
}

/// Where an OSCAL document finds the catalogue: beside itself.
pub(crate) fn link(catalog: &Catalog) -> oscal::CatalogLink {
    oscal::CatalogLink {
        id: catalog.about.id.clone(),
        version: catalog.about.version.clone(),
        title: catalog.about.title.clone(),
        href: Format::Oscal.file().0.to_owned(),
    }
}

pub(crate) fn pretty(value: &Value) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)
        .map_err(|error| AppError::Internal(format!("the document could not be written: {error}")))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn as_json(catalog: &Catalog) -> Value {
    json!({
        "about": catalog.about,
        "policies": catalog.policies,
        "rows": catalog.rows,
        "threats": catalog.threats,
        "crosswalks": catalog.crosswalks,
        "profiles": catalog.profiles,
        "support": catalog.support,
    })
}

fn as_table(catalog: &Catalog, lang: Lang) -> Table {
    let heads = Text::new(
        "ID|区分|分類|ポリシー|対象|チェックリストNo|求めていること|理由|実施方法|確認方法|証拠の種類|証拠の有効日数|担当",
        "ID|Level|Group|Policy|Subject|Checklist no.|What is asked|Why|How|How it is known|Evidence|Days it counts|Who",
    );
    let level = |level: model::Level| match level {
        model::Level::Shall => Text::new("遵守事項", "SHALL"),
        model::Level::Should => Text::new("推奨事項", "SHOULD"),
        model::Level::May => Text::new("許容事項", "MAY"),
    };
    let mut rows = Vec::new();
    for policy in &catalog.policies {
        for statement in &policy.statements {
            let numbers: Vec<String> = catalog.rows_of(&statement.id).map(|row| row.no.to_string()).collect();
            let evidence: Vec<&str> = statement.evidence.iter().map(|source| source.name()).collect();
            rows.push(vec![
                statement.id.0.clone(),
                level(statement.level).get(lang).to_owned(),
                catalog.group_name(policy.group).get(lang).to_owned(),
                policy.title.get(lang).to_owned(),
                catalog.labels.kind(statement.subject).get(lang).to_owned(),
                numbers.join(", "),
                statement.text.get(lang).to_owned(),
                statement.why.get(lang).to_owned(),
                statement.how.get(lang).to_owned(),
                statement.known.get(lang).to_owned(),
                evidence.join(", "),
                statement.max_age_days.to_string(),
                statement.who.name().to_owned(),
            ]);
        }
    }
    Table {
        title: catalog.about.title.get(lang).to_owned(),
        made_at: catalog.about.updated_at,
        header: heads.get(lang).split('|').map(str::to_owned).collect(),
        rows,
    }
}

fn oscal_input(catalog: &Catalog) -> oscal::CatalogInput {
    oscal::CatalogInput {
        id: catalog.about.id.clone(),
        version: catalog.about.version.clone(),
        title: catalog.about.title.clone(),
        summary: catalog.about.summary.clone(),
        updated_at: catalog.about.updated_at,
        source: oscal::SourceInput {
            title: Text::new(
                "中小企業でのIT利活用によるテレワーク実現に向けたガイドライン(在宅勤務編)",
                "Guideline for telework by use of IT in small and medium companies (home-working)",
            ),
            citation: Text::new(
                "一般社団法人コンピュータソフトウェア協会(CSAJ)働き方改革研究会、第1版、2018年3月30日",
                "Computer Software Association of Japan (CSAJ), work style reform study group, 1st edition, 30 March 2018",
            ),
            url: String::new(),
        },
        groups: catalog
            .about
            .groups
            .iter()
            .map(|group| oscal::GroupInput {
                id: group.id.name().to_owned(),
                title: group.name.clone(),
                policies: catalog
                    .policies
                    .iter()
                    .filter(|policy| policy.group == group.id)
                    .map(policy)
                    .collect(),
            })
            .collect(),
    }
}

fn policy(policy: &guideline::catalog::Policy) -> oscal::PolicyInput {
    oscal::PolicyInput {
        id: policy.id.clone(),
        title: policy.title.clone(),
        summary: policy.summary.clone(),
        statements: policy
            .statements
            .iter()
            .map(|statement| oscal::StatementInput {
                id: statement.id.clone(),
                level: statement.level,
                subject: statement.subject,
                title: Text::default(),
                text: statement.text.clone(),
                why: statement.why.clone(),
                how: statement.how.clone(),
                known: statement.known.clone(),
                params: statement
                    .params
                    .iter()
                    .map(|(name, param)| oscal::ParamInput {
                        name: name.clone(),
                        label: param.name.clone(),
                        values: values(&param.value),
                    })
                    .collect(),
            })
            .collect(),
    }
}

fn values(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(values).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

/// The results of an assessment as an OSCAL document.
///
/// # Errors
/// It cannot be written as JSON.
pub fn oscal_results(
    catalog: &Catalog,
    profile: &Profile,
    assessment: &crate::assess::Assessment,
    documents: &[(String, model::FactDocument)],
    as_of: At,
) -> Result<Vec<u8>> {
    let evidence = |id: &str, document: &model::FactDocument| model::verdict::EvidenceRef {
        id: id.to_owned(),
        collected_at: document.collected_at,
        source: document.source,
    };
    let input = oscal::ResultsInput {
        company: String::new(),
        as_of,
        catalog: link(catalog),
        profile_id: profile.id.clone(),
        profile_title: profile.name.clone(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        subjects: documents
            .iter()
            .map(|(_, document)| oscal::SubjectInput {
                subject: document.subject.clone(),
                name: document.name.clone(),
            })
            .collect(),
        observations: documents
            .iter()
            .map(|(id, document)| oscal::ObservationInput {
                evidence: evidence(id, document),
                subject: document.subject.clone(),
                collector: document.collector.clone(),
            })
            .collect(),
        verdicts: assessment.verdicts.clone(),
    };
    pretty(&oscal::assessment_results(&input))
}
