//! A struct as an Avro record.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{DataStruct, DeriveInput, Error, Fields, GenericParam, Ident, Lifetime, Result, ext::IdentExt as _};

use crate::{
    attributes::{ContainerAttributes, doc},
    checks::{force_checks, no_union_in_options},
    field::Field,
    types::{generic_argument, is_text},
};

pub(crate) struct Record {
    pub(crate) name: Ident,
    /// `'a` if it borrows from what it is read from.
    pub(crate) lifetime: Option<Lifetime>,
    pub(crate) wire_name: String,
    pub(crate) doc: String,
    pub(crate) attributes: ContainerAttributes,
    pub(crate) fields: Vec<Field>,
}

impl Record {
    pub(crate) fn parse(input: &DeriveInput, data: &DataStruct) -> Result<Self> {
        let lifetime = lifetime(input)?;
        let Fields::Named(named) = &data.fields else {
            return Err(Error::new_spanned(&input.ident, "an Avro record has named fields"));
        };
        let fields = named.named.iter().map(Field::parse).collect::<Result<Vec<_>>>()?;
        let mut appended = false;
        for (index, field) in fields.iter().enumerate() {
            if !is_name(&field.wire_name) {
                return Err(Error::new_spanned(
                    &field.ident,
                    "a name in Avro is ASCII letters, digits and `_`, no digit first",
                ));
            }
            if fields.iter().take(index).any(|before| before.wire_name == field.wire_name) {
                return Err(Error::new_spanned(&field.ident, "another field has the same name on the wire"));
            }
            if appended && !field.attributes.appended {
                return Err(Error::new_spanned(&field.ident, "fields behind an appended one must be appended too"));
            }
            appended |= field.attributes.appended;
            if field.attributes.appended && field.attributes.default.is_none() {
                return Err(Error::new_spanned(&field.ident, "an appended field needs a `default`"));
            }
        }
        let attributes = ContainerAttributes::parse(&input.attrs)?;
        let names = attributes.namespace.split('.').filter(|name| !name.is_empty()).chain(attributes.name.as_deref());
        if let Some(bad) = names.into_iter().find(|name| !is_name(name)) {
            let text = format!("`{bad}` is no name in Avro: ASCII letters, digits and `_`, no digit first");
            return Err(Error::new_spanned(&input.ident, text));
        }
        Ok(Self {
            name: input.ident.clone(),
            lifetime,
            wire_name: attributes.name.clone().unwrap_or_else(|| input.ident.unraw().to_string()),
            doc: doc(&input.attrs),
            attributes,
            fields,
        })
    }

    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.ident == name)
    }

    /// `impl Datum` and `impl Decode`.
    pub(crate) fn datum(&self) -> TokenStream {
        let (name, lifetime) = (&self.name, self.lifetime.iter());
        let generics = quote!(#(<#lifetime>)*);
        let input = self.lifetime.clone().unwrap_or_else(|| Lifetime::new("'input", Span::call_site()));
        let (namespace, wire_name, doc) = (&self.attributes.namespace, &self.wire_name, &self.doc);
        let min_lens = self.fields.iter().filter(|field| !field.attributes.appended).map(Field::min_len);
        let lens = self.fields.iter().map(Field::encoded_len);
        let writes = self.fields.iter().map(Field::write);
        let read = self.read();
        let schemas = self.fields.iter().map(Field::schema);
        let checks = self.fields.iter().map(|field| no_union_in_options(&field.ty));
        let forced = force_checks(name, self.lifetime.as_ref());
        quote! {
            #forced

            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl #generics ::kaa_ism::avro::Datum for #name #generics {
                const MIN_LEN: usize = {
                    #(#checks)*
                    0 #(+ #min_lens)*
                };

                fn write(&self, out: &mut ::std::vec::Vec<u8>) {
                    #(#writes)*
                }

                #[inline]
                fn encoded_len(&self) -> usize {
                    0 #(+ #lens)*
                }

                fn schema(names: &mut ::kaa_ism::avro::Names) -> ::kaa_ism::avro::Schema {
                    names.record::<Self>(#namespace, #wire_name, #doc, |names| ::std::vec![#(#schemas),*])
                }
            }

            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl<#input> ::kaa_ism::avro::Decode<#input> for #name #generics {
                #[inline]
                fn read(
                    __input: &mut ::kaa_ism::avro::Reader<#input>,
                ) -> ::std::result::Result<Self, ::kaa_ism::avro::DecodeError> {
                    #read
                }
            }
        }
    }

    /// The lane of a message, the endpoint: `always` if the field is a text, `perhaps` if it may be null.
    pub(crate) fn lane(&self, always: TokenStream, perhaps: TokenStream) -> Option<TokenStream> {
        let field = self.field("endpoint_id")?;
        if is_text(&field.ty) {
            Some(quote!(::std::option::Option::Some(#always)))
        } else {
            generic_argument(&field.ty, "Option").is_some_and(is_text).then_some(perhaps)
        }
    }

    fn read(&self) -> TokenStream {
        let idents: Vec<_> = self.fields.iter().map(|field| &field.ident).collect();
        let (appended, original): (Vec<_>, Vec<_>) = self.fields.iter().partition(|field| field.attributes.appended);
        let reads = original.iter().map(|field| {
            let (ident, read) = (&field.ident, field.read());
            quote_spanned!(field.place=> let #ident = #read?;)
        });
        let tail = (!appended.is_empty()).then(|| {
            let idents = appended.iter().map(|field| &field.ident);
            let defaults = appended.iter().map(|field| field.initial());
            let reads = appended.iter().map(|field| field.read());
            quote! {
                let (#(#idents,)*) = if __input.at_end() { (#(#defaults,)*) } else { (#(#reads?,)*) };
            }
        });
        quote! {
            #(#reads)*
            #tail
            ::std::result::Result::Ok(Self { #(#idents),* })
        }
    }
}

/// The one lifetime of a type that borrows from what it is read from.
pub(crate) fn lifetime(input: &DeriveInput) -> Result<Option<Lifetime>> {
    let mut parameters = input.generics.params.iter();
    match (parameters.next(), parameters.next()) {
        (None, _) => Ok(None),
        (Some(GenericParam::Lifetime(one)), None) => Ok(Some(one.lifetime.clone())),
        _ => Err(Error::new_spanned(&input.generics, "a schema has no parameters but one lifetime")),
    }
}

fn is_name(text: &str) -> bool {
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_';
    text.starts_with(is_first) && text.chars().all(|c| is_first(c) || c.is_ascii_digit())
}
