//! The reference: what one would write by hand for `ClientData` alone, in safe code, with the same owned fields as ours and as strict.

use bytes::Bytes;

/// As the message of kaa-esp.
#[derive(Debug)]
pub(crate) struct ClientData {
    correlation_id: String,
    timestamp: i64,
    timeout: i64,
    app_version_name: String,
    endpoint_id: Option<String>,
    resource_path: String,
    request_id: Option<i32>,
    payload: Bytes,
    config_name: Option<String>,
}

/// Which check failed; hand-written code seldom says more.
#[derive(Debug)]
pub(crate) enum Malformed {
    End,
    Varint,
    Length,
    Branch,
    Int,
    Utf8,
    LeftOver,
}

impl ClientData {
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        out.reserve(
            self.correlation_id.len()
                + self.app_version_name.len()
                + text(&self.endpoint_id)
                + self.resource_path.len()
                + self.payload.len()
                + text(&self.config_name)
                + 64,
        );
        put_bytes(out, self.correlation_id.as_bytes());
        put_long(out, self.timestamp);
        put_long(out, self.timeout);
        put_bytes(out, self.app_version_name.as_bytes());
        match &self.endpoint_id {
            Some(id) => {
                out.push(0);
                put_bytes(out, id.as_bytes());
            }
            None => out.push(2),
        }
        put_bytes(out, self.resource_path.as_bytes());
        match self.request_id {
            Some(id) => {
                out.push(0);
                put_long(out, i64::from(id));
            }
            None => out.push(2),
        }
        put_bytes(out, &self.payload);
        match &self.config_name {
            None => out.push(0),
            Some(name) => {
                out.push(2);
                put_bytes(out, name.as_bytes());
            }
        }
    }

    pub(crate) fn decode(source: &Bytes) -> Result<Self, Malformed> {
        let mut rest: &[u8] = source;
        let correlation_id = take_str(&mut rest)?.to_owned();
        let timestamp = take_long(&mut rest)?;
        let timeout = take_long(&mut rest)?;
        let app_version_name = take_str(&mut rest)?.to_owned();
        let endpoint_id = match take_long(&mut rest)? {
            0 => Some(take_str(&mut rest)?.to_owned()),
            1 => None,
            _ => return Err(Malformed::Branch),
        };
        let resource_path = take_str(&mut rest)?.to_owned();
        let request_id = match take_long(&mut rest)? {
            0 => Some(i32::try_from(take_long(&mut rest)?).map_err(|_| Malformed::Int)?),
            1 => None,
            _ => return Err(Malformed::Branch),
        };
        let payload = take_bytes(&mut rest)?;
        let end = source.len() - rest.len();
        let payload = source.slice(end - payload.len()..end);
        let config_name = if rest.is_empty() {
            None
        } else {
            match take_long(&mut rest)? {
                0 => None,
                1 => Some(take_str(&mut rest)?.to_owned()),
                _ => return Err(Malformed::Branch),
            }
        };
        if !rest.is_empty() {
            return Err(Malformed::LeftOver);
        }
        Ok(Self {
            correlation_id,
            timestamp,
            timeout,
            app_version_name,
            endpoint_id,
            resource_path,
            request_id,
            payload,
            config_name,
        })
    }
}

#[inline]
fn put_long(out: &mut Vec<u8>, value: i64) {
    let mut rest = ((value << 1) ^ (value >> 63)).cast_unsigned();
    if rest < 0x80 {
        out.push(low_byte(rest));
        return;
    }
    let mut bytes = [0; 10];
    let mut len = 0;
    for byte in &mut bytes {
        len += 1;
        if rest < 0x80 {
            *byte = low_byte(rest);
            break;
        }
        *byte = low_byte(rest) | 0x80;
        rest >>= 7;
    }
    out.extend_from_slice(bytes.get(..len).unwrap_or(&bytes));
}

#[allow(clippy::cast_possible_truncation, reason = "the rest is not wanted")]
fn low_byte(value: u64) -> u8 {
    value as u8
}

#[inline]
fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_long(out, i64::try_from(bytes.len()).unwrap_or(i64::MAX));
    out.extend_from_slice(bytes);
}

#[inline]
fn take_long(rest: &mut &[u8]) -> Result<i64, Malformed> {
    if let Some((&byte, tail)) = rest.split_first()
        && byte < 0x80
    {
        *rest = tail;
        return Ok(unzigzag(u64::from(byte)));
    }
    let mut value = 0;
    for shift in (0..70).step_by(7) {
        let (&byte, tail) = rest.split_first().ok_or(Malformed::End)?;
        *rest = tail;
        if shift == 63 && byte > 1 {
            return Err(Malformed::Varint);
        }
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(unzigzag(value));
        }
    }
    Err(Malformed::Varint)
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

#[inline]
fn take_bytes<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], Malformed> {
    let len = usize::try_from(take_long(rest)?).map_err(|_| Malformed::Length)?;
    let (bytes, tail) = rest.split_at_checked(len).ok_or(Malformed::End)?;
    *rest = tail;
    Ok(bytes)
}

#[inline]
fn take_str<'a>(rest: &mut &'a [u8]) -> Result<&'a str, Malformed> {
    std::str::from_utf8(take_bytes(rest)?).map_err(|_| Malformed::Utf8)
}
