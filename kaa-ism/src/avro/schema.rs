//! A schema as data, and its JSON text.

use std::{any::type_name, collections::BTreeMap, fmt};

/// An Avro schema as the Rust types state it. [`Display`](fmt::Display) prints it as the JSON of an `.avsc` file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Schema {
    /// `null`, `boolean`, `int`, `long`, `float`, `double`, `bytes` or `string`.
    Primitive(&'static str),
    /// `{"type":"array","items":…}`.
    Array(Box<Schema>),
    /// `{"type":"map","values":…}`.
    Map(Box<Schema>),
    /// `[…]`.
    Union(Vec<Schema>),
    /// A record, written out.
    Record(Record),
    /// A record that was written out before, by its full name.
    Reference(String),
}

/// A named sequence of fields.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// The namespace, for example `org.kaaproject.ipc.esp.gen.v1`.
    pub namespace: &'static str,
    /// The name without namespace.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// In the order of the bytes.
    pub fields: Vec<Field>,
}

/// A field of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// The name on the wire.
    pub name: &'static str,
    /// What it holds.
    pub doc: &'static str,
    /// Its type.
    pub schema: Schema,
    /// The default as JSON text, for readers that resolve schemas. A writer writes every field.
    pub default: Option<&'static str>,
}

impl Record {
    /// A record with all its fields.
    #[must_use]
    pub fn new(namespace: &'static str, name: &'static str, doc: &'static str, fields: Vec<Field>) -> Self {
        Self { namespace, name, doc, fields }
    }
}

impl Field {
    /// A field.
    #[must_use]
    pub fn new(name: &'static str, doc: &'static str, schema: Schema, default: Option<&'static str>) -> Self {
        Self { name, doc, schema, default }
    }
}

/// The named types that a schema has written out so far: full names, and the names of the Rust types.
#[derive(Debug, Default)]
pub struct Names(BTreeMap<String, &'static str>);

impl Names {
    /// No names yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The record that `fields` make, or a reference if it has been written out before. `T` is its Rust type.
    ///
    /// # Panics
    ///
    /// If another type than `T` has been written out by that name: it would be taken for this one. Such types are wrong
    /// whatever the input, and the compiler does not see it; a test that prints the schema of a message does.
    pub fn record<T>(
        &mut self,
        namespace: &'static str,
        name: &'static str,
        doc: &'static str,
        fields: impl FnOnce(&mut Self) -> Vec<Field>,
    ) -> Schema {
        let full_name = if namespace.is_empty() { name.to_owned() } else { format!("{namespace}.{name}") };
        let ty = type_name::<T>();
        if let Some(known) = self.0.get(&full_name) {
            assert!(*known == ty, "`{known}` and `{ty}` are both the record `{full_name}`: one needs another name");
            return Schema::Reference(full_name);
        }
        self.0.insert(full_name, ty);
        Schema::Record(Record::new(namespace, name, doc, fields(self)))
    }
}

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.print(f, 0)
    }
}

const INDENT: usize = 4;

impl Schema {
    fn print(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        match self {
            Self::Primitive(name) => write!(f, "\"{name}\""),
            Self::Reference(name) => write!(f, "\"{name}\""),
            Self::Array(items) => {
                f.write_str("{\"type\": \"array\", \"items\": ")?;
                items.print(f, depth)?;
                f.write_str("}")
            }
            Self::Map(values) => {
                f.write_str("{\"type\": \"map\", \"values\": ")?;
                values.print(f, depth)?;
                f.write_str("}")
            }
            Self::Union(branches) => {
                f.write_str("[")?;
                for (index, branch) in branches.iter().enumerate() {
                    if index > 0 {
                        f.write_str(", ")?;
                    }
                    branch.print(f, depth)?;
                }
                f.write_str("]")
            }
            Self::Record(record) => record.print(f, depth),
        }
    }
}

impl Record {
    fn print(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        let (outer, inner) = (depth * INDENT, (depth + 1) * INDENT);
        writeln!(f, "{{")?;
        if !self.namespace.is_empty() {
            writeln!(f, "{:inner$}\"namespace\": \"{}\",", "", self.namespace)?;
        }
        writeln!(f, "{:inner$}\"name\": \"{}\",", "", self.name)?;
        writeln!(f, "{:inner$}\"type\": \"record\",", "")?;
        if !self.doc.is_empty() {
            writeln!(f, "{:inner$}\"doc\": {},", "", Quoted(self.doc))?;
        }
        writeln!(f, "{:inner$}\"fields\": [", "")?;
        for (index, field) in self.fields.iter().enumerate() {
            field.print(f, depth + 2)?;
            writeln!(f, "{}", if index + 1 == self.fields.len() { "" } else { "," })?;
        }
        write!(f, "{:inner$}]\n{:outer$}}}", "", "")
    }
}

impl Field {
    fn print(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        let indent = depth * INDENT;
        write!(f, "{:indent$}{{\"name\": \"{}\", \"type\": ", "", self.name)?;
        self.schema.print(f, depth)?;
        if let Some(default) = self.default {
            write!(f, ", \"default\": {default}")?;
        }
        if !self.doc.is_empty() {
            write!(f, ", \"doc\": {}", Quoted(self.doc))?;
        }
        f.write_str("}")
    }
}

/// A JSON string.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for c in self.0.chars() {
            match c {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str(" ")?,
                c if c.is_control() => write!(f, "\\u{:04x}", u32::from(c))?,
                c => write!(f, "{c}")?,
            }
        }
        f.write_str("\"")
    }
}
