//! Rules without a database.

use kernel::{AccountId, Instant};

use super::world::{centre, now};
use crate::{
    account::{State, Step},
    grant::{self, Asker, Start},
    login::Login,
    policy,
    session::{IDLE_S, NewSession, Seen, idle, seen},
    tries::{Kind, Tries, failed},
};

#[test]
fn a_login_is_small_letters_figures_dots_and_hyphens() {
    let check = |typed: &str, expect: Option<&str>| assert_eq!(Login::parse(typed).ok().as_ref().map(Login::text), expect, "{typed}");
    check("clerk1", Some("clerk1"));
    check("  Li.Na-2 ", Some("li.na-2"));
    check("ab", None);
    check("a b c", None);
    check("王阿姨", None);
    check("a_b_c", None);
    check(&"a".repeat(32), Some(&"a".repeat(32)));
    check(&"a".repeat(33), None);
}

#[test]
fn a_password_is_long_and_not_what_everybody_would_try() {
    let check = |password: &str, expect: Option<&str>| {
        let known = ["li.na-fu", "李娜", "郑东新区", "Zhengdong New District"];
        assert_eq!(policy::check(password, &known).err().map(|r| r.code), expect, "{password}");
    };
    check("seven quiet herons wade past", None);
    check("门前大桥下游过一群鸭快来数一数", None);
    check("kT9#vq!Lw2&zXr8p", None);
    check("tuzi-lado-boki-mera-suno", None);
    check("short but fine", Some("password.short"));
    check(&"长".repeat(14), Some("password.short"));
    check(&"ab3".repeat(50), Some("password.long"));
    check("aaaaaaaaaaaaaaaaaaaa", Some("password.common"));
    check("123456789012345678", Some("password.common"));
    check("qwertyuiopasdfghjkl", Some("password.common"));
    check("987654321098765432", Some("password.common"));
    check("abcabcabcabcabcabc", Some("password.common"));
    check("PasswordPassword1", Some("password.common"));
    check("P@ssw0rd P@ssw0rd!", Some("password.common"));
    check("admin-admin-admin-2026", Some("password.common"));
    check("li.na-fu.li.na-fu.2026", Some("password.common"));
    check("zhengdong2026zhengdong", Some("password.common"));
    check("郑东新区便民服务中心我爱你中国加油", Some("password.common"));
    check("1qaz2wsx3edc4rfv5tgb", Some("password.common"));
    check("correct horse battery staple", None);
}

#[test]
fn tries_are_free_ten_times_a_minute_then_wait_longer_each_time() {
    let mut tries = None;
    let mut at = now();
    for n in 1..10 {
        let t = failed(Kind::Pair, false, tries, at);
        assert_eq!((t.fails, t.blocked(at)), (n, None));
        tries = Some(t);
        at = at.plus_s(1);
    }
    // The tenth failure blocks 30 s, then 60, 120 … 3,600 and never more.
    for wait in [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600] {
        let t = failed(Kind::Pair, false, tries, at);
        assert_eq!(t.blocked(at), Some(at.plus_s(wait)));
        // A try during the block changes nothing.
        assert_eq!(failed(Kind::Pair, false, Some(t), at.plus_s(wait - 1)), t);
        tries = Some(t);
        at = at.plus_s(wait);
    }
    // A quiet hour forgets.
    let t = failed(Kind::Pair, false, tries, at.plus_s(3_600));
    assert_eq!((t.fails, t.blocked_until), (1, None));
}

#[test]
fn slow_failures_are_forgotten_and_administrators_wait_sooner() {
    let t = |fails, since: Instant| Some(Tries { fails, since, blocked_until: None });
    let check = |kind, admin, before, expect: (i64, Option<i64>)| {
        let after = failed(kind, admin, before, now());
        assert_eq!((after.fails, after.blocked(now()).map(|u| u.seconds_since(now()))), expect);
    };
    check(Kind::Pair, false, None, (1, None));
    check(Kind::Pair, false, t(9, now().plus_s(-59)), (10, Some(30)));
    check(Kind::Pair, false, t(9, now().plus_s(-60)), (1, None));
    check(Kind::Pair, true, t(2, now().plus_s(-299)), (3, Some(300)));
    check(Kind::Login, false, t(98, now().plus_s(-86_399)), (99, None));
    check(Kind::Login, false, t(99, now().plus_s(-86_399)), (100, Some(30)));
    check(Kind::SetUp, false, t(4, now()), (5, Some(60)));
}

#[test]
fn an_account_steps_only_where_its_state_leads() {
    use State::{Active, Invited, Left, Locked};
    for (from, accept, lock, unlock, leave) in [
        (Invited, Some(Active), None, None, Some(Left)),
        (Active, None, Some(Locked), None, Some(Left)),
        (Locked, None, None, Some(Active), Some(Left)),
        (Left, None, None, None, None),
    ] {
        for (step, to) in [(Step::Accept, accept), (Step::Lock, lock), (Step::Unlock, unlock), (Step::Leave, leave)] {
            assert_eq!(from.after(step).ok(), to, "{from:?} {step:?}");
        }
        assert_eq!(State::parse(from.code()), Some(from));
    }
}

fn who(n: u8) -> AccountId {
    AccountId::from_bytes([n; 16])
}
fn security(n: u8) -> Asker {
    Asker { by: format!("account:{}", who(n)), account: Some(who(n)), agrees: true, supervises: Vec::new(), machine: false }
}
fn supervisor(n: u8, c: i64) -> Asker {
    Asker { agrees: false, supervises: vec![centre(c)], ..security(n) }
}

#[test]
fn a_supervisor_asks_for_clerks_and_guides_of_the_own_centre_only() {
    let check =
        |asker: Asker, role, c, expect: Option<&str>| assert_eq!(grant::may_ask(&asker, role, centre(c)).err().map(|r| r.code), expect, "{role} in {c}");
    check(supervisor(1, 3), "clerk", 3, None);
    check(supervisor(1, 3), "guide", 3, None);
    check(supervisor(1, 3), "clerk", 4, Some("grant.not_yours"));
    check(supervisor(1, 3), "clerk", 0, Some("grant.not_yours"));
    check(supervisor(1, 3), "hall_supervisor", 3, Some("grant.not_yours"));
    check(supervisor(1, 3), "security_admin", 0, Some("grant.not_yours"));
    check(supervisor(1, 0), "clerk", 4, None);
    check(security(1), "security_admin", 0, None);
    check(security(1), "security_admin", 3, Some("grant.scope"));
    check(security(1), "item_editor", 3, Some("grant.scope"));
    check(security(1), "hall_supervisor", 3, None);
    check(security(1), "stale", 0, Some("grant.role"));
}

#[test]
fn two_are_needed_for_administrators_for_oneself_and_for_who_may_not_agree() {
    let check = |asker: Asker, role, to, expect| assert_eq!(grant::needs_two(&asker, role, who(to)), expect, "{role}");
    check(security(1), "clerk", 2, false);
    check(security(1), "clerk", 1, true);
    check(security(1), "auditor", 2, true);
    check(supervisor(1, 3), "clerk", 2, true);
    check(Asker::machine("shell:root"), "security_admin", 2, false);
    assert_eq!(grant::start(&security(1), true, 0), Start::Alone);
    assert_eq!(grant::start(&security(1), true, 1), Start::Waits);
    assert_eq!(grant::start(&security(1), false, 1), Start::AtOnce);
    // A supervisor is never alone: there is always an administrator who could agree.
    assert_eq!(grant::start(&supervisor(1, 3), true, 0), Start::Waits);
}

#[test]
fn a_grant_lasts_a_year_at_most() {
    let year = now().plus_s(grant::LONGEST_S);
    assert_eq!(grant::until(None, now()), year);
    assert_eq!(grant::until(Some(now().plus_s(60)), now()), now().plus_s(60));
    assert_eq!(grant::until(Some(year.plus_s(1)), now()), year);
    assert_eq!(grant::until(Some(now()), now()), year);
}

#[test]
fn a_pause_locks_and_only_a_person_prolongs() {
    let (hash, later) = ([9; 32], now().plus_s(IDLE_S));
    assert!(!idle(now(), later.plus_s(-1)));
    assert!(idle(now(), later));
    // Unknown sessions are not kept: anybody could send cookies.
    seen().touch(&[8; 32], now());
    assert_eq!(seen().latest(&[8; 32], now().plus_s(-5)), now().plus_s(-5));
    seen().latest(&hash, now());
    seen().touch(&hash, later.plus_s(-1));
    assert_eq!(seen().latest(&hash, now()), later.plus_s(-1));
    // Once locked, a request does not unlock.
    seen().touch(&hash, later.plus_s(IDLE_S));
    assert_eq!(seen().latest(&hash, now()), later.plus_s(-1));
    let _: &Seen = seen();
}

#[test]
fn a_cookie_has_256_bits_and_its_hash_is_kept() {
    let (a, b) = (NewSession::new([1; 32]), NewSession::new([2; 32]));
    assert_eq!(a.cookie.len(), 44);
    assert_ne!(a.cookie, b.cookie);
    assert_eq!(a.hash, web::token::hash(&a.cookie));
    assert!(!format!("{a:?}").contains(&a.cookie));
}

#[test]
fn a_password_hash_is_argon2id_with_todays_parameters() {
    let phc = super::world::phc();
    assert!(phc.text().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", phc.text());
    assert!(!phc.stale());
    assert!(crate::password::Phc::stored(phc.text().replace("m=19456", "m=8192")).stale());
    assert!(!format!("{phc:?}").contains("argon2"));
}
