//! Discussions in the forms of other programs: a WebAssembly module that the
//! first one loads when somebody asks for one (`src/on_demand.rs` there). Both
//! share no memory; what goes from one to the other goes as bytes.
//!
//! One file for each thing that it is loaded for, with the exports for it:
//! - [`discussion`]: discussions in the forms of other programs.
//! - [`email`]: copies of a discussion as e-mails.
//! - [`fragment`]: texts that addresses name.
//!
//! Whatever needs the DOM, the store or the network stays in the first module.

pub mod discussion;
pub mod email;
pub mod fragment;
