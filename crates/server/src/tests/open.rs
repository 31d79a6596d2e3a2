//! Several processes on one district.

use std::sync::atomic::Ordering;

use kernel::{Actor, CentreId};
use web::SheetFile;

use super::{both, clock, timers};
use crate::{
    Config,
    import::{self, Asked},
    open::{self, open_with},
};

#[test]
fn a_process_with_another_key_is_refused_until_it_has_the_first_machines() {
    for w in both() {
        let again = |config: &Config| open_with(config, Some(clock())).map(|app| app.0.settings.key).map_err(|e| e.to_string());
        let first = w.app.0.settings.key;
        assert_eq!(again(&w.config), Ok(first), "a second start");
        // The same database, another machine's folder: without keys, then with its own.
        let keys = w.place.folder.join("secrets");
        std::fs::rename(&keys, w.place.folder.join("kept")).unwrap();
        let why = again(&w.config).unwrap_err();
        assert!(why.contains("copy secrets/ from the first machine") && !keys.exists(), "{why}");
        open::make_folder(&keys).unwrap();
        open::write_private(&keys.join("token"), &[5; 32]).unwrap();
        assert!(again(&w.config).unwrap_err().contains("copy secrets/ from the first machine"));
        std::fs::copy(w.place.folder.join("kept/token"), keys.join("token")).unwrap();
        assert_eq!(again(&w.config), Ok(first), "{:?}", w.config.database);
        // They are lost for good.
        open::write_private(&keys.join("token"), &[5; 32]).unwrap();
        assert_eq!(again(&Config { new_key: true, ..w.config.clone() }), Ok([5; 32]));
        assert_eq!(again(&w.config), Ok([5; 32]), "{:?}", w.config.database);
    }
}

#[tokio::test]
async fn what_another_process_sets_up_and_names_is_seen_here() {
    for w in both() {
        let here = &w.app;
        here.0.settings.set_up.store(false, Ordering::Relaxed);
        timers(here).await.unwrap();
        assert!(!here.0.settings.set_up.load(Ordering::Relaxed));
        let there = open_with(&w.config, Some(clock())).unwrap();
        let (now, store) = (there.real(), there.store().clone());
        let named = std::thread::spawn(move || {
            people::shell::add(&store, "first.admin", Some("security_admin"), CentreId::DISTRICT, "root", now).unwrap();
            let sheet = SheetFile { name: "district.csv".into(), text: "name_zh,name_en,time_zone,day_turn\n东区,East,Asia/Shanghai,05:00\n".into() };
            import::run(&store, vec![sheet], &Asked { by: Actor::Shell("root".into()), now, real: now, dry: false }, |_, _| {}).unwrap()
        });
        assert!(named.join().unwrap().done);
        timers(here).await.unwrap();
        assert!(here.0.settings.set_up.load(Ordering::Relaxed), "{:?}", w.config.database);
        let district = here.district();
        let turn = district.time.parse("2026-11-24T04:30").unwrap();
        assert_eq!((district.name.en.as_str(), district.time.service_day(turn).to_string().as_str()), ("East", "2026-11-23"));
    }
}
