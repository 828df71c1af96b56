//! Types for `apache-avro`: serde types for every schema of `rfcs/*/*.avsc`, each in a module that is named after its file, and
//! `judge`, which finds them by the file.

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let rfcs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rfcs");
    println!("cargo::rerun-if-changed={}", rfcs.display());
    let (mut modules, mut arms) = (String::new(), String::new());
    for path in schema_files(&rfcs)? {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).ok_or("a file name that is no text")?;
        let module = format!("m{}", stem.replace('-', "_"));
        let mut types = Types::default();
        let message = types.of(&serde_json::from_str(&fs::read_to_string(&path)?)?)?;
        modules += &format!("mod {module} {{\nuse super::*;\n{}}}\n", types.definitions);
        arms += &format!("{stem:?} => Box::new(Codec::<{module}::{message}>::new(schema, datum)),\n");
    }
    let judge = format!(
        "/// The message of the schema file `stem`, as in `datum`.\n\
         pub(crate) fn judge<'s>(stem: &str, schema: &'s Schema, datum: &[u8]) -> Option<Box<dyn Judge + 's>> {{\n\
         Some(match stem {{ {arms} _ => return None }})\n}}\n"
    );
    fs::write(Path::new(&env::var("OUT_DIR")?).join("apache_types.rs"), modules + &judge)?;
    Ok(())
}

fn schema_files(rfcs: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for folder in fs::read_dir(rfcs)?.map(|entry| entry.map(|entry| entry.path())) {
        let folder = folder?;
        if folder.is_dir() {
            for file in fs::read_dir(folder)? {
                files.push(file?.path());
            }
        }
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "avsc"));
    files.sort();
    Ok(files)
}

/// The types of one schema.
#[derive(Default)]
struct Types {
    definitions: String,
    unions: u32,
}

impl Types {
    /// The Rust type of a schema; what it needs is defined first.
    fn of(&mut self, schema: &Value) -> Result<String, Box<dyn Error>> {
        match schema {
            Value::String(name) => Ok(named(name)),
            Value::Array(branches) => self.union(branches),
            Value::Object(object) => {
                let member = |name: &str| object.get(name).ok_or(format!("no {name} in {schema}"));
                match member("type")?.as_str() {
                    Some("record") => {
                        let name = member("name")?.as_str().ok_or("a name that is no text")?;
                        self.record(name, member("fields")?.as_array().ok_or("fields that are no array")?)
                    }
                    Some("array") => Ok(format!("Vec<{}>", self.of(member("items")?)?)),
                    Some("map") => Ok(format!("BTreeMap<String, {}>", self.of(member("values")?)?)),
                    _ => self.of(member("type")?),
                }
            }
            _ => Err(format!("{schema} is no schema").into()),
        }
    }

    /// Its fields are called as on the wire.
    fn record(&mut self, name: &str, fields: &[Value]) -> Result<String, Box<dyn Error>> {
        let mut members = String::new();
        for field in fields {
            let (Some(name), Some(schema)) = (field["name"].as_str(), field.get("type")) else {
                return Err(format!("{field} is no field").into());
            };
            members += &format!("r#{name}: {},\n", self.of(schema)?);
        }
        self.define(&format!("struct {name} {{\n{members}}}"));
        Ok(name.to_owned())
    }

    /// An `Option` if that is enough.
    fn union(&mut self, branches: &[Value]) -> Result<String, Box<dyn Error>> {
        match branches {
            [Value::String(null), other] | [other, Value::String(null)] if null == "null" => {
                return Ok(format!("Option<{}>", self.of(other)?));
            }
            _ => {}
        }
        let mut variants = String::new();
        for (index, branch) in branches.iter().enumerate() {
            variants += &match branch.as_str() {
                Some("null") => "Null,\n".to_owned(),
                _ => format!("Branch{index}({}),\n", self.of(branch)?),
            };
        }
        self.unions += 1;
        let name = format!("Union{}", self.unions);
        self.define(&format!("enum {name} {{\n{variants}}}"));
        Ok(name)
    }

    fn define(&mut self, item: &str) {
        self.definitions += &format!("#[derive(Debug, Serialize, Deserialize)]\npub(super) {item}\n");
    }
}

/// The type of a primitive, or of a record that has been defined already.
fn named(name: &str) -> String {
    match name {
        "boolean" => "bool",
        "int" => "i32",
        "long" => "i64",
        "float" => "f32",
        "double" => "f64",
        "string" => "String",
        "bytes" => "ByteBuf",
        record => record.rsplit('.').next().unwrap_or(record),
    }
    .to_owned()
}
