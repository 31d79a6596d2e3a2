//! The api on both engines.

use std::sync::Arc;

use kernel::{Actor, CentreId, No};
use store::testing;

use super::world::{account, admin, asker, broken, by, centre, now, phc, read, refused, run, staff, state, time};
use crate::{
    api::{self, Asker, Attempt, Checked, GrantState, Login, NewGrant, NewSession, ShownName, State, TwoAnswer, TwoNeed, TwoState},
    grant, hooks, password, rows,
    session::IDLE_S,
    shell,
};

fn ask(store: &store::Store, from: &Asker, to: &'static str, role: &'static str, c: i64) -> Result<api::Grant, No> {
    static NEXT: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(100);
    let (from, account, dice) = (from.clone(), account(store, to), NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
    let new = NewGrant { account, role: role.into(), centre: centre(c), until: None, reason: "because it is so".into() };
    run(store, move |tx| api::ask_grant(tx, &from, &new, now().plus_s(10), &[dice; 32]))
}

fn checked(login: &'static str, store: &store::Store, typed: &str) -> Checked {
    let stored = read(store, move |tx| api::stored(tx, &Attempt::new(login, "", &[5; 32])));
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(password::check(typed.into(), stored, [4; 32])).unwrap()
}

#[test]
fn every_statement_runs_on_both_engines() {
    for (engine, store) in testing::both(&[crate::MIGRATIONS]) {
        for list in rows::STATEMENTS {
            assert_eq!(testing::statements_work(&store, list), Vec::<String>::new(), "{engine}");
        }
    }
}

#[test]
fn migrations_list_the_folder() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
    let mut there: Vec<String> = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    there.sort();
    assert_eq!(there, crate::MIGRATIONS.files.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>());
}

#[test]
fn set_up_makes_two_administrators_with_the_newest_code_once() {
    for (engine, store) in testing::both(&[crate::MIGRATIONS]) {
        let old = shell::set_up_code(&store, now()).unwrap();
        let code = shell::set_up_code(&store, now()).unwrap();
        assert_eq!(code.len(), 20);
        let opens = |typed: &str, at: i64| {
            let typed = typed.to_owned();
            store.read_blocking(move |tx| api::set_up_opens(tx, &typed, now().plus_s(at)))
        };
        assert_eq!(refused(opens(&old, 0)), "setup.code", "{engine}: a second start voids the first code");
        assert_eq!(refused(opens("AAAA", 0)), "setup.code");
        assert_eq!(refused(opens(&code, api::RESET_S)), "setup.code");
        let hash = opens(&code.to_lowercase(), 0).unwrap();
        assert!(!read(&store, api::is_set_up));
        let make = |store: &store::Store| run(store, move |tx| api::set_up(tx, &hash, &admin("system"), Some(&admin("security")), now(), &[1; 32]));
        make(&store).unwrap();
        assert!(read(&store, api::is_set_up));
        assert!(matches!(make(&store), Err(No::Missing(_))), "{engine}: closed for ever");
        assert_eq!(broken(&store), Vec::<String>::new(), "{engine}");
        let roles = |login| {
            read(&store, move |tx| {
                let id = api::account_of(tx, login)?.id;
                rows::grant::of(tx, id)
            })
            .into_iter()
            .map(|g| (g.role, g.alone_why))
            .collect::<Vec<_>>()
        };
        assert_eq!(roles("system"), [("system_admin".to_owned(), None)]);
        assert_eq!(roles("security"), [("security_admin".to_owned(), None)]);
    }
}

#[test]
fn one_person_sets_up_alone_and_it_is_on_record() {
    for (_, store) in testing::both(&[crate::MIGRATIONS]) {
        let code = shell::set_up_code(&store, now()).unwrap();
        let hash = web::token::hash(&code);
        run(&store, move |tx| api::set_up(tx, &hash, &admin("only.one"), None, now(), &[1; 32])).unwrap();
        let grants = read(&store, |tx| {
            let id = api::account_of(tx, "only.one")?.id;
            rows::grant::of(tx, id)
        });
        assert_eq!(grants.len(), 2);
        assert!(grants.iter().all(|g| g.alone_why.as_deref() == Some("set-up")));
        assert_eq!(read(&store, |tx| api::warnings(tx, now().plus_s(60))).len(), 3, "two roles alone, nobody else to agree");
        assert_eq!(broken(&store), Vec::<String>::new());
    }
}

#[test]
fn a_right_password_of_an_active_account_signs_in_and_nothing_else_does() {
    for (engine, store) in testing::both(&[crate::MIGRATIONS]) {
        staff(&store, &[("clerk1", "clerk", 1), ("locked", "clerk", 1), ("gone", "clerk", 1), ("security", "security_admin", 0)], now());
        let (locked, gone) = (account(&store, "locked"), account(&store, "gone"));
        run(&store, move |tx| api::lock(tx, locked, "on leave", now())).unwrap();
        run(&store, move |tx| api::leave(tx, gone, "moved on", now())).unwrap();
        let sign = |login: &'static str, typed: &str, n: u8| {
            let (checked, attempt, new) = (checked(login, &store, typed), Attempt::new(login, "10.0.0.1", &[5; 32]), NewSession::new([n; 32]));
            run(&store, move |tx| api::sign_in(tx, &checked, &attempt, None, &new, &time(), now()))
        };
        assert_eq!(sign("clerk1", super::world::PASSWORD, 1).unwrap(), account(&store, "clerk1"), "{engine}");
        assert_eq!(refused(sign("clerk1", "not it at all, sorry", 2)), "login.wrong");
        assert_eq!(refused(sign("nobody", super::world::PASSWORD, 3)), "login.wrong");
        assert_eq!(refused(sign("locked", super::world::PASSWORD, 4)), "login.wrong");
        assert_eq!(refused(sign("gone", super::world::PASSWORD, 5)), "login.wrong");
        assert!(read(&store, |tx| api::who(tx, &NewSession::new([1; 32]).hash, now())).is_some());
        assert!(read(&store, |tx| api::who(tx, &NewSession::new([4; 32]).hash, now())).is_none());
        assert_eq!(broken(&store), Vec::<String>::new(), "{engine}");
    }
}

#[test]
fn during_a_block_the_right_password_gets_the_same_answer() {
    for (_, store) in testing::both(&[crate::MIGRATIONS]) {
        staff(&store, &[("clerk1", "clerk", 1)], now());
        let near = Attempt::new("Clerk1", "10.0.0.1", &[5; 32]);
        for _ in 0..10 {
            let near = near.clone();
            run(&store, move |tx| api::failed(tx, &near, now())).unwrap();
        }
        let sign = |attempt: &Attempt, n: u8, s: i64| {
            let (checked, attempt, new) = (checked("clerk1", &store, super::world::PASSWORD), attempt.clone(), NewSession::new([n; 32]));
            run(&store, move |tx| api::sign_in(tx, &checked, &attempt, None, &new, &time(), now().plus_s(s)))
        };
        assert_eq!(refused(sign(&near, 1, 29)), "login.slow");
        // Somebody else's address is not blocked: strangers cannot lock a person out.
        assert!(sign(&Attempt::new("clerk1", "10.0.0.2", &[5; 32]), 2, 0).is_ok());
        assert!(sign(&near, 3, 30).is_ok());
        // Success forgets the pair, not the day's count of the login.
        assert!(read(&store, move |tx| api::blocked(tx, &near, now())).is_none());
    }
}

#[test]
fn a_hundred_failures_a_day_block_the_login_from_everywhere() {
    let [(_, store), _] = testing::both(&[crate::MIGRATIONS]);
    staff(&store, &[("clerk1", "clerk", 1)], now());
    run(&store, |tx| (0..100).try_for_each(|n| api::failed(tx, &Attempt::new("clerk1", &format!("10.0.0.{n}"), &[5; 32]), now()).map(drop))).unwrap();
    assert!(read(&store, |tx| api::blocked(tx, &Attempt::new("clerk1", "10.9.9.9", &[5; 32]), now())).is_some());
    assert!(read(&store, |tx| api::blocked(tx, &Attempt::new("clerk2", "10.0.0.1", &[5; 32]), now())).is_none());
}

#[test]
fn a_link_works_once_also_for_sixty_four_at_the_same_moment() {
    for (engine, store) in testing::both(&[crate::MIGRATIONS]) {
        let code = shell::add(&store, "new.clerk", Some("clerk"), centre(1), "root", now()).unwrap();
        let code = code.lines().next().unwrap().strip_prefix("/in/link/").unwrap().to_owned();
        let hash = web::token::hash(&code);
        let store: Arc<store::Store> = Arc::new((*store).clone());
        let threads: Vec<_> = (0..64_u8)
            .map(|n| {
                let store = Arc::clone(&store);
                std::thread::spawn(move || run(&store, move |tx| api::accept_link(tx, &hash, &phc(), &NewSession::new([n; 32]), now())))
            })
            .collect();
        let done: Vec<_> = threads.into_iter().map(|t| t.join().unwrap()).collect();
        assert_eq!(done.iter().filter(|r| r.is_ok()).count(), 1, "{engine}");
        assert!(done.into_iter().filter_map(Result::err).all(|no| matches!(no, No::Refused(r) if r.code == "link.used" && r.status.0 == 410)), "{engine}");
        assert_eq!(state(&store, "new.clerk"), State::Active);
        assert_eq!(broken(&store).len(), 1, "{engine}: only PE4, this district has no security administrator");
    }
}

#[test]
fn a_reset_ends_sessions_and_voids_older_links_but_opens_no_locked_account() {
    for (_, store) in testing::both(&[crate::MIGRATIONS]) {
        staff(&store, &[("clerk1", "clerk", 1), ("security", "security_admin", 0)], now());
        let clerk = account(&store, "clerk1");
        let open = NewSession::new([1; 32]);
        let hash = open.hash;
        run(&store, move |tx| rows::session::open(tx, &hash, clerk, now())).unwrap();
        let first = run(&store, move |tx| api::reset(tx, clerk, &[7; 32], "shell:root", now()));
        first.unwrap();
        assert!(read(&store, move |tx| api::who(tx, &hash, now())).is_none());
        run(&store, move |tx| api::reset(tx, clerk, &[8; 32], "shell:root", now())).unwrap();
        let accept = |link: u8, s: i64| run(&store, move |tx| api::accept_link(tx, &[link; 32], &phc(), &NewSession::new([2; 32]), now().plus_s(s)));
        assert_eq!(refused(accept(7, 0)), "link.used");
        assert_eq!(refused(accept(8, api::RESET_S)), "link.used");
        run(&store, move |tx| api::lock(tx, clerk, "on leave", now())).unwrap();
        assert_eq!(accept(8, 1).unwrap().state, State::Locked);
        assert!(read(&store, |tx| api::who(tx, &NewSession::new([2; 32]).hash, now().plus_s(2))).is_none());
        assert_eq!(broken(&store), Vec::<String>::new());
    }
}

#[test]
fn a_revoked_grant_ends_with_the_next_request() {
    for (engine, store) in testing::both(&[crate::MIGRATIONS]) {
        staff(&store, &[("clerk1", "clerk", 1), ("security", "security_admin", 0)], now());
        let (security, clerk) = (asker(&store, "security"), account(&store, "clerk1"));
        ask(&store, &security, "clerk1", "guide", 2).unwrap();
        let hash = NewSession::new([1; 32]).hash;
        run(&store, move |tx| rows::session::open(tx, &hash, clerk, now())).unwrap();
        let who = || read(&store, move |tx| api::who(tx, &hash, now().plus_s(20)));
        let duties = || {
            who().map(|s| {
                (s.role_for("queue.call", centre(1)).is_some(), s.role_for("queue.help", centre(2)).is_some(), s.role_for("queue.call", centre(2)).is_some())
            })
        };
        assert_eq!(duties(), Some((true, true, false)), "{engine}");
        let of = |role: &'static str| {
            read(&store, move |tx| rows::grant::of(tx, clerk)).into_iter().find(|g| g.role == role && g.state == GrantState::Active).unwrap().id
        };
        let revoke = |id| {
            let by = security.clone();
            run(&store, move |tx| api::revoke(tx, &by, id, now().plus_s(15)))
        };
        revoke(of("clerk")).unwrap();
        assert_eq!(duties(), Some((false, true, false)));
        let last = of("guide");
        revoke(last).unwrap();
        // Without any role the session ends too.
        assert!(who().is_none());
        assert_eq!(refused(revoke(last)), "two.settled");
        let told =
            read(&store, |tx| store::journal::since(tx, CentreId::DISTRICT, 0, 100)).into_iter().filter(|e| e.told.contains("people.grant_ended")).count();
        assert_eq!(told, 2);
    }
}

#[test]
fn a_stale_role_gives_nothing_and_is_found() {
    for (_, store) in testing::both(&[crate::MIGRATIONS]) {
        staff(&store, &[("clerk1", "clerk", 1), ("security", "security_admin", 0)], now());
        let clerk = account(&store, "clerk1");
        store.place().tamper("update people_grant set role = 'abolished' where role = 'clerk'");
        let hash = NewSession::new([1; 32]).hash;
        run(&store, move |tx| rows::session::open(tx, &hash, clerk, now())).unwrap();
        let signed = read(&store, move |tx| api::who(tx, &hash, now())).unwrap();
        assert!(web::DUTIES.iter().all(|duty| !signed.has(duty)));
        assert_eq!(broken(&store), ["PE7: abolished"]);
    }
}

#[test]
fn administrators_need_two_and_alone_is_open_only_while_nobody_else_could_agree() {
    for (engine, store) in testing::both(&[crate::MIGRATIONS]) {
        staff(&store, &[("first", "security_admin", 0), ("clerk1", "clerk", 1), ("clerk2", "clerk", 1)], now());
        let first = asker(&store, "first");
        // Alone: reason kept.
        let alone = ask(&store, &first, "clerk1", "security_admin", 0).unwrap();
        assert_eq!((alone.state, alone.alone_why.as_deref()), (GrantState::Active, Some("because it is so")), "{engine}");
        // Now there are two: the way is closed.
        let waits = ask(&store, &first, "clerk2", "auditor", 0).unwrap();
        assert_eq!((waits.state, waits.alone_why), (GrantState::Asked, None));
        let agree = |login: &'static str, s: i64| {
            let by = by(&store, login);
            run(&store, move |tx| api::agree(tx, waits.id, &by, now().plus_s(s)))
        };
        assert_eq!(refused(agree("first", 20)), "own.approve");
        assert_eq!(refused(agree("clerk1", 10 + grant::WAITS_S)), "two.lapsed");
        let agreed = agree("clerk1", 20).unwrap();
        assert_eq!((agreed.state, agreed.agreed_by), (GrantState::Active, Some(by(&store, "clerk1"))));
        assert_eq!(refused(agree("clerk1", 21)), "two.settled");
        assert_eq!(refused(ask(&store, &first, "clerk2", "auditor", 0)), "grant.there");
        let no_reason = NewGrant { account: account(&store, "clerk2"), role: "guide".into(), centre: centre(1), until: None, reason: " ".into() };
        assert_eq!(refused(run(&store, move |tx| api::ask_grant(tx, &first, &no_reason, now(), &[9; 32]))), "reason.needed");
        assert_eq!(broken(&store), Vec::<String>::new(), "{engine}");
    }
}

#[test]
fn a_second_administrator_who_is_locked_could_not_agree() {
    for (_, store) in testing::both(&[crate::MIGRATIONS]) {
        staff(&store, &[("first", "security_admin", 0), ("second", "security_admin", 0), ("clerk1", "clerk", 1)], now());
        let second = account(&store, "second");
        run(&store, move |tx| api::lock(tx, second, "on leave", now().plus_s(1))).unwrap();
        assert_eq!(ask(&store, &asker(&store, "first"), "clerk1", "auditor", 0).unwrap().state, GrantState::Active);
        run(&store, move |tx| api::unlock(tx, second, now().plus_s(60))).unwrap();
        assert_eq!(broken(&store), Vec::<String>::new());
    }
}

#[test]
fn the_last_security_administrator_stays() {
    for (engine, store) in testing::both(&[crate::MIGRATIONS]) {
        staff(&store, &[("first", "security_admin", 0), ("second", "security_admin", 0), ("clerk1", "clerk", 1)], now());
        let (first, second) = (account(&store, "first"), account(&store, "second"));
        shell::lock(&store, "second", "root", now()).unwrap();
        assert_eq!(refused(run(&store, move |tx| api::lock(tx, first, "some reason", now()))), "grant.last", "{engine}");
        assert_eq!(refused(run(&store, move |tx| api::leave(tx, first, "some reason", now()))), "grant.last");
        assert_eq!(refused(shell::revoke(&store, "first", "security_admin", CentreId::DISTRICT, "root", now())), "grant.last");
        shell::unlock(&store, "second", "root", now()).unwrap();
        run(&store, move |tx| api::leave(tx, first, "some reason", now())).unwrap();
        assert_eq!(state(&store, "first"), State::Left);
        assert_eq!(refused(run(&store, move |tx| api::leave(tx, second, "some reason", now()))), "grant.last");
        assert_eq!(broken(&store), Vec::<String>::new(), "{engine}");
    }
}

#[test]
fn what_needs_two_waits_is_agreed_to_by_another_and_done_once() {
    for (engine, store) in testing::both(&[crate::MIGRATIONS]) {
        staff(&store, &[("editor", "item_editor", 0), ("security", "security_admin", 0)], now());
        let editor = Asker { agrees: false, ..asker(&store, "editor") };
        let two = |s: i64| {
            let editor = editor.clone();
            let need = TwoNeed { action: "hall.item.publish", object: "x".into(), command: "{}".into(), reason: "checked".into(), duty: "hall.publish" };
            run(&store, move |tx| api::two(tx, &need, &editor, now().plus_s(s), &[3; 32]))
        };
        let settle = |id, yes, who: &'static str, s: i64| {
            let by = by(&store, who);
            run(&store, move |tx| api::settle_two(tx, id, yes, &by, now().plus_s(s)))
        };
        let TwoAnswer::Waiting(id) = two(0).unwrap() else { panic!("{engine}: done alone") };
        let TwoAnswer::Waiting(same) = two(1).unwrap() else { panic!("done alone") };
        assert_eq!(id, same);
        assert_eq!(refused(run(&store, move |tx| api::go(tx, id).map(drop))), "two.settled");
        assert_eq!(refused(settle(id, true, "editor", 2)), "own.approve");
        assert_eq!(refused(settle(id, true, "security", grant::WAITS_S)), "two.lapsed");
        assert_eq!(settle(id, true, "security", 3).unwrap().state, TwoState::Agreed);
        let TwoAnswer::Go(go) = two(4).unwrap() else { panic!("{engine}: not done") };
        assert!(!go.alone());
        assert_eq!(refused(run(&store, move |tx| api::go(tx, id).map(drop))), "two.settled");
        // The next one is refused, the one after lapses.
        let TwoAnswer::Waiting(id) = two(5).unwrap() else { panic!("done alone") };
        assert_eq!(settle(id, false, "security", 6).unwrap().state, TwoState::Refused);
        let TwoAnswer::Waiting(id) = two(7).unwrap() else { panic!("done alone") };
        assert_eq!(run(&store, |tx| api::expire(tx, now().plus_s(8 + grant::WAITS_S))).unwrap(), 1);
        assert_eq!(read(&store, move |tx| api::two_of(tx, id)).state, TwoState::Lapsed);
        assert_eq!(broken(&store), Vec::<String>::new(), "{engine}");
    }
}

#[test]
fn grants_run_out_and_unanswered_requests_lapse() {
    for (_, store) in testing::both(&[crate::MIGRATIONS]) {
        staff(&store, &[("first", "security_admin", 0), ("second", "security_admin", 0), ("clerk1", "clerk", 1)], now());
        let waits = ask(&store, &asker(&store, "first"), "clerk1", "auditor", 0).unwrap().id;
        assert_eq!(run(&store, |tx| api::expire(tx, now().plus_s(60))).unwrap(), 0);
        run(&store, |tx| api::expire(tx, now().plus_s(11 + grant::WAITS_S))).unwrap();
        assert_eq!(read(&store, move |tx| api::grant(tx, waits)).state, GrantState::Refused);
        assert_eq!(run(&store, |tx| api::expire(tx, now().plus_s(grant::LONGEST_S))).unwrap(), 3);
        let clerk = account(&store, "clerk1");
        assert!(read(&store, move |tx| rows::grant::of(tx, clerk)).iter().any(|g| g.state == GrantState::Expired));
    }
}

#[test]
fn a_pause_locks_a_session_but_not_while_somebody_is_served() {
    static BUSY: std::sync::Mutex<Option<kernel::AccountId>> = std::sync::Mutex::new(None);
    let _ = hooks::BUSY.set(|_, account| Ok(*BUSY.lock().unwrap() == Some(account)));
    let [(_, store), _] = testing::both(&[crate::MIGRATIONS]);
    staff(&store, &[("clerk1", "clerk", 1)], now());
    let (clerk, new) = (account(&store, "clerk1"), NewSession::new([77; 32]));
    let hash = new.hash;
    run(&store, move |tx| rows::session::open(tx, &hash, clerk, now())).unwrap();
    let locked = |s: i64| read(&store, move |tx| api::who(tx, &hash, now().plus_s(s))).unwrap().locked;
    assert!(!locked(0));
    assert!(!locked(IDLE_S - 1));
    assert!(locked(IDLE_S));
    *BUSY.lock().unwrap() = Some(clerk);
    assert!(!locked(IDLE_S + 600));
    *BUSY.lock().unwrap() = None;
    // Serving was a sign of life: the clock of the pause begins there.
    assert!(!locked(IDLE_S + 601));
    api::touch(&new.cookie, now().plus_s(IDLE_S + 700));
    assert!(!locked(2 * IDLE_S + 699));
    assert!(locked(2 * IDLE_S + 700));
    // Twelve hours end it, whatever was done.
    assert!(read(&store, move |tx| api::who(tx, &hash, now().plus_s(12 * 3_600))).is_none());
}

#[test]
fn the_shell_repairs_lost_access_alone_and_on_record() {
    for (_, store) in testing::both(&[crate::MIGRATIONS]) {
        let said = shell::add(&store, "rescue", Some("security_admin"), CentreId::DISTRICT, "root", now()).unwrap();
        assert!(said.starts_with("/in/link/"));
        assert_eq!(refused(shell::add(&store, "rescue", None, CentreId::DISTRICT, "root", now())), "login.taken");
        assert_eq!(refused(shell::add(&store, "x", None, CentreId::DISTRICT, "root", now())), "login.shape");
        assert_eq!(refused(shell::grant(&store, "rescue", "boss", CentreId::DISTRICT, "root", now())), "grant.role");
        shell::grant(&store, "rescue", "clerk", centre(1), "root", now()).unwrap();
        shell::grant(&store, "rescue", "clerk", centre(1), "root", now().plus_s(60)).unwrap();
        let list = shell::list(&store).unwrap();
        assert!(list.contains("rescue") && list.contains("clerk@1 security_admin@0"), "{list}");
        let grants = read(&store, |tx| {
            let id = api::account_of(tx, "rescue")?.id;
            rows::grant::of(tx, id)
        });
        let admin = grants.iter().find(|g| g.role == "security_admin").unwrap();
        assert_eq!(admin.asked_by, "shell:root");
        assert!(admin.alone_why.is_some());
        shell::revoke(&store, "rescue", "clerk", centre(1), "root", now()).unwrap();
        assert_eq!(refused(shell::revoke(&store, "rescue", "clerk", centre(1), "root", now())), "grant.none");
        assert!(shell::reset(&store, "rescue", "root", now()).unwrap().starts_with("/in/link/"));
        let journal = read(&store, |tx| store::journal::search(tx, &store::Search { actor: Some("shell:root".into()), ..store::Search::default() }));
        assert!(journal.iter().any(|e| e.action == "people.account.invite" && e.actor_kind == "shell" && e.outcome == "ok"));
    }
}

#[test]
fn names_for_lists_come_in_any_number() {
    let [(_, store), _] = testing::both(&[crate::MIGRATIONS]);
    run(&store, |tx| {
        let mut ids = Vec::new();
        for n in 0..19 {
            let (login, shown) = (Login::parse(&format!("clerk{n}"))?, ShownName::parse(&format!("名{n}"))?);
            ids.push(api::invite(tx, &login, &shown, &[n + 1; 32], "shell:root", now(), &[n; 32])?);
        }
        assert_eq!(api::shown(tx, &ids)?.len(), 19);
        assert_eq!(api::by(&Actor::Account(ids[0])), format!("account:{}", ids[0]));
        Ok(())
    })
    .unwrap();
}

#[test]
fn staff_csv_makes_invited_accounts_and_comes_back_without_secrets() {
    let sheet = &crate::SLICE.sheets[0];
    let ctx = || web::ImportCtx { by: Actor::Shell("root".into()), now: now(), real: now(), seed: [6; 32] };
    let file = |text: &str| web::SheetFile { name: "staff.csv".into(), text: text.into() };
    let text = "login,shown,role,centre\nclerk1,窗口一,clerk,1\nclerk1,窗口一,guide,1\nsecurity,安全,security_admin,0\n";
    for (engine, store) in testing::both(&[crate::MIGRATIONS]) {
        let import = |text: &str| {
            let file = file(text);
            run(&store, move |tx| (sheet.import)(tx, &file, &ctx())).unwrap()
        };
        let report = import(text);
        assert_eq!((report.faults.len(), report.links.len()), (0, 2), "{engine}: {report:?}");
        assert_eq!(state(&store, "clerk1"), State::Invited);
        let (login, link) = report.links[0].clone();
        assert_eq!(login, "clerk1");
        let hash = web::token::hash(link.strip_prefix("/in/link/").unwrap());
        run(&store, move |tx| api::accept_link(tx, &hash, &phc(), &NewSession::new([1; 32]), now())).unwrap();
        let again = import(text);
        assert_eq!((again.unchanged, again.new, again.changed, again.links.len()), (3, 0, 0, 0), "{engine}");
        assert_eq!(import("login,shown,role,centre\nclerk1,窗口甲,clerk,1\n").changed, 1);
        let out = read(&store, |tx| (sheet.export)(tx)).remove(0).1;
        assert_eq!(out, "login,shown,role,centre\nclerk1,窗口甲,clerk,1\nclerk1,窗口甲,guide,1\nsecurity,安全,security_admin,0\n");
        let bad = import("login,shown,role,centre\nX Y,窗口,clerk,1\nclerk2,,boss,1\nclerk3,三,auditor,1\nclerk4,四,clerk,1000\n");
        assert_eq!(
            bad.faults.iter().map(|f| (f.line, f.field.as_str())).collect::<Vec<_>>(),
            [(2, "login"), (3, "role"), (3, "shown"), (4, "centre"), (5, "centre")],
            "{engine}: {bad:?}"
        );
        assert!(read(&store, |tx| rows::account::by_login(tx, "clerk4")).is_none());
    }
}
