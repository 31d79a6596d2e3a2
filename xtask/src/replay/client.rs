//! One person at the public HTTP API: cookies, one-time keys, JSON.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use ureq::Agent;

static KEYS: AtomicU64 = AtomicU64::new(0);

/// A key that no other request of this run has.
pub fn key() -> String {
    let n = KEYS.fetch_add(1, Ordering::Relaxed);
    format!("replay-{:08}-{n:012}", std::process::id())
}

/// Somebody signed in, or nobody.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    url: String,
    cookie: String,
}

impl Client {
    /// Nobody.
    pub fn nobody(url: &str) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).max_redirects(0).timeout_global(Some(Duration::from_mins(1))).build();
        Self { agent: config.into(), url: url.trim_end_matches('/').to_owned(), cookie: String::new() }
    }
    /// Signs in with a password.
    ///
    /// # Errors
    /// What the server said.
    pub fn sign_in(url: &str, login: &str, password: &str) -> Result<Self> {
        let mut client = Self::nobody(url);
        client.enter("/in", &serde_json::json!({ "login": login, "password": password })).with_context(|| format!("sign in as {login}"))?;
        Ok(client)
    }
    /// Posts to a route that sets the session cookie.
    ///
    /// # Errors
    /// What the server said.
    pub fn enter(&mut self, path: &str, body: &Value) -> Result<()> {
        let mut response = self.agent.post(format!("{}/api/v1{path}", self.url)).header("accept", "application/json").send_json(body)?;
        if response.status().as_u16() >= 400 {
            bail!("{} {}", response.status(), response.body_mut().read_to_string()?);
        }
        let set = response.headers().get_all("set-cookie").iter().filter_map(|v| v.to_str().ok()?.split(';').next());
        self.cookie = set.collect::<Vec<_>>().join("; ");
        if self.cookie.is_empty() {
            bail!("{path} set no cookie")
        }
        Ok(())
    }
    /// Posts JSON with a fresh one-time key; a 503 is tried again with the same key.
    ///
    /// # Errors
    /// Any other answer than success.
    pub fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let key = key();
        loop {
            let request = self
                .agent
                .post(format!("{}/api/v1{path}", self.url))
                .header("accept", "application/json")
                .header("idempotency-key", &key)
                .header("cookie", &self.cookie)
                .header("origin", &self.url);
            let mut response = request.send_json(body)?;
            let text = response.body_mut().with_config().limit(256 * 1024 * 1024).read_to_string()?;
            match response.status().as_u16() {
                200..300 if text.is_empty() => return Ok(Value::Null),
                200..300 => return serde_json::from_str(&text).with_context(|| text),
                503 => std::thread::sleep(Duration::from_millis(200)),
                status => bail!("{path}: {status} {text}"),
            }
        }
    }
    /// Reads JSON.
    ///
    /// # Errors
    /// Any other answer than success.
    pub fn get(&self, path: &str) -> Result<Value> {
        let mut response = self.agent.get(format!("{}/api/v1{path}", self.url)).header("accept", "application/json").header("cookie", &self.cookie).call()?;
        let text = response.body_mut().with_config().limit(64 * 1024 * 1024).read_to_string()?;
        if response.status().as_u16() >= 300 {
            bail!("{path}: {} {text}", response.status());
        }
        serde_json::from_str(&text).with_context(|| text)
    }
}
