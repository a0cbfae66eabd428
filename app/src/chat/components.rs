//! Views. State and rules are in [`hooks`](super::hooks).

pub mod activity;
pub mod artifact_view;
pub mod chat_container;
pub mod code_actions;
pub mod conversation_header;
pub mod conversation_sidebar;
pub mod database_toggle;
pub mod enclosure_view;
pub mod icon;
pub mod import_modal;
pub mod language_choice;
pub mod message_input;
pub mod message_list;
pub mod model_selector;
pub mod moment;
pub mod outline;
pub mod palette;
pub mod server_form;
pub mod source_mark;
pub mod system_prompt_sidebar;
pub mod turn_menu;
pub mod turn_view;
pub mod undo_import;
