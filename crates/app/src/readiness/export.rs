//! The results as a workbook: a sheet for each part, one for what is to be prepared and the measures.

use guideline::catalog::readiness::Part;
use model::decision::Choice;
use model::{At, Caller, Lang};
use paper::table::{Table, workbook};

use super::{PartState, Readiness};
use crate::{Action, App, Result};

impl App {
    /// The results as an XLSX file.
    ///
    /// # Errors
    /// The caller may not, or the workbook cannot be made.
    pub fn readiness_workbook(&self, caller: &Caller, lang: Lang) -> Result<Vec<u8>> {
        self.allow(caller, Action::Look, "readiness")?;
        let all = self.readiness(caller)?;
        let catalog = self.catalog();
        let mut tables: Vec<Table> = Vec::new();
        for state in &all.parts {
            if let Some(part) = catalog.readiness.part(&state.id) {
                tables.push(sheet(part, state, self.now(), lang));
            }
        }
        tables.extend([to_do(&all, self.now(), lang), measures(&all, self.now(), lang)]);
        let title = word(lang, "在宅勤務の準備", "Readiness for home-working");
        Ok(workbook(&title, &self.company()?.name, self.now(), &tables)?)
    }
}

fn word(lang: Lang, ja: &str, en: &str) -> String {
    if lang == Lang::Ja { ja.to_owned() } else { en.to_owned() }
}

/// One part: a row for each thing answered about, a column for each question.
fn sheet(part: &Part, state: &PartState, made_at: At, lang: Lang) -> Table {
    let own = |text: &model::Text| text.get(lang).to_owned();
    let mut header = vec![
        word(lang, "対象", "About"),
        word(lang, "結果", "Result"),
        word(lang, "点数の合計", "Sum of weights"),
        word(lang, "次に行うこと", "Next step"),
        word(lang, "準備すること", "To prepare"),
    ];
    header.extend(part.questions.iter().map(|question| own(&question.text)));
    header.extend([
        word(lang, "メモ", "Remark"),
        word(lang, "回答日時", "Answered at"),
        word(lang, "回答者", "By"),
    ]);
    let rows = state
        .standings
        .iter()
        .map(|standing| {
            let open = if standing.version == 0 {
                word(lang, "未回答", "not answered")
            } else {
                let (answered, asked) = (standing.answered, standing.asked);
                word(
                    lang,
                    &format!("回答の途中({answered}/{asked})"),
                    &format!("{answered} of {asked} answered"),
                )
            };
            let result = standing.result.as_ref();
            let advice: Vec<&str> = standing.advice.iter().map(|own| own.advice.get(lang)).collect();
            let mut row = vec![
                own(&standing.name),
                result.map_or(open, |result| own(&result.title)),
                result.map(|_| standing.sum.to_string()).unwrap_or_default(),
                result.map(|result| own(&result.text)).unwrap_or_default(),
                advice.join("\n"),
            ];
            row.extend(part.questions.iter().map(|question| {
                let answer = standing.answers.get(&question.id).and_then(|id| question.answer(id));
                answer.map(|answer| own(&answer.text)).unwrap_or_default()
            }));
            let (at, by) = standing.saved.clone().map_or_else(Default::default, |(at, by)| (at.minute(), by));
            row.extend([standing.note.clone(), at, by]);
            row
        })
        .collect();
    Table { title: own(&part.title), made_at, header, rows }
}

fn to_do(all: &Readiness, made_at: At, lang: Lang) -> Table {
    let between = if lang == Lang::Ja { "、" } else { ", " };
    Table {
        title: word(lang, "準備すること", "To prepare"),
        made_at,
        header: vec![
            word(lang, "準備すること", "To prepare"),
            word(lang, "件数", "Number"),
            word(lang, "対象", "For"),
            word(lang, "質問", "Question"),
        ],
        rows: all
            .to_do
            .iter()
            .map(|item| {
                let names: Vec<&str> = item.concerned.iter().map(|(_, name)| name.get(lang)).collect();
                vec![
                    item.advice.get(lang).to_owned(),
                    names.len().to_string(),
                    names.join(between),
                    item.question.get(lang).to_owned(),
                ]
            })
            .collect(),
    }
}

fn measures(all: &Readiness, made_at: At, lang: Lang) -> Table {
    let yen = |yen: Option<u64>| yen.map(|yen| yen.to_string()).unwrap_or_default();
    Table {
        title: word(lang, "対策", "Measures"),
        made_at,
        header: vec![
            word(lang, "対策", "Measure"),
            word(lang, "判定", "Decision"),
            word(lang, "期限", "Due"),
            word(lang, "担当者", "Owner"),
            word(lang, "初期費用(円)", "Once (yen)"),
            word(lang, "年間費用(円)", "A year (yen)"),
            word(lang, "役立つ件数", "Would help"),
            word(lang, "メモ", "Remark"),
        ],
        rows: all
            .measures
            .iter()
            .map(|own| {
                let planned = &own.planned;
                let choice = match planned.choice {
                    Choice::Open => word(lang, "未判定", "open"),
                    Choice::Done => word(lang, "実施済み", "done"),
                    Choice::Do => word(lang, "する", "to do"),
                    Choice::NotNeeded => word(lang, "不要", "not needed"),
                };
                vec![
                    own.title.get(lang).to_owned(),
                    choice,
                    planned.due.map(|day| day.to_string()).unwrap_or_default(),
                    planned.owner.clone(),
                    yen(planned.yen_once),
                    yen(planned.yen_yearly),
                    own.helps.len().to_string(),
                    planned.note.clone(),
                ]
            })
            .collect(),
    }
}
