//! `Tx`: the only handle that slices ever see.

use kernel::{CentreId, Fault, Instant, Missing, No};
use serde::Serialize;

use crate::{Row, Sql, Value, engine::Conn, journal::Told};

/// One transaction, or one read snapshot. Statements run in order; facts told are kept for the journal row of the command.
pub struct Tx<'a> {
    conn: Conn<'a>,
    pub(crate) told: Vec<Told>,
    /// Rows of these chains may be decided on: their heads are locked (empty in a read).
    pub(crate) held: &'a [CentreId],
    /// Whether anything was written: a refusal that wrote nothing needs no roll-back.
    pub(crate) wrote: bool,
    /// Whether a statement failed: PostgreSQL's transaction is dead from then on.
    pub(crate) broken: bool,
    /// The object of the journal row, when the command named one.
    pub(crate) object: Option<(&'static str, String)>,
    /// The next seq of the command's own chain: what its journal row will carry.
    pub(crate) seq: i64,
}

/// Something that happened, told in the same transaction; others react later, streams say it at once.
///
/// Carries ids, never names, phones or health. Past tense, versioned by its name.
pub trait Fact: Serialize {
    /// `queue.called`
    const NAME: &'static str;
    /// Live topics of the command's chain on which it is said (`hall/hall1`, `visit/<id>`); empty when no stream says it.
    fn topics(&self) -> Vec<String>;
}

impl<'a> Tx<'a> {
    pub(crate) fn new(conn: Conn<'a>, held: &'a [CentreId], seq: i64) -> Self {
        Self { conn, told: Vec::new(), held, wrote: false, broken: false, object: None, seq }
    }
    fn go(&mut self, sql: &Sql, params: &[Value], rows: &mut dyn FnMut(Row) -> Result<(), Fault>) -> Result<u64, Fault> {
        self.conn.run(sql, params, rows).inspect_err(|_| self.broken = true)
    }
    /// Runs a writing statement; says how many rows it touched.
    ///
    /// # Errors
    /// A fault; with `violated` when a named constraint refused it.
    pub fn run(&mut self, sql: &Sql, params: &[Value]) -> Result<u64, Fault> {
        self.wrote = true;
        self.go(sql, params, &mut |_| Ok(()))
    }
    /// Reads every row.
    ///
    /// # Errors
    /// A fault of the database or of decoding.
    pub fn many<T>(&mut self, sql: &Sql, params: &[Value], mut decode: impl FnMut(&mut Row) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
        let mut all = Vec::new();
        self.go(sql, params, &mut |mut row| {
            all.push(decode(&mut row)?);
            Ok(())
        })?;
        Ok(all)
    }
    /// Reads the first row, when there is one. Use it with statements that give at most one.
    ///
    /// # Errors
    /// A fault of the database or of decoding.
    pub fn optional<T>(&mut self, sql: &Sql, params: &[Value], decode: impl FnMut(&mut Row) -> Result<T, Fault>) -> Result<Option<T>, Fault> {
        Ok(self.many(sql, params, decode)?.into_iter().next())
    }
    /// Reads exactly one row; `what` names it when it is missing.
    ///
    /// # Errors
    /// [`Missing`] or a fault.
    pub fn one<T>(&mut self, what: &'static str, sql: &Sql, params: &[Value], decode: impl FnMut(&mut Row) -> Result<T, Fault>) -> Result<T, No> {
        self.optional(sql, params, decode)?.ok_or(No::Missing(Missing(what)))
    }
    /// Runs an `insert … returning` or `update … returning`: writes and reads back.
    ///
    /// # Errors
    /// A fault; with `violated` when a named constraint refused it.
    pub fn returning<T>(&mut self, sql: &Sql, params: &[Value], decode: impl FnMut(&mut Row) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
        self.wrote = true;
        self.many(sql, params, decode)
    }
    /// Tells a fact: written in this command's journal row, said on its topics after the commit.
    pub fn tell<F: Fact>(&mut self, fact: &F) {
        self.told.push(Told::of(fact));
    }
    /// Names the object of this command's journal row: a kind and an id, never a person's name.
    pub fn about(&mut self, kind: &'static str, id: impl std::fmt::Display) {
        self.object = Some((kind, id.to_string()));
    }
    /// The seq that this command's journal row will carry in its own chain.
    pub fn seq(&self) -> i64 {
        self.seq
    }
    /// Whether this command holds the chain of `centre`: it decides only on rows of chains it holds.
    pub fn holds(&self, centre: CentreId) -> bool {
        self.held.contains(&centre)
    }
}

/// The action of a command that is no act: a reaction's cursor that moves over rows it has nothing to do with. Leaves no journal row, unless it fails.
pub const QUIET: &str = "";

/// Everything a write needs beside its closure.
#[derive(Clone, Debug)]
pub struct Command {
    /// The chain of the journal row, and the lane: the centre's number, or 0.
    pub chain: CentreId,
    /// Further chains whose heads are locked (no journal row there).
    pub also: Vec<CentreId>,
    /// The one-time key, when the route has one: SHA-256(scope ‖ route ‖ key), and the body's hash.
    pub once: Option<Once>,
    /// Unique name in the journal: `queue.ticket.call`.
    pub action: &'static str,
    /// Who acts.
    pub actor: kernel::Actor,
    /// The role in whose name, or empty.
    pub role: String,
    /// The device on which an account acts.
    pub device: Option<kernel::DeviceId>,
    /// Kind and id of the thing; the closure may name it better with [`Tx::about`].
    pub object: (&'static str, String),
    /// Correlates log lines and journal rows.
    pub trace: String,
    /// When, by the district's clock.
    pub at: Instant,
}

/// A one-time key as stored: never the key itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Once {
    /// SHA-256 of scope, route and key.
    pub key: [u8; 32],
    /// SHA-256 of the body.
    pub body: [u8; 32],
}
