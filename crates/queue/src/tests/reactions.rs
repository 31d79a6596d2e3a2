//! Who may no longer work at a counter, read off the journal as `people` tells it.

use facts::people::{AccountLeft, GrantEnded};
use kernel::{AccountId, CentreId, Id};
use store::Fact;

use crate::reactions::gone;

fn told<F: Fact>(fact: &F) -> String {
    serde_json::json!([{ "fact": F::NAME, "topics": [], "data": fact }]).to_string()
}

#[test]
fn whoever_left_or_lost_a_counter_role_is_gone_from_there() {
    let account = AccountId::from_bytes([3; 16]);
    let (all, three) = (CentreId::DISTRICT, CentreId::new(3).unwrap());
    let ended = |role: &str, centre| told(&GrantEnded { grant: Id::from_bytes([4; 16]), account, role: role.into(), centre });
    assert_eq!(gone(&told(&AccountLeft { account })), [(account, all)]);
    assert_eq!(gone(&ended("clerk", three)), [(account, three)]);
    assert_eq!(gone(&ended("hall_supervisor", all)), [(account, all)]);
    assert_eq!(gone(&ended("guide", three)), []);
    assert_eq!(gone("[]"), []);
}
