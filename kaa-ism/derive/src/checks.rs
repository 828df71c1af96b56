//! What the compiler checks of types that are only named here: no union in a union.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Ident, Lifetime, Type};

use crate::types::{at, generic_argument, held};

/// Refuses a union as what is optional, however deep in the type.
pub(crate) fn no_union_in_options(ty: &Type) -> TokenStream {
    let check = generic_argument(ty, "Option").map(no_union);
    let deeper = held(ty).map(no_union_in_options);
    quote!(#check #deeper)
}

/// Refuses a union as the branch of a union.
pub(crate) fn no_union(branch: &Type) -> TokenStream {
    quote_spanned! {at(branch)=>
        ::std::assert!(
            !<#branch as ::kaa_ism::avro::Datum>::IS_UNION,
            "a union has no union in it: null is one Option, or a variant without a value"
        );
    }
}

/// A free constant: what `MIN_LEN` checks is checked even if nobody uses it.
pub(crate) fn force_checks(name: &Ident, lifetime: Option<&Lifetime>) -> TokenStream {
    let generics = lifetime.map(|_| quote!(<'static>));
    quote!(const _: usize = <#name #generics as ::kaa_ism::avro::Datum>::MIN_LEN;)
}
