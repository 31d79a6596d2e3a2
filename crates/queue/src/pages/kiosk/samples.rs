//! The kiosk's pages with made-up data, every state.

use web::{Ask, Markup};

use super::{
    arrive, card, done,
    frame::{self, Machine, Wish},
    help,
    home::{self, Home},
    more::{self, Staff},
};
use crate::{State, pages::made_up as made};

fn machine(ask: &Ask, open: bool) -> Machine {
    let called = open.then(|| ("A034".to_owned(), 3));
    Machine { here: made::here(ask, open), lines: made::lines(), classes: made::classes(), called, zone: Some("hall1".into()), people: 41, staffed: open }
}

/// Name and page.
pub(crate) fn samples(ask: &Ask) -> Vec<(&'static str, Markup)> {
    let home = Home { machine: machine(ask, true), errands: made::errands() };
    let (m, plain) = (&home.machine, Wish::default());
    let card = Wish { card: true, class: Some("elder".into()), ..Wish::default() };
    let adding = Wish { add: Some("1-A037-7K2M9XQ4".into()), ..Wish::default() };
    let own = made::own(ask, true, &[State::Waiting], 0);
    let two = made::own(ask, true, &[State::Waiting, State::Waiting], 600);
    let staff = Staff { machine: machine(ask, true), name: "3 号自助机".into() };
    let shut = machine(ask, false);
    let pages = vec![
        ("kiosk", home::render(ask, &home, &plain, 0)),
        ("kiosk-more", home::render(ask, &home, &plain, 5)),
        ("kiosk-card", home::render(ask, &home, &card, 0)),
        ("kiosk-add", home::render(ask, &home, &adding, 0)),
        ("kiosk-kinds", home::render_kinds(ask, &home, &m.lines[0], &plain, 0)),
        ("kiosk-kinds-more", home::render_kinds(ask, &home, &m.lines[0], &plain, 5)),
        ("kiosk-kinds-one", home::render_kinds(ask, &home, &m.lines[1], &card, 0)),
        ("kiosk-kinds-add", home::render_kinds(ask, &home, &m.lines[0], &adding, 0)),
        ("kiosk-kinds-stopped", home::render_kinds(ask, &home, &m.lines[6], &plain, 0)),
        ("kiosk-first", home::render_first(ask, m, &plain)),
        ("kiosk-reader", card::render(ask, m, false)),
        ("kiosk-reader-unread", card::render(ask, m, true)),
        ("kiosk-done", done::render(ask, m, &own, false)),
        ("kiosk-done-two", done::render(ask, m, &two, true)),
        ("kiosk-paper", done::render_screen(ask, m, &own)),
        ("kiosk-paper-none", done::render_no_paper(ask, m)),
        ("kiosk-help", help::render(ask, m, Some(ask.now), "3 号自助机")),
        ("kiosk-help-answered", help::render(ask, m, None, "3 号自助机")),
        ("kiosk-help-nobody", help::render_nobody(ask, &shut)),
        ("kiosk-still", more::render_still(ask, m, &plain)),
        ("kiosk-closed-nowhere", more::render_closed(ask, &shut, None)),
        ("kiosk-closed", more::render_closed(ask, &shut, Some(&made::here(ask, true)))),
        ("kiosk-staff", more::render_staff(ask, &staff, false, false)),
        ("kiosk-staff-test", more::render_staff(ask, &staff, false, true)),
        ("kiosk-came", arrive::render_came(ask, m)),
        ("kiosk-arrive", arrive::render(ask, m, "", "")),
        ("kiosk-arrive-wrong", arrive::render(ask, m, "7K2M9XQ4", ask.t("queue.k.arrive.unknown"))),
        ("kiosk-arrive-typed", arrive::render(ask, m, "7K2M9", "")),
        ("kiosk-refused", frame::refused(ask, m, ask.t("queue.remote_full"))),
        ("kiosk-enrol", frame::enrol(ask)),
    ];
    pages.into_iter().map(|(name, page)| (name, page.render(ask))).collect()
}
