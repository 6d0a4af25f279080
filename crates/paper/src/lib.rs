//! Documents that leave the company: the checklist and tables as workbooks, tables as CSV, the catalogue, a profile
//! and the results of an assessment as OSCAL.
//!
//! Takes plain values and gives bytes. Knows nothing of the guideline's rules, of storage or of HTTP; reads no clock,
//! so that the same input gives the same bytes.

pub mod asset;
pub mod checklist;
pub mod oscal;
pub mod person;
pub mod sheet;
pub mod table;

mod book;
mod cell;
mod error;
mod package;
mod word;

pub use error::PaperError;
