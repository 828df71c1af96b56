//! Bytes in and out, without a buffer for who has nothing to say.

use std::{cell::RefCell, future::poll_fn, io, pin::Pin, task::ready};

use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How much is read at once.
const SCRATCH: usize = 64 * 1024;

thread_local! {
    /// Shared by all connections of a thread: an idle connection has no buffer of its own.
    static BUFFER: RefCell<Box<[u8]>> = RefCell::new(vec![0; SCRATCH].into());
}

/// Reads what is there to the end of `input`. Returns how much; 0 is the end. Dropping the future loses nothing.
pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin), input: &mut BytesMut) -> io::Result<usize> {
    poll_fn(|cx| {
        BUFFER.with_borrow_mut(|scratch| {
            let mut buffer = ReadBuf::new(scratch);
            ready!(Pin::new(&mut *stream).poll_read(cx, &mut buffer))?;
            let read = buffer.filled();
            if input.is_empty() {
                // Two bytes more, since the codec reserves them behind each packet.
                *input = BytesMut::with_capacity(read.len() + 2);
            }
            input.extend_from_slice(read);
            Ok(read.len()).into()
        })
    })
    .await
}

/// Writes what the socket takes of `output`. Dropping the future loses nothing.
pub(super) async fn write(stream: &mut (impl AsyncWrite + Unpin), output: &mut BytesMut) -> io::Result<()> {
    let written = poll_fn(|cx| Pin::new(&mut *stream).poll_write(cx, output)).await?;
    if written == 0 {
        return Err(io::ErrorKind::WriteZero.into());
    }
    output.advance(written);
    if output.is_empty() {
        *output = BytesMut::new();
    }
    Ok(())
}
