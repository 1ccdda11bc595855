//! What few pages need of Postil: a second WebAssembly module, which the first
//! loads when it is needed (`src/on_demand.rs` there). Both share no memory; what
//! goes from one to the other goes as bytes.
//!
//! One file for each thing that it is loaded for, with the exports for it:
//! - [`email`]: copies of a discussion as e-mails.
//! - [`interchange`]: discussions in the forms of other programs.
//! - [`relay`]: relays that speak another protocol than the mailbox's.
//!
//! Whatever needs the DOM, the store or the network stays in the first module.

pub mod email;
pub mod interchange;
pub mod relay;
