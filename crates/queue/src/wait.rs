//! How long it may take (等候区间): a range made from the line's own past, frozen when first shown, and scored.

use crate::Limits;

/// What the past says about one line, or about its whole centre; made once a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Past {
    /// Mean service time in milliseconds; `None` before the first finished ticket.
    pub mean_ms: Option<i64>,
    /// 10 % and 90 % quantiles of real ÷ predicted, in thousandths.
    pub q10_pm: i64,
    /// See `q10_pm`.
    pub q90_pm: i64,
    /// Served tickets behind the quantiles.
    pub ratios: i64,
}

/// What a range is made from, at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Basis {
    /// People ahead in the line.
    pub ahead: i64,
    /// Open counters with the skill.
    pub counters: i64,
    /// What the line's errands typically take, until something was served.
    pub typical_min: i64,
    /// The line's past.
    pub line: Past,
    /// The centre's past.
    pub centre: Past,
}

kernel::coded! {
    /// Where the range comes from; said beside it.
    Method {
        Line = "line", "按本队最近办理情况估算", "from the recent past of this line";
        Centre = "centre", "按本中心最近办理情况估算", "from the recent past of this centre";
        Learning = "learning", "还在学习", "still learning";
        NoCounter = "no_counter", "窗口还没开", "no counter is open yet";
    }
}

/// What is said to a person who waits, and what it was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// People ahead.
    pub ahead: i64,
    /// `mean × (ahead + 1) ÷ counters` in seconds; `None` without an open counter.
    pub predicted_s: Option<i64>,
    /// The range in whole minutes, rounded outward; `None` while learning.
    pub range: Option<Range>,
    /// How it was made.
    pub method: Method,
}

/// Whole minutes from now, rounded outward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// Not before this, in nine of ten cases.
    pub lo: i64,
    /// Not after this, in nine of ten cases.
    pub hi: i64,
}

/// How a range is put into words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// 不用等
    NoWait,
    /// lo–hi 分钟
    Between,
    /// 可能超过 lo 分钟，时间不好估
    Over,
}

/// The range for somebody with `basis.ahead` people ahead (issue 3, the simple method of hall §8.6).
pub fn forecast(basis: &Basis, limits: &Limits) -> Forecast {
    let none = |predicted_s, method| Forecast { ahead: basis.ahead, predicted_s, range: None, method };
    if basis.counters <= 0 {
        return none(None, Method::NoCounter);
    }
    let mean_ms = basis.line.mean_ms.unwrap_or(basis.typical_min * 60_000);
    let predicted_ms = mean_ms.saturating_mul(basis.ahead + 1) / basis.counters;
    let predicted_s = Some((predicted_ms / 1_000).max(1));
    let enough = |past: &Past| past.ratios >= limits.ratios_least;
    let (past, method) = if enough(&basis.line) {
        (basis.line, Method::Line)
    } else if enough(&basis.centre) {
        (basis.centre, Method::Centre)
    } else {
        return none(predicted_s, Method::Learning);
    };
    if basis.ahead >= limits.ahead_most {
        return none(predicted_s, method);
    }
    let seconds = |pm: i64| predicted_ms.saturating_mul(pm) / 1_000_000;
    let range = Range { lo: down(seconds(past.q10_pm) / 60), hi: up(ceil_div(seconds(past.q90_pm), 60)) };
    Forecast { range: Some(range), ..none(predicted_s, method) }
}

fn ceil_div(a: i64, b: i64) -> i64 {
    -(-a).div_euclid(b)
}
/// Steps of 1 up to 10, of 5 up to 30, of 10 above (hall §8.5).
fn step(minutes: i64) -> i64 {
    match minutes {
        ..=10 => 1,
        11..=30 => 5,
        31.. => 10,
    }
}
fn down(minutes: i64) -> i64 {
    minutes / step(minutes) * step(minutes)
}
fn up(minutes: i64) -> i64 {
    ceil_div(minutes, step(minutes)) * step(minutes)
}

impl Range {
    /// How to say it.
    pub fn shown(self, limits: &Limits) -> Shown {
        if self.hi < limits.no_wait_min {
            Shown::NoWait
        } else if self.hi - self.lo > limits.too_wide_min {
            Shown::Over
        } else {
            Shown::Between
        }
    }
    /// Whether the real wait was as said: "no wait" within its end, "more than" from its start, otherwise between both.
    pub fn covers(self, real_s: i64, limits: &Limits) -> bool {
        let (from, to) = (self.lo * 60, self.hi * 60);
        match self.shown(limits) {
            Shown::NoWait => real_s <= to,
            Shown::Between => (from..=to).contains(&real_s),
            Shown::Over => real_s >= from,
        }
    }
}

/// How good the ranges were (区间得分).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Score {
    /// Ranges shown whose real wait is known.
    pub n: i64,
    /// Of these, as said.
    pub covered: i64,
}
impl Score {
    /// Counts one more.
    pub fn add(&mut self, range: Range, real_s: i64, limits: &Limits) {
        self.n += 1;
        self.covered += i64::from(range.covers(real_s, limits));
    }
    /// Covered in per cent; `None` without any.
    pub fn percent(self) -> Option<i64> {
        (self.n > 0).then(|| (self.covered * 100 + self.n / 2) / self.n)
    }
}

/// The quantiles of real ÷ predicted over pairs of seconds; pairs without a prediction are skipped.
pub fn ratios(pairs: &[(i64, i64)]) -> Past {
    let mut pm: Vec<i64> = pairs.iter().filter(|(_, predicted)| *predicted > 0).map(|(real, predicted)| real.saturating_mul(1_000) / predicted).collect();
    pm.sort_unstable();
    Past { mean_ms: None, q10_pm: quantile(&pm, 10), q90_pm: quantile(&pm, 90), ratios: i64::try_from(pm.len()).unwrap_or(i64::MAX) }
}

/// The `p` % quantile of sorted values, linear between neighbours; 0 of nothing.
fn quantile(sorted: &[i64], p: usize) -> i64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0 };
    let (at, rest) = (last * p / 100, i64::try_from(last * p % 100).unwrap_or(0));
    let next = sorted[(at + 1).min(last)];
    sorted[at] + (next - sorted[at]) * rest / 100
}
