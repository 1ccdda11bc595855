//! The core of Postil: what a discussion is and how it is exchanged, without any I/O.
//!
//! Nothing in this crate knows the web, a clock, a source of randomness or a
//! network: they are arguments. That is why the same code runs in the browser,
//! in a simulated network of hundreds of devices, under a fuzzer and in a
//! benchmark.
//!
//! Data flows one way. A [`command`] becomes an event, events live in one
//! hash-chained log for each device, and the [`discussion`] is a pure function
//! of the set of valid events: the same set gives the same threads, whatever
//! the order of arrival.

pub mod anchor;
pub mod body;
pub mod command;
pub mod coverage;
pub mod discussion;
pub mod draft;
pub mod event;
pub mod id;
pub mod interchange;
pub mod json;
pub mod log;
pub mod markup;
pub mod peer;
pub mod projection;
pub mod relay;
pub mod replica;
pub mod sorted;
pub mod store;
pub mod tabs;
pub mod text;
pub mod wire;
