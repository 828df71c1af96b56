//! The twin of a type that borrows from what it is read from: `XRef<'a>` of `X`.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote};
use syn::{
    Attribute, Data, DeriveInput, Error, Fields, Ident, Lifetime, Result, Type, parse_quote, parse_quote_spanned,
};

use crate::{
    field::Field,
    record::Record,
    standard,
    types::{at, generic_argument, innermost},
    union::{Branch, Union},
};

/// A record and, if it is asked for, its twin.
pub(crate) fn with_twin(record: Record, input: &DeriveInput) -> Result<TokenStream> {
    let datum = record.datum();
    let twin = if record.attributes.borrowed { Some(of_record(record, input)?) } else { None };
    Ok(quote!(#datum #twin))
}

fn of_record(record: Record, input: &DeriveInput) -> Result<TokenStream> {
    let relation = relation(input)?;
    if !has_borrowing_field(&record) {
        let alias = alias(input);
        return Ok(quote!(#alias #relation));
    }
    let twin = twin_of_record(record);
    let (name, lifetime) = (&twin.name, &twin.lifetime);
    let (docs, visibility) = (twin_doc(&input.ident), &input.vis);
    let written = fields(input).zip(&twin.fields).map(|(written, Field { ty, .. })| {
        let (docs, visibility, ident) = (doc_attributes(&written.attrs), &written.vis, &written.ident);
        quote!(#(#docs)* #visibility #ident: #ty)
    });
    let mut fields: Vec<TokenStream> = written.collect();
    // A struct has a size if its last field has one. Behind a type without a twin, each use of the struct would be an error.
    let is_known = |Field { ty, .. }: &Field| !matches!(ty, Type::Path(path) if path.qself.is_some());
    if let Some(known) = twin.fields.iter().rposition(is_known) {
        let known = fields.remove(known);
        fields.push(known);
    }
    let (standard, datum) = (standard::of_record(&twin), twin.datum());
    Ok(quote! {
        #[doc = #docs]
        #[non_exhaustive]
        #[allow(missing_docs, reason = "a field has the docs of its twin, which are optional where the type is private")]
        #visibility struct #name<#lifetime> { #(#fields),* }

        #standard #datum #relation
    })
}

/// What is made of a field is at the place of its type: if that has no twin, the compiler finds the same error at every
/// use of the field, and of one place it says the same only once.
fn twin_of_record(mut record: Record) -> Record {
    (record.name, record.lifetime) = (twin_of(&record.name), Some(lifetime()));
    for field in &mut record.fields {
        field.place = at(innermost(&field.ty));
        field.ty = borrowed(&field.ty, field.place);
        field.ident.set_span(field.place);
    }
    record
}

/// A message by its twin.
pub(crate) fn message(record: &Record) -> TokenStream {
    let (name, twin, wire_name) = (&record.name, twin_of(&record.name), &record.wire_name);
    let has = |field| record.field(field).is_some();
    let correlation_id = if has("correlation_id") { quote!(message.correlation_id) } else { quote!("") };
    let timestamp = if has("timestamp") { quote!(message.timestamp) } else { quote!(0) };
    let timeout = if has("timeout") { quote!(message.timeout) } else { quote!(0) };
    let lane = lane(record);
    let older = record.attributes.before.iter().map(|(revision, _)| {
        quote! {
            if revision < ::kaa_ism::WireRevision::#revision {
                let (message, left) = <Self as ::kaa_ism::Message>::decode_revision(bytes, revision)?;
                let bytes = ::kaa_ism::Message::to_bytes(&message);
                return ::kaa_ism::avro::decode(#wire_name, &bytes).map(|message| look(message, left));
            }
        }
    });
    let revision = if record.attributes.before.is_empty() { quote!(_) } else { quote!(revision) };
    let decoders = has_borrowing_field(record).then(|| decoders(record));
    quote! {
        #[automatically_derived]
        impl ::kaa_ism::Borrowed for #name {
            type Ref<'a> = #twin<'a>;

            fn look<T>(
                bytes: &::kaa_ism::export::Bytes,
                #revision: ::kaa_ism::WireRevision,
                look: impl FnOnce(Self::Ref<'_>, usize) -> T,
            ) -> ::std::result::Result<T, ::kaa_ism::avro::DecodeError> {
                #(#older)*
                ::kaa_ism::avro::decode_prefix(#wire_name, bytes).map(|(message, left)| look(message, left))
            }

            fn envelope_of<'m>(message: &'m Self::Ref<'_>) -> ::kaa_ism::Envelope<'m> {
                ::kaa_ism::Envelope::new(#correlation_id, #timestamp, #timeout)
            }

            #lane
        }

        #decoders
    }
}

/// What a message has by its trait. That of a twin that is the message itself need not be made.
fn decoders(record: &Record) -> TokenStream {
    let (twin, wire_name) = (twin_of(&record.name), &record.wire_name);
    quote! {
        impl<'a> #twin<'a> {
            /// Reads a message that fills `bytes` entirely.
            ///
            /// # Errors
            ///
            /// A `DecodeError`; of the kind `LeftOver` if only the end is too long.
            pub fn decode(bytes: &'a ::kaa_ism::export::Bytes) -> ::std::result::Result<Self, ::kaa_ism::avro::DecodeError> {
                ::kaa_ism::avro::decode(#wire_name, bytes)
            }

            /// Reads a message from the start of `bytes`, and says how many bytes are left over.
            ///
            /// # Errors
            ///
            /// A `DecodeError`.
            pub fn decode_prefix(
                bytes: &'a ::kaa_ism::export::Bytes,
            ) -> ::std::result::Result<(Self, usize), ::kaa_ism::avro::DecodeError> {
                ::kaa_ism::avro::decode_prefix(#wire_name, bytes)
            }
        }
    }
}

fn lane(record: &Record) -> Option<TokenStream> {
    let lane = record.lane(quote!(message.endpoint_id), quote!(message.endpoint_id))?;
    Some(quote! {
        fn lane_of<'m>(message: &'m Self::Ref<'_>) -> ::std::option::Option<&'m str> {
            #lane
        }
    })
}

pub(crate) fn of_union(union: Union, input: &DeriveInput) -> Result<TokenStream> {
    let relation = relation(input)?;
    if !union.branches.iter().filter_map(|branch| branch.ty.as_ref()).any(borrows) {
        let alias = alias(input);
        return Ok(quote!(#alias #relation));
    }
    let (twin, lifetime) = (twin_of(&union.name), lifetime());
    let (docs, visibility) = (twin_doc(&union.name), &input.vis);
    let branches = union.branches.into_iter().map(|Branch { ident, ty, place }| {
        let place = ty.as_ref().map_or(place, |ty| at(innermost(ty)));
        Branch { ident, ty: ty.map(|ty| borrowed(&ty, place)), place }
    });
    let branches: Vec<_> = branches.collect();
    let variants = variants(input).zip(&branches).map(|(attributes, Branch { ident, ty, .. })| {
        let (docs, ty) = (doc_attributes(attributes), ty.iter());
        quote!(#(#docs)* #ident #((#ty))*)
    });
    let definition = quote! {
        #[doc = #docs]
        #[non_exhaustive]
        #visibility enum #twin<#lifetime> { #(#variants),* }
    };
    let union = Union { name: twin, lifetime: Some(lifetime), borrowed: false, branches };
    let (standard, datum) = (standard::of_union(&union), union.datum()?);
    Ok(quote!(#definition #standard #datum #relation))
}

/// Of a type in which nothing borrows, which so is its own twin.
fn alias(input: &DeriveInput) -> TokenStream {
    let (name, twin, visibility) = (&input.ident, twin_of(&input.ident), &input.vis);
    let docs = format!("[`{name}`] itself: there is nothing in it to borrow.");
    quote!(#[doc = #docs] #visibility type #twin<'a> = #name;)
}

/// `impl Twin`, by which the twins of other types find this one.
fn relation(input: &DeriveInput) -> Result<TokenStream> {
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &input.generics,
            "a type that borrows already has no twin: leave `borrowed` out",
        ));
    }
    let (name, twin) = (&input.ident, twin_of(&input.ident));
    Ok(quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::kaa_ism::avro::Twin for #name {
            type Ref<'a> = #twin<'a>;
        }
    })
}

fn twin_of(name: &Ident) -> Ident {
    format_ident!("{name}Ref")
}

fn twin_doc(name: &Ident) -> String {
    format!("[`{name}`], borrowed from the bytes that it is read from.")
}

fn lifetime() -> Lifetime {
    parse_quote!('a)
}

/// The type that borrows what `ty` owns. Known ones are written out for who reads the docs; the compiler finds the others.
fn borrowed(ty: &Type, place: Span) -> Type {
    let lifetime = lifetime();
    let inner = |outer| generic_argument(ty, outer).map(|inner| borrowed(inner, place));
    if let Some(inner) = inner("Option") {
        return parse_quote_spanned!(place=> ::std::option::Option<#inner>);
    }
    if let Some(item) = inner("Vec") {
        return parse_quote_spanned!(place=> ::std::vec::Vec<#item>);
    }
    if let Some(value) = inner("BTreeMap") {
        return parse_quote_spanned!(place=> ::kaa_ism::avro::Entries<#lifetime, #value>);
    }
    match name_of(ty).as_deref() {
        Some("String") => parse_quote_spanned!(place=> &#lifetime str),
        Some("Bytes") => parse_quote_spanned!(place=> &#lifetime [u8]),
        Some("bool" | "i32" | "i64" | "f32" | "f64") => ty.clone(),
        _ => {
            let owner = all_at(ty.to_token_stream(), place);
            parse_quote_spanned!(place=> <#owner as ::kaa_ism::avro::Twin>::Ref<#lifetime>)
        }
    }
}

/// All but `$crate`, which means the crate of its own place.
fn all_at(written: TokenStream, place: Span) -> TokenStream {
    let tokens = written.into_iter().map(|mut token| match &token {
        TokenTree::Ident(ident) if ident == "$crate" => token,
        TokenTree::Group(group) => Group::new(group.delimiter(), all_at(group.stream(), place)).into(),
        _ => {
            token.set_span(place);
            token
        }
    });
    tokens.collect()
}

fn has_borrowing_field(record: &Record) -> bool {
    record.fields.iter().any(|Field { ty, .. }| borrows(ty))
}

/// Whether the twin of `ty` is written with a lifetime: so is that of a type that is not known, whatever is in it.
fn borrows(ty: &Type) -> bool {
    match generic_argument(ty, "Option").or_else(|| generic_argument(ty, "Vec")) {
        Some(inner) => borrows(inner),
        None => !matches!(name_of(ty).as_deref(), Some("bool" | "i32" | "i64" | "f32" | "f64")),
    }
}

/// Without the path to it.
fn name_of(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    path.path.segments.last().map(|segment| segment.ident.to_string())
}

fn doc_attributes(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).collect()
}

fn fields(input: &DeriveInput) -> impl Iterator<Item = &syn::Field> {
    let named = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(named) => Some(&named.named),
            _ => None,
        },
        _ => None,
    };
    named.into_iter().flatten()
}

fn variants(input: &DeriveInput) -> impl Iterator<Item = &[Attribute]> {
    let variants = if let Data::Enum(data) = &input.data { Some(&data.variants) } else { None };
    variants.into_iter().flatten().map(|variant| variant.attrs.as_slice())
}
