//! A record as a message: envelope and kind.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Data, DeriveInput, Error, Ident, LitStr, Result, Type};

use crate::{
    attributes::Kind,
    borrowed,
    build::{Of, constructors},
    expected,
    record::Record,
    types::{at, generic_argument},
};

/// The fields that the runtime fills in.
pub(crate) const ENVELOPE: [&str; 4] = ["correlation_id", "timestamp", "timeout", "originator_replica_id"];

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "a message is a struct with named fields"));
    };
    let record = Record::parse(input, data)?;
    let kind = Kind::parse(&record.name, &input.attrs)?;
    expected::envelope(&record)?;
    let (message, kind) = (message(&record), self::kind(&record, &kind)?);
    let constructors = constructors(&record, Of::Message);
    let by_twin = record.attributes.borrowed.then(|| borrowed::message(&record));
    let datum = borrowed::with_twin(record, input)?;
    Ok(quote!(#datum #message #kind #constructors #by_twin))
}

fn message(record: &Record) -> TokenStream {
    let (name, wire_name) = (&record.name, &record.wire_name);
    let has = |field| record.field(field).is_some();
    let correlation_id = if has("correlation_id") { quote!(&self.correlation_id) } else { quote!("") };
    let timestamp = if has("timestamp") { quote!(self.timestamp) } else { quote!(0) };
    let timeout = if has("timeout") { quote!(self.timeout) } else { quote!(0) };
    let stamp_correlation_id = has("correlation_id").then(|| {
        quote! {
            if !stamp.correlation_id.is_empty() {
                self.correlation_id.clear();
                self.correlation_id.push_str(stamp.correlation_id);
            }
        }
    });
    let stamp_timestamp = has("timestamp").then(|| quote!(self.timestamp = stamp.now.0;));
    let stamp_timeout = has("timeout").then(|| {
        quote! {
            if stamp.deadline != ::kaa_ism::Deadline::NEVER {
                self.timeout = stamp.deadline.timeout_from(stamp.now);
            }
        }
    });
    let stamp_originator = record.field("originator_replica_id").map(|field| {
        let replica = quote!(stamp.replica.as_str().to_owned());
        if generic_argument(&field.ty, "Option").is_some() {
            quote!(self.originator_replica_id = ::std::option::Option::Some(#replica);)
        } else {
            quote!(self.originator_replica_id = #replica;)
        }
    });
    let revisions = revisions(record);
    let lane = lane(record);
    quote! {
        #[automatically_derived]
        impl ::kaa_ism::Message for #name {
            const NAME: &'static str = #wire_name;

            fn envelope(&self) -> ::kaa_ism::Envelope<'_> {
                ::kaa_ism::Envelope::new(#correlation_id, #timestamp, #timeout)
            }

            #lane

            fn stamp(&mut self, stamp: &::kaa_ism::Stamp<'_>) {
                #stamp_correlation_id
                #stamp_timestamp
                #stamp_timeout
                #stamp_originator
            }

            #revisions
        }
    }
}

/// Messages of one endpoint are handled in order.
fn lane(record: &Record) -> Option<TokenStream> {
    let lane = record.lane(quote!(&self.endpoint_id), quote!(self.endpoint_id.as_deref()))?;
    Some(quote! {
        fn lane(&self) -> ::std::option::Option<&str> {
            #lane
        }
    })
}

/// Other layouts for peers of older releases.
fn revisions(record: &Record) -> Option<TokenStream> {
    let before = &record.attributes.before;
    if before.is_empty() {
        return None;
    }
    let wire_name = &record.wire_name;
    let is_self = |ty: &Type| matches!(ty, Type::Path(path) if path.path.is_ident("Self"));
    let encode = before.iter().map(|(revision, old)| {
        let bytes = if is_self(old) {
            quote!(::kaa_ism::Message::to_bytes(self))
        } else {
            quote!(::kaa_ism::avro::to_bytes(&<#old as ::std::convert::From<&Self>>::from(self)))
        };
        quote!(if revision < ::kaa_ism::WireRevision::#revision { return #bytes; })
    });
    let decode = before.iter().map(|(revision, old)| {
        let message = if is_self(old) {
            quote!(<Self as ::kaa_ism::Message>::decode_prefix(bytes))
        } else {
            quote! {
                ::kaa_ism::avro::decode_prefix::<#old>(#wire_name, bytes)
                    .map(|(old, left)| (::std::convert::From::from(old), left))
            }
        };
        quote!(if revision < ::kaa_ism::WireRevision::#revision { return #message; })
    });
    Some(quote! {
        fn to_bytes_revision(&self, revision: ::kaa_ism::WireRevision) -> ::kaa_ism::export::Bytes {
            #(#encode)*
            ::kaa_ism::Message::to_bytes(self)
        }

        fn decode_revision(
            bytes: &::kaa_ism::export::Bytes,
            revision: ::kaa_ism::WireRevision,
        ) -> ::std::result::Result<(Self, usize), ::kaa_ism::avro::DecodeError> {
            #(#decode)*
            <Self as ::kaa_ism::Message>::decode_prefix(bytes)
        }
    })
}

fn kind(record: &Record, kind: &Kind) -> Result<TokenStream> {
    let name = &record.name;
    let name_of_first = record.fields.first().map(|field| field.ident.to_string());
    if matches!(kind, Kind::Request { .. } | Kind::Response { .. })
        && name_of_first.as_deref() != Some("correlation_id")
    {
        let text = "the first field of a request or response is `correlation_id`, by which answers are told apart";
        return Err(Error::new_spanned(name, text));
    }
    match kind {
        Kind::Request { kind, response } => {
            let check = check("MessageKind", kind);
            Ok(quote! {
                #check

                #[automatically_derived]
                impl ::kaa_ism::Request for #name {
                    type Response = #response;
                    const KIND: ::kaa_ism::MessageKind = ::kaa_ism::MessageKind::from_static(#kind);
                }
            })
        }
        Kind::OneWay { kind } => {
            let (pattern, variables) = pattern(record, kind)?;
            let fixed = pattern.strip_suffix(".*");
            if fixed.unwrap_or(&pattern).contains('*') || !variables.is_empty() {
                return Err(Error::new_spanned(kind, "a one-way message has at most one `{}`, as its last token"));
            }
            let (has_variable, text) = (fixed.is_some(), LitStr::new(fixed.unwrap_or(&pattern), kind.span()));
            let check = check("MessageKind", &text);
            Ok(quote! {
                #check

                #[automatically_derived]
                impl ::kaa_ism::OneWay for #name {
                    const KIND: ::kaa_ism::MessageKind = ::kaa_ism::MessageKind::from_static(#text);
                    const HAS_VARIABLE: bool = #has_variable;
                }
            })
        }
        Kind::Event { kind } => {
            let (pattern, variables) = pattern(record, kind)?;
            let text = LitStr::new(&pattern, kind.span());
            let check = check("EventKind", &text);
            let variables = (!variables.is_empty()).then(|| {
                quote! {
                    fn variables(&self) -> ::std::vec::Vec<&str> {
                        ::std::vec![#(self.#variables.as_str()),*]
                    }
                }
            });
            Ok(quote! {
                #check

                #[automatically_derived]
                impl ::kaa_ism::Event for #name {
                    const KIND: ::kaa_ism::EventKind = ::kaa_ism::EventKind::from_static(#text);
                    #variables
                }
            })
        }
        Kind::Response { kind, request, echo } => {
            expected::status(record)?;
            if let Some(unknown) = echo.iter().find(|ident| record.field(&ident.to_string()).is_none()) {
                return Err(Error::new_spanned(unknown, "no such field"));
            }
            let fields = record.fields.iter().map(|field| {
                let ident = &field.ident;
                let value = if ident == "status_code" {
                    quote!(status.code().as_i32())
                } else if ident == "reason_phrase" {
                    quote!(::std::option::Option::Some(status.reason().to_owned()))
                } else {
                    field.initial()
                };
                quote!(#ident: #value)
            });
            let check = check("MessageKind", kind);
            Ok(quote! {
                #check

                #[automatically_derived]
                impl ::kaa_ism::Response for #name {
                    type Request = #request;
                    const KIND: ::kaa_ism::MessageKind = ::kaa_ism::MessageKind::from_static(#kind);

                    fn bare(status: &::kaa_ism::export::Status) -> Self {
                        Self { #(#fields),* }
                    }

                    #[allow(clippy::useless_conversion)]
                    fn refusal(request: #request, status: &::kaa_ism::export::Status) -> Self {
                        let mut refusal = <Self as ::kaa_ism::Response>::bare(status);
                        refusal.correlation_id = request.correlation_id;
                        #(refusal.#echo = request.#echo.into();)*
                        refusal
                    }

                    fn status(&self) -> ::kaa_ism::export::Status {
                        ::kaa_ism::export::status(self.status_code, self.reason_phrase.as_deref())
                    }
                }
            })
        }
    }
}

/// `*` for what varies, and the fields that it is taken from.
fn pattern<'r>(record: &'r Record, kind: &LitStr) -> Result<(String, Vec<&'r Ident>)> {
    let (text, mut pattern, mut fields, mut given) = (kind.value(), Vec::new(), Vec::new(), false);
    for token in text.split('.') {
        let Some(name) = token.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
            if token == "*" {
                return Err(Error::new_spanned(kind, "a token that varies is written `{}`, or `{field}`"));
            }
            pattern.push(token);
            continue;
        };
        pattern.push("*");
        if name.is_empty() {
            given = true;
        } else {
            let field = record.field(name).ok_or_else(|| Error::new_spanned(kind, format!("no field `{name}`")))?;
            expected::token(field)?;
            fields.push(&field.ident);
        }
    }
    if given && !fields.is_empty() {
        return Err(Error::new_spanned(
            kind,
            "tokens that vary are either all fields, or all given when it is published",
        ));
    }
    Ok((pattern.join("."), fields))
}

/// A free constant: it is evaluated, and so the literal checked, even if nobody uses it.
fn check(ty: &str, literal: &LitStr) -> TokenStream {
    let ty = Ident::new(ty, Span::call_site());
    quote_spanned!(at(literal)=> const _: ::kaa_ism::#ty = ::kaa_ism::#ty::from_static(#literal);)
}
