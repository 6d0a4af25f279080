//! What two versions of an asset say differently, field by field.

use model::Asset;

/// A field that differs. Choices are given by their names, flags as `yes` or `no`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The field's name in the form.
    pub field: &'static str,
    /// What it said.
    pub before: String,
    /// What it says.
    pub after: String,
}

/// Every field that differs, in the order of the form.
#[must_use]
pub fn difference(before: &Asset, after: &Asset) -> Vec<FieldChange> {
    fields(before)
        .into_iter()
        .zip(fields(after))
        .filter(|(before, after)| before.1 != after.1)
        .map(|((field, before), (_, after))| FieldChange { field, before, after })
        .collect()
}

fn fields(asset: &Asset) -> [(&'static str, String); 11] {
    let flag = |flag: bool| if flag { "yes" } else { "no" }.to_owned();
    let touched: Vec<String> = asset.touched_by.iter().map(ToString::to_string).collect();
    [
        ("system", asset.system.clone()),
        ("part", asset.part.name().to_owned()),
        ("name", asset.name.clone()),
        ("credential", flag(asset.credential)),
        ("personal", flag(asset.personal)),
        ("owner", asset.owner.clone()),
        ("secrecy", asset.secrecy.map(|class| class.name().to_owned()).unwrap_or_default()),
        ("encryption", asset.encryption.name().to_owned()),
        ("method", asset.method.clone()),
        ("touched_by", touched.join("; ")),
        ("note", asset.note.clone()),
    ]
}

#[cfg(test)]
mod tests {
    use model::asset::{AssetPart, Secrecy};
    use model::{Subject, SubjectKind};

    use super::*;

    #[test]
    fn names_what_differs_and_nothing_else() {
        let before = Asset::new("販売管理", AssetPart::Data, "顧客DB");
        let mut after = before.clone();
        assert!(difference(&before, &after).is_empty());
        after.secrecy = Some(Secrecy::TopSecret);
        after.personal = true;
        after.touched_by = vec![Subject::new(SubjectKind::Device, "PC-001")];
        let found: Vec<(&str, String, String)> = difference(&before, &after)
            .into_iter()
            .map(|change| (change.field, change.before, change.after))
            .collect();
        let expected =
            [("personal", "no", "yes"), ("secrecy", "", "top_secret"), ("touched_by", "", "device/PC-001")];
        assert_eq!(
            found,
            expected.map(|(field, before, after)| (field, before.to_owned(), after.to_owned()))
        );
    }
}
