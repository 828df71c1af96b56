//! A field of a record.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Error, Ident, Result, Type, ext::IdentExt as _};

use crate::{
    attributes::{FieldAttributes, doc, json_of, rust_of},
    expected,
    types::{at, generic_argument},
};

pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) wire_name: String,
    pub(crate) doc: String,
    pub(crate) ty: Type,
    /// Where the type is written, for what the compiler says about code made of the field.
    pub(crate) place: Span,
    pub(crate) attributes: FieldAttributes,
}

impl Field {
    pub(crate) fn parse(field: &syn::Field) -> Result<Self> {
        let Some(ident) = field.ident.clone() else {
            return Err(Error::new_spanned(field, "an Avro record has named fields"));
        };
        let attributes = FieldAttributes::parse(&field.attrs)?;
        if attributes.null_last && generic_argument(&field.ty, "Option").is_none() {
            return Err(Error::new_spanned(&field.ty, "`null = \"last\"` needs an Option"));
        }
        if let Some(default) = &attributes.default {
            expected::default(default, &field.ty, attributes.null_last)?;
        }
        let wire_name = attributes.rename.clone().unwrap_or_else(|| lower_camel_case(&ident.unraw().to_string()));
        let (doc, ty, place) = (doc(&field.attrs), field.ty.clone(), at(&field.ty));
        Ok(Self { ident, wire_name, doc, ty, place, attributes })
    }

    /// The value before anything is known: the default, else that of the type.
    pub(crate) fn initial(&self) -> TokenStream {
        match &self.attributes.default {
            Some(default) => rust_of(default, &self.ty),
            None => {
                let ty = &self.ty;
                quote_spanned!(self.place=> <#ty as ::std::default::Default>::default())
            }
        }
    }

    pub(crate) fn min_len(&self) -> TokenStream {
        let ty = &self.ty;
        quote_spanned!(self.place=> <#ty as ::kaa_ism::avro::Datum>::MIN_LEN)
    }

    pub(crate) fn encoded_len(&self) -> TokenStream {
        let (ident, ty) = (&self.ident, &self.ty);
        quote_spanned!(self.place=> <#ty as ::kaa_ism::avro::Datum>::encoded_len(&self.#ident))
    }

    pub(crate) fn write(&self) -> TokenStream {
        let (ident, ty) = (&self.ident, &self.ty);
        if self.attributes.null_last {
            quote_spanned!(self.place=> ::kaa_ism::avro::null_last::write(&self.#ident, out);)
        } else {
            quote_spanned!(self.place=> <#ty as ::kaa_ism::avro::Datum>::write(&self.#ident, out);)
        }
    }

    pub(crate) fn read(&self) -> TokenStream {
        let name = &self.wire_name;
        if self.attributes.null_last {
            quote_spanned!(self.place=> __input.field(#name, ::kaa_ism::avro::null_last::read))
        } else {
            quote_spanned!(self.place=> __input.field(#name, ::kaa_ism::avro::Decode::read))
        }
    }

    pub(crate) fn schema(&self) -> TokenStream {
        let (name, doc, ty) = (&self.wire_name, &self.doc, &self.ty);
        let schema = match generic_argument(ty, "Option") {
            Some(inner) if self.attributes.null_last => quote!(::kaa_ism::avro::null_last::schema::<#inner>(names)),
            _ => quote_spanned!(self.place=> <#ty as ::kaa_ism::avro::Datum>::schema(names)),
        };
        let default = match self.attributes.default.as_ref().and_then(|default| json_of(default).ok()) {
            Some(json) => quote!(::std::option::Option::Some(#json)),
            None => quote!(::std::option::Option::None),
        };
        quote!(::kaa_ism::avro::Field::new(#name, #doc, #schema, #default))
    }
}

fn lower_camel_case(snake: &str) -> String {
    let mut name = String::with_capacity(snake.len());
    let mut upper = false;
    for c in snake.chars() {
        match c {
            '_' => upper = !name.is_empty(),
            c if upper => {
                name.extend(c.to_uppercase());
                upper = false;
            }
            c => name.push(c),
        }
    }
    name
}
