//! What decides where no line does: a filter that is not there, a command that was not understood.

use super::walk::Cause;

/// The most remarks; more would only repeat themselves.
const REMARKS_MAX: usize = 1_000;

/// Remarks by number.
#[derive(Debug, Default)]
pub(super) struct Remarks(Vec<String>);

impl Remarks {
    /// A remark as a cause; the same one again has the same number.
    pub(super) fn say(&mut self, text: &str) -> Cause {
        let at = self.0.iter().position(|own| own == text).unwrap_or_else(|| {
            if self.0.len() < REMARKS_MAX {
                self.0.push(text.to_owned());
            }
            self.0.len() - 1
        });
        Cause::Remark(u32::try_from(at).unwrap_or(0))
    }

    /// The remark of a number.
    pub(super) fn of(&self, number: u32) -> &str {
        self.0.get(number as usize).map_or("", String::as_str)
    }
}
