//! Links, pictures, and what takes their place when they are not allowed.

use crate::destination::{Destination, destination, own_picture};
use crate::escape::{escape, escape_plain_order};
use crate::scan::floor_char_boundary;

/// How much of an address is shown, in bytes.
const LONGEST_SHOWN: usize = 200;

/// Appends the start tag of a link. One that leads away says where to, and tells nothing to the other side; if its text is not the
/// address, the page shows the host beside it.
pub(crate) fn write_start(out: &mut String, destination: &Destination, title: &str, shows_address: bool) {
    out.push_str("<a");
    write_attributes(out, destination, title, shows_address);
}

fn write_attributes(out: &mut String, destination: &Destination, title: &str, shows_address: bool) {
    out.push_str(" href=\"");
    match destination {
        Destination::Here(address) => {
            escape(out, address);
            if !title.is_empty() {
                out.push_str("\" title=\"");
                escape_plain_order(out, title);
            }
        }
        Destination::Elsewhere(address) => {
            escape(out, address);
            out.push_str("\" rel=\"noopener noreferrer nofollow ugc\" target=\"_blank");
            if let Some(host) = host(address).filter(|_| !shows_address) {
                out.push_str("\" data-host=\"");
                write_shortened(out, host);
            }
            out.push_str("\" title=\"");
            write_shortened(out, address);
            if !title.is_empty() {
                out.push('\n');
                escape_plain_order(out, title);
            }
        }
    }
    out.push_str("\">");
}

/// The host of an address, with its port: what a browser will ask, whatever stands before an `@`.
fn host(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    authority.rsplit('@').next()
}

/// Appends the start tag of what stands for a link or picture with an address that is not allowed, and shows the
/// address, so that nothing of the text is lost.
pub(crate) fn write_blocked_start(out: &mut String, class: &str, address: &str) {
    out.push_str("<span class=\"");
    out.push_str(class);
    if !address.is_empty() {
        out.push_str("\" title=\"");
        write_shortened(out, address);
    }
    out.push_str("\">");
}

fn write_shortened(out: &mut String, address: &str) {
    let shown = &address[..floor_char_boundary(address, LONGEST_SHOWN)];
    escape_plain_order(out, shown);
    if shown.len() < address.len() {
        out.push('…');
    }
}

/// A picture whose description is still being read.
pub(crate) struct Picture {
    address: String,
    title: String,
    pub(crate) description: String,
}

impl Picture {
    pub(crate) fn new(address: &str, title: &str) -> Self {
        Self { address: address.to_owned(), title: title.to_owned(), description: String::new() }
    }

    /// Appends the picture if this site serves it, and otherwise a link to it or, within a link, its description.
    /// Nothing is fetched from elsewhere without a click.
    pub(crate) fn write(&self, out: &mut String, in_link: bool, unnamed: &str) {
        if let Some(address) = own_picture(&self.address) {
            out.push_str("<img src=\"");
            escape(out, address);
            out.push_str("\" loading=\"lazy\" alt=\"");
            escape(out, &self.description);
            if !self.title.is_empty() {
                out.push_str("\" title=\"");
                escape_plain_order(out, &self.title);
            }
            out.push_str("\">");
            return;
        }
        let end = match destination(&self.address) {
            Some(destination @ Destination::Elsewhere(_)) if !in_link => {
                out.push_str("<a class=\"image-blocked\"");
                write_attributes(out, &destination, &self.title, false);
                "</a>"
            }
            _ => {
                write_blocked_start(out, "image-blocked", &self.address);
                "</span>"
            }
        };
        escape_plain_order(out, if self.description.is_empty() { unnamed } else { &self.description });
        out.push_str(end);
    }
}
