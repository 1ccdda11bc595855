//! A copy as an e-mail with the file attached. Writing and reading one is the
//! module's that has the forms of other programs.

use std::rc::Rc;

use js_sys::Error;
use postil_core::interchange::eml::Email;
use postil_core::wire::bytes::Reader;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::copies::{link_with, page_address, title};
use super::panel::PanelHalf;
use crate::i18n::Text;
use crate::on_demand;
use crate::platform::now;

impl PanelHalf {
    /// An e-mail that nobody has sent, with everything that is here attached.
    ///
    /// # Errors
    /// When the module that writes it can not be had.
    pub(crate) async fn email(&self) -> Result<String, JsValue> {
        let copy = self.session().bundle().await;
        let module = on_demand::interchange().await?;
        let title = title();
        let words = self.words.borrow().clone();
        let mut text = words.with(
            Text::EmailText,
            &[
                ("title", &title),
                ("page", &page_address()),
                ("more", words.t(Text::More)),
                ("open", words.t(Text::OpenCopy)),
            ],
        );
        if let Some(link) = link_with(&copy) {
            text.extend(["\n\n", words.t(Text::EmailLink), "\n", &link]);
        }
        let email = Email {
            subject: &title,
            text: &text,
            name: &title,
            bundle: &copy,
            at: now(),
        };
        module.write_email(&email.encode())
    }

    /// Saves that e-mail as a file.
    pub(super) fn give_email(self: &Rc<Self>) {
        let this = self.clone();
        spawn_local(async move {
            match this.email().await {
                // A browser that does not let files be saved says so itself.
                Ok(email) => drop(this.save(email.as_bytes(), ".eml")),
                Err(error) => this.not_done(&error),
            }
        });
    }
}

/// The copies in a file: itself, or what is attached to it if it is an e-mail.
///
/// # Errors
/// When it is an e-mail without a copy, or the module that reads one can not be
/// had.
pub(crate) async fn copies_in(file: Vec<u8>) -> Result<Vec<Vec<u8>>, JsValue> {
    if !is_email(&file) {
        return Ok(vec![file]);
    }
    let found = on_demand::interchange().await?.read_email(&file)?;
    let mut reader = Reader::new(&found);
    let mut copies = Vec::new();
    while reader.end().is_err() {
        let copy = reader.bytes();
        copies.push(copy.map_err(|why| Error::new(&why.to_string()))?.to_vec());
    }
    Ok(copies)
}

/// Whether a file begins like an e-mail: with a field, or with the line that
/// mailboxes put before one.
fn is_email(file: &[u8]) -> bool {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let file = file.trim_ascii_start();
    // Other characters are allowed in the name of a field, but no field has them, and files of JSON do.
    let named = file
        .iter()
        .position(|c| !c.is_ascii_alphanumeric() && *c != b'-');
    let (name, rest) = file.split_at(named.unwrap_or(file.len()));
    name == b"From" || (!name.is_empty() && rest.starts_with(b":"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_are_told_from_other_files() {
        fn check(file: &[u8], expected: bool) {
            assert_eq!(
                is_email(file),
                expected,
                "{:?}",
                String::from_utf8_lossy(file)
            );
        }
        check(b"Subject: a\r\n\r\nb", true);
        check(b"MIME-Version:1.0\n", true);
        check(b"\xef\xbb\xbf\r\nReceived: from", true);
        check(b"From ada@a.example Thu Nov 26", true);
        check(b"a poem", false);
        check(b"{\"a\": 1}", false);
        check(b"\x8apostil\n\x01", false);
        check(b": a", false);
        check(b"", false);
    }
}
