//! Embedded files: stylesheet, sprite, modules. Names carry a hash, so they are kept for ever.

use std::{collections::HashMap, sync::OnceLock};

use axum::{body::Body, extract::Path, response::Response};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

fn hashes() -> &'static HashMap<String, String> {
    static HASHES: OnceLock<HashMap<String, String>> = OnceLock::new();
    HASHES.get_or_init(|| {
        let hash = |name: &str| {
            let bytes = Files::get(name).map(|f| f.data).unwrap_or_default();
            Sha256::digest(&bytes).iter().take(5).fold(String::new(), |t, b| format!("{t}{b:02x}"))
        };
        Files::iter().map(|name| (name.to_string(), hash(&name))).collect()
    })
}

/// The address of an embedded file, with its hash.
pub fn url(name: &str) -> String {
    let hash = hashes().get(name).map_or("0", String::as_str);
    format!("/assets/{name}?{hash}")
}

/// Serves an embedded file.
pub async fn serve(Path(name): Path<String>) -> Response {
    let Some(file) = Files::get(&name) else {
        return Response::builder().status(404).body(Body::empty()).unwrap_or_default();
    };
    let mime = mime_guess::from_path(&name).first_or_octet_stream();
    let kind = if mime.type_() == "text" { format!("{mime}; charset=utf-8") } else { mime.to_string() };
    Response::builder()
        .header("content-type", kind)
        .header("cache-control", "public, max-age=31536000, immutable")
        .header("x-content-type-options", "nosniff")
        .body(Body::from(file.data.into_owned()))
        .unwrap_or_default()
}
