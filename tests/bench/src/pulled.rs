//! What a pull brought, as far as the next one needs it.

use lifeos_protocol::cursor::Cursor;
use lifeos_protocol::stream::Frame;

use crate::client::frames;

/// Whether changes came, and the cursor from which the next pull goes on.
pub(crate) fn pulled(bytes: &[u8]) -> (bool, String) {
    let brought = frames(bytes);
    let Some(Frame::Complete(complete)) = brought.last() else {
        unreachable!("a pull ends with the complete mark");
    };
    let cursor = Cursor {
        incarnation: complete.incarnation,
        sequence: complete.sequence,
    };
    let came = brought.iter().any(|frame| matches!(frame, Frame::Run(_)));
    (came, cursor.to_string())
}
