//! Verifying the journal on a page.

use std::sync::Arc;

use store::testing;

use super::both;
use crate::pages::audit::verified;

#[tokio::test]
async fn many_presses_verify_the_journal_twice_at_most_and_a_standing_one_once() {
    for w in both() {
        let app = &w.app;
        let row = async || app.store().command(testing::command(0, "test.row"), |_| Ok(())).await.unwrap();
        row().await;
        let pressed = tokio::join!(verified(app), verified(app), verified(app), verified(app));
        let made = [pressed.0, pressed.1, pressed.2, pressed.3].map(Result::unwrap);
        let mut different: Vec<_> = made.iter().map(Arc::as_ptr).collect();
        different.sort_unstable();
        different.dedup();
        assert!(different.len() <= 2, "{:?}", w.config.database);
        let again = verified(app).await.unwrap();
        assert!(Arc::ptr_eq(&again, &made[3]) && again.report.ok(), "{:?}", w.config.database);
        row().await;
        assert_eq!(verified(app).await.unwrap().report.rows(), again.report.rows() + 1);
    }
}
