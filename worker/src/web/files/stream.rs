use js_sys::{ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, ReadableStreamByobReader, ReadableStreamGetReaderOptions, ReadableStreamReaderMode};

/// How many bytes a piece has at most.
const PIECE: u32 = 256 * 1024;

/// A file as a stream whose pieces all come in the same memory. That takes a fifth of the time of asking for slices, each of which is made anew.
pub(super) struct ByteStream {
    reader: ReadableStreamByobReader,
    position: u64,
}

impl ByteStream {
    /// The bytes from a position on; `None` where the browser cannot do that (Safari).
    pub fn open(file: &File, position: u64) -> Option<ByteStream> {
        let rest = file.slice_with_f64(position as f64).ok()?;
        let options = ReadableStreamGetReaderOptions::new();
        options.set_mode(ReadableStreamReaderMode::Byob);
        // Not every browser has such readers, and web-sys does not ask.
        let stream = rest.stream();
        let reader = Reflect::get(&stream, &"getReader".into()).ok()?.dyn_into::<js_sys::Function>().ok()?;
        let reader = reader.call1(&stream, &options).ok()?.dyn_into().ok()?;
        Some(ByteStream { reader, position })
    }

    /// Where the next piece begins in the file.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The next piece, in the memory of a piece that is not needed any more; `None` at the end, or if the file cannot be read.
    pub async fn next(&mut self, used: Option<Uint8Array>) -> Option<Uint8Array> {
        let memory = used.map(|used| used.buffer()).filter(|memory| memory.byte_length() == PIECE);
        let memory = memory.unwrap_or_else(|| ArrayBuffer::new(PIECE));
        let result = JsFuture::from(self.reader.read_with_array_buffer_view(&Uint8Array::new(&memory))).await.ok()?;
        let piece: Uint8Array = Reflect::get(&result, &"value".into()).ok()?.dyn_into().ok()?;
        self.position += u64::from(piece.length());
        (piece.length() > 0).then_some(piece)
    }
}

impl Drop for ByteStream {
    fn drop(&mut self) {
        // Nobody waits for it, and there is nothing to do if it fails.
        let _: Object = self.reader.cancel().into();
    }
}
