//! The checklist: the table, a row's page, the printed form, the workbook.

pub(crate) mod export;
pub(crate) mod list;
pub(crate) mod show;
