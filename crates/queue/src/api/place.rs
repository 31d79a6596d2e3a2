//! What the line needs of `places`: when a centre is open, what stands on a counter's sign.

use kernel::{Both, CentreId, CounterId, Day, Instant, No, TimeZone, hhmm};
use store::Tx;

use super::CounterSign;
use crate::Hours;

/// When numbers may be taken at a centre today, and when again (取号时间). The day is the service day's, so a hall open past midnight stays open.
pub fn hours(tx: &mut Tx, centre: CentreId, time: &TimeZone, now: Instant) -> Result<Hours, No> {
    let day = time.service_day(now).civil();
    let blocks = places::api::opening(tx, centre, day)?.blocks;
    let today = blocks.first().zip(blocks.last()).map(|(first, last)| (time.moment(day, first.from), time.moment(day, last.to)));
    let next = places::api::next_opening(tx, centre, time, now)?.map(|(day, minute)| (date(day), hhmm(minute)));
    Ok(Hours { today, next })
}

/// `11月25日`, `25 November`.
fn date(day: Day) -> Both {
    const MONTHS: [&str; 12] = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    let (_, month, of_month) = day.parts();
    let name = usize::try_from(month - 1).ok().and_then(|m| MONTHS.get(m)).copied().unwrap_or_default();
    Both::new(format!("{month}月{of_month}日"), format!("{of_month} {name}"))
}

/// A counter as its sign has it.
///
/// # Errors
/// Missing.
pub fn sign(tx: &mut Tx, counter: CounterId) -> Result<CounterSign, No> {
    let place = places::api::counter(tx, counter)?;
    Ok(CounterSign { centre: place.centre, id: place.id, number: place.number, zone: place.zone_code })
}
