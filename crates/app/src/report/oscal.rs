//! The company's results and its plan as OSCAL documents, from what is stored.

use model::Caller;
use model::verdict::EvidenceRef;
use paper::oscal::{self, ObservationInput, PoamInput, PoamRow, ResultsInput, SubjectInput};

use super::auditor::Judged;
use super::{NAME_MAX, bounded};
use crate::catalog::{link, pretty};
use crate::{App, Invalid, Result};

impl App {
    /// Every verdict with the evidence behind it, as OSCAL assessment results.
    pub(super) fn oscal_report(&self, caller: &Caller) -> Result<Vec<u8>> {
        self.allow(caller, crate::Action::Look, "report")?;
        self.settle_now()?;
        pretty(&oscal::assessment_results(&self.results_input()?))
    }

    /// What is not met and what is done about it, as an OSCAL plan of action and milestones.
    pub(super) fn oscal_plan(&self, caller: &Caller) -> Result<Vec<u8>> {
        let rows = self
            .rows(caller)?
            .into_iter()
            .filter_map(|line| {
                let decision = line.version?.decision;
                Some(PoamRow {
                    no: line.row.no,
                    item: line.row.item,
                    detail: line.row.detail,
                    scenario: line.scenario,
                    threat: line.classes,
                    statements: line.row.statements,
                    decision,
                })
            })
            .collect();
        let plan = oscal::poam(&PoamInput { results: self.results_input()?, rows });
        // OSCAL wants at least one item.
        pretty(&plan.ok_or_else(|| Invalid::new("format", "nothing-to-plan"))?)
    }

    fn results_input(&self) -> Result<ResultsInput> {
        let standard = self.standard();
        let company = self.company()?;
        let judged = self.store.read(Judged::load)?;
        Ok(ResultsInput {
            company: bounded(&company.name, NAME_MAX),
            as_of: self.now(),
            catalog: link(&standard.catalog),
            profile_id: standard.profile.id.clone(),
            profile_title: standard.profile.name.clone(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            subjects: judged
                .names
                .into_iter()
                .map(|(subject, name)| SubjectInput { subject, name })
                .collect(),
            observations: judged
                .evidence
                .into_iter()
                .map(|(subject, line)| ObservationInput {
                    evidence: EvidenceRef {
                        id: line.id,
                        collected_at: line.collected_at,
                        source: line.source,
                    },
                    subject,
                    collector: bounded(&line.collector, NAME_MAX),
                })
                .collect(),
            verdicts: judged.verdicts,
        })
    }
}
