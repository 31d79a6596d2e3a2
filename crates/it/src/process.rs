//! The real program as a process of its own: started, spoken to over HTTP, killed.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use ureq::Agent;

/// The program as built beside the tests.
pub fn binary() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let path = tests.parent().and_then(Path::parent).unwrap().join("yizhan");
    assert!(path.exists(), "{} is not built: cargo build -p server", path.display());
    path
}

/// Runs a command to its end.
pub fn run(args: &[&str]) -> Output {
    Command::new(binary()).args(args).output().unwrap()
}

/// A free port of the loopback.
pub fn port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A running server; killed when it is dropped.
pub struct Server {
    child: Child,
    pub url: String,
    /// What it has printed so far.
    pub printed: Vec<String>,
}

impl Server {
    /// Starts `yizhan <args> --listen …` and waits until it answers.
    pub fn start(args: &[&str]) -> Self {
        Self::start_at(args, port())
    }
    pub fn start_at(args: &[&str], port: u16) -> Self {
        let listen = format!("127.0.0.1:{port}");
        let mut child = Command::new(binary()).args(args).args(["--listen", &listen]).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (said, heard) = mpsc::channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = said.send(line);
            }
        });
        for _ in 0..400 {
            if std::net::TcpStream::connect(&listen).is_ok() {
                thread::sleep(Duration::from_millis(50));
                return Self { child, url: format!("http://{listen}"), printed: heard.try_iter().collect() };
            }
            if let Some(status) = child.try_wait().unwrap() {
                panic!("it ended with {status}: {:?}", heard.try_iter().collect::<Vec<_>>());
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("it did not start listening at {listen}")
    }
    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
    /// SIGTERM, and the code it ends with.
    pub fn stop(mut self) -> Option<i32> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        for _ in 0..200 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("it did not stop within ten seconds")
    }
}
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody at the HTTP interface.
#[derive(Clone)]
pub struct Http {
    pub agent: Agent,
    pub url: String,
    pub cookie: String,
}

/// Status, headers that matter, body.
pub struct Answer {
    pub status: u16,
    pub body: String,
    pub cookies: Vec<String>,
    pub replayed: bool,
}
impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }
}

impl Http {
    pub fn new(url: &str) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).max_redirects(0).timeout_global(Some(Duration::from_secs(20))).build();
        Self { agent: config.into(), url: url.to_owned(), cookie: String::new() }
    }
    /// Through a door of the sample: `as/clerk1`, `device/kiosk`.
    pub fn door(url: &str, door: &str) -> Self {
        let mut http = Self::new(url);
        let answer = http.post(&format!("/demo/{door}"), &json!({}), "door-door-door-door-door-1").unwrap();
        http.cookie = answer.cookies.join("; ");
        assert!(!http.cookie.is_empty(), "{door}: {} {}", answer.status, answer.body);
        http
    }
    /// Posts JSON below `/api/v1`.
    ///
    /// # Errors
    /// When the connection fails: then nobody knows what happened.
    pub fn post(&self, path: &str, body: &Value, once: &str) -> Result<Answer, ureq::Error> {
        let request = self
            .agent
            .post(format!("{}/api/v1{path}", self.url))
            .header("accept", "application/json")
            .header("idempotency-key", once)
            .header("cookie", &self.cookie)
            .header("origin", &self.url);
        let response = if self.cookie.is_empty() {
            self.agent.post(format!("{}/api/v1{path}", self.url)).header("accept", "application/json").header("idempotency-key", once).send_json(body)
        } else {
            request.send_json(body)
        };
        answer(response?)
    }
    /// Reads a path.
    ///
    /// # Errors
    /// When the connection fails.
    pub fn get(&self, path: &str) -> Result<Answer, ureq::Error> {
        let mut request = self.agent.get(format!("{}{path}", self.url));
        if !self.cookie.is_empty() {
            request = request.header("cookie", &self.cookie);
        }
        answer(request.call()?)
    }
}

fn answer(mut response: http::Response<ureq::Body>) -> Result<Answer, ureq::Error> {
    let cookies = response.headers().get_all("set-cookie").iter().filter_map(|v| v.to_str().ok()?.split(';').next().map(str::to_owned)).collect();
    let replayed = response.headers().contains_key("idempotency-replayed");
    Ok(Answer { status: response.status().as_u16(), cookies, replayed, body: response.body_mut().read_to_string()? })
}
