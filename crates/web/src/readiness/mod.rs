//! Readiness for home-working: where everything stands, the questionnaires, the measures that help.

pub(crate) mod answer;
pub(crate) mod list;
pub(crate) mod measure;
