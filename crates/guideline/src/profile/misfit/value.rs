//! Whether a value may stand in a parameter's place.

use model::Text;
use serde_json::Value;

use crate::catalog::Param;

/// What sort of value it is, in words.
#[derive(Clone, Copy, PartialEq)]
enum Sort {
    Switch,
    Number,
    Word,
    List,
    None,
}

impl Sort {
    fn of(value: &Value) -> Self {
        match value {
            Value::Bool(_) => Self::Switch,
            Value::Number(number) if number.is_i64() => Self::Number,
            Value::String(_) => Self::Word,
            Value::Array(_) => Self::List,
            _ => Self::None,
        }
    }

    fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Switch => ("true か false", "a switch (true or false)"),
            Self::Number => ("整数", "a whole number"),
            Self::Word => ("文字", "a word"),
            Self::List => ("一覧", "a list"),
            Self::None => ("基準値に使えないもの", "something that is no parameter"),
        }
    }
}

/// Whether a value may stand in a parameter's place.
///
/// # Errors
/// Why it may not.
pub fn fits(param: &Param, value: &Value) -> Result<(), Text> {
    let (expected, found) = (Sort::of(&param.value), Sort::of(value));
    if expected != found {
        let ((expected_ja, expected_en), (found_ja, found_en)) = (expected.name(), found.name());
        return Err(Text::new(
            format!("{expected_ja}を入力するところに、{found_ja}が入力されています。"),
            format!("expected {expected_en}, found {found_en}"),
        ));
    }
    if let Some(number) = value.as_i64() {
        if let Some(min) = param.min.filter(|min| number < *min) {
            let ja = format!("{min}以上にしてください。");
            return Err(Text::new(ja, format!("the smallest allowed is {min}")));
        }
        if let Some(max) = param.max.filter(|max| number > *max) {
            let ja = format!("{max}以下にしてください。");
            return Err(Text::new(ja, format!("the largest allowed is {max}")));
        }
    }
    if let (Some(own), Some(new)) = (param.value.as_array(), value.as_array()) {
        let item = own.first().map(Sort::of);
        if new.iter().any(|value| item.is_some_and(|item| Sort::of(value) != item)) {
            return Err(Text::new("一覧の中に、種類の違う値があります。", "its items are of another kind"));
        }
    }
    Ok(())
}
