//! What of a listed subject's sections the checks look at, so that only that much of ten thousand PCs is in memory.
//!
//! A check about all PCs mostly counts their programs or asks whether a date is there. Its expressions are followed once,
//! when they are compiled; whatever cannot be followed is kept whole. Leaving the rest out changes no answer: a fact that
//! was not read stays lacking, a list keeps its length, and a fact used for its value is there with all below it.

use std::collections::BTreeMap;
use std::fmt;

use cel::common::ast::{ComprehensionExpr, EntryExpr, Expr, IdedExpr, LiteralValue, operators};
use model::SubjectKind;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The section that is kept whole: the table of support ends looks at it too.
const WHOLE_SECTION: &str = "os";

/// The step from a list to its items.
const ITEM: &str = "[]";

/// What is looked at of one fact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Everything: it is used for its value.
    whole: bool,
    /// How many there are of it, or it is gone through.
    counted: bool,
    /// Facts below it; of a list, under [`ITEM`], each of its items.
    below: BTreeMap<String, Look>,
}

/// What is looked at of the subjects of each kind, section by section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looks(BTreeMap<SubjectKind, BTreeMap<String, Look>>);

impl Look {
    /// Everything of it.
    #[must_use]
    pub fn whole() -> Self {
        Self { whole: true, ..Self::default() }
    }

    /// Reads as much of a section's JSON as is looked at.
    ///
    /// # Errors
    /// The text is no JSON.
    pub fn read(&self, text: &str) -> Result<Value, serde_json::Error> {
        let mut source = serde_json::Deserializer::from_str(text);
        let value = self.deserialize(&mut source)?;
        source.end()?;
        Ok(value)
    }

    fn take(&mut self, other: &Self) {
        self.whole |= other.whole;
        self.counted |= other.counted;
        for (name, look) in &other.below {
            self.below.entry(name.clone()).or_default().take(look);
        }
    }
}

impl Looks {
    /// Of one kind, section by section; empty when its subjects are at most counted.
    #[must_use]
    pub fn of(&self, kind: SubjectKind) -> BTreeMap<&str, &Look> {
        let sections = self.0.get(&kind).into_iter().flatten();
        sections.map(|(name, look)| (name.as_str(), look)).collect()
    }

    /// One section of one kind.
    #[must_use]
    pub fn section(&self, kind: SubjectKind, section: &str) -> Option<&Look> {
        self.0.get(&kind)?.get(section)
    }

    /// Looks at a section of a kind at least; what is named among the needs is wanted though only its age may count.
    pub(super) fn name(&mut self, kind: SubjectKind, section: &str) {
        self.at(kind, section);
    }

    /// Adds what others look at.
    pub(super) fn take(&mut self, other: &Self) {
        for (kind, sections) in &other.0 {
            for (name, look) in sections {
                self.at(*kind, name).take(look);
            }
        }
    }

    /// Adds what an expression looks at of the sections that were named.
    pub(super) fn follow(&mut self, program: &cel::Program) {
        let mut follower = Follower { looks: self, bound: Vec::new() };
        follower.value(program.expression());
    }

    fn at(&mut self, kind: SubjectKind, section: &str) -> &mut Look {
        let look = self.0.entry(kind).or_default().entry(section.to_owned()).or_default();
        look.whole |= section == WHOLE_SECTION;
        look
    }

    /// The look at a path; a section that was not named is not there for a check, whatever it says.
    fn path(&mut self, kind: SubjectKind, path: &[String]) -> Option<&mut Look> {
        let (section, below) = path.split_first()?;
        let look = self.0.get_mut(&kind)?.get_mut(section)?;
        Some(below.iter().fold(look, |look, step| look.below.entry(step.clone()).or_default()))
    }

    /// A kind whose subjects are used as values: everything of them.
    fn everything(&mut self, kind: SubjectKind) {
        self.0.get_mut(&kind).into_iter().flat_map(BTreeMap::values_mut).for_each(|look| look.whole = true);
    }
}

/// Where an expression has arrived.
#[derive(Clone, Debug)]
enum Place {
    /// All subjects of a kind.
    Items(SubjectKind),
    /// One of them.
    Item(SubjectKind),
    /// A fact of one of them, or an item of a list of facts.
    Fact(SubjectKind, Vec<String>),
    /// A list made by the expression.
    List(Box<Place>),
    /// None of these.
    Elsewhere,
}

struct Follower<'a> {
    looks: &'a mut Looks,
    bound: Vec<(String, Place)>,
}

impl Follower<'_> {
    /// An expression used for its value.
    fn value(&mut self, expression: &IdedExpr) {
        let place = self.place(expression);
        self.whole(&place);
    }

    fn whole(&mut self, place: &Place) {
        match place {
            Place::Items(kind) | Place::Item(kind) => self.looks.everything(*kind),
            Place::Fact(kind, path) => {
                if let Some(look) = self.looks.path(*kind, path) {
                    look.whole = true;
                }
            }
            Place::List(inner) => self.whole(inner),
            Place::Elsewhere => {}
        }
    }

    fn count(&mut self, place: &Place) {
        if let Place::Fact(kind, path) = place
            && let Some(look) = self.looks.path(*kind, path)
        {
            look.counted = true;
        }
    }

    fn place(&mut self, expression: &IdedExpr) -> Place {
        match &expression.expr {
            Expr::Ident(name) => self.word(name),
            Expr::Select(select) => {
                let of = self.place(&select.operand);
                let found = self.below(of, &select.field);
                if select.test { Place::Elsewhere } else { found }
            }
            Expr::Call(call) => self.call(&call.func_name, call.target.as_deref(), &call.args),
            Expr::Comprehension(comprehension) => self.go_through(comprehension),
            Expr::List(list) => {
                list.elements.iter().for_each(|element| self.value(element));
                Place::Elsewhere
            }
            Expr::Map(map) => {
                for entry in &map.entries {
                    if let EntryExpr::MapEntry(entry) = &entry.expr {
                        self.value(&entry.key);
                        self.value(&entry.value);
                    }
                }
                Place::Elsewhere
            }
            Expr::Literal(_) => Place::Elsewhere,
            Expr::Struct(_) | Expr::Unspecified => {
                SubjectKind::ALL.into_iter().for_each(|kind| self.looks.everything(kind));
                Place::Elsewhere
            }
        }
    }

    fn word(&self, name: &str) -> Place {
        if let Some((_, place)) = self.bound.iter().rev().find(|(bound, _)| bound == name) {
            return place.clone();
        }
        SubjectKind::ALL.into_iter().find(|kind| kind.plural() == name).map_or(Place::Elsewhere, Place::Items)
    }

    fn below(&mut self, of: Place, field: &str) -> Place {
        let (kind, mut path) = match of {
            Place::Item(kind) => (kind, Vec::new()),
            Place::Fact(kind, path) => (kind, path),
            Place::Items(_) | Place::List(_) | Place::Elsewhere => return Place::Elsewhere,
        };
        path.push(field.to_owned());
        // It is noted that it was asked for: whether it is there may be all that is wanted.
        self.looks.path(kind, &path);
        Place::Fact(kind, path)
    }

    fn call(&mut self, name: &str, target: Option<&IdedExpr>, args: &[IdedExpr]) -> Place {
        match (name, target, args) {
            ("size", None, [of]) | ("size", Some(of), []) => {
                let place = self.place(of);
                self.count(&place);
            }
            (operators::INDEX, None, [of, at]) => {
                if let Expr::Literal(LiteralValue::String(field)) = &at.expr {
                    let of = self.place(of);
                    return self.below(of, field.inner());
                }
                self.value(of);
                self.value(at);
            }
            _ => target.into_iter().chain(args).for_each(|part| self.value(part)),
        }
        Place::Elsewhere
    }

    /// `all`, `exists`, `filter`, `map`: the language unfolds them into loops.
    fn go_through(&mut self, loop_: &ComprehensionExpr) -> Place {
        let range = self.place(&loop_.iter_range);
        let item = match &range {
            // With two variables the first is a number or a key.
            _ if loop_.iter_var2.is_some() => {
                self.whole(&range);
                Place::Elsewhere
            }
            Place::Items(kind) => Place::Item(*kind),
            Place::Fact(..) => {
                self.count(&range);
                self.below(range, ITEM)
            }
            Place::List(inner) => inner.as_ref().clone(),
            Place::Item(_) | Place::Elsewhere => {
                self.whole(&range);
                Place::Elsewhere
            }
        };
        self.value(&loop_.accu_init);
        let before = self.bound.len();
        self.bound.push((loop_.accu_var.clone(), Place::Elsewhere));
        self.bound.push((loop_.iter_var.clone(), item));
        if let Some(second) = &loop_.iter_var2 {
            self.bound.push((second.clone(), Place::Elsewhere));
        }
        self.value(&loop_.loop_cond);
        let gathered = self.step(&loop_.loop_step, &loop_.accu_var);
        self.value(&loop_.result);
        self.bound.truncate(before);
        gathered.map_or(Place::Elsewhere, |inner| Place::List(Box::new(inner)))
    }

    /// What a loop gathers: `result + [item]`, which `filter` and `map` become; nothing for `all` and `exists`.
    fn step(&mut self, step: &IdedExpr, accu: &str) -> Option<Place> {
        let is_accu = |part: &IdedExpr| matches!(&part.expr, Expr::Ident(name) if name == accu);
        if let Expr::Call(call) = &step.expr {
            match (call.func_name.as_str(), call.args.as_slice()) {
                (operators::CONDITIONAL, [condition, then, otherwise]) if is_accu(otherwise) => {
                    self.value(condition);
                    return self.step(then, accu);
                }
                (operators::ADD, [result, more]) if is_accu(result) => {
                    if let Expr::List(list) = &more.expr
                        && let [item] = list.elements.as_slice()
                    {
                        return Some(self.place(item));
                    }
                }
                _ => {}
            }
        }
        self.value(step);
        None
    }
}

impl<'de> DeserializeSeed<'de> for &Look {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Value, D::Error> {
        if self.whole { serde::Deserialize::deserialize(source) } else { source.deserialize_any(self) }
    }
}

impl<'de> Visitor<'de> for &Look {
    type Value = Value;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a fact")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, switch: bool) -> Result<Value, E> {
        Ok(switch.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut found = Vec::new();
        match self.below.get(ITEM) {
            Some(look) => {
                while let Some(value) = items.next_element_seed(look)? {
                    found.push(value);
                }
            }
            // Only their number matters.
            None => {
                while items.next_element::<IgnoredAny>()?.is_some() {
                    found.push(Value::Null);
                }
            }
        }
        Ok(Value::Array(found))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut found = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            match self.below.get(&name) {
                Some(look) => found.insert(name, fields.next_value_seed(look)?),
                // How many fields there are, or their names, may matter.
                None if self.counted => found.insert(name, fields.next_value()?),
                None => {
                    fields.next_value::<IgnoredAny>()?;
                    None
                }
            };
        }
        Ok(Value::Object(found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::program::compile;

    fn looks(source: &str) -> Looks {
        let mut looks = Looks::default();
        for section in ["software", "antivirus", "os"] {
            looks.name(SubjectKind::Device, section);
        }
        looks.follow(&compile(source).unwrap());
        looks
    }

    #[test]
    fn as_much_is_read_as_is_looked_at() {
        let software = r#"[{"name":"a","version":"1"},{"name":"b","version":null}]"#;
        let antivirus = r#"{"products":[{"vendor":"x","enabled":true}],"schedule":{"kind":"full","interval_days":7},"n":2}"#;
        let check = |source: &str, section: &str, expected: &str| {
            let text = if section == "software" { software } else { antivirus };
            let found = looks(source).section(SubjectKind::Device, section).unwrap().read(text).unwrap();
            assert_eq!(found.to_string(), expected, "{source}");
        };
        // Counted, or only asked for: no program's name is needed.
        check("devices.all(d, has(d.software) && size(d.software) > 0)", "software", "[null,null]");
        check("devices.filter(d, d.software.size() == 0).map(d, d.name)", "software", "[null,null]");
        check(
            "devices.all(d, d.software.exists(s, s.name == 'a'))",
            "software",
            r#"[{"name":"a"},{"name":"b"}]"#,
        );
        check(
            "devices.all(d, d.software.all(s, has(s.version)))",
            "software",
            r#"[{"version":"1"},{"version":null}]"#,
        );
        // Through a list the expression makes.
        let vendors =
            "devices.filter(d, d.antivirus.n > 1).exists(d, d.antivirus.products.exists(p, p.vendor == 'x'))";
        check(vendors, "antivirus", r#"{"n":2,"products":[{"vendor":"x"}]}"#);
        check(
            "devices.map(d, d.antivirus).all(a, a.schedule.kind == 'full')",
            "antivirus",
            r#"{"schedule":{"kind":"full"}}"#,
        );
        check("devices.all(d, has(d.antivirus.schedule))", "antivirus", r#"{"schedule":{}}"#);
        check("devices.all(d, d['antivirus']['n'] == 1)", "antivirus", r#"{"n":2}"#);
        // Used for its value, in whatever way: all of it.
        let whole = serde_json::from_str::<Value>(antivirus).unwrap().to_string();
        for source in [
            "devices.all(d, d.antivirus == {'n': 1})",
            "devices.exists(d, 'n' in d.antivirus)",
            "devices.map(d, [d.antivirus]).all(a, a[0].n == 1)",
            "devices == []",
            "devices.map(d, d).exists(d, d == devices[0])",
            "devices.all(d, size(d.antivirus) == 3)",
            "devices.all(d, d.antivirus.exists(k, k == 'n'))",
            "devices.all(d, d[d.name] == 1)",
            "(true ? devices : []).all(d, d.antivirus.n == 1)",
        ] {
            check(source, "antivirus", &whole);
        }
    }

    #[test]
    fn the_system_is_kept_whole_and_what_nobody_named_is_not_there() {
        let looks = looks("devices.all(d, d.os.build > 1 && d.tpm.present)");
        let os = r#"{"build":26200,"product":"Windows 11 Pro"}"#;
        assert_eq!(looks.section(SubjectKind::Device, "os").unwrap().read(os).unwrap().to_string(), os);
        assert_eq!(looks.section(SubjectKind::Device, "tpm"), None);
        assert_eq!(looks.of(SubjectKind::Server).len(), 0);
        assert!(Look::default().read("[1").is_err() && Look::default().read("[] x").is_err());
    }
}
