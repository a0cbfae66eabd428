//! What must hold for whatever bytes the importer is given. The targets of libFuzzer are these functions; the tests of `aios-import` replay the corpus
//! on them.

mod properties;

pub use properties::{containers, elements, provider, text};
