//! The attributes, parsed.

use syn::{
    Attribute, Error, Expr, ExprLit, ExprUnary, Ident, Lit, LitStr, Meta, Result, Token, Type, TypePath, UnOp,
    parenthesized, punctuated::Punctuated,
};

/// `#[avro(…)]` on a struct or enum.
#[derive(Default)]
pub(crate) struct ContainerAttributes {
    pub(crate) namespace: String,
    pub(crate) name: Option<String>,
    /// Make constructors, which a message has anyway.
    pub(crate) new: bool,
    /// Make a twin that borrows.
    pub(crate) borrowed: bool,
    /// Layouts of older releases: before which revision, and which type.
    pub(crate) before: Vec<(Ident, Type)>,
}

/// `#[avro(…)]` on a field.
#[derive(Default)]
pub(crate) struct FieldAttributes {
    pub(crate) rename: Option<String>,
    pub(crate) default: Option<Expr>,
    pub(crate) null_last: bool,
    pub(crate) appended: bool,
    pub(crate) optional: bool,
}

/// `#[message(…)]`.
pub(crate) enum Kind {
    Request { kind: LitStr, response: Type },
    Response { kind: LitStr, request: Type, echo: Vec<Ident> },
    OneWay { kind: LitStr },
    Event { kind: LitStr },
}

impl ContainerAttributes {
    pub(crate) fn parse(attributes: &[Attribute]) -> Result<Self> {
        let mut parsed = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("avro")) {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("namespace") {
                    parsed.namespace = meta.value()?.parse::<LitStr>()?.value();
                } else if meta.path.is_ident("name") {
                    parsed.name = Some(meta.value()?.parse::<LitStr>()?.value());
                } else if meta.path.is_ident("new") {
                    parsed.new = true;
                } else if meta.path.is_ident("borrowed") {
                    parsed.borrowed = true;
                } else if meta.path.is_ident("before") {
                    let layout;
                    parenthesized!(layout in meta.input);
                    let revision = layout.parse()?;
                    layout.parse::<Token![=]>()?;
                    parsed.before.push((revision, layout.parse()?));
                } else {
                    return Err(
                        meta.error("expected `namespace`, `name`, `new`, `borrowed` or `before(Revision = Type)`")
                    );
                }
                Ok(())
            })?;
        }
        Ok(parsed)
    }
}

impl FieldAttributes {
    pub(crate) fn parse(attributes: &[Attribute]) -> Result<Self> {
        let mut parsed = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("avro")) {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("rename") {
                    parsed.rename = Some(meta.value()?.parse::<LitStr>()?.value());
                } else if meta.path.is_ident("default") {
                    let default: Expr = meta.value()?.parse()?;
                    json_of(&default)?;
                    parsed.default = Some(default);
                } else if meta.path.is_ident("null") {
                    let position: LitStr = meta.value()?.parse()?;
                    parsed.null_last = match position.value().as_str() {
                        "first" => false,
                        "last" => true,
                        _ => return Err(Error::new_spanned(position, "expected \"first\" or \"last\"")),
                    };
                } else if meta.path.is_ident("appended") {
                    parsed.appended = true;
                } else if meta.path.is_ident("optional") {
                    parsed.optional = true;
                } else {
                    return Err(meta.error("expected `rename`, `default`, `null`, `appended` or `optional`"));
                }
                Ok(())
            })?;
        }
        Ok(parsed)
    }
}

impl Kind {
    pub(crate) fn parse(owner: &Ident, attributes: &[Attribute]) -> Result<Self> {
        const EXPECTED: &str = "expected #[message(request = \"…\", response = Type)], \
             #[message(response = \"…\", request = Type, echo(…))], #[message(one_way = \"…\")] or \
             #[message(event = \"…\")]";
        let Some(attribute) = attributes.iter().find(|attribute| attribute.path().is_ident("message")) else {
            return Err(Error::new_spanned(owner, EXPECTED));
        };
        let mut literals: Vec<(String, LitStr)> = Vec::new();
        let mut types: Vec<(String, Type)> = Vec::new();
        let mut echo = Vec::new();
        attribute.parse_nested_meta(|meta| {
            let key = meta.path.require_ident()?.to_string();
            match key.as_str() {
                "echo" => {
                    let names;
                    parenthesized!(names in meta.input);
                    echo.extend(Punctuated::<Ident, Token![,]>::parse_terminated(&names)?);
                }
                "request" | "response" | "event" | "one_way" => {
                    let value = meta.value()?;
                    if value.peek(LitStr) {
                        literals.push((key, value.parse()?));
                    } else {
                        types.push((key, value.parse()?));
                    }
                }
                _ => return Err(meta.error(EXPECTED)),
            }
            Ok(())
        })?;
        match (literals.pop(), types.pop(), literals.is_empty() && types.is_empty()) {
            (Some((key, kind)), Some((other, response)), true) if key == "request" && other == "response" => {
                Ok(Self::Request { kind, response })
            }
            (Some((key, kind)), Some((other, request)), true) if key == "response" && other == "request" => {
                Ok(Self::Response { kind, request, echo })
            }
            (Some((key, kind)), None, true) if key == "event" => Ok(Self::Event { kind }),
            (Some((key, kind)), None, true) if key == "one_way" => Ok(Self::OneWay { kind }),
            _ => Err(Error::new_spanned(attribute, EXPECTED)),
        }
    }
}

/// The doc comment as one line.
pub(crate) fn doc(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) => Some(line.value().trim().to_owned()),
            _ => None,
        },
        _ => None,
    });
    let lines: Vec<String> = lines.take_while(|line| !line.starts_with("# ")).collect();
    lines.join(" ").trim().to_owned()
}

/// A default as JSON text.
pub(crate) fn json_of(default: &Expr) -> Result<String> {
    match default {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(json_string(&text.value())),
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => Ok(number.base10_digits().to_owned()),
        Expr::Unary(negative) if is_integer(default) => Ok(format!("-{}", json_of(&negative.expr)?)),
        Expr::Lit(ExprLit { lit: Lit::Bool(flag), .. }) => Ok(flag.value.to_string()),
        null if is_null(null) => Ok("null".to_owned()),
        Expr::Array(array) if array.elems.is_empty() => Ok("[]".to_owned()),
        other => Err(Error::new_spanned(other, "expected a string, an integer, a boolean, `null` or `[]`")),
    }
}

fn json_string(text: &str) -> String {
    let mut json = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            c if c.is_control() => json.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => json.push(c),
        }
    }
    json.push('"');
    json
}

/// A default of the type `ty` as a Rust expression.
pub(crate) fn rust_of(default: &Expr, ty: &Type) -> proc_macro2::TokenStream {
    match default {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if is_borrowed(ty) => quote::quote!(#text),
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => quote::quote!(::std::string::String::from(#text)),
        null if is_null(null) => quote::quote!(::std::option::Option::None),
        Expr::Array(_) => quote::quote!(::std::default::Default::default()),
        other => quote::quote!(#other),
    }
}

/// A reference, or what the twin of a type is.
fn is_borrowed(ty: &Type) -> bool {
    matches!(ty, Type::Reference(_) | Type::Path(TypePath { qself: Some(_), .. }))
}

pub(crate) fn is_null(default: &Expr) -> bool {
    matches!(default, Expr::Path(path) if path.path.is_ident("null"))
}

/// Perhaps with a minus sign.
pub(crate) fn is_integer(default: &Expr) -> bool {
    match default {
        Expr::Lit(ExprLit { lit, .. }) => matches!(lit, Lit::Int(_)),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => {
            matches!(&**expr, Expr::Lit(ExprLit { lit: Lit::Int(_), .. }))
        }
        _ => false,
    }
}
