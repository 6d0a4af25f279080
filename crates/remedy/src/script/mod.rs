//! A remedy as a script to read and run by hand, from the same data: it shows what it would do, does it, undoes it.
//!
//! What differs from remedy to remedy stands in the script's table; the rest (`windows.ps1`, `unix.sh`) is the same in
//! every one, so that reading one is reading all.

mod unix;
mod windows;

use model::Text;

use crate::{Remedy, System};

/// The script. PowerShell 5.1 begins with a byte order mark, without which it would not read Japanese; sh has none.
#[must_use]
pub fn script(remedy: &Remedy) -> String {
    match remedy.system {
        System::Windows => windows::script(remedy),
        System::Linux | System::Macos => unix::script(remedy),
    }
}

/// The script's file name.
#[must_use]
pub fn script_name(remedy: &Remedy) -> String {
    let ending = if remedy.system == System::Windows { "ps1" } else { "sh" };
    format!("mimamori-{}.{ending}", remedy.id)
}

/// What the reader should know, line by line, Japanese before English.
fn header(remedy: &Remedy, usage: &[(&str, &str, &str)]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut both = |ja: &str, en: &str, text: &Text| {
        for (label, text) in [(ja, &text.ja), (en, &text.en)] {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            lines.push(if label.is_empty() { text } else { format!("{label}: {text}") });
        }
    };
    both("", "", &remedy.title);
    both("変わること", "What changes", &remedy.explain);
    if let Some(caution) = &remedy.caution {
        both("注意", "Caution", caution);
    }
    both("元に戻すと", "Undo", &remedy.undo);
    if remedy.restart {
        let restart = Text::new("再起動すると有効になります。", "It takes effect after a restart.");
        both("再起動", "Restart", &restart);
    }
    for (command, ja, en) in usage {
        lines.push(format!("{ja} / {en}: {command}"));
    }
    lines
}

#[cfg(test)]
mod tests;
