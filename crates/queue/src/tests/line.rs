//! Who is next: the three rules by hand, then `choose` over three candidates a line against `choose` over the whole line.

use kernel::{Instant, LineId, TicketId};
use proptest::prelude::*;

use super::twins;
use crate::{Candidate, Limits, Rule, Skill, Why, choose, order};

fn t(s: i64) -> Instant {
    Instant::from_micros(1_800_000_000_000_000).plus_s(s)
}
fn line(n: u8) -> LineId {
    LineId::from_bytes([n; 16])
}
fn c(ticket: u8, on: u8, base: i64, credit: i64, booked: bool, passed: i64) -> Candidate {
    Candidate { ticket: TicketId::from_bytes([ticket; 16]), line: line(on), base: t(base), key: t(base - credit), booked, passed }
}
fn rule() -> Rule {
    Rule::from(&Limits::default())
}
fn skill(on: u8, rank: i64) -> Skill {
    Skill { line: line(on), rank, help_after_s: 600 }
}
fn check(all: &[Candidate], skills: &[Skill], now: i64, want: Option<(u8, Why)>) {
    let got = choose(all, skills, rule(), t(now));
    assert_eq!(got, want.map(|(n, why)| (TicketId::from_bytes([n; 16]), why)), "{all:?}");
}

#[test]
fn the_smallest_key_is_next_and_ties_go_by_ticket() {
    let one = [skill(1, 1)];
    check(&[], &one, 0, None);
    check(&[c(2, 1, 10, 0, false, 0), c(1, 1, 20, 0, false, 0)], &one, 30, Some((2, Why::Key)));
    check(&[c(2, 1, 10, 0, false, 0), c(1, 1, 300, 600, false, 0)], &one, 301, Some((1, Why::Key)));
    check(&[c(2, 1, 10, 0, false, 0), c(1, 1, 10, 0, false, 0)], &one, 30, Some((1, Why::Key)));
    check(&[c(1, 9, 0, 0, false, 99)], &one, 30, None);
}

#[test]
fn a_capped_ticket_goes_before_a_late_booking_and_that_before_keys() {
    let one = [skill(1, 1)];
    let walk = c(1, 1, 0, 0, false, 12);
    let older_capped = c(4, 1, -10, 0, false, 13);
    let booked = c(2, 1, 100, 1_500, true, 0);
    let elder = c(3, 1, 50, 5_000, false, 0);
    check(&[walk, booked, elder], &one, 500, Some((1, Why::Cap)));
    check(&[walk, older_capped, booked], &one, 500, Some((4, Why::Cap)));
    check(&[Candidate { passed: 11, ..walk }, booked, elder], &one, 460, Some((2, Why::Promise)));
    check(&[booked, elder], &one, 459, Some((3, Why::Key)));
}

#[test]
fn rank_two_helps_an_empty_counter_or_a_long_line() {
    let skills = [skill(1, 1), skill(2, 2)];
    let own = c(1, 1, 500, 0, false, 0);
    let other = c(2, 2, 0, 0, false, 0);
    check(&[own, other], &skills, 600, Some((1, Why::Key)));
    check(&[own, other], &skills, 601, Some((2, Why::Key)));
    check(&[other], &skills, 1, Some((2, Why::Key)));
    check(&[own, Candidate { passed: 12, ..other }], &skills, 1, Some((2, Why::Cap)));
    check(&[own, c(3, 2, 0, 0, true, 0)], &skills, 360, Some((3, Why::Promise)));
}

#[test]
fn the_order_shown_is_the_order_called() {
    let all = vec![c(1, 1, 0, 0, false, 0), c(2, 1, 10, 0, false, 12), c(3, 1, 20, 1_500, true, 0)];
    let ids = order(all, &[skill(1, 1)], rule(), t(30), 5);
    assert_eq!(ids, [2, 3, 1].map(|n| TicketId::from_bytes([n; 16])));
}

/// What `rows::ticket::candidates` reads of a line: `n` each of the first by key, the first capped and the first late booking by base.
pub fn fetched(all: &[Candidate], skills: &[Skill], rule: Rule, now: Instant, n: usize) -> Vec<Candidate> {
    let mut out: Vec<Candidate> = Vec::new();
    for s in skills {
        let of = || all.iter().filter(|c| c.line == s.line).copied();
        let mut by_key: Vec<_> = of().collect();
        by_key.sort_by_key(|c| (c.key, c.ticket));
        let mut capped: Vec<_> = of().filter(|c| c.passed >= rule.cap).collect();
        capped.sort_by_key(|c| (c.base, c.ticket));
        let mut late: Vec<_> = of().filter(|c| c.booked && c.base.plus_s(rule.promise_s) <= now).collect();
        late.sort_by_key(|c| (c.base, c.ticket));
        out.extend([by_key, capped, late].iter().flat_map(|v| v.iter().take(n)));
    }
    out.sort_by_key(|c| c.ticket);
    out.dedup_by_key(|c| c.ticket);
    out
}

prop_compose! {
    fn a_line()(
        raw in proptest::collection::vec((1_u8..4, -40_i64..40, 0_usize..3, any::<bool>(), 0_i64..15), 0..60),
        ranks in proptest::collection::vec(0_i64..3, 3),
    ) -> (Vec<Candidate>, Vec<Skill>) {
        let all = raw.iter().enumerate().map(|(i, &(on, base, credit, booked, passed))| {
            c(i as u8, on, base * 30, [0, 600, 1_500][credit], booked && credit == 2, passed)
        }).collect();
        let skills = (1_u8..).zip(&ranks).filter(|(_, r)| **r > 0).map(|(n, r)| skill(n, *r)).collect();
        (all, skills)
    }
}
proptest! {
    #![proptest_config(ProptestConfig::with_cases(super::seeds() * 10))]
    #[test]
    fn three_candidates_a_line_decide_as_the_whole_line((all, skills) in a_line()) {
        let now = t(600);
        prop_assert_eq!(choose(&fetched(&all, &skills, rule(), now, 1), &skills, rule(), now), choose(&all, &skills, rule(), now));
        let few = fetched(&all, &skills, rule(), now, 5);
        prop_assert_eq!(order(few, &skills, rule(), now, 5), order(all.clone(), &skills, rule(), now, 5));
    }
}

#[test]
fn a_twin_without_the_cap_chooses_otherwise() {
    let all = [c(1, 1, 10, 0, false, 12), c(2, 1, 0, 0, false, 0)];
    check(&all, &[skill(1, 1)], 20, Some((1, Why::Cap)));
    twins::set(twins::Twin::IgnoresCap);
    check(&all, &[skill(1, 1)], 20, Some((2, Why::Key)));
    twins::set(twins::Twin::None);
}
