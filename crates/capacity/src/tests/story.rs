//! What people do, step by step, on both engines.

use kernel::No;
use store::testing;

use super::world::*;
use crate::{
    Approval, Channel, Claim, MIGRATIONS, Period, QuotaRule, Rules, State, Subject, Want, What,
    api::{self, How},
    rows,
};

fn both(f: impl Fn(&store::Store)) {
    for (engine, store) in testing::both(&[MIGRATIONS]) {
        eprintln!("{engine}");
        f(&store);
    }
}
fn take(store: &store::Store, now: kernel::Instant, who: u8, what: Want, how: How) -> Result<Claim, No> {
    act(store, now, move |tx, m, dice| api::take(tx, &wish(who, what.clone()), how, m, dice))
}

#[test]
fn a_court_is_held_confirmed_used_and_nobody_else_gets_it() {
    both(|store| {
        hall(store, rules());
        let claim = take(store, ten(), 1, want(COURT_1, minute(13, 0), minute(14, 0), 1), How::Hold).unwrap();
        assert_eq!((claim.state, claim.expires), (State::Held, Some(ten().plus_s(300))));
        let refused = take(store, ten(), 2, want(COURT_1, minute(13, 30), minute(14, 0), 1), How::Hold);
        let No::Refused(no) = refused.unwrap_err() else { panic!() };
        assert_eq!(no.code, "slot.gone");
        let ways: Vec<&str> = no.ways().iter().map(|(label, _)| label.zh.as_str()).collect();
        assert_eq!(ways, ["11月28日 13:30，court-2", "11月28日 14:00，court-1", "11月28日 12:30，court-1"], "free and bookable, nearest first");
        let confirmed = act(store, ten().plus_s(60), move |tx, m, _| api::confirm(tx, claim.id, "p:1", m)).unwrap();
        assert_eq!((confirmed.state, confirmed.late), (State::Confirmed, Some(at("2026-11-28T13:15"))));
        proved(store, ten().plus_s(61));
        assert_eq!(code(act(store, at("2026-11-28T11:59"), move |tx, m, _| api::check_in(tx, claim.id, "s", m))), "check_in.early");
        act(store, at("2026-11-28T12:50"), move |tx, m, _| api::check_in(tx, claim.id, "s", m)).unwrap();
        // Half an hour is enough: the second half goes back.
        act(store, at("2026-11-28T13:20"), move |tx, m, dice| api::finish(tx, claim.id, "s", m, dice)).unwrap();
        proved(store, at("2026-11-28T13:20"));
        take(store, at("2026-11-28T13:21"), 2, want(COURT_1, minute(13, 30), minute(14, 0), 1), How::Book).unwrap();
        assert_eq!(code(act(store, at("2026-11-28T13:22"), move |tx, m, dice| api::cancel(tx, claim.id, "p:1", false, None, m, dice))), "state.wrong");
        proved(store, at("2026-11-28T13:22"));
    });
}

#[test]
fn a_hold_ends_by_itself_also_without_a_timer() {
    both(|store| {
        hall(store, rules());
        let claim = take(store, ten(), 1, want(COURT_1, minute(13, 0), minute(14, 0), 1), How::Hold).unwrap();
        let id = claim.id;
        act(store, ten().plus_s(200), move |tx, m, _| api::extend(tx, id, "p:1", m)).unwrap();
        assert_eq!(code(act(store, ten().plus_s(201), move |tx, m, _| api::extend(tx, id, "p:1", m))), "hold.extended");
        assert_eq!(code(take(store, ten().plus_s(599), 2, want(COURT_1, minute(13, 0), minute(14, 0), 1), How::Hold)), "slot.gone");
        assert_eq!(code(act(store, ten().plus_s(600), move |tx, m, _| api::confirm(tx, id, "p:1", m))), "hold.expired");
        take(store, ten().plus_s(600), 2, want(COURT_1, minute(13, 0), minute(14, 0), 1), How::Hold).unwrap();
        let first = store.read_blocking(move |tx| Ok(rows::claim::one(tx, id)?)).unwrap().unwrap();
        assert_eq!(first.state, State::Expired);
        proved(store, ten().plus_s(600));
    });
}

#[test]
fn the_hall_is_its_courts() {
    both(|store| {
        hall(store, rules());
        let court = take(store, ten(), 1, want(COURT_2, minute(13, 0), minute(14, 0), 1), How::Book).unwrap();
        assert_eq!(code(take(store, ten(), 2, want(HALL, minute(13, 30), minute(14, 30), 1), How::Book)), "slot.gone");
        let whole = take(store, ten(), 2, want(HALL, minute(14, 0), minute(15, 0), 1), How::Book).unwrap();
        assert_eq!(code(take(store, ten(), 3, want(COURT_1, minute(14, 30), minute(15, 0), 1), How::Book)), "slot.gone");
        let free = store.read_blocking(|tx| {
            let hall = rows::resource::one(tx, id(HALL))?.unwrap();
            Ok(api::free(tx, &hall, minute(12, 0), minute(16, 0))?.cells.iter().map(crate::Cell::free).collect::<Vec<_>>())
        });
        assert_eq!(free.unwrap(), [1, 1, 0, 0, 0, 0, 1, 1]);
        act(store, ten(), move |tx, m, dice| api::cancel(tx, whole.id, "p:2", false, None, m, dice)).unwrap();
        act(store, ten(), move |tx, m, dice| api::cancel(tx, court.id, "p:1", false, None, m, dice)).unwrap();
        take(store, ten(), 3, want(HALL, minute(13, 0), minute(15, 0), 1), How::Book).unwrap();
        proved(store, ten());
        let cycle = act(store, ten(), |tx, m, dice| api::set_resource(tx, &resource(COURT_1, "court", "court-1", rules()), &[(id(HALL), 1)], m, dice));
        assert_eq!(code(cycle), "part.cycle");
    });
}

#[test]
fn a_booking_moves_without_losing_its_place() {
    both(|store| {
        hall(store, rules());
        let claim = take(store, ten(), 1, want(COURT_1, minute(13, 0), minute(14, 0), 1), How::Book).unwrap();
        take(store, ten(), 2, want(COURT_1, minute(15, 0), minute(16, 0), 1), How::Book).unwrap();
        let id = claim.id;
        let gone = act(store, ten(), move |tx, m, dice| api::swap(tx, id, &wish(1, want(COURT_1, minute(15, 0), minute(15, 30), 1)), "p:1", m, dice));
        assert_eq!(code(gone), "slot.gone");
        let still = store.read_blocking(move |tx| Ok(rows::claim::one(tx, id)?)).unwrap().unwrap();
        assert_eq!((still.start, still.state), (minute(13, 0), State::Confirmed));
        let moved =
            act(store, ten(), move |tx, m, dice| api::swap(tx, id, &wish(1, want(COURT_1, minute(13, 30), minute(14, 30), 1)), "p:1", m, dice)).unwrap();
        assert_eq!((moved.start, moved.end), (minute(13, 30), minute(14, 30)), "into its own half");
        proved(store, ten());
        take(store, ten(), 3, want(COURT_1, minute(13, 0), minute(13, 30), 1), How::Book).unwrap();
        proved(store, ten());
    });
}

/// One booking of a person at a time.
fn one_at_a_time(store: &store::Store) {
    act(store, ten(), |tx, _, _| {
        let rule = QuotaRule {
            code: "live".into(),
            subject: Subject::Person,
            period: Period::Live,
            most: 1,
            name: kernel::Both::new("在约", "live"),
            source: "test".into(),
        };
        Ok(rows::quota::save(tx, &rule)?)
    })
    .unwrap();
}

#[test]
fn what_was_used_is_over_at_its_end_and_counts_no_longer() {
    both(|store| {
        hall(store, Rules { quotas: vec!["live".into()], ..rules() });
        one_at_a_time(store);
        let used = take(store, ten(), 1, want(GYM, minute(13, 0), minute(13, 30), 1), How::Book).unwrap();
        act(store, at("2026-11-28T12:50"), move |tx, m, _| api::check_in(tx, used.id, "s", m)).unwrap();
        let settle = |now| {
            assert_eq!(store.read_blocking(move |tx| api::due(tx, now)).unwrap().len(), 1);
            act(store, now, |tx, m, dice| api::settle(tx, centre(), m, dice)).unwrap()
        };
        let early = at("2026-11-28T13:29");
        assert_eq!(store.read_blocking(move |tx| api::due(tx, early)).unwrap(), []);
        assert_eq!(code(take(store, early, 1, want(GYM, minute(15, 0), minute(15, 30), 1), How::Book)), "quota.live");
        assert_eq!(settle(at("2026-11-28T13:30")), 1);
        let after = store.read_blocking(move |tx| Ok(rows::claim::one(tx, used.id)?)).unwrap().unwrap();
        assert_eq!(after.state, State::Done);
        take(store, at("2026-11-28T13:31"), 1, want(GYM, minute(15, 0), minute(15, 30), 1), How::Book).unwrap();
        proved(store, at("2026-11-28T13:31"));
    });
}

#[test]
fn every_reason_is_said_at_once() {
    both(|store| {
        let strict = Rules { max_cells: 2, closes_before_min: 30, quotas: vec!["live".into()], ..rules() };
        hall(store, strict);
        one_at_a_time(store);
        let first = take(store, ten(), 1, want(GYM, minute(13, 0), minute(13, 30), 1), How::Book).unwrap();
        take(store, ten(), 2, want(COURT_1, minute(13, 0), minute(14, 0), 1), How::Book).unwrap();
        let mut all = wish(1, want(COURT_1, minute(12, 30), minute(14, 0), 1));
        all.clash_accepted = false;
        let refused = act(store, at("2026-11-28T12:10"), move |tx, m, dice| api::take(tx, &all, How::Book, m, dice));
        assert_eq!(code(refused), "slot.gone+window.too_late+length.rule+clash+quota.live");
        assert_eq!(code(take(store, ten(), 1, want(GYM, minute(14, 0), minute(14, 30), 1), How::Book)), "quota.live");
        act(store, ten(), move |tx, m, dice| api::cancel(tx, first.id, "p:1", false, None, m, dice)).unwrap();
        take(store, ten(), 1, want(GYM, minute(14, 0), minute(14, 30), 1), How::Book).unwrap();
        for (shape, want) in [
            ("window.empty", want(GYM, minute(14, 0), minute(14, 0), 1)),
            ("units.shape", want(GYM, minute(14, 0), minute(14, 30), 0)),
            ("grid.off", want(GYM, minute(14, 10), minute(14, 40), 1)),
            ("date.shape", want(GYM, minute(14, 0), 4_000_000_000, 1)),
            ("slot.not_published", want(GYM, minute(20, 0), minute(20, 30), 1)),
            ("missing resource", Want { what: What::Resource(id(99)), ..want_gym() }),
        ] {
            assert_eq!(code(take(store, ten(), 3, want, How::Book)), shape);
        }
        proved(store, ten());
    });
}
fn want_gym() -> Want {
    want(GYM, minute(14, 0), minute(14, 30), 1)
}

#[test]
fn places_are_kept_for_people_without_a_phone() {
    both(|store| {
        hall(store, Rules { online_share_pct: 70, max_units: 3, ..rules() });
        let early = at("2026-11-27T10:00");
        for n in 0..2 {
            take(store, early, n + 1, want_gym(), How::Book).unwrap();
        }
        let refused = take(store, early, 3, want_gym(), How::Book);
        let No::Refused(no) = refused.unwrap_err() else { panic!() };
        assert_eq!((no.code, no.args_in(kernel::Lang::En)), ("slot.full_online", vec![("n", "1")]));
        let mut counter = wish(4, want_gym());
        counter.channel = Channel::Counter.code().into();
        act(store, early, move |tx, m, dice| api::take(tx, &counter, How::Book, m, dice)).unwrap();
        assert_eq!(code(take(store, early, 3, want_gym(), How::Book)), "slot.gone");
        proved(store, early);
        // From eight o'clock of the day what is left is open to all.
        take(store, early, 5, want(GYM, minute(15, 0), minute(15, 30), 2), How::Book).unwrap();
        assert_eq!(code(take(store, at("2026-11-28T07:59"), 6, want(GYM, minute(15, 0), minute(15, 30), 1), How::Book)), "slot.full_online");
        take(store, at("2026-11-28T08:00"), 6, want(GYM, minute(15, 0), minute(15, 30), 1), How::Book).unwrap();
        proved(store, at("2026-11-28T08:00"));
    });
}

#[test]
fn a_director_raises_the_cap_on_record_and_it_goes_back() {
    both(|store| {
        hall(store, rules());
        for n in 0..3 {
            take(store, ten(), n + 1, want_gym(), How::Book).unwrap();
        }
        let over =
            |n: u8, second: Option<&'static str>| act(store, ten(), move |tx, m, dice| api::override_take(tx, &wish(n, want_gym()), "培训", second, m, dice));
        assert_eq!(code(act(store, ten(), |tx, m, dice| api::override_take(tx, &wish(9, want_gym()), " ", None, m, dice))), "cap.reason");
        let fourth = over(4, None).unwrap();
        over(5, None).unwrap();
        assert_eq!(code(over(6, None)), "cap.second");
        over(6, Some("s:2")).unwrap();
        proved(store, ten());
        act(store, ten(), move |tx, m, dice| api::cancel(tx, fourth.id, "p:4", false, None, m, dice)).unwrap();
        let cell = store.read_blocking(|tx| Ok(rows::cell::between(tx, id(GYM), minute(14, 0), minute(14, 30))?)).unwrap();
        assert_eq!((cell[0].cap, cell[0].taken), (5, 5));
        proved(store, ten());
    });
}

#[test]
fn a_request_holds_its_place_and_another_decides() {
    both(|store| {
        hall(store, Rules { approval: Some(Approval { within_h: 1 }), ..rules() });
        let asked = take(store, ten(), 1, want(COURT_1, minute(13, 0), minute(14, 0), 1), How::Book).unwrap();
        assert_eq!(asked.state, State::Requested);
        assert_eq!(code(take(store, ten(), 2, want(COURT_1, minute(13, 0), minute(14, 0), 1), How::Book)), "slot.gone");
        assert_eq!(code(act(store, ten(), move |tx, m, _| api::approve(tx, asked.id, "p:1", m))), "approve.own");
        act(store, ten(), move |tx, m, dice| api::reject(tx, asked.id, "s:1", "维修", m, dice)).unwrap();
        let again = take(store, ten(), 2, want(COURT_1, minute(13, 0), minute(14, 0), 1), How::Book).unwrap();
        let yes = act(store, ten(), move |tx, m, _| api::approve(tx, again.id, "s:1", m)).unwrap();
        assert_eq!(yes.state, State::Confirmed);
        proved(store, ten());
    });
}

#[test]
fn who_does_not_come_frees_the_rest_and_may_still_come_while_it_is_free() {
    both(|store| {
        hall(store, rules());
        let claim = take(store, ten(), 1, want(COURT_1, minute(13, 0), minute(14, 0), 1), How::Book).unwrap();
        let late = at("2026-11-28T13:15");
        assert_eq!(code(act(store, ten(), move |tx, m, dice| api::no_show(tx, claim.id, "s", m, dice))), "no_show.early");
        assert_eq!(act(store, late, |tx, m, dice| api::settle(tx, centre(), m, dice)).unwrap(), 1);
        proved(store, late);
        act(store, late.plus_s(60), move |tx, m, _| api::check_in(tx, claim.id, "s", m)).unwrap();
        proved(store, late.plus_s(60));
        let other = take(store, ten(), 2, want(COURT_2, minute(13, 0), minute(14, 0), 1), How::Book).unwrap();
        act(store, late.plus_s(60), |tx, m, dice| api::settle(tx, centre(), m, dice)).unwrap();
        take(store, late.plus_s(90), 3, want(COURT_2, minute(13, 30), minute(14, 0), 1), How::Book).unwrap();
        assert_eq!(code(act(store, late.plus_s(120), move |tx, m, _| api::check_in(tx, other.id, "s", m))), "slot.gone");
        proved(store, late.plus_s(120));
    });
}

#[test]
fn several_together_or_none() {
    both(|store| {
        hall(store, rules());
        take(store, ten(), 9, want(COURT_2, minute(13, 0), minute(14, 0), 1), How::Book).unwrap();
        let three =
            [want(GYM, minute(12, 0), minute(13, 0), 1), want(COURT_1, minute(13, 0), minute(14, 0), 1), want(COURT_2, minute(13, 0), minute(14, 0), 1)];
        let wishes: Vec<_> = three.iter().map(|w| wish(1, w.clone())).collect();
        let all = wishes.clone();
        assert_eq!(code(act(store, ten(), move |tx, m, dice| api::take_all(tx, &all, How::Book, m, dice))), "bundle.part+slot.gone");
        let two = wishes[..2].to_vec();
        let booked = act(store, ten(), move |tx, m, dice| api::take_all(tx, &two, How::Book, m, dice)).unwrap();
        assert!(booked.iter().all(|c| c.bundle == booked[0].bundle && c.bundle.is_some()));
        let same = vec![wish(1, want(GYM, minute(15, 0), minute(15, 30), 2)), wish(2, want(GYM, minute(15, 0), minute(15, 30), 2))];
        assert_eq!(code(act(store, ten(), move |tx, m, dice| api::take_all(tx, &same, How::Book, m, dice))), "bundle.part+slot.gone", "each fits, both do not");
        let many: Vec<_> = (0..21).map(|n| wish(n, want_gym())).collect();
        assert_eq!(code(act(store, ten(), move |tx, m, dice| api::take_all(tx, &many, How::Book, m, dice))), "bundle.too_big");
        proved(store, ten());
    });
}

#[test]
fn a_coach_comes_with_the_court_whoever_keeps_the_day_whole() {
    both(|store| {
        hall(store, Rules { needs: vec!["coach".into()], ..rules() });
        // The rules stand on the coaches too; who needs a coach for a coach asks for the court only.
        act(store, ten(), |tx, m, dice| {
            for (n, code) in [(5, "coach-1"), (6, "coach-2")] {
                let r = crate::Resource { pool: Some("coach".into()), ..resource(n, "coach", code, rules()) };
                api::set_resource(tx, &r, &[], m, dice)?;
            }
            Ok(())
        })
        .unwrap();
        let coach_of = |claim: Claim| store.read_blocking(move |tx| Ok(rows::claim::lines(tx, claim.id)?)).unwrap().last().unwrap().resource;
        take(store, ten(), 1, want(6, minute(12, 0), minute(13, 0), 1), How::Book).unwrap();
        let first = take(store, ten(), 1, want(COURT_1, minute(13, 0), minute(14, 0), 1), How::Book).unwrap();
        assert_eq!(coach_of(first), id(6), "beside what is taken already");
        let second = take(store, ten(), 2, want(COURT_2, minute(13, 0), minute(14, 0), 1), How::Book).unwrap();
        assert_eq!(coach_of(second), id(5));
        assert_eq!(code(take(store, ten(), 3, want(GYM, minute(13, 0), minute(14, 0), 1), How::Book)), "slot.gone", "no coach is left");
        proved(store, ten());
    });
}

#[test]
fn a_series_says_which_days_it_leaves_out() {
    both(|store| {
        hall(store, rules());
        act(store, ten(), |tx, m, dice| {
            for week in 1..4 {
                let cells: Vec<_> = cells(1).into_iter().map(|c| api::CellSpec { start: c.start + week * 10_080, end: c.end + week * 10_080, ..c }).collect();
                let from = minute(12, 0) + week * 10_080;
                api::publish(tx, id(COURT_1), &cells, from..from + 240, false, m, dice)?;
            }
            Ok(())
        })
        .unwrap();
        let days: Vec<kernel::Day> = ["2026-11-28", "2026-12-05", "2026-12-12", "2026-12-19"].iter().map(|d| d.parse().unwrap()).collect();
        take(store, ten(), 9, want(COURT_1, minute(13, 0) + 10_080, minute(14, 0) + 10_080, 1), How::Book).unwrap();
        let series = |skip: bool| {
            let days = days.clone();
            act(store, ten(), move |tx, m, dice| api::book_series(tx, &wish(1, want(COURT_1, minute(13, 0), minute(14, 0), 1)), &days, skip, m, dice))
        };
        assert_eq!(code(series(false)), "slot.gone");
        let (claims, skipped) = series(true).unwrap();
        let left: Vec<_> = skipped.iter().map(|(d, r)| (d.to_string(), r.code)).collect();
        assert_eq!(claims.len(), 2);
        assert_eq!(left, [("2026-12-05".to_owned(), "slot.gone"), ("2026-12-19".to_owned(), "window.too_early")]);
        proved(store, ten());
    });
}

#[test]
fn publishing_never_drops_what_somebody_holds() {
    both(|store| {
        hall(store, rules());
        let claim = take(store, ten(), 1, want(GYM, minute(14, 0), minute(14, 30), 1), How::Book).unwrap();
        let fewer: Vec<_> = cells(3).into_iter().filter(|c| c.start < minute(14, 0)).map(|c| api::CellSpec { cap: 2, ..c }).collect();
        let dry = fewer.clone();
        let preview = act(store, ten(), move |tx, m, dice| api::publish(tx, id(GYM), &dry, minute(12, 0)..minute(16, 0), true, m, dice)).unwrap();
        let done = act(store, ten(), move |tx, m, dice| api::publish(tx, id(GYM), &fewer, minute(12, 0)..minute(16, 0), false, m, dice)).unwrap();
        assert_eq!(preview, done);
        assert_eq!((done.added, done.changed, done.removed, done.shut, done.to_move.len()), (0, 4, 3, 1, 1));
        assert_eq!(done.to_move[0].id, claim.id);
        assert_eq!(code(take(store, ten(), 2, want(GYM, minute(14, 0), minute(14, 30), 1), How::Book)), "slot.shut");
        let low = act(store, ten(), |tx, m, dice| api::set_cap(tx, id(GYM), minute(14, 0), minute(14, 30), 0, m, dice));
        assert_eq!(code(low), "cap.below_taken");
        proved(store, ten());
    });
}
