//! Cookies of ours: how they are named, set and read. Never readable by scripts; `__Host-` and `Secure` where the district is reached by https.

use http::{HeaderMap, header};

use crate::Settings;

/// The `set-cookie` line that keeps a value for so many seconds; 0 takes it away.
pub fn set(settings: &Settings, name: &str, value: &str, seconds: i64) -> String {
    let (host, secure) = if settings.public_url.starts_with("https") { ("__Host-", "; Secure") } else { ("", "") };
    format!("{host}{name}={value}; HttpOnly; SameSite=Lax; Path=/; Max-Age={seconds}{secure}")
}

/// A cookie as sent.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';')).find_map(|pair| {
        let (n, v) = pair.trim().split_once('=')?;
        (n == name || n.strip_prefix("__Host-") == Some(name)).then_some(v)
    })
}

/// The plain codes that a cookie keeps, the newest first: `a.b.c`.
pub fn list(headers: &HeaderMap, name: &str, most: usize) -> Vec<String> {
    read(headers, name).map_or_else(Vec::new, |all| all.split('.').filter(|c| plain(c)).take(most).map(str::to_owned).collect())
}
/// The value of such a cookie with one more code in front.
pub fn in_front(kept: &[String], code: &str, most: usize) -> String {
    let rest = kept.iter().map(String::as_str).filter(|k| *k != code);
    std::iter::once(code).chain(rest).filter(|k| plain(k)).take(most).collect::<Vec<_>>().join(".")
}
/// Letters, digits, `-` and `_`.
fn plain(code: &str) -> bool {
    (1..=64).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// The cookie `b`: which browser this is, so that limits and quotas count without an account. Kept a year [A].
pub const BROWSER: (&str, i64) = ("b", 31_536_000);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_keeps_the_newest_and_nothing_strange() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, "x=1; __Host-t=aa.b<b.cc.aa2".parse().unwrap());
        assert_eq!(list(&headers, "t", 2), ["aa", "cc"]);
        assert_eq!(in_front(&list(&headers, "t", 5), "cc", 3), "cc.aa.aa2");
        assert_eq!((read(&headers, "x"), read(&headers, "y")), (Some("1"), None));
    }
}
