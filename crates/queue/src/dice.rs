//! Several ids from one throw of the request's dice.

use kernel::{Id, Instant};
use sha2::{Digest, Sha256};

use crate::Code8;

/// Thirty-two random bytes stretched to as many as a command needs; the same dice give the same ids.
pub(crate) struct Dice {
    seed: [u8; 32],
    thrown: u8,
}
impl Dice {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        Self { seed, thrown: 0 }
    }
    fn throw(&mut self) -> [u8; 32] {
        self.thrown = self.thrown.wrapping_add(1);
        Sha256::new().chain_update(self.seed).chain_update([self.thrown]).finalize().into()
    }
    pub(crate) fn id<T>(&mut self, now: Instant) -> Id<T> {
        let bytes = self.throw();
        let mut ten = [0; 10];
        ten.copy_from_slice(&bytes[..10]);
        Id::new(now, ten)
    }
    pub(crate) fn code(&mut self) -> Code8 {
        let bytes = self.throw();
        let mut five = [0; 5];
        five.copy_from_slice(&bytes[..5]);
        Code8::new(five)
    }
}
