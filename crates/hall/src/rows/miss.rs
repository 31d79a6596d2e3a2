//! Questions without an answer, counted.

use kernel::{No, ServiceDay};
use store::{Tx, params};

store::statements! {
    /// Counts a question.
    COUNT = "insert into hall_miss (day, asked, n) select cast($1 as text), cast($2 as text), cast($3 as int8)
        where exists (select 1 from hall_miss m where m.day = $1 and m.asked = $2) or (select count(*) from hall_miss m where m.day = $1) < $4
        on conflict (day, asked) do update set n = hall_miss.n + $3";
    /// Forgets old days.
    PRUNE = "delete from hall_miss where day < $1";
    /// What was asked most since a day.
    MOST = "select asked, cast(sum(n) as int8) from hall_miss where day >= $1 group by asked order by cast(sum(n) as int8) desc, asked limit 20";
}

/// Different questions kept of one day [A]: more would be somebody who plays.
const A_DAY: i64 = 100;

/// Counts a question `n` times; a new one only while its day holds fewer than a hundred.
pub fn count(tx: &mut Tx, day: ServiceDay, asked: &str, n: i64) -> Result<(), No> {
    Ok(tx.run(&COUNT, params![day, asked, n, A_DAY]).map(drop)?)
}
/// Forgets the days before `first`.
pub fn prune(tx: &mut Tx, first: ServiceDay) -> Result<u64, No> {
    Ok(tx.run(&PRUNE, params![first])?)
}
/// The twenty questions asked most since a day, with how often.
pub fn most(tx: &mut Tx, since: ServiceDay) -> Result<Vec<(String, i64)>, No> {
    Ok(tx.many(&MOST, params![since], |r| Ok((r.get(0)?, r.get(1)?)))?)
}
