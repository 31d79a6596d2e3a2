//! Another program's calendar shuts what it says is busy.

use store::testing;

use super::world::*;
use crate::{
    MIGRATIONS, State,
    api::{self, How},
    foreign::Busy,
    rows,
};

#[test]
fn a_foreign_calendar_shuts_the_hours_it_touches_and_says_whom_to_move() {
    for (engine, store) in testing::both(&[places::SLICE.migrations, MIGRATIONS]) {
        eprintln!("{engine}");
        let district = kernel::Both::new("区", "District");
        store
            .command_blocking(testing::command_at(0, "test", ten()), move |tx| places::api::make_district(tx, &district, "Asia/Shanghai", 240, false, ten()))
            .unwrap();
        hall(&store, rules());
        let claim = act(&store, ten(), |tx, m, dice| api::take(tx, &wish(1, want(COURT_1, minute(13, 0), minute(13, 30), 1)), How::Book, m, dice)).unwrap();
        let busy = |from: i64, to: i64| Busy { from, to, name: "比赛".into() };
        // 13:10 to 14:10 touches three half hours; the second entry lies outside what is published; the third is over.
        let entries = [busy(minute(13, 10), minute(14, 10)), busy(minute(3, 0), minute(4, 0)), busy(minute(9, 0) - 2_880, minute(10, 0) - 2_880)];
        let entries = [entries[0].clone(), Busy { from: minute(3, 0) + 2_880, to: minute(4, 0) + 2_880, ..entries[1].clone() }, entries[2].clone()];
        let shut = |dry| crate::shell::shut(&store, centre(), "court-1", &entries, dry, "test", ten()).unwrap();
        let seen = shut(true);
        assert_eq!((seen.cells, seen.beside, seen.moves.len()), (3, 1, 1), "{seen:?}");
        let free = || {
            let cells = store.read_blocking(|tx| Ok(rows::cell::between(tx, id(COURT_1), minute(12, 30), minute(15, 0))?)).unwrap();
            cells.iter().map(|c| c.shut.is_none()).collect::<Vec<_>>()
        };
        assert_eq!(free(), [true; 5], "a preview writes nothing");
        assert_eq!(shut(false), seen, "a preview says what is done");
        assert_eq!(free(), [true, false, false, false, true]);
        assert_eq!(shut(false).cells, 0, "done once");
        let still = store.read_blocking(move |tx| Ok(rows::claim::one(tx, claim.id)?)).unwrap().unwrap();
        assert_eq!(still.state, State::Confirmed, "who has booked is moved by people, not lost");
        proved(&store, ten());
        let none = crate::shell::shut(&store, centre(), "no-such", &entries, true, "test", ten());
        assert_eq!(code(none), "missing resource");
    }
}
