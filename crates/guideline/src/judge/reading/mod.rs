//! What an expression reads, found by looking at it: the sections it needs, and whatever would make it answer wrongly
//! or never. For the statements a company writes itself, which come without examples that would show the same.
//!
//! A fact that was not read must make such a statement unknown. Two things would get around that, and are refused: asking
//! whether a fact is there (`has`, `in`), and looking at several facts as a whole.

use std::collections::BTreeSet;

use cel::common::ast::{ComprehensionExpr, EntryExpr, Expr, IdedExpr, LiteralValue, operators};
use model::{SubjectKind, Text, facts};

use super::program;

mod fault;
mod shape;

pub(crate) use fault::Fault;
use shape::{Fact, Nature, Shape, fields, schema_at};

/// Loops within loops: each multiplies the work by the length of a list.
const LOOPS_MAX: usize = 3;
/// Loops in one expression.
const LOOPS_IN_ALL_MAX: usize = 8;
/// The functions that can be called; `a.f(b)` and `f(a, b)` alike.
const FUNCTIONS: [&str; 15] = [
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "string",
    "int",
    "double",
    "lower",
    "joined",
    "days_since",
    "days_past",
    "days_until",
    "support_end",
    "agreed",
];
/// Operators and functions whose answer is no yes or no.
const NO_ANSWER: [&str; 16] = [
    operators::ADD,
    operators::SUBSTRACT,
    operators::MULTIPLY,
    operators::DIVIDE,
    operators::MODULO,
    operators::NEGATE,
    "size",
    "string",
    "int",
    "double",
    "lower",
    "joined",
    "days_since",
    "days_past",
    "days_until",
    "support_end",
];

/// What an expression reads.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// The sections, as `device.volumes` or, of all subjects of a kind, `devices.antivirus`.
    pub(crate) needs: Vec<String>,
    /// What is wrong with it, each once.
    pub(crate) faults: Vec<Fault>,
    /// Whether it gives something else than a yes or no, as far as can be seen.
    pub(crate) no_answer: bool,
}

impl Reading {
    /// Reads an expression about a kind of subject.
    ///
    /// # Errors
    /// Why it does not compile.
    pub(crate) fn of(subject: SubjectKind, source: &str) -> Result<Self, Text> {
        let program = program::compile(source)?;
        let mut reader = Reader {
            subject,
            bound: Vec::new(),
            bare: BTreeSet::new(),
            listed: BTreeSet::new(),
            loops: 0,
            loops_in_all: 0,
            subject_loops: 0,
            reading: Self::default(),
        };
        let shape = reader.shape(program.expression());
        reader.reading.no_answer = match &shape {
            Shape::Fact(fact) => fact.nature() != Nature::Truth,
            Shape::Root(_) | Shape::Items(_) | Shape::Item(_) | Shape::List(_) => true,
            Shape::Other => gives_no_answer(program.expression()),
        };
        for kind in reader.bare.difference(&reader.listed) {
            let fault = Fault::Bare { plural: kind.plural() };
            reader.reading.faults.push(fault);
        }
        Ok(reader.reading)
    }
}

/// Whether an expression that leads to no fact gives something else than a yes or no.
fn gives_no_answer(expression: &IdedExpr) -> bool {
    match &expression.expr {
        Expr::Call(call) => NO_ANSWER.contains(&call.func_name.as_str()),
        Expr::Literal(literal) => !matches!(literal, LiteralValue::Boolean(_)),
        Expr::List(_) | Expr::Map(_) => true,
        _ => false,
    }
}

struct Reader {
    subject: SubjectKind,
    bound: Vec<(String, Shape)>,
    /// Lists of subjects named, and those of which a section is looked at.
    bare: BTreeSet<SubjectKind>,
    listed: BTreeSet<SubjectKind>,
    loops: usize,
    /// All loops of the expression.
    loops_in_all: usize,
    /// Loops over all subjects that we are inside of.
    subject_loops: usize,
    reading: Reading,
}

impl Reader {
    fn fault(&mut self, fault: Fault) {
        if !self.reading.faults.contains(&fault) {
            self.reading.faults.push(fault);
        }
    }

    /// Follows an expression to what it leads to.
    fn shape(&mut self, expression: &IdedExpr) -> Shape {
        match &expression.expr {
            Expr::Ident(name) => self.word(name),
            Expr::Select(select) => {
                let of = self.shape(&select.operand);
                let found = self.below(&of, &select.field);
                if select.test {
                    self.fault(Fault::Presence { path: named(&found, &select.field) });
                    return Shape::Other;
                }
                found
            }
            Expr::Call(call) => self.call(&call.func_name, call.target.as_deref(), &call.args),
            Expr::Comprehension(comprehension) => self.go_through(comprehension),
            Expr::List(list) => {
                let shapes: Vec<Shape> = list.elements.iter().map(|element| self.shape(element)).collect();
                shapes.into_iter().next().map_or(Shape::Other, |first| Shape::List(Box::new(first)))
            }
            Expr::Map(map) => {
                for entry in &map.entries {
                    if let EntryExpr::MapEntry(entry) = &entry.expr {
                        self.value(&entry.key);
                        self.value(&entry.value);
                    }
                }
                Shape::Other
            }
            Expr::Literal(_) => Shape::Other,
            Expr::Struct(_) | Expr::Unspecified => {
                self.fault(Fault::Form);
                Shape::Other
            }
        }
    }

    /// An expression used for its value: several facts at once have none.
    fn value(&mut self, expression: &IdedExpr) -> Shape {
        let shape = self.shape(expression);
        self.single(&shape);
        shape
    }

    fn single(&mut self, shape: &Shape) {
        match shape {
            Shape::Root(kind) => self.fault(Fault::Whole { path: kind.name().into() }),
            Shape::Item(kind) => self.fault(Fault::One { plural: kind.plural() }),
            Shape::Fact(fact) if fact.nature() == Nature::Several => {
                self.fault(Fault::Whole { path: fact.name() });
            }
            _ => {}
        }
    }

    fn word(&mut self, name: &str) -> Shape {
        if let Some((_, shape)) = self.bound.iter().rev().find(|(bound, _)| bound == name) {
            return shape.clone();
        }
        if name == self.subject.name() {
            return Shape::Root(self.subject);
        }
        if name == SubjectKind::Company.name() {
            return Shape::Root(SubjectKind::Company);
        }
        if let Some(kind) = SubjectKind::ALL.into_iter().find(|kind| kind.plural() == name) {
            self.bare.insert(kind);
            return Shape::Items(kind);
        }
        if name == "param" {
            self.fault(Fault::Param);
        } else {
            self.fault(Fault::Variable { name: name.to_owned(), subject: self.subject });
        }
        Shape::Other
    }

    /// A step down: `device` to `device.volumes`, `v` to `v.protection`.
    fn below(&mut self, of: &Shape, field: &str) -> Shape {
        match of {
            Shape::Root(kind) => self.section(*kind, false, field),
            Shape::Item(_) if field == "id" || field == "name" => Shape::Other,
            Shape::Item(kind) => self.section(*kind, true, field),
            Shape::Fact(fact) if fact.nature() == Nature::List => {
                self.fault(Fault::List { path: fact.name() });
                Shape::Other
            }
            Shape::Fact(fact) => {
                let below = Fact { path: format!("{}.{field}", fact.path), item: false, ..fact.clone() };
                if schema_at(below.kind, &below.path).is_none() {
                    let known = fact.below();
                    self.fault(Fault::Path { path: below.name(), known });
                    return Shape::Other;
                }
                Shape::Fact(below)
            }
            Shape::Items(kind) => {
                self.fault(Fault::List { path: kind.plural().into() });
                Shape::Other
            }
            Shape::List(_) | Shape::Other => Shape::Other,
        }
    }

    fn section(&mut self, kind: SubjectKind, of_all: bool, name: &str) -> Shape {
        let fact = Fact { kind, of_all, path: name.to_owned(), item: false };
        if schema_at(kind, name).is_none() {
            let known = fields(facts::schema(kind));
            self.fault(Fault::Path { path: fact.name(), known });
            return Shape::Other;
        }
        if of_all {
            self.listed.insert(kind);
        }
        if !self.reading.needs.contains(&fact.name()) {
            self.reading.needs.push(fact.name());
        }
        Shape::Fact(fact)
    }

    fn call(&mut self, name: &str, target: Option<&IdedExpr>, args: &[IdedExpr]) -> Shape {
        match (name, args) {
            (operators::INDEX, [of, at]) => return self.index(of, at),
            (operators::CONDITIONAL, [condition, then, otherwise]) => {
                self.value(condition);
                // No facts at all, `{}`, stand in for some: whatever is then asked of them is missing.
                let nothing = |of: &IdedExpr| matches!(&of.expr, Expr::Map(map) if map.entries.is_empty());
                let (no_then, no_otherwise) = (nothing(then), nothing(otherwise));
                let (then, otherwise) = (self.shape(then), self.shape(otherwise));
                if then == otherwise || no_otherwise {
                    return then;
                }
                if no_then {
                    return otherwise;
                }
                self.single(&then);
                self.single(&otherwise);
                return Shape::Other;
            }
            ("support_end", [os]) => {
                // The only function that takes several facts: the system with name and version.
                self.shape(os);
                return Shape::Other;
            }
            _ => {}
        }
        let operator = name.starts_with(['_', '!', '-', '@'])
            && name != operators::OPT_SELECT
            && name != operators::OPT_INDEX;
        if !operator && !FUNCTIONS.contains(&name) {
            self.fault(Fault::Function { name: name.trim_matches('_').to_owned() });
        }
        for part in target.into_iter().chain(args) {
            self.value(part);
        }
        Shape::Other
    }

    /// `list[0]`, and `os['build']`, which is the same as `os.build`.
    fn index(&mut self, of: &IdedExpr, at: &IdedExpr) -> Shape {
        let of = self.shape(of);
        if let Expr::Literal(LiteralValue::String(field)) = &at.expr {
            return self.below(&of, field.inner());
        }
        self.value(at);
        self.single(&of);
        of.items()
    }

    /// `all`, `exists`, `filter`, `map`: the language unfolds them into loops.
    fn go_through(&mut self, loop_: &ComprehensionExpr) -> Shape {
        let range = self.value(&loop_.iter_range);
        self.shape(&loop_.accu_init);
        let over_subjects = range.is_of_subjects();
        self.loops += 1;
        self.loops_in_all += 1;
        self.subject_loops += usize::from(over_subjects);
        if self.loops > LOOPS_MAX {
            self.fault(Fault::Loops);
        }
        if self.subject_loops > 1 {
            self.fault(Fault::SubjectLoops);
        }
        if self.loops_in_all > LOOPS_IN_ALL_MAX {
            self.fault(Fault::LoopsInAll);
        }
        let before = self.bound.len();
        self.bound.push((loop_.accu_var.clone(), Shape::Other));
        self.bound.push((loop_.iter_var.clone(), range.items()));
        if let Some(second) = &loop_.iter_var2 {
            self.bound.push((second.clone(), Shape::Other));
        }
        self.value(&loop_.loop_cond);
        let gathered = self.step(&loop_.loop_step, loop_);
        self.value(&loop_.result);
        self.bound.truncate(before);
        self.loops -= 1;
        self.subject_loops -= usize::from(over_subjects);
        gathered.map_or(Shape::Other, |inner| Shape::List(Box::new(inner)))
    }

    /// What a loop gathers: `result + [item]`, which `filter` and `map` become; nothing for `all` and `exists`.
    fn step(&mut self, step: &IdedExpr, loop_: &ComprehensionExpr) -> Option<Shape> {
        if let Expr::Call(call) = &step.expr {
            match (call.func_name.as_str(), call.args.as_slice()) {
                (operators::CONDITIONAL, [condition, then, _]) => {
                    self.value(condition);
                    return self.step(then, loop_);
                }
                (operators::ADD, [result, more]) if is_word(result, &loop_.accu_var) => {
                    if let Expr::List(list) = &more.expr
                        && let [item] = list.elements.as_slice()
                    {
                        return Some(self.shape(item));
                    }
                }
                _ => {}
            }
        }
        self.value(step);
        None
    }
}

fn is_word(expression: &IdedExpr, word: &str) -> bool {
    matches!(&expression.expr, Expr::Ident(name) if name == word)
}

fn named(shape: &Shape, field: &str) -> String {
    match shape {
        Shape::Fact(fact) => fact.name(),
        _ => field.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_sections_read() {
        let check = |source: &str, needs: &[&str]| {
            let reading = Reading::of(SubjectKind::Device, source).unwrap();
            assert_eq!(reading.faults, [], "{source}");
            assert_eq!(reading.needs, needs, "{source}");
            assert!(!reading.no_answer, "{source}");
        };
        check("device.volumes.all(v, v.protection == 'on')", &["device.volumes"]);
        check("device.secure_boot.enabled", &["device.secure_boot"]);
        check(
            "size(device.volumes.filter(v, v.fixed)) > 0 && device['tpm'].present",
            &["device.volumes", "device.tpm"],
        );
        check(
            "device.volumes.filter(v, v.fixed).all(v, v.protectors.exists(p, p.kind == 'tpm'))",
            &["device.volumes"],
        );
        check("device.volumes.map(v, v.letter).exists(l, l == 'C:')", &["device.volumes"]);
        check("device.volumes[0].fixed", &["device.volumes"]);
        check("days_until(support_end(device.os)) > 30", &["device.os"]);
        check(
            "devices.filter(d, d.id != 'x').all(d, d.os.family == device.os.family) && company.register.vpn",
            &["devices.os", "device.os", "company.register"],
        );
        check(
            "company.procedures.exists(p, p.id == 'x' && p.version in ['1', '2'])",
            &["company.procedures"],
        );
    }

    #[test]
    fn tells_what_would_answer_wrongly_or_never() {
        let check = |source: &str, words: &str| {
            let reading = Reading::of(SubjectKind::Device, source).unwrap();
            let told: Vec<String> = reading.faults.iter().map(|fault| fault.what().en).collect();
            assert!(told.iter().any(|fault| fault.contains(words)), "{source}: {told:?}");
        };
        check("!has(device.volumes)", "whether 'device.volumes' is there");
        check("device.volumes.all(v, !has(v.protection))", "whether 'device.volumes.protection' is there");
        check("!('volumes' in device)", "'device' stands for several");
        check("device.volumes.all(v, !('protection' in v))", "'device.volumes' stands for several");
        check("device.volumes.map(v, v).all(v, !('protection' in v))", "several facts");
        check("device.volumes.filter(v, v.fixed).all(v, size(v) > 2)", "several facts");
        check("device.os != {'build': 1}", "'device.os' stands for several");
        check("!('build' in (company.register.vpn ? {} : device.os))", "'device.os' stands for several");
        check("devices.all(d, !('os' in d))", "one of devices");
        check("device[company.register.people] == 1", "'device' stands for several");
        check("optional.of(device.os.build).hasValue()", "no function");
        check("devise.volumes.all(v, v.fixed)", "'devise' stands for nothing");
        check("server.os.build > 1", "'server' stands for nothing");
        check("device.volumes.all(v, v.protectoin == 'on')", "no fact 'device.volumes.protectoin'");
        check("device.volumez.all(v, v.fixed)", "no fact 'device.volumez'");
        check("device.volumes.protection == 'on'", "'device.volumes' is a list");
        check("device.volumes.any(v, v.fixed)", "no function 'any'");
        check("device.os.build > param.least", "param");
        check("size(devices) > 3", "without looking at anything");
        let loops = |count: usize| {
            let (open, close) = ("device.volumes.all(v, ".repeat(count), ")".repeat(count));
            format!("{open}v.fixed{close}")
        };
        check(&loops(4), "lists inside lists");
        assert_eq!(Reading::of(SubjectKind::Device, &loops(3)).unwrap().faults, []);
        // Each subject would look at all, for each of all, again and again.
        check("devices.all(a, devices.all(b, b.os.build > 1))", "again for each of them");
        check(
            "devices.all(a, devices.filter(b, b.os.build > 1).all(c, c.os.build > 1))",
            "again for each of them",
        );
        let many = ["device.volumes.all(v, v.fixed)"; 9].join(" && ");
        check(&many, "too many loops");
    }

    #[test]
    fn optional_facts_are_refused() {
        for source in ["device.?os.orValue(1) == 1", "device[?'os'] == 1", "[?device.os.build] == []"] {
            let sound =
                Reading::of(SubjectKind::Device, source).is_ok_and(|reading| reading.faults.is_empty());
            assert!(!sound, "{source}");
        }
    }

    #[test]
    fn sees_what_is_no_yes_or_no() {
        for source in [
            "device.volumes",
            "size(device.volumes)",
            "device.os.build",
            "'on'",
            "device.volumes.map(v, v.letter)",
        ] {
            assert!(Reading::of(SubjectKind::Device, source).unwrap().no_answer, "{source}");
        }
    }

    #[test]
    fn follows_every_expression_of_the_catalogue() {
        let (catalog, _) = crate::Catalog::draft(&crate::catalog::Files::embedded());
        let mut told = Vec::new();
        for statement in catalog.unwrap().statements() {
            for check in &statement.checks {
                let reading = Reading::of(statement.subject, &check.holds).unwrap();
                let at = format!("{}/{}", statement.id, check.id);
                // The catalogue's own have parameters, and examples that show what has() and their loops do.
                let wrong = reading.faults.iter().filter(|fault| {
                    !matches!(
                        fault,
                        Fault::Presence { .. }
                            | Fault::Param
                            | Fault::Loops
                            | Fault::LoopsInAll
                            | Fault::SubjectLoops
                    )
                });
                told.extend(wrong.map(|fault| format!("{at}: {}", fault.what().en)));
                if reading.no_answer {
                    told.push(format!("{at}: no answer"));
                }
                let named = check.needs.iter().filter(|need| check.holds.contains(need.as_str()));
                told.extend(
                    named.filter(|need| !reading.needs.contains(need)).map(|need| format!("{at}: {need}")),
                );
            }
        }
        // It chooses the fact by a parameter; without one, a company's own statement can name it.
        assert_eq!(told, ["7.1.3-1/procedures: 'credential.procedures' stands for several facts at once"]);
    }

    #[test]
    fn a_deep_expression_is_refused_not_followed() {
        for (open, close) in
            [("(", ")"), ("[", "]"), ("!", "true"), ("-", "1"), ("size(", ")"), ("a.", "a"), ("true ? ", "1")]
        {
            let count = 1_900 / (open.len() + close.len());
            let source = format!("{}{}", open.repeat(count), close.repeat(count));
            let _ = Reading::of(SubjectKind::Device, &source);
        }
        let source = vec!["device.tpm.present"; 90].join(" && ");
        let _ = Reading::of(SubjectKind::Device, &source);
    }
}
