//! The crate as its callers see it.

mod corpus;
mod hostile;
mod html;
mod markup;
mod math;
mod page;
mod stream;
