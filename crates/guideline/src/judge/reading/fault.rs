//! What is wrong with an expression, and what to do about it, in both languages.

use model::{SubjectKind, Text};

use super::{FUNCTIONS, LOOPS_IN_ALL_MAX, LOOPS_MAX};

/// The most facts named as a choice.
const FACTS_TOLD_MAX: usize = 40;

/// What is wrong with an expression. Said so that it can be mended without knowing CEL.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fault {
    /// A word that stands for nothing.
    Variable { name: String, subject: SubjectKind },
    /// A fact that does not exist, and those that do.
    Path { path: String, known: Vec<String> },
    /// A list whose items' facts are asked of the list.
    List { path: String },
    /// Asking whether a fact is there.
    Presence { path: String },
    /// Facts looked at as a whole.
    Whole { path: String },
    /// One of a list of subjects looked at as a whole.
    One { plural: &'static str },
    /// A function that does not exist.
    Function { name: String },
    /// Parameters, which own statements do not have.
    Param,
    /// Loops within loops.
    Loops,
    /// Loops over all subjects within each other.
    SubjectLoops,
    /// Too many loops.
    LoopsInAll,
    /// A list of all subjects of which no section is looked at.
    Bare { plural: &'static str },
    /// A form of the language that is not used here.
    Form,
}

impl Fault {
    /// What is wrong.
    pub(crate) fn what(&self) -> Text {
        match self {
            Fault::Variable { name, .. } => Text::new(
                format!("「{name}」は、式に使える言葉ではありません。"),
                format!("'{name}' stands for nothing here"),
            ),
            Fault::Path { path, .. } => Text::new(
                format!("「{path}」という名前の情報はありません。"),
                format!("there is no fact '{path}'"),
            ),
            Fault::List { path } => Text::new(
                format!("「{path}」は一覧のため、1つの値としては使えません。"),
                format!("'{path}' is a list"),
            ),
            Fault::Presence { path } => Text::new(
                format!("「{path}」に値があるかどうかを調べています。"),
                format!("it asks whether '{path}' is there"),
            ),
            Fault::Whole { path } => Text::new(
                format!("「{path}」は、複数の情報をまとめて指しています。"),
                format!("'{path}' stands for several facts at once"),
            ),
            Fault::One { plural } => Text::new(
                format!("一覧「{plural}」の1件が、複数の情報をまとめて指しています。"),
                format!("'one of {plural}' stands for several facts at once"),
            ),
            Fault::Function { name } => Text::new(
                format!("「{name}」という関数はありません。"),
                format!("there is no function '{name}'"),
            ),
            Fault::Param => Text::new(
                "param が使われていますが、自社ポリシーには基準値がありません。",
                "it names param, but the company's own statements have no parameters",
            ),
            Fault::Loops => Text::new(
                "一覧の中の一覧を、何重にも調べています。",
                "it goes through lists inside lists too many times",
            ),
            Fault::SubjectLoops => Text::new(
                "すべての対象を調べる式が重なっています。",
                "it goes through all subjects again for each of them",
            ),
            Fault::LoopsInAll => Text::new("繰り返しが多すぎます。", "it has too many loops"),
            Fault::Bare { plural } => Text::new(
                format!("一覧「{plural}」の、どの情報を見るのかが書かれていません。"),
                format!("it looks at '{plural}' without looking at anything of them"),
            ),
            Fault::Form => Text::new(
                "ポリシーの条件には使えない書き方が含まれています。",
                "it uses a form of the language that is not for statements",
            ),
        }
    }

    /// What to do about it.
    pub(crate) fn fix(&self) -> Text {
        match self {
            Fault::Variable { subject, .. } => Text::new(
                format!(
                    "{subject}、company、または devices などの一覧の名前から書き始めてください。文字は 'on' のように引用符で囲みます。"
                ),
                format!(
                    "start with {subject}, company, or a list such as devices; texts stand in quotation marks: 'on'"
                ),
            ),
            Fault::Path { known, .. } => choice_of_facts(known),
            Fault::List { path } => Text::new(
                format!(
                    "{path}.all(x, x.… ) や {path}.exists(x, x.… ) のように、中身を1つずつ調べてください。"
                ),
                format!("look at its items: {path}.all(x, x.… ), {path}.exists(x, x.… )"),
            ),
            Fault::Presence { .. } => Text::new(
                "この部分を削除してください。値がなければ、自動的に「未確認」になります。",
                "leave the question out: a fact that was not read makes the statement unknown by itself",
            ),
            Fault::Whole { path } => Text::new(
                format!("{path}.… のように、その中の1つを選んでください。"),
                format!("look at one of its facts: {path}.…"),
            ),
            Fault::One { .. } => Text::new(
                "x.os.build のように、見る情報を1つ選んでください。",
                "look at one of its facts, for example x.os.build",
            ),
            Fault::Function { .. } => Text::new(
                format!("次の関数が使えます:{}、all、exists、filter、map", FUNCTIONS.join("、")),
                format!("there are: {}, all, exists, filter, map", FUNCTIONS.join(", ")),
            ),
            Fault::SubjectLoops => Text::new(
                "すべての対象を調べる式は、重ねずに1つにしてください。",
                "go through all subjects once, not for each of them again",
            ),
            Fault::LoopsInAll => Text::new(
                format!("all、exists、filter、map は、式全体で{LOOPS_IN_ALL_MAX}つまでにしてください。"),
                format!("at most {LOOPS_IN_ALL_MAX} of all, exists, filter and map in all"),
            ),
            Fault::Param => Text::new("数値を式に直接書いてください。", "write the number itself"),
            Fault::Loops => Text::new(
                format!("all、exists、filter、map を重ねるのは{LOOPS_MAX}つまでにしてください。"),
                format!("at most {LOOPS_MAX} of all, exists, filter and map inside each other"),
            ),
            Fault::Bare { plural } => Text::new(
                format!("「ほかに読む情報」に、{plural}.… の形で書いてください。"),
                format!("say under needs what is looked at, for example {plural}.…"),
            ),
            Fault::Form => Text::new(
                "比較、&&(かつ)、||(または)、!(〜でない)と、一覧を調べる all、exists、filter、map で書いてください。",
                "use comparisons, && || !, and lists with all, exists, filter and map",
            ),
        }
    }
}

fn choice_of_facts(known: &[String]) -> Text {
    if known.is_empty() {
        return Text::new(
            "これより細かい情報はありません。最後の「.」から後ろを削除してください。",
            "there is nothing below it: leave out what follows the last dot",
        );
    }
    let shown: Vec<&str> = known.iter().map(String::as_str).take(FACTS_TOLD_MAX).collect();
    Text::new(format!("次の名前が使えます:{}", shown.join("、")), format!("there are: {}", shown.join(", ")))
}
