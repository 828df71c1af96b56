//! The standard traits of a twin: `Clone`, `Debug` and `PartialEq`, as the compiler derives them.
//!
//! They are made here because derived ones would each repeat the error of a field that has no twin: what a derive
//! makes within a derive has a place of its own. What is made here has the place of the field, and the compiler says of
//! one place the same only once.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Ident, Lifetime, ext::IdentExt as _};

use crate::{
    field::Field,
    record::Record,
    union::{Branch, Union},
};

pub(crate) fn of_record(Record { name, lifetime, fields, .. }: &Record) -> TokenStream {
    let clones = fields
        .iter()
        .map(|Field { ident, place, .. }| quote_spanned!(*place=> #ident: ::std::clone::Clone::clone(&self.#ident)));
    let shown = fields.iter().map(|Field { ident, place, .. }| {
        let text = ident.unraw().to_string();
        quote_spanned!(*place=> shown.field(#text, &self.#ident);)
    });
    let equals = fields.iter().map(
        |Field { ident, place, .. }| quote_spanned!(*place=> ::std::cmp::PartialEq::eq(&self.#ident, &other.#ident)),
    );
    let text = name.unraw().to_string();
    let show = quote! {
        let mut shown = ::std::fmt::Formatter::debug_struct(formatter, #text);
        #(#shown)*
        shown.finish()
    };
    impls(name, lifetime.as_ref(), &quote!(Self { #(#clones),* }), &show, &quote!(#(#equals)&&*))
}

pub(crate) fn of_union(Union { name, lifetime, branches, .. }: &Union) -> TokenStream {
    let clones = branches.iter().map(|Branch { ident, ty, place }| match ty {
        Some(_) => quote_spanned!(*place=> Self::#ident(value) => Self::#ident(::std::clone::Clone::clone(value))),
        None => quote!(Self::#ident => Self::#ident),
    });
    let shown = branches.iter().map(|Branch { ident, ty, place }| {
        let text = ident.unraw().to_string();
        match ty {
            Some(_) => quote_spanned! {*place=>
                Self::#ident(value) => ::std::fmt::Formatter::debug_tuple(formatter, #text).field(value).finish()
            },
            None => quote!(Self::#ident => formatter.write_str(#text)),
        }
    });
    let equals = branches.iter().map(|Branch { ident, ty, place }| match ty {
        Some(_) => quote_spanned! {*place=>
            (Self::#ident(value), Self::#ident(other)) => ::std::cmp::PartialEq::eq(value, other)
        },
        None => quote!((Self::#ident, Self::#ident) => true),
    });
    let differ = (branches.len() > 1).then(|| quote!(_ => false));
    impls(
        name,
        lifetime.as_ref(),
        &quote!(match self { #(#clones),* }),
        &quote!(match self { #(#shown),* }),
        &quote!(match (self, other) { #(#equals,)* #differ }),
    )
}

fn impls(
    name: &Ident,
    lifetime: Option<&Lifetime>,
    clone: &TokenStream,
    show: &TokenStream,
    equal: &TokenStream,
) -> TokenStream {
    let generics = lifetime.map(|lifetime| quote!(<#lifetime>));
    quote! {
        #[automatically_derived]
        impl #generics ::std::clone::Clone for #name #generics {
            #[inline]
            fn clone(&self) -> Self {
                #clone
            }
        }

        #[automatically_derived]
        impl #generics ::std::fmt::Debug for #name #generics {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                #show
            }
        }

        #[automatically_derived]
        impl #generics ::std::cmp::PartialEq for #name #generics {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                #equal
            }
        }
    }
}
