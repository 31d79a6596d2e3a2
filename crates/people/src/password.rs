//! Hashing passwords: Argon2id, two at a time, never inside a lane.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use kernel::{AccountId, Fault, No, Refusal};
use tokio::sync::oneshot;

/// 19 MiB, two passes, one lane: the smallest set OWASP names (Password Storage Cheat Sheet); compare with today's list at each release.
const M_KIB: u32 = 19 * 1_024;
const T: u32 = 2;
const P: u32 = 1;

/// Hashes at a time and waiting; more are turned away [A].
const AT_ONCE: usize = 2;
const WAITING: usize = 64;

/// A password's hash as PHC text. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Phc(String);
impl Phc {
    /// As stored.
    pub fn text(&self) -> &str {
        &self.0
    }
    /// From its stored form.
    pub fn stored(text: String) -> Self {
        Self(text)
    }
    /// Whether it was made with other parameters than today's.
    pub fn stale(&self) -> bool {
        !self.0.starts_with(&format!("$argon2id$v=19$m={M_KIB},t={T},p={P}$"))
    }
}
impl std::fmt::Debug for Phc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Phc(…)")
    }
}

/// What checking a password found. Only [`check`] makes one, so no transaction can be told "right" by anything else.
#[derive(Debug)]
pub struct Checked {
    account: Option<AccountId>,
    right: bool,
    fresh: Option<Phc>,
}
impl Checked {
    /// The account, when the login is known.
    pub fn account(&self) -> Option<AccountId> {
        self.account
    }
    /// Whether the password was right.
    pub fn right(&self) -> bool {
        self.right
    }
    /// A hash with today's parameters, when the stored one is stale and the password was right.
    pub fn fresh(&self) -> Option<&Phc> {
        self.fresh.as_ref()
    }
}

fn argon() -> Result<Argon2<'static>, Fault> {
    let params = Params::new(M_KIB, T, P, None).map_err(|e| Fault::new(format!("argon2: {e}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes on this thread: for the shell and the sample's maker. Takes about 20 ms.
///
/// # Errors
/// A fault of the hasher.
pub fn hash_here(password: &str, dice: [u8; 32]) -> Result<Phc, Fault> {
    let phc: PasswordHash = argon()?.hash_password_with_salt(password.as_bytes(), &dice[..16]).map_err(|e| Fault::new(format!("argon2: {e}")))?;
    Ok(Phc(phc.to_string()))
}

/// Checks on this thread. Without a hash the work is the same and the answer is no.
fn check_here(password: &str, phc: Option<&Phc>) -> Result<bool, Fault> {
    static DUMMY: OnceLock<Phc> = OnceLock::new();
    let dummy = match DUMMY.get() {
        Some(phc) => phc,
        None => DUMMY.get_or_init(|| hash_here("nobody has this password", [7; 32]).unwrap_or(Phc(String::new()))),
    };
    let parsed = PasswordHash::new(&phc.unwrap_or(dummy).0).map_err(|e| Fault::new(format!("a stored password hash cannot be read: {e}")))?;
    Ok(argon()?.verify_password(password.as_bytes(), &parsed).is_ok() && phc.is_some())
}

type Work = Box<dyn FnOnce() + Send>;

/// Two threads of their own: on the runtime's blocking threads every one of them would keep its 19 MiB blocks.
fn pool() -> &'static mpsc::Sender<Work> {
    static POOL: OnceLock<mpsc::Sender<Work>> = OnceLock::new();
    POOL.get_or_init(|| {
        let (send, receive) = mpsc::channel::<Work>();
        let receive = Arc::new(Mutex::new(receive));
        for n in 0..AT_ONCE {
            let receive = Arc::clone(&receive);
            let worker = move || {
                loop {
                    let next = receive.lock().map(|r| r.recv());
                    let Ok(Ok(work)) = next else { return };
                    // The one who waits sees a dropped answer; the thread lives on.
                    let _ = catch_unwind(AssertUnwindSafe(work));
                }
            };
            if let Err(e) = thread::Builder::new().name(format!("hash {n}")).spawn(worker) {
                tracing::error!(%e, "a hashing thread did not start");
            }
        }
        send
    })
}

/// The pool: two at a time, 64 waiting, then 503.
async fn pooled<T: Send + 'static>(work: impl FnOnce() -> Result<T, Fault> + Send + 'static) -> Result<T, No> {
    static INSIDE: AtomicUsize = AtomicUsize::new(0);
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            INSIDE.fetch_sub(1, Ordering::AcqRel);
        }
    }
    let before = INSIDE.fetch_add(1, Ordering::AcqRel);
    let _leave = Leave;
    if before >= AT_ONCE + WAITING {
        return Err(Refusal::with("busy", 503).into());
    }
    let (answer, wait) = oneshot::channel();
    let job: Work = Box::new(move || drop(answer.send(work())));
    pool().send(job).map_err(|_| Fault::new("the hashing pool is closed"))?;
    Ok(wait.await.map_err(|_| Fault::new("hashing panicked"))??)
}

/// Checks a typed password against what is stored for a login; an unknown login costs the same time.
///
/// # Errors
/// `busy` (503) when 64 are waiting; a fault of the hasher.
pub async fn check(typed: String, stored: Option<(AccountId, Phc)>, dice: [u8; 32]) -> Result<Checked, No> {
    pooled(move || {
        let right = check_here(&typed, stored.as_ref().map(|(_, phc)| phc))?;
        let fresh = match &stored {
            Some((_, phc)) if right && phc.stale() => Some(hash_here(&typed, dice)?),
            _ => None,
        };
        Ok(Checked { account: stored.map(|(account, _)| account), right, fresh })
    })
    .await
}

/// Hashes a new password on the pool.
///
/// # Errors
/// `busy` (503) when 64 are waiting; a fault of the hasher.
pub async fn hash(password: String, dice: [u8; 32]) -> Result<Phc, No> {
    pooled(move || hash_here(&password, dice)).await
}
