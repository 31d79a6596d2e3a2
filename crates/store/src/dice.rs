//! Several ids from one throw of the request's dice.

use kernel::{Id, Instant};
use sha2::{Digest, Sha256};

/// Thirty-two random bytes stretched to as many as a command needs; the same dice give the same ids, so a closure may run again.
pub struct Dice {
    seed: [u8; 32],
    thrown: u32,
}
impl Dice {
    /// From a request's randomness.
    pub fn new(seed: [u8; 32]) -> Self {
        Self { seed, thrown: 0 }
    }
    /// The next thirty-two bytes.
    pub fn throw(&mut self) -> [u8; 32] {
        self.thrown += 1;
        Sha256::new().chain_update(self.seed).chain_update(self.thrown.to_le_bytes()).finalize().into()
    }
    /// The next id.
    pub fn id<T>(&mut self, now: Instant) -> Id<T> {
        let bytes = self.throw();
        let mut ten = [0; 10];
        ten.copy_from_slice(&bytes[..10]);
        Id::new(now, ten)
    }
}
