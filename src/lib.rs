//! The browser half of Postil.
//!
//! Two custom elements are its face ([`api`]): `<postil-document>`, a text
//! that several people edit, and `<postil-comments>`, the discussion beside
//! it. Behind both is one session for each room, where everything happens: what
//! people do and what relays and other tabs bring goes to a
//! [`postil_core::peer::Peer`], and the effects that come out are performed
//! with the browser's means. What changed is handed to the editor
//! ([`document`]) and to the panel ([`view`]) as one snapshot.

pub mod api;
mod config;
pub mod document;
mod hand;
mod highlight;
pub mod i18n;
pub mod identity;
mod listener;
mod on_demand;
pub mod page;
mod pictures;
mod plan;
mod platform;
mod relay;
mod session;
mod sheets;
pub mod store;
mod tabs;
pub mod view;
