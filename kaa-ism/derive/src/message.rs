//! A record as a message: envelope and kind.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Data, DeriveInput, Error, Result};

use crate::{
    attributes::Kind,
    build,
    record::{Record, at, generic_argument},
};

/// The fields that the runtime fills in.
pub(crate) const ENVELOPE: [&str; 4] = ["correlation_id", "timestamp", "timeout", "originator_replica_id"];

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "a message is a struct with named fields"));
    };
    let record = Record::parse(input, data)?;
    let kind = Kind::parse(&record.name, &input.attrs)?;
    let (datum, message, kind, constructors) =
        (record.datum(), message(&record), self::kind(&record, &kind)?, build::constructors(&record));
    Ok(quote!(#datum #message #kind #constructors))
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
    quote! {
        #[automatically_derived]
        impl ::kaa_ism::Message for #name {
            const NAME: &'static str = #wire_name;

            fn envelope(&self) -> ::kaa_ism::Envelope<'_> {
                ::kaa_ism::Envelope::new(#correlation_id, #timestamp, #timeout)
            }

            fn stamp(&mut self, stamp: &::kaa_ism::Stamp<'_>) {
                #stamp_correlation_id
                #stamp_timestamp
                #stamp_timeout
                #stamp_originator
            }
        }
    }
}

fn kind(record: &Record, kind: &Kind) -> Result<TokenStream> {
    let name = &record.name;
    let check = check(kind);
    match kind {
        Kind::Request { kind, response } => Ok(quote! {
            #check

            #[automatically_derived]
            impl ::kaa_ism::Request for #name {
                type Response = #response;
                const KIND: ::kaa_ism::MessageKind = ::kaa_ism::MessageKind::from_static(#kind);
            }
        }),
        Kind::Event { kind } => Ok(quote! {
            #check

            #[automatically_derived]
            impl ::kaa_ism::Event for #name {
                const KIND: ::kaa_ism::EventKind = ::kaa_ism::EventKind::from_static(#kind);
            }
        }),
        Kind::Response { kind, request, echo } => {
            for field in ["status_code", "reason_phrase"] {
                if record.field(field).is_none() {
                    let text = format!("a response has the field `{field}`");
                    return Err(Error::new_spanned(name, text));
                }
            }
            if let Some(unknown) = echo.iter().find(|ident| record.field(&ident.to_string()).is_none()) {
                return Err(Error::new_spanned(unknown, "no such field"));
            }
            let fields = record.fields.iter().map(|field| {
                let ident = &field.ident;
                let value = if ident == "status_code" {
                    quote!(status.code().as_i32())
                } else if ident == "reason_phrase" {
                    quote!(::std::option::Option::Some(status.reason().to_owned()))
                } else if echo.contains(ident) || ident == "correlation_id" {
                    quote!(request.#ident.into())
                } else {
                    field.initial()
                };
                quote!(#ident: #value)
            });
            Ok(quote! {
                #check

                #[automatically_derived]
                impl ::kaa_ism::Response for #name {
                    type Request = #request;
                    const KIND: ::kaa_ism::MessageKind = ::kaa_ism::MessageKind::from_static(#kind);

                    #[allow(clippy::useless_conversion)]
                    fn refusal(request: #request, status: &::kaa_ism::export::Status) -> Self {
                        Self { #(#fields),* }
                    }

                    fn status(&self) -> ::kaa_ism::export::Status {
                        ::kaa_ism::export::status(self.status_code, self.reason_phrase.as_deref())
                    }
                }
            })
        }
    }
}

/// A free constant: it is evaluated, and so the literal checked, even if nobody uses it.
fn check(kind: &Kind) -> TokenStream {
    let (ty, literal) = match kind {
        Kind::Request { kind, .. } | Kind::Response { kind, .. } => (quote!(MessageKind), kind),
        Kind::Event { kind } => (quote!(EventKind), kind),
    };
    quote_spanned!(at(literal)=> const _: ::kaa_ism::#ty = ::kaa_ism::#ty::from_static(#literal);)
}
