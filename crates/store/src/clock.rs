//! The one place that reads the machine's clock.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use kernel::Instant;

/// Two times: the machine's, for sessions, codes, limits and keys; the district's, for tickets, days and forecasts. They differ only in a demo
/// started with `--clock` and `--speed`, and in tests.
#[derive(Clone, Copy, Debug)]
pub struct Clock(District);

#[derive(Clone, Copy, Debug)]
enum District {
    Machine,
    /// Began at `start` when the machine's clock said `began`, and runs `speed` times as fast.
    Set {
        began: Instant,
        start: Instant,
        speed: i64,
    },
    /// Stands still until a test moves it.
    Hand(&'static AtomicI64),
}

impl Clock {
    /// The machine's own time for both.
    pub fn real() -> Self {
        Self(District::Machine)
    }
    /// The district's time starts at `start` and runs `speed` times as fast.
    pub fn demo(start: Instant, speed: i64) -> Self {
        Self(District::Set { began: machine(), start, speed: speed.max(1) })
    }
    /// The district's time is what `hand` says in microseconds.
    pub fn by_hand(hand: &'static AtomicI64) -> Self {
        Self(District::Hand(hand))
    }
    /// The machine's time.
    #[allow(clippy::unused_self)]
    pub fn real_now(self) -> Instant {
        machine()
    }
    /// The district's time.
    pub fn now(self) -> Instant {
        match self.0 {
            District::Machine => machine(),
            District::Set { began, start, speed } => {
                let passed = machine().micros() - began.micros();
                Instant::from_micros(start.micros() + passed.saturating_mul(speed))
            }
            District::Hand(hand) => Instant::from_micros(hand.load(Ordering::SeqCst)),
        }
    }
}

#[allow(clippy::disallowed_methods)] // the one place
fn machine() -> Instant {
    Instant::from_micros(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_micros() as i64))
}
