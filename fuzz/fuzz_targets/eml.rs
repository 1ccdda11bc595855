//! E-mails from strangers: bundles are taken out of them, or they are refused.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postil_core::interchange::eml::{self, Email};

fuzz_target!(|file: &[u8]| {
    for bundle in eml::read(file).unwrap_or_default() {
        let email = Email {
            subject: "",
            text: "",
            name: "",
            bundle: &bundle,
            at: 0,
        };
        assert_eq!(eml::read(email.write().as_bytes()), Ok(vec![bundle]));
    }
});
