//! Constructors: `new` for what has no default, `with_…` for the rest.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Type, ext::IdentExt as _};

use crate::{field::Field, message::ENVELOPE, record::Record, types::generic_argument};

/// What is constructed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    /// The runtime fills in its envelope.
    Message,
    /// A record in messages.
    Part,
}

pub(crate) fn constructors(record: &Record, of: Of) -> TokenStream {
    let name = &record.name;
    let (required, given): (Vec<&Field>, Vec<&Field>) = record.fields.iter().partition(|field| field.is_required(of));
    let parameters = required.iter().map(|field| {
        let (ident, ty) = (&field.ident, parameter(&field.ty));
        quote!(#ident: #ty)
    });
    let required_fields = required.iter().map(|field| {
        let (ident, value) = (&field.ident, argument(&field.ident, &field.ty));
        quote!(#ident: #value)
    });
    let given_fields = given.iter().map(|field| {
        let (ident, value) = (&field.ident, field.initial());
        quote!(#ident: #value)
    });
    let withs = given.iter().filter(|field| !field.is_stamped(of)).map(|field| with(field));
    let doc = match of {
        Of::Message => "Takes what has no default; what the runtime fills in is empty until it does.",
        Of::Part => "Takes what has no default.",
    };
    quote! {
        impl #name {
            #[doc = #doc]
            #[must_use]
            #[allow(clippy::too_many_arguments)]
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#required_fields,)* #(#given_fields,)* }
            }

            #(#withs)*
        }
    }
}

impl Field {
    fn is_stamped(&self, of: Of) -> bool {
        of == Of::Message && ENVELOPE.iter().any(|name| self.ident == name)
    }

    fn is_required(&self, of: Of) -> bool {
        let given = self.attributes.default.is_some() || self.attributes.optional;
        !given && !self.is_stamped(of) && generic_argument(&self.ty, "Option").is_none()
    }
}

fn with(field: &Field) -> TokenStream {
    let ident = &field.ident;
    let method = format_ident!("with_{}", ident.unraw());
    let doc = format!("With `{}`.", field.wire_name);
    let (ty, value) = match generic_argument(&field.ty, "Option") {
        Some(inner) => {
            let value = argument(ident, inner);
            (parameter(inner), quote!(::std::option::Option::Some(#value)))
        }
        None => (parameter(&field.ty), argument(ident, &field.ty)),
    };
    quote! {
        #[doc = #doc]
        #[must_use]
        pub fn #method(mut self, #ident: #ty) -> Self {
            self.#ident = #value;
            self
        }
    }
}

/// The type of a parameter for a field of type `ty`: what is convenient to pass.
fn parameter(ty: &Type) -> TokenStream {
    if let Some(item) = generic_argument(ty, "Vec") {
        quote!(impl ::std::iter::IntoIterator<Item = impl ::std::convert::Into<#item>>)
    } else if let Some(value) = generic_argument(ty, "BTreeMap") {
        quote! {
            impl ::std::iter::IntoIterator<
                Item = (impl ::std::convert::Into<::std::string::String>, impl ::std::convert::Into<#value>),
            >
        }
    } else if is_text_or_bytes(ty) {
        quote!(impl ::std::convert::Into<#ty>)
    } else {
        quote!(#ty)
    }
}

/// The field value made of such a parameter.
fn argument(ident: &syn::Ident, ty: &Type) -> TokenStream {
    if generic_argument(ty, "Vec").is_some() {
        quote!(#ident.into_iter().map(::std::convert::Into::into).collect())
    } else if generic_argument(ty, "BTreeMap").is_some() {
        quote!(#ident.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    } else if is_text_or_bytes(ty) {
        quote!(#ident.into())
    } else {
        quote!(#ident)
    }
}

fn is_text_or_bytes(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|segment| segment.ident == "String" || segment.ident == "Bytes")
}
