//! What could not be sent: for each day the newest document, so that the evidence of an offline week is not lost.
//!
//! Bounded: [`DOCUMENTS_MAX`] documents and [`QUEUE_MAX_BYTES`]; the oldest go first.

use model::evidence::DOCUMENT_MAX_BYTES;
use model::{At, FactDocument};

use crate::{Folder, Problem};

/// The most documents kept.
pub(crate) const DOCUMENTS_MAX: usize = 30;
/// The most bytes kept.
pub(crate) const QUEUE_MAX_BYTES: u64 = 20 * 1024 * 1024;
/// What the files' names begin with; the day follows.
const START: &str = "late-";

/// The days whose documents wait, oldest first.
pub(crate) fn waiting(folder: &Folder) -> Result<Vec<String>, Problem> {
    Ok(folder.list(START)?.into_iter().map(|(name, _)| name).collect())
}

/// Keeps a document for later, in the place of an earlier one of the same day.
pub(crate) fn keep(folder: &Folder, document: &FactDocument) -> Result<(), Problem> {
    let bytes = serde_json::to_vec(document).map_err(|error| Problem::Answer(error.to_string()))?;
    folder.write(&name(document.collected_at), &bytes)?;
    let kept = folder.list(START)?;
    let (mut count, mut bytes) = (kept.len(), kept.iter().map(|(_, size)| size).sum::<u64>());
    for (name, size) in kept {
        if count <= DOCUMENTS_MAX && bytes <= QUEUE_MAX_BYTES {
            break;
        }
        folder.remove(&name)?;
        (count, bytes) = (count - 1, bytes.saturating_sub(size));
    }
    Ok(())
}

/// A waiting document; `None` when it is broken, and then removed.
pub(crate) fn read(folder: &Folder, name: &str) -> Result<Option<FactDocument>, Problem> {
    let bytes = folder.read(name, DOCUMENT_MAX_BYTES)?;
    let document = bytes.and_then(|bytes| FactDocument::parse(&bytes).ok());
    if document.is_none() {
        folder.remove(name)?;
    }
    Ok(document)
}

fn name(at: At) -> String {
    format!("{START}{}.json", at.day())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(day: i64, fill: usize) -> FactDocument {
        let at = "2026-01-01T00:00:00Z".parse::<At>().unwrap().plus_days(day);
        serde_json::from_value(json!({
            "format": "mimamori-facts", "version": 1, "subject": {"kind": "device", "id": "PC-1"}, "source": "agent",
            "collected_at": at.to_string(), "facts": {}, "name": "x".repeat(fill)
        }))
        .unwrap()
    }

    fn room() -> (tempfile::TempDir, Folder) {
        let room = tempfile::tempdir().unwrap();
        let folder = Folder::open(&room.path().join("a")).unwrap();
        (room, folder)
    }

    #[test]
    fn the_newest_of_each_day_is_kept_oldest_first() {
        let (_room, folder) = room();
        for day in [2, 0, 1] {
            keep(&folder, &document(day, 1)).unwrap();
        }
        keep(&folder, &document(1, 5)).unwrap();
        assert_eq!(
            waiting(&folder).unwrap(),
            ["late-2026-01-01.json", "late-2026-01-02.json", "late-2026-01-03.json"]
        );
        assert_eq!(read(&folder, "late-2026-01-02.json").unwrap().unwrap().name, "xxxxx");
    }

    #[test]
    fn neither_many_days_nor_large_documents_fill_the_disk() {
        let (_room, folder) = room();
        for day in 0..40 {
            keep(&folder, &document(day, 1)).unwrap();
        }
        let days = waiting(&folder).unwrap();
        assert_eq!((days.len(), days[0].as_str()), (DOCUMENTS_MAX, "late-2026-01-11.json"));
        for day in 50..55 {
            keep(&folder, &document(day, 7 * 1024 * 1024)).unwrap();
        }
        assert_eq!(waiting(&folder).unwrap().len(), 2);
    }

    #[test]
    fn a_broken_document_is_removed() {
        let (_room, folder) = room();
        folder.write("late-2026-01-01.json", b"{").unwrap();
        assert!(read(&folder, "late-2026-01-01.json").unwrap().is_none());
        assert!(waiting(&folder).unwrap().is_empty());
    }
}
