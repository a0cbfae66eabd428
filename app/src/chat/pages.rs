//! What an address shows.

pub mod chat_page;
pub mod imports_page;
pub mod keys_page;
pub mod library_page;
pub mod not_found;
pub mod ratings_page;
pub mod search_page;
pub mod settings_page;
pub mod shelf_page;
