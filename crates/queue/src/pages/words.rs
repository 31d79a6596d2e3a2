//! A range and a score, as people read them.

use web::Ask;

use crate::{Forecast, Score, Shown};

/// `约 9–14 分钟`, `不用等`, or how many are ahead while nothing is learned yet (hall §8.5).
pub(crate) fn range(ask: &Ask, forecast: &Forecast) -> String {
    let n = |v: i64| v.to_string();
    let Some(range) = forecast.range else { return ask.tf("queue.range.ahead", &[("n", &n(forecast.ahead))]) };
    match range.shown(&crate::Limits::default()) {
        Shown::NoWait => ask.t("queue.range.now").to_owned(),
        Shown::Between => ask.tf("queue.range.between", &[("lo", &n(range.lo)), ("hi", &n(range.hi))]),
        Shown::Over => ask.tf("queue.range.over", &[("lo", &n(range.lo))]),
    }
}

/// How many of the real waits fell into the range that was shown.
pub(crate) fn score(ask: &Ask, score: Score) -> String {
    score.percent().map_or_else(|| ask.t("queue.range.learning").to_owned(), |p| format!("{p} % / {}", score.n))
}
