//! The lot (抽签): an order that nobody could choose and everybody can work out again. All of it is text, so that `sha256sum` is enough.
//!
//! Before the first application the SHA-256 of a secret is shown. After the last one the secret is told. The seed is the SHA-256 of the secret (lower-case
//! hex) followed by all codes in ascending order; the order is by the SHA-256 of the seed (hex) followed by a code. What it does not protect from: whoever
//! reads the secret in the database before the end could hand in codes until one suits; every application stands in the journal with its time.

use sha2::{Digest, Sha256};

/// Lower-case hex.
pub fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
fn hash(parts: &[&str]) -> [u8; 32] {
    parts.iter().fold(Sha256::new(), Sha256::chain_update).finalize().into()
}
/// What is shown before anybody applies.
pub fn commitment(secret: &[u8; 32]) -> [u8; 32] {
    hash(&[&hex(secret)])
}
/// The seed of a draw among `codes`, whatever their order here.
pub fn seed(secret: &[u8; 32], codes: &[String]) -> [u8; 32] {
    let mut sorted = codes.to_vec();
    sorted.sort_unstable();
    hash(&[&hex(secret), &sorted.concat()])
}
/// How codes, given in the order of their arrival, are put in order.
pub type Order = fn(&[u8; 32], &[String]) -> Vec<String>;
/// The drawn order: ascending SHA-256 of the seed followed by the code.
pub fn order(secret: &[u8; 32], codes: &[String]) -> Vec<String> {
    let seed = hex(&seed(secret, codes));
    let mut all: Vec<([u8; 32], String)> = codes.iter().map(|c| (hash(&[&seed, c]), c.clone())).collect();
    all.sort_unstable();
    all.into_iter().map(|(_, code)| code).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(n: usize) -> Vec<String> {
        (0..n).map(|i| format!("CODE{i:04}")).collect()
    }
    fn secret(n: u64) -> [u8; 32] {
        hash(&["seed of the test", &n.to_string()])
    }

    #[test]
    fn an_order_is_the_same_whoever_works_it_out() {
        let mut shuffled = codes(30);
        shuffled.reverse();
        assert_eq!(order(&secret(1), &codes(30)), order(&secret(1), &shuffled));
        assert_ne!(order(&secret(1), &codes(30)), order(&secret(2), &codes(30)));
        // One application more or less changes everything: the last to come cannot aim.
        let with = order(&secret(1), &codes(31));
        let without: Vec<String> = with.iter().filter(|c| *c != "CODE0030").cloned().collect();
        assert_ne!(without, order(&secret(1), &codes(30)));
        // Worked out once by hand with `printf %s … | sha256sum`.
        assert_eq!(hex(&commitment(&[0; 32])), "60e05bd1b195af2f94112fa7197a5c88289058840ce7c6df9693756bc6250f55");
        let mut sorted = order(&secret(1), &codes(30));
        sorted.sort_unstable();
        assert_eq!(sorted, codes(30), "nobody is lost, nobody is there twice");
    }

    /// Over 2,000 secrets each of ten comes to each place about equally often: χ² with 9 degrees of freedom stays below 33.7 (p = 0.0001) for everybody.
    #[test]
    fn nobody_is_favoured() {
        let codes = codes(10);
        let mut seen = [[0_u32; 10]; 10];
        for n in 0..2_000 {
            for (place, code) in order(&secret(n), &codes).iter().enumerate() {
                seen[codes.iter().position(|c| c == code).unwrap()][place] += 1;
            }
        }
        let chi = |row: &[u32]| row.iter().map(|n| (f64::from(*n) - 200.0).powi(2) / 200.0).sum::<f64>();
        for (who, row) in seen.iter().enumerate() {
            assert!(chi(row) < 33.7, "{who}: {row:?} χ² {}", chi(row));
        }
        // Its twin: by arrival.
        let by_arrival: Vec<u32> = (0..10).map(|place| if place == 0 { 2_000 } else { 0 }).collect();
        assert!(chi(&by_arrival) > 33.7);
    }
}
