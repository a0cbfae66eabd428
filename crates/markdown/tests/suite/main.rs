//! The crate as its callers see it.

mod hostile;
mod html;
mod markup;
mod page;
mod stream;
