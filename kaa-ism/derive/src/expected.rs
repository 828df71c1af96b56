//! The types that fields with a meaning must have, and the defaults that types can have. Said here, for what the
//! compiler would say about the generated code helps nobody.

use quote::ToTokens as _;
use syn::{Error, Expr, ExprLit, GenericArgument, Lit, PathArguments, Result, Type};

use crate::{
    attributes::{is_integer, is_null},
    field::Field,
    record::Record,
};

const ENVELOPE: [(&str, &[&str]); 4] = [
    ("correlation_id", &["String"]),
    ("timestamp", &["i64"]),
    ("timeout", &["i64"]),
    ("originator_replica_id", &["String", "Option<String>"]),
];

const STATUS: [(&str, &[&str]); 2] = [("status_code", &["i32"]), ("reason_phrase", &["Option<String>"])];

/// The fields of the envelope that a message has.
pub(crate) fn envelope(record: &Record) -> Result<()> {
    ENVELOPE.iter().try_for_each(|(name, types)| match record.field(name) {
        Some(field) => of_type(field, types, "belongs to the envelope, which the runtime fills in"),
        None => Ok(()),
    })
}

/// The fields that a response must have.
pub(crate) fn status(record: &Record) -> Result<()> {
    STATUS.iter().try_for_each(|(name, types)| match record.field(name) {
        Some(field) => of_type(field, types, "says how the request ended"),
        None => Err(Error::new_spanned(&record.name, format!("a response has the field `{name}: {}`", types.join("")))),
    })
}

/// A field that is a token of the subject.
pub(crate) fn token(field: &Field) -> Result<()> {
    of_type(field, &["String"], "is a token of the subject")
}

fn of_type(field: &Field, types: &[&str], meaning: &str) -> Result<()> {
    if types.contains(&plain(&field.ty).as_str()) {
        return Ok(());
    }
    let text = format!("`{}` {meaning}: expected `{}`", field.ident, types.join("` or `"));
    Err(Error::new_spanned(&field.ty, text))
}

/// Whether a field of this type can have that default. Of types that are not built in the compiler knows more.
pub(crate) fn default(default: &Expr, ty: &Type, null_last: bool) -> Result<()> {
    let literal = |is: fn(&Lit) -> bool| matches!(default, Expr::Lit(ExprLit { lit, .. }) if is(lit));
    let plain = plain(ty);
    let outer = plain.split('<').next().unwrap_or_default();
    let (fits, rule) = match outer {
        "String" | "&str" => (literal(|lit| matches!(lit, Lit::Str(_))), "is a text in quotes"),
        "bool" => (literal(|lit| matches!(lit, Lit::Bool(_))), "is `true` or `false`"),
        "i32" | "i64" => (is_integer(default), "is an integer"),
        "Option" if null_last => {
            (false, "is left out: it would be of the first branch of the union, which is not null")
        }
        "Option" => (is_null(default), "is `null`, the first branch of the union"),
        "Vec" => (matches!(default, Expr::Array(_)), "is `[]`"),
        "BTreeMap" | "Bytes" | "f32" | "f64" => {
            (false, "is left out; without it `optional` keeps the field out of `new`")
        }
        _ => (true, ""),
    };
    if fits { Ok(()) } else { Err(Error::new_spanned(default, format!("the default of `{plain}` {rule}"))) }
}

/// A type without the paths to its parts: `Option<String>`.
fn plain(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path.path.segments.last().map_or_else(String::new, |last| {
            let arguments = match &last.arguments {
                PathArguments::AngleBracketed(arguments) => arguments.args.iter().map(argument).collect::<Vec<_>>(),
                _ => Vec::new(),
            };
            let name = &last.ident;
            if arguments.is_empty() { name.to_string() } else { format!("{name}<{}>", arguments.join(", ")) }
        }),
        Type::Reference(reference) => format!("&{}", plain(&reference.elem)),
        other => other.to_token_stream().to_string(),
    }
}

fn argument(argument: &GenericArgument) -> String {
    match argument {
        GenericArgument::Type(ty) => plain(ty),
        other => other.to_token_stream().to_string(),
    }
}
