//! The typed body of a request: a form or JSON, the same fields.

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::{App, Refuse};

/// The body, parsed. HTML forms repeat a name for a list; JSON has an array. `_once` is not part of it.
pub struct Body<T>(pub T);

/// The bytes as the guard read them, with whether they are JSON.
#[derive(Clone)]
pub(crate) struct RawBody {
    pub(crate) bytes: Bytes,
    pub(crate) json: bool,
}

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Refuse;
    async fn from_request(request: Request, _: &App) -> Result<Self, Refuse> {
        let Some(raw) = request.extensions().get::<RawBody>() else { return Err(Refuse::status(400, "body.unreadable")) };
        parse(&raw.bytes, raw.json).map(Self).map_err(|why| kernel::No::Refused(kernel::Refusal::with("body.unreadable", 400).arg("why", why)).into())
    }
}

/// Parses a body as form or JSON.
///
/// # Errors
/// What could not be read, in the parser's words.
pub fn parse<T: DeserializeOwned>(bytes: &[u8], json: bool) -> Result<T, String> {
    if json {
        let bytes = if bytes.is_empty() { b"{}" } else { bytes };
        // Only an escape can bring one; a text that speaks of the escape is looked at more closely.
        if bytes.windows(6).any(|w| w == b"\\u0000") && has_nul(&serde_json::from_slice(bytes).map_err(|e| e.to_string())?) {
            return Err("NUL".into());
        }
        return serde_json::from_slice(bytes).map_err(|e| e.to_string());
    }
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(bytes).map_err(|e| e.to_string())?;
    if pairs.iter().any(|(_, v)| v.contains('\0')) {
        return Err("NUL".into());
    }
    let kept: Vec<_> = pairs.into_iter().filter(|(n, _)| n != "_once").collect();
    let text = serde_urlencoded::to_string(&kept).map_err(|e| e.to_string())?;
    serde_html_form::from_str(&text).map_err(|e| e.to_string())
}

/// PostgreSQL has no place for NUL in a text.
fn has_nul(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(s) => s.contains('\0'),
        serde_json::Value::Array(all) => all.iter().any(has_nul),
        serde_json::Value::Object(all) => all.iter().any(|(k, v)| k.contains('\0') || has_nul(v)),
        _ => false,
    }
}
