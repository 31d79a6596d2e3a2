//! Cells. The two statements that take and give back are the whole of "never oversold".

use kernel::{Fault, Minutes, ResourceId};
use store::{Tx, params};

use crate::Cell;

store::statements! {
    /// Takes units of one open cell, if there are so many.
    TAKE = "update capacity_cell set taken = taken + $3 where resource_id = $1 and start_min = $2 and taken + $3 <= cap and shut is null";
    /// Gives units back, also on a shut cell.
    GIVE = "update capacity_cell set taken = taken - $3 where resource_id = $1 and start_min = $2";
    /// The cells of a stretch of time.
    BETWEEN = "select start_min, end_min, cap, taken, shut from capacity_cell where resource_id = $1 and start_min >= $2 and start_min < $3 order by start_min";
    /// A new cell.
    ADD = "insert into capacity_cell (resource_id, start_min, end_min, cap, taken, shut) values ($1, $2, $3, $4, 0, $5)";
    /// Another cap, open or shut.
    SET = "update capacity_cell set cap = $3, shut = $4 where resource_id = $1 and start_min = $2";
    /// More or fewer units.
    RAISE = "update capacity_cell set cap = cap + $3 where resource_id = $1 and start_min = $2";
    /// A cell that nobody holds.
    DROP = "delete from capacity_cell where resource_id = $1 and start_min = $2 and taken = 0";
}

/// The cells that begin in `from..to`.
pub fn between(tx: &mut Tx, resource: ResourceId, from: Minutes, to: Minutes) -> Result<Vec<Cell>, Fault> {
    tx.many(&BETWEEN, params![resource, from, to], |r| Ok(Cell { start: r.get(0)?, end: r.get(1)?, cap: r.get(2)?, taken: r.get(3)?, shut: r.get(4)? }))
}
/// Takes units; `false` when there are not so many, or it is shut.
pub fn take(tx: &mut Tx, resource: ResourceId, start: Minutes, units: i64) -> Result<bool, Fault> {
    Ok(tx.run(&TAKE, params![resource, start, units])? == 1)
}
/// Gives units back; `false` when there is no such cell.
pub fn give(tx: &mut Tx, resource: ResourceId, start: Minutes, units: i64) -> Result<bool, Fault> {
    Ok(tx.run(&GIVE, params![resource, start, units])? == 1)
}
/// A new cell.
pub fn add(tx: &mut Tx, resource: ResourceId, cell: &Cell) -> Result<(), Fault> {
    tx.run(&ADD, params![resource, cell.start, cell.end, cell.cap, cell.shut]).map(drop)
}
/// Another cap, open or shut.
pub fn set(tx: &mut Tx, resource: ResourceId, cell: &Cell) -> Result<(), Fault> {
    tx.run(&SET, params![resource, cell.start, cell.cap, cell.shut]).map(drop)
}
/// More units, or fewer.
pub fn raise(tx: &mut Tx, resource: ResourceId, start: Minutes, units: i64) -> Result<(), Fault> {
    tx.run(&RAISE, params![resource, start, units]).map(drop)
}
/// Drops a cell that nobody holds.
pub fn drop_free(tx: &mut Tx, resource: ResourceId, start: Minutes) -> Result<bool, Fault> {
    Ok(tx.run(&DROP, params![resource, start])? == 1)
}
