//! An enum as an Avro union.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DataEnum, DeriveInput, Error, Fields, Result};

/// `impl Datum`.
pub(crate) fn datum(input: &DeriveInput, data: &DataEnum) -> Result<TokenStream> {
    let name = &input.ident;
    let branches = data.variants.len();
    if branches == 0 {
        return Err(Error::new_spanned(name, "a union has one branch or more"));
    }
    let (mut writes, mut lens, mut reads, mut schemas) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (index, variant) in data.variants.iter().enumerate() {
        let ident = &variant.ident;
        let wire_index = i64::try_from(index).map_err(|_| Error::new_spanned(ident, "too many branches"))?;
        // The last branch needs no test: `branch` has refused all others.
        let pattern = if index + 1 == branches { quote!(_) } else { quote!(#index) };
        match &variant.fields {
            Fields::Unit => {
                writes.push(quote!(Self::#ident => ::kaa_ism::avro::put_long(out, #wire_index)));
                lens.push(quote!(Self::#ident => 1));
                reads.push(quote!(#pattern => ::std::result::Result::Ok(Self::#ident)));
                schemas.push(quote!(::kaa_ism::avro::Schema::Primitive("null")));
            }
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                let ty = fields.unnamed.iter().map(|field| &field.ty);
                let ty = quote!(#(#ty)*);
                writes.push(quote!(Self::#ident(value) => {
                    ::kaa_ism::avro::put_long(out, #wire_index);
                    ::kaa_ism::avro::Datum::write(value, out);
                }));
                lens.push(quote!(Self::#ident(value) => 1 + ::kaa_ism::avro::Datum::encoded_len(value)));
                reads.push(quote!(#pattern => <#ty as ::kaa_ism::avro::Datum>::read(input).map(Self::#ident)));
                schemas.push(quote!(<#ty as ::kaa_ism::avro::Datum>::schema(names)));
            }
            _ => {
                return Err(Error::new_spanned(
                    variant,
                    "a branch of a union is `Variant(Type)`, or `Variant` for null",
                ));
            }
        }
    }
    Ok(quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::kaa_ism::avro::Datum for #name {
            const MIN_LEN: usize = 1;

            fn write(&self, out: &mut ::std::vec::Vec<u8>) {
                match self { #(#writes),* }
            }

            #[inline]
            fn encoded_len(&self) -> usize {
                match self { #(#lens),* }
            }

            fn read(
                input: &mut ::kaa_ism::avro::Reader<'_>,
            ) -> ::std::result::Result<Self, ::kaa_ism::avro::DecodeError> {
                match input.branch(#branches)? { #(#reads),* }
            }

            fn schema(names: &mut ::kaa_ism::avro::Names) -> ::kaa_ism::avro::Schema {
                let _ = &names;
                ::kaa_ism::avro::Schema::Union(::std::vec![#(#schemas),*])
            }
        }
    })
}
