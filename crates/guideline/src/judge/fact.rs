//! Facts as CEL sees them: lists and maps that are shared, not copied. The library's own maps are copied each time a
//! macro binds an item; with a hundred programs per PC that is most of the work of judging.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use cel::ExecutionError;
use cel::common::traits::{Adder, Container, Indexer, Iterable, Iterator, Sizer};
use cel::common::types::{
    CelBool, CelDouble, CelInt, CelList, CelNull, CelString, LIST_TYPE, MAP_TYPE, Type,
};
use cel::common::value::{CowVal, StaticVal, Val};

static LIST: Type = LIST_TYPE;
static MAP: Type = MAP_TYPE;

/// A value of any type.
pub(crate) type Fact = Box<dyn Val>;

/// A list of facts. One that comes straight from a document is turned into facts when somebody looks inside: most
/// checks only count a PC's programs.
#[derive(Clone, Debug)]
pub(crate) struct FactList(Arc<Items>);

#[derive(Debug)]
struct Items {
    source: Option<Arc<serde_json::Value>>,
    facts: OnceLock<Vec<Fact>>,
}

impl FactList {
    fn items(&self) -> &[Fact] {
        self.0.facts.get_or_init(|| match self.0.source.as_deref() {
            Some(serde_json::Value::Array(items)) => items.iter().map(of_json).collect(),
            _ => Vec::new(),
        })
    }

    fn len(&self) -> usize {
        match self.0.source.as_deref() {
            Some(serde_json::Value::Array(items)) => items.len(),
            _ => self.items().len(),
        }
    }
}

/// Facts by name.
#[derive(Clone, Debug)]
pub(crate) struct FactMap(Arc<BTreeMap<String, Fact>>);

/// A section's value as facts.
pub(crate) fn of_section(value: &Arc<serde_json::Value>) -> Fact {
    if value.is_array() {
        Box::new(FactList(Arc::new(Items { source: Some(Arc::clone(value)), facts: OnceLock::new() })))
    } else {
        of_json(value)
    }
}

/// JSON as facts; whole numbers are signed, so that checks can add and compare them freely. A field that is null was
/// not read: it is left out, as if it were absent.
pub(crate) fn of_json(value: &serde_json::Value) -> Fact {
    match value {
        serde_json::Value::Null => Box::new(CelNull),
        serde_json::Value::Bool(switch) => Box::new(CelBool::from(*switch)),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(whole) => Box::new(CelInt::from(whole)),
            None => Box::new(CelDouble::from(number.as_f64().unwrap_or_default())),
        },
        serde_json::Value::String(text) => Box::new(CelString::from(text.clone())),
        serde_json::Value::Array(items) => list(items.iter().map(of_json).collect()),
        serde_json::Value::Object(fields) => {
            let read = fields.iter().filter(|(_, value)| !value.is_null());
            map(read.map(|(key, value)| (key.clone(), of_json(value))).collect())
        }
    }
}

/// Items as a list.
pub(crate) fn list(items: Vec<Fact>) -> Fact {
    Box::new(FactList(Arc::new(Items { source: None, facts: OnceLock::from(items) })))
}

/// Fields as a map.
pub(crate) fn map(fields: BTreeMap<String, Fact>) -> Fact {
    Box::new(FactMap(Arc::new(fields)))
}

/// The text of a value that is one.
pub(crate) fn text(value: &dyn Val) -> Option<&str> {
    value.downcast_ref::<CelString<'_>>().map(CelString::inner)
}

/// A field of a map.
pub(crate) fn field<'a>(value: &'a dyn Val, name: &str) -> Option<&'a dyn Val> {
    value.downcast_ref::<FactMap>().and_then(|map| map.0.get(name)).map(AsRef::as_ref)
}

/// Two lists or maps that hold the same.
fn same(one: &dyn Val, other: &dyn Val) -> bool {
    let (Some(one), Some(other)) = (one.as_iterable(), other.as_iterable()) else { return false };
    let (mut one, mut other) = (one.iter(), other.iter());
    loop {
        match (one.next(), other.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a.equals(b) => {}
            _ => return false,
        }
    }
}

struct Walk<'b>(std::slice::Iter<'b, Fact>);

impl<'b, 'v> Iterator<'b, 'v> for Walk<'b> {
    fn next(&mut self) -> Option<&'b (dyn Val + 'v)> {
        self.0.next().map(|item| item.as_ref() as &(dyn Val + 'v))
    }
}

impl Val for FactList {
    fn get_type(&self) -> &Type {
        &LIST
    }

    fn cel_type() -> &'static Type {
        &LIST
    }

    fn as_adder<'b, 'v>(&'b self) -> Option<&'b (dyn Adder + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_container(&self) -> Option<&dyn Container> {
        Some(self)
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_iterable<'b, 'v>(&'b self) -> Option<&'b (dyn Iterable + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_sizer(&self) -> Option<&dyn Sizer> {
        Some(self)
    }

    fn equals(&self, other: &dyn Val) -> bool {
        same(self, other)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl StaticVal for FactList {}

impl Adder for FactList {
    fn add<'b, 'v>(&'b self, other: &(dyn Val + 'v)) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let other = other
            .as_iterable()
            .ok_or_else(|| ExecutionError::function_error("+", "a list takes a list on its right"))?;
        let mut items: Vec<Box<dyn Val + 'v>> =
            self.items().iter().map(|item| item.clone_as_boxed()).collect();
        let mut more = other.iter();
        while let Some(item) = more.next() {
            items.push(item.clone_as_boxed());
        }
        Ok(CowVal::owned(CelList::from(items)))
    }
}

impl Container for FactList {
    fn contains(&self, value: &dyn Val) -> Result<bool, ExecutionError> {
        Ok(self.items().iter().any(|item| item.equals(value)))
    }
}

impl Indexer for FactList {
    fn get<'b, 'v>(&'b self, index: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let at = index.downcast_ref::<CelInt>().and_then(|index| usize::try_from(*index.inner()).ok());
        let item = at.and_then(|at| self.items().get(at));
        item.map(|item| CowVal::Borrowed(item.as_ref()))
            .ok_or_else(|| ExecutionError::NoSuchKey(Arc::new("index".to_owned())))
    }

    fn steal<'v>(self: Box<Self>, index: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.get(index).map(CowVal::into_owned)
    }
}

impl Iterable for FactList {
    fn iter<'b, 'v>(&'b self) -> Box<dyn Iterator<'b, 'v> + 'b>
    where
        Self: 'v,
    {
        Box::new(Walk(self.items().iter()))
    }
}

impl Sizer for FactList {
    fn size(&self) -> CelInt {
        i64::try_from(self.len()).unwrap_or(i64::MAX).into()
    }
}

impl Val for FactMap {
    fn get_type(&self) -> &Type {
        &MAP
    }

    fn cel_type() -> &'static Type {
        &MAP
    }

    fn as_container(&self) -> Option<&dyn Container> {
        Some(self)
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_sizer(&self) -> Option<&dyn Sizer> {
        Some(self)
    }

    fn equals(&self, other: &dyn Val) -> bool {
        other.downcast_ref::<FactMap>().is_some_and(|other| {
            self.0.len() == other.0.len()
                && self.0.iter().zip(other.0.iter()).all(|((a, x), (b, y))| a == b && x.equals(y.as_ref()))
        })
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl StaticVal for FactMap {}

impl Container for FactMap {
    fn contains(&self, value: &dyn Val) -> Result<bool, ExecutionError> {
        Ok(text(value).is_some_and(|name| self.0.contains_key(name)))
    }
}

impl Indexer for FactMap {
    fn get<'b, 'v>(&'b self, index: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let name = text(index).unwrap_or_default();
        self.0
            .get(name)
            .map(|value| CowVal::Borrowed(value.as_ref() as &(dyn Val + 'v)))
            .ok_or_else(|| ExecutionError::NoSuchKey(Arc::new(name.to_owned())))
    }

    fn steal<'v>(self: Box<Self>, index: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.get(index).map(CowVal::into_owned)
    }
}

impl Sizer for FactMap {
    fn size(&self) -> CelInt {
        i64::try_from(self.0.len()).unwrap_or(i64::MAX).into()
    }
}
