//! Reader threads: each with its own connection, one snapshot a read.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
};

use crossbeam_channel::{Receiver, Sender, bounded};
use kernel::{Fault, No};

use crate::{
    Tx,
    batch::said,
    engine::{Db, Role},
    lane::Shared,
};

/// A read: gets its transaction, or why there is none.
pub(crate) type Read = Box<dyn FnOnce(Result<&mut Tx, Fault>) + Send>;

/// Starts the readers; returns when their connections stand.
pub(crate) fn start(shared: &Arc<Shared>, readers: usize, queue: usize) -> Result<Sender<Read>, Fault> {
    let (send, receive) = bounded::<Read>(queue);
    let (ready, opened) = bounded(readers);
    for number in 0..readers {
        let (shared, receive, ready) = (Arc::clone(shared), receive.clone(), ready.clone());
        thread::Builder::new()
            .name(format!("reader {number}"))
            .spawn(move || match Db::open(&shared.database, Role::Reader, &shared.names) {
                Ok(db) => {
                    let _ = ready.send(Ok(()));
                    run(db, &receive);
                }
                Err(fault) => drop(ready.send(Err(fault))),
            })
            .map_err(|e| Fault::new(format!("a reader's thread: {e}")))?;
    }
    for _ in 0..readers {
        opened.recv().unwrap_or_else(|_| Err(Fault::new("a reader did not start")))?;
    }
    Ok(send)
}

fn run(mut db: Db, receive: &Receiver<Read>) {
    while let Ok(read) = receive.recv() {
        if let Err(fault) = db.begin().or_else(|_| db.reopen().and_then(|()| db.begin())) {
            read(Err(fault));
            continue;
        }
        {
            let mut tx = Tx::new(db.conn(), &[], 0);
            // The closure catches its own panics; this keeps the reader alive whatever happens.
            let _ = catch_unwind(AssertUnwindSafe(|| read(Ok(&mut tx))));
        }
        db.rollback();
    }
}

/// Runs the closure of a read; a panic is a fault.
pub(crate) fn guarded<T>(tx: Result<&mut Tx, Fault>, f: impl FnOnce(&mut Tx) -> Result<T, No>) -> Result<T, No> {
    let tx = tx?;
    catch_unwind(AssertUnwindSafe(|| f(tx))).unwrap_or_else(|panic| Err(Fault::new(format!("panic: {}", said(&*panic))).into()))
}
