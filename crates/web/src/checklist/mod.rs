//! The checklist: the table, a row's page, the grid, the printed form, the workbook out and back in.

pub(crate) mod check;
pub(crate) mod edit;
pub(crate) mod export;
mod figure;
pub(crate) mod list;
pub(crate) mod show;
pub(crate) mod take;
