//! Values that go into a statement, and rows that come out.

use kernel::{CentreId, Day, Fault, Id, Instant, ServiceDay};

/// One value in or out of a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// SQL null.
    Null,
    /// `int8`.
    Int(i64),
    /// `float8`.
    Float(f64),
    /// `text`.
    Text(String),
    /// `bytes`.
    Bytes(Vec<u8>),
}

impl Value {
    /// What it is, for faults: values themselves never go to a log.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Int(_) => "int8",
            Self::Float(_) => "float8",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
        }
    }
}

/// What may be bound to a placeholder.
pub trait ToValue {
    /// As a [`Value`].
    fn to_value(&self) -> Value;
}
/// What may be read from a column.
pub trait FromValue: Sized {
    /// From a [`Value`]; `None` when the column holds something else.
    fn from_value(value: Value) -> Option<Self>;
}

/// Binds values to `$1`, `$2`, …
#[macro_export]
macro_rules! params {
    ($($v:expr),* $(,)?) => { &[$($crate::ToValue::to_value(&$v)),*] as &[$crate::Value] };
}

/// One row that came back, columns by position.
#[derive(Clone, Debug)]
pub struct Row(pub Vec<Value>);

impl Row {
    /// Takes column `i` (from 0).
    ///
    /// # Errors
    /// A fault when there is no such column or it holds another type.
    pub fn get<T: FromValue>(&mut self, i: usize) -> Result<T, Fault> {
        let value =
            self.0.get_mut(i).map(|v| std::mem::replace(v, Value::Null)).ok_or_else(|| Fault::new(format!("column {i}: only {} there", self.0.len())))?;
        let kind = value.kind();
        T::from_value(value).ok_or_else(|| Fault::new(format!("column {i}: this {kind} is not a {}", std::any::type_name::<T>())))
    }
}

/// Takes the columns of a row one after another, in the order of the statement; begins at a column.
pub struct Columns<'r>(pub &'r mut Row, pub usize);
impl Columns<'_> {
    /// The next column.
    ///
    /// # Errors
    /// As [`Row::get`].
    #[allow(clippy::should_implement_trait)] // each column has a type of its own
    pub fn next<T: FromValue>(&mut self) -> Result<T, Fault> {
        self.1 += 1;
        self.0.get(self.1 - 1)
    }
    /// The next column, which holds the code of one of ours.
    ///
    /// # Errors
    /// As [`Row::get`], and [`known`].
    pub fn coded<T>(&mut self, parse: fn(&str) -> Option<T>) -> Result<T, Fault> {
        known(&self.next::<String>()?, parse)
    }
}

/// A stored code as its noun.
///
/// # Errors
/// A fault when it is none of ours.
pub fn known<T>(code: &str, parse: fn(&str) -> Option<T>) -> Result<T, Fault> {
    parse(code).ok_or_else(|| Fault::new(format!("{code:?} is not a {}", std::any::type_name::<T>())))
}

macro_rules! values {
    ($($t:ty: $to:expr, $from:pat => $out:expr;)*) => { $(
        impl ToValue for $t { fn to_value(&self) -> Value { let f: fn(&$t) -> Value = $to; f(self) } }
        impl FromValue for $t { fn from_value(value: Value) -> Option<Self> { match value { $from => $out, _ => None } } }
    )* };
}
values! {
    i64: |v| Value::Int(*v), Value::Int(v) => Some(v);
    f64: |v| Value::Float(*v), Value::Float(v) => Some(v);
    bool: |v| Value::Int(i64::from(*v)), Value::Int(v) => Some(v != 0);
    String: |v| Value::Text(v.clone()), Value::Text(v) => Some(v);
    Vec<u8>: |v| Value::Bytes(v.clone()), Value::Bytes(v) => Some(v);
    [u8; 32]: |v| Value::Bytes(v.to_vec()), Value::Bytes(v) => v.try_into().ok();
    [u8; 16]: |v| Value::Bytes(v.to_vec()), Value::Bytes(v) => v.try_into().ok();
    Instant: |v| Value::Int(v.micros()), Value::Int(v) => Some(Instant::from_micros(v));
    CentreId: |v| Value::Int(v.number()), Value::Int(v) => CentreId::new(v);
    Day: |v| Value::Text(v.to_string()), Value::Text(v) => v.parse().ok();
    ServiceDay: |v| Value::Text(v.to_string()), Value::Text(v) => v.parse().ok();
}
impl ToValue for i32 {
    fn to_value(&self) -> Value {
        Value::Int(i64::from(*self))
    }
}
impl ToValue for usize {
    fn to_value(&self) -> Value {
        Value::Int(i64::try_from(*self).unwrap_or(i64::MAX))
    }
}
impl ToValue for str {
    fn to_value(&self) -> Value {
        Value::Text(self.to_owned())
    }
}
impl ToValue for [u8] {
    fn to_value(&self) -> Value {
        Value::Bytes(self.to_vec())
    }
}
impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}
impl<T> ToValue for Id<T> {
    fn to_value(&self) -> Value {
        Value::Bytes(self.bytes().to_vec())
    }
}
impl<T> FromValue for Id<T> {
    fn from_value(value: Value) -> Option<Self> {
        <[u8; 16]>::from_value(value).map(Self::from_bytes)
    }
}
impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, ToValue::to_value)
    }
}
impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}
