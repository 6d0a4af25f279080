//! A computer that exists on paper only: for tests, here and of the agent. It remembers what was done to it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use model::Why;

use crate::{Answer, Hand, HandError, Program, System, Value};

/// What a program does to a recorded computer besides answering.
type Effect = Box<dyn Fn(&RecordedHand)>;

/// A computer on paper. Programs answer what was recorded for them, and fail otherwise.
pub struct RecordedHand {
    system: System,
    registry: RefCell<BTreeMap<(String, String), Value>>,
    files: RefCell<BTreeMap<String, String>>,
    answers: RefCell<BTreeMap<String, (Answer, Option<Effect>)>>,
    said: RefCell<Vec<String>>,
    denied: RefCell<Option<String>>,
}

impl RecordedHand {
    /// An empty one.
    #[must_use]
    pub fn new(system: System) -> Self {
        Self {
            system,
            registry: RefCell::default(),
            files: RefCell::default(),
            answers: RefCell::default(),
            said: RefCell::default(),
            denied: RefCell::default(),
        }
    }

    /// With a registry value.
    #[must_use]
    pub fn with_value(self, path: &str, name: &str, value: Value) -> Self {
        self.registry.borrow_mut().insert(at(path, name), value);
        self
    }

    /// With a file.
    #[must_use]
    pub fn with_file(self, path: &str, text: &str) -> Self {
        self.files.borrow_mut().insert(path.to_owned(), text.to_owned());
        self
    }

    /// With a program's answer to exactly these arguments.
    #[must_use]
    pub fn with_answer(self, program: Program, arguments: &str, code: i32, out: &str) -> Self {
        let answer = Answer { code: Some(code), out: out.to_owned(), err: String::new() };
        self.answers.borrow_mut().insert(format!("{} {arguments}", program.name()), (answer, None));
        self
    }

    /// With a program that, given these arguments, ends well and does something to the computer.
    #[must_use]
    pub fn with_effect(self, program: Program, arguments: &str, effect: impl Fn(&Self) + 'static) -> Self {
        let answer = Answer { code: Some(0), out: String::new(), err: String::new() };
        let line = format!("{} {arguments}", program.name());
        self.answers.borrow_mut().insert(line, (answer, Some(Box::new(effect))));
        self
    }

    /// From now on every change to what this text is a part of is denied.
    pub fn deny(&self, part: &str) {
        *self.denied.borrow_mut() = Some(part.to_owned());
    }

    /// Changes an answer later, for example from an effect.
    pub fn answers(&self, program: Program, arguments: &str, code: i32, out: &str) {
        let answer = Answer { code: Some(code), out: out.to_owned(), err: String::new() };
        self.answers.borrow_mut().insert(format!("{} {arguments}", program.name()), (answer, None));
    }

    /// The programs that ran, with their arguments, in order.
    #[must_use]
    pub fn ran(&self) -> Vec<String> {
        self.said.borrow().clone()
    }

    /// Everything in the registry.
    #[must_use]
    pub fn registry(&self) -> BTreeMap<(String, String), Value> {
        self.registry.borrow().clone()
    }

    /// Every file.
    #[must_use]
    pub fn files(&self) -> BTreeMap<String, String> {
        self.files.borrow().clone()
    }

    fn allowed(&self, what: &str) -> Result<(), HandError> {
        match self.denied.borrow().as_deref() {
            Some(part) if what.contains(part) => {
                let detail = "access denied".to_owned();
                Err(HandError { what: what.to_owned(), why: Why::Denied, detail })
            }
            _ => Ok(()),
        }
    }
}

/// The registry does not tell capital letters from small ones.
fn at(path: &str, name: &str) -> (String, String) {
    (path.to_ascii_lowercase(), name.to_ascii_lowercase())
}

impl Hand for RecordedHand {
    fn system(&self) -> System {
        self.system
    }

    fn value(&self, path: &str, name: &str) -> Result<Option<Value>, HandError> {
        Ok(self.registry.borrow().get(&at(path, name)).cloned())
    }

    fn values(&self, path: &str) -> Result<Vec<(String, Value)>, HandError> {
        let registry = self.registry.borrow();
        let below = registry.iter().filter(|((key, _), _)| key.eq_ignore_ascii_case(path));
        Ok(below.map(|((_, name), value)| (name.clone(), value.clone())).collect())
    }

    fn set(&self, path: &str, name: &str, value: &Value) -> Result<(), HandError> {
        self.allowed(&format!(r"{path}\{name}"))?;
        self.registry.borrow_mut().insert(at(path, name), value.clone());
        Ok(())
    }

    fn remove(&self, path: &str, name: &str) -> Result<(), HandError> {
        self.allowed(&format!(r"{path}\{name}"))?;
        self.registry.borrow_mut().remove(&at(path, name));
        Ok(())
    }

    fn run(&self, program: Program, arguments: &[String]) -> Result<Answer, HandError> {
        let line = format!("{} {}", program.name(), arguments.join(" "));
        self.said.borrow_mut().push(line.clone());
        self.allowed(&line)?;
        let taken = self.answers.borrow_mut().remove(&line);
        let Some((answer, effect)) = taken else {
            let detail = "nothing is recorded for it".to_owned();
            return Err(HandError { what: line, why: Why::NotFound, detail });
        };
        if let Some(effect) = &effect {
            effect(self);
        }
        // An effect may have recorded another answer to the same question.
        self.answers.borrow_mut().entry(line).or_insert((answer.clone(), effect));
        Ok(answer)
    }

    fn start(&self, program: Program, arguments: &[String]) -> Result<(), HandError> {
        self.run(program, arguments).map(drop)
    }

    fn file(&self, path: &str) -> Result<Option<String>, HandError> {
        Ok(self.files.borrow().get(path).cloned())
    }

    fn write(&self, path: &str, text: Option<&str>) -> Result<(), HandError> {
        self.allowed(path)?;
        match text {
            Some(text) => self.files.borrow_mut().insert(path.to_owned(), text.to_owned()),
            None => self.files.borrow_mut().remove(path),
        };
        Ok(())
    }
}
