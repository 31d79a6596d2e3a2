//! Rate limits (QUALITY §13), per class and asker.

use std::{net::IpAddr, num::NonZeroU32};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use kernel::{AccountId, DeviceId};

use crate::Rate;

/// Who asks, once the session or the token was looked up.
#[derive(Clone, Copy, Debug)]
pub enum Known {
    /// Somebody who is signed in.
    Account(AccountId),
    /// An enrolled device.
    Device(DeviceId),
}

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
            login: RateLimiter::keyed(per(60, 60)),
            device: RateLimiter::keyed(per(30, 3)),
            staff: RateLimiter::keyed(per(30, 3)),
            stream: RateLimiter::keyed(per(60, 60)),
            off,
        }
    }
    /// Whether this asker may go on now. `address` counts unless the asker is known: a made-up cookie buys nothing.
    pub fn allow(&self, rate: Rate, address: &str, known: Option<Known>) -> bool {
        if self.off {
            return true;
        }
        match (rate, known) {
            (Rate::Read, _) | (Rate::Stream, Some(_)) => true,
            (Rate::Login, _) => self.login.check_key(&group(address)).is_ok(),
            (Rate::Stream, None) => self.stream.check_key(&group(address)).is_ok(),
            (_, Some(Known::Account(a))) => self.staff.check_key(&a.to_string()).is_ok(),
            (_, Some(Known::Device(d))) => self.device.check_key(&d.to_string()).is_ok(),
            (_, None) => self.open.check_key(&group(address)).is_ok(),
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

#[cfg(test)]
mod tests {
    use kernel::Instant;

    use super::*;

    /// How many of 200 requests at once go through.
    fn through(rate: Rate, address: impl Fn(usize) -> String, known: impl Fn(usize) -> Option<Known>) -> usize {
        let limits = Limits::new(false);
        (0..200).filter(|&n| limits.allow(rate, &address(n), known(n))).count()
    }

    #[test]
    fn each_class_counts_its_own_asker() {
        let one = |_| "203.0.113.7".to_owned();
        let others = |n: usize| format!("203.0.113.{n}");
        let same_64 = |n: usize| format!("2001:db8::{n:x}");
        let device = |n: usize| Some(Known::Device(DeviceId::new(Instant::from_micros(0), [n as u8; 10])));
        let account = |n: usize| Some(Known::Account(AccountId::new(Instant::from_micros(0), [n as u8; 10])));
        let nobody = |_| None;
        assert_eq!(through(Rate::Read, one, nobody), 200);
        assert_eq!(through(Rate::Open, one, nobody), 50);
        assert_eq!(through(Rate::Open, others, nobody), 200);
        assert_eq!(through(Rate::Open, same_64, nobody), 50, "an IPv6 asker owns a /64");
        assert_eq!(through(Rate::Stream, one, nobody), 60);
        assert_eq!(through(Rate::Stream, one, |_| device(1)), 200);
        assert_eq!(through(Rate::Login, one, account), 60, "signing in counts the address, whoever asks");
        for rate in [Rate::Open, Rate::Device, Rate::Staff] {
            assert_eq!(through(rate, one, |_| device(1)), 30, "{rate:?}");
            assert_eq!(through(rate, one, |_| account(1)), 30, "{rate:?}");
            assert_eq!(through(rate, one, account), 200, "each has its own: {rate:?}");
            assert_eq!(through(rate, one, nobody), 50, "a token that stands for nobody counts as its address: {rate:?}");
        }
    }
}
