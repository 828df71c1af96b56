//! A struct as an Avro record.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{
    DataStruct, DeriveInput, Error, Fields, GenericArgument, GenericParam, Ident, Lifetime, PathArguments, Result,
    Type, ext::IdentExt as _, spanned::Spanned,
};

use crate::{
    attributes::{ContainerAttributes, FieldAttributes, doc, json_of, rust_of},
    expected,
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

pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) wire_name: String,
    pub(crate) doc: String,
    pub(crate) ty: Type,
    pub(crate) attributes: FieldAttributes,
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
            quote!(let #ident = #read?;)
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

impl Field {
    fn parse(field: &syn::Field) -> Result<Self> {
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
        Ok(Self { ident, wire_name, doc: doc(&field.attrs), ty: field.ty.clone(), attributes })
    }

    /// The value before anything is known: the default, else that of the type.
    pub(crate) fn initial(&self) -> TokenStream {
        match &self.attributes.default {
            Some(default) => rust_of(default, &self.ty),
            None => {
                let ty = &self.ty;
                quote_spanned!(at(ty)=> <#ty as ::std::default::Default>::default())
            }
        }
    }

    fn min_len(&self) -> TokenStream {
        let ty = &self.ty;
        quote_spanned!(at(ty)=> <#ty as ::kaa_ism::avro::Datum>::MIN_LEN)
    }

    fn encoded_len(&self) -> TokenStream {
        let (ident, ty) = (&self.ident, &self.ty);
        quote_spanned!(at(ty)=> <#ty as ::kaa_ism::avro::Datum>::encoded_len(&self.#ident))
    }

    fn write(&self) -> TokenStream {
        let (ident, ty) = (&self.ident, &self.ty);
        if self.attributes.null_last {
            quote_spanned!(at(ty)=> ::kaa_ism::avro::null_last::write(&self.#ident, out);)
        } else {
            quote_spanned!(at(ty)=> <#ty as ::kaa_ism::avro::Datum>::write(&self.#ident, out);)
        }
    }

    fn read(&self) -> TokenStream {
        let (name, ty) = (&self.wire_name, &self.ty);
        if self.attributes.null_last {
            quote_spanned!(at(ty)=> __input.field(#name, ::kaa_ism::avro::null_last::read))
        } else {
            quote_spanned!(at(ty)=> __input.field(#name, <#ty as ::kaa_ism::avro::Decode<'_>>::read))
        }
    }

    fn schema(&self) -> TokenStream {
        let (name, doc, ty) = (&self.wire_name, &self.doc, &self.ty);
        let schema = match generic_argument(ty, "Option") {
            Some(inner) if self.attributes.null_last => quote!(::kaa_ism::avro::null_last::schema::<#inner>(names)),
            _ => quote_spanned!(at(ty)=> <#ty as ::kaa_ism::avro::Datum>::schema(names)),
        };
        let default = match self.attributes.default.as_ref().and_then(|default| json_of(default).ok()) {
            Some(json) => quote!(::std::option::Option::Some(#json)),
            None => quote!(::std::option::Option::None),
        };
        quote!(::kaa_ism::avro::Field::new(#name, #doc, #schema, #default))
    }
}

/// Whether it is the Rust type of an Avro string.
fn is_text(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|segment| segment.ident == "String"))
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

/// Refuses a union as what is optional, however deep in the type.
pub(crate) fn no_union_in_options(ty: &Type) -> TokenStream {
    let optional = generic_argument(ty, "Option");
    let check = optional.map(no_union);
    let inner = optional.or_else(|| generic_argument(ty, "Vec")).or_else(|| generic_argument(ty, "BTreeMap"));
    let deeper = inner.map(no_union_in_options);
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

fn is_name(text: &str) -> bool {
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_';
    text.starts_with(is_first) && text.chars().all(|c| is_first(c) || c.is_ascii_digit())
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
