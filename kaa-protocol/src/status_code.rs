use std::fmt;

use serde::{Deserialize, Serialize};

/// An HTTP status code as it travels in 1/KP error payloads and in 4/ESP and 3/ISM messages: an Avro `int`.
///
/// An open set: peers may send what they like, so that any number is kept and survives a round trip. The constants
/// are those that the Kaa protocols or this SDK use.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StatusCode(i32);

macro_rules! status_codes {
    ($($(#[$meta:meta])* $name:ident = $number:literal, $phrase:literal;)*) => {
        impl StatusCode {
            $($(#[$meta])* pub const $name: Self = Self($number);)*

            /// The phrase that HTTP gives to one of the constants; `None` for other codes.
            pub const fn canonical_reason(self) -> Option<&'static str> {
                match self {
                    $(Self::$name => Some($phrase),)*
                    _ => None,
                }
            }
        }
    };
}

status_codes! {
    /// 200: done.
    OK = 200, "OK";
    /// 304: the asker has the current version (decision D-25). Neither success nor failure.
    NOT_MODIFIED = 304, "Not Modified";
    /// 400: the request breaks a rule of its protocol.
    BAD_REQUEST = 400, "Bad Request";
    /// 401: the endpoint token or the client's credentials are unknown or not active.
    UNAUTHORIZED = 401, "Unauthorized";
    /// 403: known, but not allowed.
    FORBIDDEN = 403, "Forbidden";
    /// 404: no such app version, resource or thing.
    NOT_FOUND = 404, "Not Found";
    /// 409: at odds with the present state.
    CONFLICT = 409, "Conflict";
    /// 429: more than the peer is willing to take now.
    TOO_MANY_REQUESTS = 429, "Too Many Requests";
    /// 500: a fault of the service.
    INTERNAL_SERVER_ERROR = 500, "Internal Server Error";
    /// 502: another service that was needed has failed.
    BAD_GATEWAY = 502, "Bad Gateway";
    /// 503: not able to work now.
    SERVICE_UNAVAILABLE = 503, "Service Unavailable";
    /// 504: another service that was needed has not answered in time.
    GATEWAY_TIMEOUT = 504, "Gateway Timeout";
}

impl StatusCode {
    /// A status code from the wire. Any number is accepted.
    pub const fn new(number: i32) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn as_i32(self) -> i32 {
        self.0
    }

    /// Whether the code is 200 to 299.
    pub const fn is_success(self) -> bool {
        matches!(self.0, 200..=299)
    }

    /// Whether the same request may succeed a little later: 429, 502, 503 and 504.
    pub const fn is_retryable(self) -> bool {
        matches!(self, Self::TOO_MANY_REQUESTS | Self::BAD_GATEWAY | Self::SERVICE_UNAVAILABLE | Self::GATEWAY_TIMEOUT)
    }
}

impl fmt::Display for StatusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<i32> for StatusCode {
    fn from(number: i32) -> Self {
        Self(number)
    }
}

impl From<StatusCode> for i32 {
    fn from(code: StatusCode) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_from_the_wire_survives() {
        for number in [0, -1, 299, 418, 599, 1000, i32::MIN, i32::MAX] {
            let code = StatusCode::new(number);
            assert_eq!(code.as_i32(), number);
            assert_eq!(code.to_string(), number.to_string());
            assert_eq!(code.canonical_reason(), None);
        }
    }

    #[test]
    fn success_is_200_to_299() {
        for (number, success) in [(199, false), (200, true), (204, true), (299, true), (300, false), (-200, false)] {
            assert_eq!(StatusCode::new(number).is_success(), success, "{number}");
        }
        assert!(!StatusCode::NOT_MODIFIED.is_success());
    }

    #[test]
    fn retryable_codes_are_those_of_passing_trouble() {
        let retryable: Vec<_> = (100..600).filter(|&number| StatusCode::new(number).is_retryable()).collect();
        assert_eq!(retryable, [429, 502, 503, 504]);
    }

    #[test]
    fn constant_has_the_phrase_of_http() {
        assert_eq!(StatusCode::NOT_FOUND.canonical_reason(), Some("Not Found"));
        assert_eq!(StatusCode::new(429).canonical_reason(), Some("Too Many Requests"));
    }

    #[test]
    fn json_form_is_the_number() {
        assert_eq!(serde_json::to_string(&StatusCode::CONFLICT).unwrap(), "409");
        assert_eq!(serde_json::from_str::<StatusCode>("409").unwrap(), StatusCode::CONFLICT);
    }
}
