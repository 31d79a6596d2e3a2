//! Backup while writing, verification, restore.

use super::*;
use crate::{
    backup::{manifest, restore, restore_verify},
    testing::both,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_made_while_writing_is_whole() {
    for (engine, store) in both(&[LINES]) {
        add_line(&store, 1).await;
        for n in 0..500 {
            deal_once(&store, 1, &format!("before {n}")).await.unwrap();
        }
        let writer = store.clone();
        let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
        let writing = tokio::spawn(async move {
            let mut n = 0;
            while stopped.try_recv().is_err() {
                deal_once(&writer, 1, &format!("while {n}")).await.unwrap();
                n += 1;
            }
            n
        });
        let folder = testing::folder();
        let file = folder.join("20261123T1000.yzb");
        let (copier, to) = (store.clone(), file.clone());
        let made = tokio::task::spawn_blocking(move || copier.backup(&to, &mut |_, _| {})).await.unwrap().unwrap();
        stop.send(()).unwrap();
        let written = writing.await.unwrap();
        assert!(made.tables["test_ticket"] >= 500 && made.tables["test_ticket"] <= 500 + written, "{engine}");
        assert_eq!(manifest(&file), Ok(made.clone()), "{engine}");
        assert!(store.backup(&file, &mut |_, _| {}).is_err(), "{engine}: never over another");

        let report = restore_verify(&file, &folder.join("scratch")).unwrap();
        assert!(report.ok(), "{engine}: {report:?}");
        if engine == "sqlite" {
            assert_eq!((report.rows, report.journal.rows()), (made.rows(), made.tables["store_journal"]));
            let into = folder.join("district");
            std::fs::create_dir(&into).unwrap();
            std::fs::write(into.join("yizhan.db"), "old").unwrap();
            let kept = restore(&file, &into).unwrap().unwrap();
            assert_eq!(std::fs::read_to_string(kept.join("yizhan.db")).unwrap(), "old");
            let options = crate::Options::new(crate::Database::Sqlite(into.join("yizhan.db")), vec![LINES], testing::problem);
            let restored = Store::open(options).unwrap();
            assert_eq!(count(&restored, &COUNT).await, made.tables["test_ticket"]);
            assert!(deal_once(&restored, 1, "before 3").await.unwrap().replayed);
            assert!(!deal_once(&restored, 1, "after").await.unwrap().replayed);
            verified(&restored).await;
        }
        let mut bytes = std::fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&file, bytes).unwrap();
        assert!(restore_verify(&file, &folder.join("scratch")).map_or(true, |r| !r.ok()), "{engine}: a flipped bit is found");
        assert!(restore(&file, &folder.join("district")).is_err(), "{engine}");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
