//! Ranges: the formula, the rounding, what is said, and the score.

use crate::{Basis, Limits, Method, Past, Range, Score, Shown, forecast, ratios};

fn past(ratios: i64) -> Past {
    Past { mean_ms: Some(480_000), q10_pm: 500, q90_pm: 1_500, ratios }
}
fn basis(ahead: i64, counters: i64, line: i64, centre: i64) -> Basis {
    Basis { ahead, counters, typical_min: 10, line: past(line), centre: past(centre) }
}

#[test]
fn mean_times_ahead_plus_one_over_counters_times_quantiles() {
    let check = |b: Basis, want: Option<(i64, i64)>, method: Method| {
        let f = forecast(&b, &Limits::default());
        assert_eq!((f.range.map(|r| (r.lo, r.hi)), f.method), (want, method), "{b:?}");
    };
    check(basis(2, 2, 50, 0), Some((6, 20)), Method::Line); // 12 min: 6–18, outward to 20
    check(basis(2, 2, 49, 50), Some((6, 20)), Method::Centre);
    check(basis(2, 2, 49, 49), None, Method::Learning);
    check(basis(2, 0, 50, 50), None, Method::NoCounter);
    check(basis(9, 2, 50, 0), Some((20, 60)), Method::Line); // 40 min: 20–60
    check(basis(500, 2, 50, 0), None, Method::Line);
    check(basis(0, 8, 50, 0), Some((0, 2)), Method::Line);
    let fresh = Basis { line: Past { mean_ms: None, ..past(0) }, ..basis(0, 1, 0, 0) };
    assert_eq!(forecast(&fresh, &Limits::default()).predicted_s, Some(600));
}

#[test]
fn rounding_goes_outward_in_steps_of_one_five_ten() {
    let check = |mean_min: i64, want: (i64, i64)| {
        let b = Basis { line: Past { mean_ms: Some(mean_min * 60_000), q10_pm: 1_000, q90_pm: 1_000, ratios: 50 }, ..basis(0, 1, 50, 0) };
        let r = forecast(&b, &Limits::default()).range.unwrap();
        assert_eq!((r.lo, r.hi), want, "{mean_min}");
    };
    check(10, (10, 10));
    check(11, (10, 15));
    check(29, (25, 30));
    check(31, (30, 40));
}

#[test]
fn what_is_said_and_whether_it_was_so() {
    let l = &Limits::default();
    let check = |lo, hi, want: Shown, real_s: i64, covered: bool| {
        let r = Range { lo, hi };
        assert_eq!((r.shown(l), r.covers(real_s, l)), (want, covered), "{r:?} {real_s}");
    };
    check(0, 2, Shown::NoWait, 120, true);
    check(0, 2, Shown::NoWait, 121, false);
    check(0, 3, Shown::Between, 180, true);
    check(5, 50, Shown::Between, 299, false);
    check(5, 50, Shown::Between, 300, true);
    check(5, 51, Shown::Over, 99_999, true);
    check(5, 51, Shown::Over, 299, false);
    let mut score = Score::default();
    assert_eq!(score.percent(), None);
    score.add(Range { lo: 0, hi: 3 }, 60, l);
    score.add(Range { lo: 0, hi: 3 }, 600, l);
    score.add(Range { lo: 0, hi: 3 }, 0, l);
    assert_eq!((score.n, score.percent()), (3, Some(67)));
}

#[test]
fn quantiles_are_linear_between_neighbours() {
    assert_eq!(ratios(&[]), Past::default());
    let pairs: Vec<(i64, i64)> = (0..=10).map(|i| (i * 100, 1_000)).chain([(7, 0)]).collect();
    assert_eq!(ratios(&pairs), Past { mean_ms: None, q10_pm: 100, q90_pm: 900, ratios: 11 });
    assert_eq!(ratios(&[(1_000, 1_000), (2_000, 1_000)]).q10_pm, 1_100);
}
