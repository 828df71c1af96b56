//! The derive macros of `kaa-ism`: `Datum` for records and unions, `Message` for what travels.
//!
//! Use them through `kaa_ism`; they expand to paths of that crate.

mod attributes;
mod borrowed;
mod build;
mod checks;
mod expected;
mod field;
mod message;
mod record;
mod standard;
mod types;
mod union;

use proc_macro::TokenStream;
use syn::{Data, DeriveInput, Error, parse_macro_input};

use crate::{
    build::{Of, constructors},
    record::Record,
    union::Union,
};

/// Derives `kaa_ism::avro::Datum` and `Decode`: encoder, schema and decoder.
///
/// - A struct with named fields is a record. Its fields are written in the order of the source: moving one changes the bytes.
///   The name on the wire is the field name in lower camel case.
/// - An enum is a union. Its branches are in the order of the source; a variant without a value is null. No branch is a
///   union itself, and neither is what an `Option` holds.
///
/// # Attributes
///
/// - `#[avro(namespace = "…", name = "…")]` on the struct; the name is that of the struct unless given. Doc comments become the docs of the schema.
///   Two types of one full name in one message are a panic when its schema is printed.
/// - `#[avro(new)]` on a struct that is no message: makes `new` for the fields that have no default, and a `with_…` for
///   each other one, as messages have them.
/// - `#[avro(borrowed)]` on the type: makes its twin `XRef<'a>`, which borrows from what it is read from; see below.
/// - `#[avro(before(Revision = Type))]` on a message, repeatable, oldest first: peers of a release before that
///   `WireRevision` write `Type`, a `Datum` with `From` in both directions (`From<Type> for X`, `From<&X> for Type`),
///   or `Self` for a layout that came back.
/// - `#[avro(rename = "…")]` on a field: its name on the wire.
/// - `#[avro(default = …)]` on a field: a text, an integer or a boolean, `null` or `[]`; for the schema and the constructor.
///   That of an `Option` is `null`.
/// - `#[avro(null = "last")]` on an `Option`: the union is `[T, "null"]` instead of `["null", T]`.
/// - `#[avro(appended)]` on the last fields: they were added to the end of the record after it had been published. Bytes that
///   end exactly before the first of them are read with the defaults of all of them.
/// - `#[avro(optional)]` on a field: the constructor does not ask for it.
///
/// # Twins
///
/// With `#[avro(borrowed)]` there is `XRef<'a>` besides `X`: with the same fields or branches, the same bytes and the
/// same schema. It is as visible as `X`, and is `Clone`, `Debug`, `PartialEq` and `#[non_exhaustive]`.
/// `kaa_ism::avro::Twin` leads from `X` to it; of a message there is also `kaa_ism::Borrowed`, so that an event may be
/// observed.
///
/// | in `X` | in `XRef<'a>` |
/// |---|---|
/// | `String` | `&'a str` |
/// | `Bytes` | `&'a [u8]` |
/// | `bool`, `i32`, `i64`, `f32`, `f64` | the same |
/// | `Option<T>` | `Option` of what `T` becomes |
/// | `Vec<T>` | `Vec` of what `T` becomes |
/// | `BTreeMap<String, T>` | `kaa_ism::avro::Entries<'a, _>` of what `T` becomes |
/// | `T`, any other type | `<T as Twin>::Ref<'a>`: `TRef<'a>` if `T` is derived. It needs `#[avro(borrowed)]` too |
///
/// If nothing in `X` can borrow, because all is numbers and `bool` and options and lists of them, `X` is its own twin,
/// and `XRef<'a>` another name for it. Then `X` itself has to be `Clone`, `Debug` and `PartialEq`.
///
/// A twin with a field of the last kind is invariant: it cannot be given as one of a shorter lifetime. So a function
/// takes `&XRef<'_>`, and not `&'a XRef<'a>`.
#[proc_macro_derive(Datum, attributes(avro))]
pub fn derive_datum(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let expanded = match &input.data {
        Data::Struct(data) => Record::parse(&input, data).and_then(|record| record_datum(record, &input)),
        Data::Enum(data) => Union::parse(&input, data).and_then(|union| union_datum(union, &input)),
        Data::Union(_) => Err(Error::new_spanned(&input, "a datum is a struct (record) or an enum (union)")),
    };
    expanded.unwrap_or_else(Error::into_compile_error).into()
}

fn record_datum(record: Record, input: &DeriveInput) -> syn::Result<proc_macro2::TokenStream> {
    let constructors = record.attributes.new.then(|| constructors(&record, Of::Part));
    let datum = borrowed::with_twin(record, input)?;
    Ok(quote::quote!(#datum #constructors))
}

fn union_datum(union: Union, input: &DeriveInput) -> syn::Result<proc_macro2::TokenStream> {
    let datum = union.datum()?;
    let twin = if union.borrowed { Some(borrowed::of_union(union, input)?) } else { None };
    Ok(quote::quote!(#datum #twin))
}

/// Derives a message: `Datum`, `Message`, its kind, and constructors.
///
/// The fields `correlation_id`, `timestamp`, `timeout` and `originator_replica_id` are recognised by name: they are
/// the envelope, which the runtime fills in when it sends; they are `i64`, and `String` for the ids. `new` takes the
/// other fields that have no default, and for each remaining one there is a `with_…`. Lists and maps are whatever can
/// be iterated over; an empty one still has to say of what: `[""; 0]` for a list of texts, `[("", ""); 0]` for a map
/// of them.
///
/// A refusal has the defaults of a response, else those of the types: a record in it, unless it is in an `Option` or
/// a list, needs `Default`.
///
/// # Attributes
///
/// Besides those of `Datum`, exactly one of
///
/// - `#[message(request = "<protocol>.<message type>", response = Type)]`
/// - `#[message(response = "<protocol>.<message type>", request = Type, echo(field, …))]`: `echo` names the fields that a
///   refusal repeats from the request. A response has the fields `status_code: i32` and `reason_phrase: Option<String>`.
///   The first field of both is `correlation_id`.
/// - `#[message(one_way = "<protocol>.<message type>")]`; a `{}` as the last token stands for one that is given when the
///   message is sent.
/// - `#[message(event = "<entity type>.<event group>.<event type>")]`: `{field}` stands for a token that is the value of a
///   field, `{}` for one that is given when the event is published.
#[proc_macro_derive(Message, attributes(avro, message))]
pub fn derive_message(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    message::expand(&input).unwrap_or_else(Error::into_compile_error).into()
}
