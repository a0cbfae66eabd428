//! The palette: one field that finds conversations and actions, opened by a key.

#[cfg(feature = "hydrate")]
mod choices;
#[cfg(feature = "hydrate")]
mod dialog;
#[cfg(any(feature = "hydrate", test))]
mod matching;

#[cfg(feature = "hydrate")]
crate::lazy::part! { palette:
    pub(crate) fn show() -> () {
        dialog::open();
    }
}
