//! Rate limits (QUALITY §13), per class and asker.

use std::{net::IpAddr, num::NonZeroU32};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::Rate;

/// One limiter per class. Figures are settings with their sources in QUALITY §13.
pub struct Limits {
    open: DefaultKeyedRateLimiter<String>,
    login: DefaultKeyedRateLimiter<String>,
    device: DefaultKeyedRateLimiter<String>,
    staff: DefaultKeyedRateLimiter<String>,
    stream: DefaultKeyedRateLimiter<String>,
    off: bool,
}

fn per(count: u32, seconds: u64) -> Quota {
    let count = NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
    let each = std::time::Duration::from_secs(seconds) / count.get();
    Quota::with_period(each).unwrap_or(Quota::per_second(count)).allow_burst(count)
}

impl Limits {
    /// The limits of a real district; `off` for benchmarks and replays, which say so.
    pub fn new(off: bool) -> Self {
        Self {
            open: RateLimiter::keyed(per(50, 60)),
            login: RateLimiter::keyed(per(10, 60)),
            device: RateLimiter::keyed(per(30, 3)),
            staff: RateLimiter::keyed(per(30, 3)),
            stream: RateLimiter::keyed(per(60, 60)),
            off,
        }
    }
    /// Whether this asker may go on now.
    pub fn allow(&self, rate: Rate, address: &str, session: Option<&str>, device: Option<&str>) -> bool {
        if self.off {
            return true;
        }
        let who = session.or(device).unwrap_or(address).to_owned();
        match rate {
            Rate::Read => true,
            Rate::Open if device.is_some() => self.device.check_key(&who).is_ok(),
            Rate::Open => self.open.check_key(&group(address)).is_ok(),
            Rate::Login => self.login.check_key(&group(address)).is_ok(),
            Rate::Device => self.device.check_key(&who).is_ok(),
            Rate::Staff => self.staff.check_key(&who).is_ok(),
            Rate::Stream => device.is_some() || self.stream.check_key(&group(address)).is_ok(),
        }
    }
    /// Forgets askers that have been quiet.
    pub fn tidy(&self) {
        for limiter in [&self.open, &self.login, &self.device, &self.staff, &self.stream] {
            limiter.retain_recent();
        }
    }
}

/// An IPv6 asker owns a /64; count that.
fn group(address: &str) -> String {
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V6(a)) => a.segments()[..4].iter().fold(String::new(), |t, s| format!("{t}{s:x}:")),
        _ => address.to_owned(),
    }
}
