//! The files of `vectors/`; their README says what is in them.

use std::{fs, path::PathBuf};

use bytes::Bytes;
use serde_json::Value as Json;

/// A file of vectors.
pub(crate) struct Vectors {
    pub(crate) full_name: String,
    pub(crate) vectors: Vec<Vector>,
    pub(crate) evolution: Vec<Json>,
}

/// One datum, in both forms.
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) json: Json,
    pub(crate) bytes: Bytes,
    /// Another order of map entries is as good.
    pub(crate) map_order_sensitive: bool,
    /// No encoder has to write it like that.
    pub(crate) decode_only: bool,
}

impl Vectors {
    pub(crate) fn load(file: &str) -> Self {
        let json: Json = serde_json::from_str(&read(&format!("vectors/{file}.json"))).unwrap();
        Self {
            full_name: json["fullname"].as_str().unwrap().to_owned(),
            vectors: json["vectors"].as_array().unwrap().iter().map(Vector::parse).collect(),
            evolution: json["evolution"].as_array().cloned().unwrap_or_default(),
        }
    }

    pub(crate) fn named(&self, name: &str) -> &Vector {
        self.vectors.iter().find(|vector| vector.name == name).unwrap_or_else(|| panic!("no vector {name}"))
    }
}

impl Vector {
    fn parse(json: &Json) -> Self {
        let flag = |name: &str| json[name].as_bool().unwrap_or(false);
        Self {
            name: json["name"].as_str().unwrap().to_owned(),
            json: json["json"].clone(),
            bytes: bytes_of(&json["hex"]),
            map_order_sensitive: flag("map_order_sensitive"),
            decode_only: flag("decode_only"),
        }
    }
}

/// The bytes of a `hex` member.
pub(crate) fn bytes_of(hex: &Json) -> Bytes {
    hex::decode(hex.as_str().unwrap()).unwrap().into()
}

/// A file of this package.
pub(crate) fn read(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
