//! An enum as an Avro union.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{DataEnum, DeriveInput, Error, Fields, Ident, Lifetime, Result, Type};

use crate::{
    attributes::ContainerAttributes,
    checks::{force_checks, no_union, no_union_in_options},
    record::lifetime,
    types::at,
};

pub(crate) struct Union {
    pub(crate) name: Ident,
    /// `'a` if it borrows from what it is read from.
    pub(crate) lifetime: Option<Lifetime>,
    pub(crate) borrowed: bool,
    pub(crate) branches: Vec<Branch>,
}

pub(crate) struct Branch {
    pub(crate) ident: Ident,
    /// `None`: null.
    pub(crate) ty: Option<Type>,
    /// Where it is written, for what the compiler says about code made of it.
    pub(crate) place: Span,
}

impl Union {
    pub(crate) fn parse(input: &DeriveInput, data: &DataEnum) -> Result<Self> {
        if data.variants.is_empty() {
            return Err(Error::new_spanned(&input.ident, "a union has one branch or more"));
        }
        let branches = data.variants.iter().map(|variant| {
            let ty = match &variant.fields {
                Fields::Unit => None,
                Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                    fields.unnamed.first().map(|one| one.ty.clone())
                }
                _ => {
                    let text = "a branch of a union is `Variant(Type)`, or `Variant` for null";
                    return Err(Error::new_spanned(variant, text));
                }
            };
            let place = ty.as_ref().map_or_else(Span::call_site, at);
            Ok(Branch { ident: variant.ident.clone(), ty, place })
        });
        let branches: Vec<Branch> = branches.collect::<Result<_>>()?;
        for (index, Branch { ident, ty, .. }) in branches.iter().enumerate() {
            // Types that are written alike are alike; of those that are not, the schema knows more than we do.
            let written = |ty: &Option<Type>| quote!(#ty).to_string();
            if branches.iter().take(index).any(|before| written(&before.ty) == written(ty)) {
                let text = match ty {
                    None => "a union has one null: one variant without a value. Avro enums are not supported",
                    Some(_) => "a union has each type once",
                };
                return Err(Error::new_spanned(ident, text));
            }
        }
        Ok(Self {
            name: input.ident.clone(),
            lifetime: lifetime(input)?,
            borrowed: ContainerAttributes::parse(&input.attrs)?.borrowed,
            branches,
        })
    }

    /// `impl Datum` and `impl Decode`.
    pub(crate) fn datum(&self) -> Result<TokenStream> {
        let (name, lifetime) = (&self.name, self.lifetime.iter());
        let generics = quote!(#(<#lifetime>)*);
        let input = self.lifetime.clone().unwrap_or_else(|| Lifetime::new("'input", Span::call_site()));
        let count = self.branches.len();
        let (mut writes, mut lens, mut reads, mut schemas) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (index, Branch { ident, ty, place }) in self.branches.iter().enumerate() {
            let wire_index = i64::try_from(index).map_err(|_| Error::new_spanned(ident, "too many branches"))?;
            // The last branch needs no test: `branch` has refused all others.
            let pattern = if index + 1 == count { quote!(_) } else { quote!(#index) };
            if let Some(ty) = ty {
                writes.push(quote_spanned!(*place=> Self::#ident(value) => {
                    ::kaa_ism::avro::put_long(out, #wire_index);
                    ::kaa_ism::avro::Datum::write(value, out);
                }));
                lens.push(
                    quote_spanned!(*place=> Self::#ident(value) => 1 + ::kaa_ism::avro::Datum::encoded_len(value)),
                );
                reads.push(quote_spanned! {*place=>
                    #pattern => ::std::result::Result::Ok(Self::#ident(::kaa_ism::avro::Decode::read(input)?))
                });
                schemas.push(quote_spanned!(*place=> <#ty as ::kaa_ism::avro::Datum>::schema(names)));
            } else {
                writes.push(quote!(Self::#ident => ::kaa_ism::avro::put_long(out, #wire_index)));
                lens.push(quote!(Self::#ident => 1));
                reads.push(quote!(#pattern => ::std::result::Result::Ok(Self::#ident)));
                schemas.push(quote!(::kaa_ism::avro::Schema::Primitive("null")));
            }
        }
        let types = self.branches.iter().filter_map(|branch| branch.ty.as_ref());
        let checks = types.flat_map(|ty| [no_union(ty), no_union_in_options(ty)]);
        let forced = force_checks(name, self.lifetime.as_ref());
        Ok(quote! {
            #forced

            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl #generics ::kaa_ism::avro::Datum for #name #generics {
                const MIN_LEN: usize = {
                    #(#checks)*
                    1
                };
                const IS_UNION: bool = true;

                #[inline]
                fn write(&self, out: &mut ::std::vec::Vec<u8>) {
                    match self { #(#writes),* }
                }

                #[inline]
                fn encoded_len(&self) -> usize {
                    match self { #(#lens),* }
                }

                fn schema(names: &mut ::kaa_ism::avro::Names) -> ::kaa_ism::avro::Schema {
                    let _ = &names;
                    ::kaa_ism::avro::Schema::Union(::std::vec![#(#schemas),*])
                }
            }

            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl<#input> ::kaa_ism::avro::Decode<#input> for #name #generics {
                #[inline]
                fn read(
                    input: &mut ::kaa_ism::avro::Reader<#input>,
                ) -> ::std::result::Result<Self, ::kaa_ism::avro::DecodeError> {
                    match input.branch(#count)? { #(#reads),* }
                }
            }
        })
    }
}
