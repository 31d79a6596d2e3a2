//! Shops.

use kernel::{Both, CentreId, Fault};
use store::{Columns, Row, Tx, params};

use crate::{Served, Shop, Trade};

store::statements! {
    /// Every shop.
    ALL = "select centre_id, code, trade, name_zh, name_en, zone, hours_zh, hours_en, phone, line, errand_zh, errand_en, short_zh, short_en, minutes, closed, sample
        from shops_shop order by centre_id, code";
    /// Those of a centre.
    OF_CENTRE = "select centre_id, code, trade, name_zh, name_en, zone, hours_zh, hours_en, phone, line, errand_zh, errand_en, short_zh, short_en, minutes, closed, sample
        from shops_shop where centre_id = $1 order by code";
    /// Centres with a shop that is there.
    CENTRES = "select distinct centre_id from shops_shop where closed = 0 order by centre_id";
    /// Makes or changes one.
    SAVE = "insert into shops_shop (centre_id, code, trade, name_zh, name_en, zone, hours_zh, hours_en, phone, line, errand_zh, errand_en, short_zh, short_en, minutes, closed, sample)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        on conflict (centre_id, code) do update set trade = $3, name_zh = $4, name_en = $5, zone = $6, hours_zh = $7, hours_en = $8, phone = $9,
            line = $10, errand_zh = $11, errand_en = $12, short_zh = $13, short_en = $14, minutes = $15, closed = $16, sample = $17";
}

fn shop(row: &mut Row) -> Result<Shop, Fault> {
    let c = &mut Columns(row, 0);
    Ok(Shop {
        centre: c.next()?,
        code: c.next()?,
        trade: {
            let trade: String = c.next()?;
            Trade::parse(&trade).ok_or_else(|| Fault::new(format!("trade {trade}")))?
        },
        name: Both { zh: c.next()?, en: c.next()? },
        zone: c.next()?,
        hours: Both { zh: c.next()?, en: c.next()? },
        phone: c.next()?,
        served: {
            let line: Option<String> = c.next()?;
            let texts: [Option<String>; 4] = [c.next()?, c.next()?, c.next()?, c.next()?];
            let minutes: Option<i64> = c.next()?;
            match (line, texts, minutes) {
                (Some(line), [Some(zh), Some(en), Some(short_zh), Some(short_en)], Some(minutes)) => {
                    Some(Served { line, errand: Both { zh, en }, short: Both { zh: short_zh, en: short_en }, minutes })
                }
                _ => None,
            }
        },
        closed: c.next()?,
        sample: c.next()?,
    })
}
/// Every shop, by centre and code.
pub fn all(tx: &mut Tx) -> Result<Vec<Shop>, Fault> {
    tx.many(&ALL, params![], shop)
}
/// Those of a centre, trade by trade.
pub fn of_centre(tx: &mut Tx, centre: CentreId) -> Result<Vec<Shop>, Fault> {
    let mut all = tx.many(&OF_CENTRE, params![centre], shop)?;
    all.sort_by_key(|s| Trade::ALL.iter().position(|t| *t == s.trade));
    Ok(all)
}
/// Centres with a shop that is there.
pub fn centres(tx: &mut Tx) -> Result<Vec<CentreId>, Fault> {
    tx.many(&CENTRES, params![], |row| row.get(0))
}
/// Makes or changes one.
pub fn save(tx: &mut Tx, s: &Shop) -> Result<(), Fault> {
    let of = |f: fn(&Served) -> &str| s.served.as_ref().map(f);
    let served = [of(|v| &v.line), of(|v| &v.errand.zh), of(|v| &v.errand.en), of(|v| &v.short.zh), of(|v| &v.short.en)];
    let [line, errand_zh, errand_en, short_zh, short_en] = served;
    let minutes = s.served.as_ref().map(|v| v.minutes);
    let (name, hours) = (&s.name, &s.hours);
    let trade = s.trade.code();
    tx.run(
        &SAVE,
        params![
            s.centre, s.code, trade, name.zh, name.en, s.zone, hours.zh, hours.en, s.phone, line, errand_zh, errand_en, short_zh, short_en, minutes, s.closed,
            s.sample
        ],
    )
    .map(drop)
}
