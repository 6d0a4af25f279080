//! Devices, servers and people in one cell: `device/PC-001; person/yamada`.

use model::{Subject, SubjectKind, Text};

/// The subjects as a cell.
pub(super) fn write(subjects: &[Subject]) -> String {
    subjects.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// The subjects of a cell. As an id holds no `/`, a new subject begins only where a kind and a `/` follow a mark; so
/// ids may hold the marks themselves.
///
/// # Errors
/// What may be written instead.
pub(super) fn read(cell: &str) -> Result<Vec<Subject>, Text> {
    let mut found: Vec<(SubjectKind, String)> = Vec::new();
    for piece in cell.split_inclusive([';', ',', '\n', '；', '、']) {
        let kind =
            piece.trim_start().split_once('/').map(|(kind, id)| (kind.trim().parse::<SubjectKind>(), id));
        match (kind, found.last_mut()) {
            (Some((Ok(kind), id)), _) => found.push((kind, id.to_owned())),
            (None, Some((_, id))) => id.push_str(piece),
            (None, None) if piece.trim().is_empty() => {}
            _ => return Err(unsure()),
        }
    }
    found.into_iter().map(|(kind, id)| subject(kind, &id)).collect()
}

fn subject(kind: SubjectKind, raw: &str) -> Result<Subject, Text> {
    let raw = raw.trim();
    let id = raw.strip_suffix([';', ',', '；', '、']).unwrap_or(raw).trim();
    if Subject::id_is_usable(id) { Ok(Subject::new(kind, id)) } else { Err(unsure()) }
}

fn unsure() -> Text {
    Text::new(
        "端末や人は「device/PC-001; person/yamada」のように、種類と管理番号で書いてください。",
        "Write devices and people by kind and id, as \"device/PC-001; person/yamada\".",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back() {
        let check = |ids: &[&str]| {
            let subjects: Vec<Subject> = ids
                .iter()
                .zip(SubjectKind::ALL.into_iter().cycle().skip(1))
                .map(|(id, kind)| Subject::new(kind, *id))
                .collect();
            assert_eq!(read(&write(&subjects)), Ok(subjects), "{ids:?}");
        };
        check(&[]);
        check(&["PC-001"]);
        check(&["PC-001", "yamada", "総務 01"]);
        check(&["a; b", "c,d", "e、f"]);
        check(&["=1+1", "-"]);
        assert_eq!(read("device/A、 person/b;").map(|found| found.len()), Ok(2));
        for unsure in ["営業部", "pc/1", "device/", "device/a/b", "; x"] {
            assert!(read(unsure).is_err(), "{unsure}");
        }
    }
}
