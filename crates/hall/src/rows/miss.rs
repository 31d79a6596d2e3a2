//! Questions without an answer, counted.

use kernel::{No, ServiceDay};
use store::{Tx, params};

store::statements! {
    /// Counts a question.
    COUNT = "insert into hall_miss (day, asked, n) values ($1, $2, $3) on conflict (day, asked) do update set n = hall_miss.n + $3";
    /// What was asked most since a day.
    MOST = "select asked, cast(sum(n) as int8) from hall_miss where day >= $1 group by asked order by cast(sum(n) as int8) desc, asked limit 20";
}

/// Counts a question `n` times.
pub fn count(tx: &mut Tx, day: ServiceDay, asked: &str, n: i64) -> Result<(), No> {
    Ok(tx.run(&COUNT, params![day, asked, n]).map(drop)?)
}
/// The twenty questions asked most since a day, with how often.
pub fn most(tx: &mut Tx, since: ServiceDay) -> Result<Vec<(String, i64)>, No> {
    Ok(tx.many(&MOST, params![since], |r| Ok((r.get(0)?, r.get(1)?)))?)
}
