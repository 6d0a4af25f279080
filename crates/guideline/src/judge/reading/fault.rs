//! What is wrong with an expression, and what to do about it.

use std::fmt;

use model::SubjectKind;

use super::{FUNCTIONS, LOOPS_MAX};

/// What is wrong with an expression. Said so that it can be mended without knowing CEL.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fault {
    /// A word that stands for nothing.
    Variable { name: String, subject: SubjectKind },
    /// A fact that does not exist.
    Path { path: String, known: Vec<String> },
    /// A list whose items' facts are asked of the list.
    List { path: String },
    /// Asking whether a fact is there.
    Presence { path: String },
    /// Facts looked at as a whole.
    Whole { path: String },
    /// A function that does not exist.
    Function { name: String },
    /// Parameters, which own statements do not have.
    Param,
    /// Loops within loops.
    Loops,
    /// A list of all subjects of which no section is looked at.
    Bare { plural: &'static str },
    /// A form of the language that is not used here.
    Form,
}

impl Fault {
    /// What to do about it.
    pub(crate) fn fix(&self) -> String {
        match self {
            Fault::Variable { subject, .. } => format!(
                "start with {subject}, company, or a list such as devices; texts stand in quotation marks: 'on'"
            ),
            Fault::Path { known, .. } => {
                let shown: Vec<&str> = known.iter().map(String::as_str).take(40).collect();
                format!("there are: {}", shown.join(", "))
            }
            Fault::List { path } => format!("look at its items: {path}.all(x, x.… ), {path}.exists(x, x.… )"),
            Fault::Presence { .. } => {
                "leave the question out: a fact that was not read makes the statement unknown by itself"
                    .into()
            }
            Fault::Whole { path } => format!("look at one of its facts: {path}.…"),
            Fault::Function { .. } => {
                format!("there are: {}, all, exists, filter, map", FUNCTIONS.join(", "))
            }
            Fault::Param => "write the number itself".into(),
            Fault::Loops => format!("at most {LOOPS_MAX} of all, exists, filter and map inside each other"),
            Fault::Bare { plural } => format!("say under needs what is looked at, for example {plural}.…"),
            Fault::Form => "use comparisons, && || !, and lists with all, exists, filter and map".into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Variable { name, .. } => write!(f, "'{name}' stands for nothing here"),
            Fault::Path { path, .. } => write!(f, "there is no fact '{path}'"),
            Fault::List { path } => write!(f, "'{path}' is a list"),
            Fault::Presence { path } => write!(f, "it asks whether '{path}' is there"),
            Fault::Whole { path } => write!(f, "'{path}' stands for several facts at once"),
            Fault::Function { name } => write!(f, "there is no function '{name}'"),
            Fault::Param => write!(f, "it names param, but the company's own statements have no parameters"),
            Fault::Loops => write!(f, "it goes through lists inside lists too many times"),
            Fault::Bare { plural } => write!(f, "it looks at '{plural}' without looking at anything of them"),
            Fault::Form => write!(f, "it uses a form of the language that is not for statements"),
        }
    }
}
