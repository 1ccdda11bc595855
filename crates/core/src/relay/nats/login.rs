//! What a client says of itself.

use crate::json::write::Json;
use crate::relay::address::Address;

/// What one says of oneself. A name without a password is a token, and may be
/// a JWT that asks for no signature.
pub(super) fn connect(address: &Address) -> String {
    let mut json = Json::default();
    json.object(|json| {
        json.field("verbose").raw("false");
        json.field("pedantic").raw("false");
        json.field("headers").raw("true");
        json.field("no_responders").raw("true");
        json.field("protocol").number(1);
        json.field("lang").text("postil");
        json.field("version").text(env!("CARGO_PKG_VERSION"));
        match (&address.user, &address.password) {
            (Some(token), None) => {
                json.field("auth_token").text(token);
                if token.starts_with("eyJ") && token.matches('.').count() == 2 {
                    json.field("jwt").text(token);
                }
            }
            (Some(user), Some(password)) => {
                json.field("user").text(user);
                json.field("pass").text(password);
            }
            (None, _) => {}
        }
    });
    json.out
}
