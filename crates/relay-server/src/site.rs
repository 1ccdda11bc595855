//! The static site beside the mailboxes.

use std::path::Path;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// Nothing but the site's own files runs, loads or is talked to, and no string
/// becomes markup or code.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; \
    form-action 'none'; require-trusted-types-for 'script'; trusted-types postil-site";

/// The routes of the site in `folder`.
pub(crate) fn site(folder: &Path) -> Router {
    let files = ServeDir::new(folder)
        .precompressed_br()
        .precompressed_gzip();
    Router::new()
        .fallback_service(files)
        .layer(middleware::from_fn(cache))
        .layer(always(header::CONTENT_SECURITY_POLICY, POLICY))
        .layer(always(header::REFERRER_POLICY, "no-referrer"))
}

fn always(name: header::HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}

/// A file whose name holds its hash never changes; any other is asked for
/// again each time, which costs an answer without a body.
async fn cache(request: Request, next: Next) -> Response {
    let forever = is_hash_named(request.uri().path());
    let mut response = next.run(request).await;
    let found = response.status().is_success() || response.status().as_u16() == 304;
    let value = match forever && found {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    response
}

/// Whether a part of the file's name, between `.`, `-` or `_`, is a hash:
/// eight or more hexadecimal digits with at least one decimal among them.
fn is_hash_named(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_hash = |part: &str| {
        part.len() >= 8
            && part.bytes().all(|b| b.is_ascii_hexdigit())
            && part.bytes().any(|b| b.is_ascii_digit())
    };
    name.contains('.') && name.split(['.', '-', '_']).skip(1).any(is_hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_named_files() {
        fn check(path: &str, expected: bool) {
            assert_eq!(is_hash_named(path), expected, "{path}");
        }
        check("/postil-0a1b2c3d4e5f.wasm", true);
        check("/base/postil.0a1b2c3d.js", true);
        check("/postil_bg-0123456789abcdef.wasm", true);
        check("/postil_bg.wasm", false);
        check("/index.html", false);
        check("/", false);
        check("/0a1b2c3d/index.html", false);
        check("/face-deadbeef.png", false);
        check("/0a1b2c3d4e5f", false);
    }
}
