//! Types as they are written.

use proc_macro2::Span;
use syn::{GenericArgument, PathArguments, Type, spanned::Spanned};

/// The place of something that the user wrote, for what the compiler says about code made of it.
pub(crate) fn at(written: &impl Spanned) -> Span {
    Span::call_site().located_at(written.span())
}

/// The `T` of `outer<T>`, or of `outer<_, T>`.
pub(crate) fn generic_argument<'t>(ty: &'t Type, outer: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == outer)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.last()? {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}

/// What an option, a list or a map holds.
pub(crate) fn held(ty: &Type) -> Option<&Type> {
    ["Option", "Vec", "BTreeMap"].iter().find_map(|outer| generic_argument(ty, outer))
}

/// What is held by what it holds, and so on.
pub(crate) fn innermost(ty: &Type) -> &Type {
    held(ty).map_or(ty, innermost)
}

/// Whether it is the Rust type of an Avro string.
pub(crate) fn is_text(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|segment| segment.ident == "String"))
}
