//! From a wish to exactly what would be taken, with every reason why it cannot be.

use std::collections::BTreeMap;

use kernel::{Both, CentreId, ClaimId, Instant, Minutes, Missing, No, Refusal, ResourceId, TimeZone, hhmm};
use store::Tx;

use crate::{
    Cell, Channel, Charge, Claim, Deltas, Key, Line, Resource, Rules, Want, What, Wish,
    resource::{covering, on_grid},
    rows,
};

/// The request's time and the district's zone.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// Server time, read once.
    pub now: Instant,
    /// Where days and weeks are counted.
    pub zone: &'a TimeZone,
}

/// What a wish comes to.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where.
    pub centre: CentreId,
    /// Kind of the first thing asked for, for figures.
    pub kind: String,
    /// Rules of the first thing asked for.
    pub rules: Rules,
    /// What is taken, pads, needs and shares included.
    pub lines: Vec<Line>,
    /// What is taken from quotas.
    pub charges: Vec<Charge>,
    /// Both as one map; of a change of lines, less what the claim holds already.
    pub deltas: Deltas,
    /// Why the cells cannot be taken; empty when they can.
    pub full: Vec<Refusal>,
    /// Why the rules say no.
    pub rule: Vec<Refusal>,
    /// Cells that were looked at.
    pub cells: BTreeMap<(ResourceId, Minutes), Cell>,
    /// Shares that are taken from, with their wholes.
    shares: BTreeMap<ResourceId, ResourceId>,
}

impl Plan {
    /// Every reason, those of the cells first.
    pub fn refusal(self) -> Option<Refusal> {
        Refusal::all(self.full.into_iter().chain(self.rule).collect())
    }
    /// Units that are missing, by cell.
    pub fn missing(&self) -> impl Iterator<Item = (ResourceId, Minutes, i64)> {
        self.deltas.iter().filter_map(|(key, n)| match key {
            Key::Cell(resource, start) => {
                let free = self.cells.get(&(*resource, *start)).map_or(0, |c| c.cap - c.taken);
                (n > free).then_some((*resource, *start, n - free))
            }
            Key::Quota(..) => None,
        })
    }
}

/// Ways in which a wish is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// With all rules.
    #[default]
    Asked,
    /// An offer of the waiting list: cells only; rules and quotas are judged when it is taken.
    Offer,
}

/// Works a wish out. `instead` are the lines of a claim that would be given back for it.
///
/// # Errors
/// Missing resources; a wish that is no wish (`window.empty`, `units.shape`, `grid.off`, `wish.empty`).
pub fn plan(tx: &mut Tx, wish: &Wish, instead: Option<&Claim>, look: Look, m: Moment) -> Result<Plan, No> {
    let first = wish.lines.first().ok_or_else(|| Refusal::invalid("wish.empty"))?;
    let lead = lead(tx, first, wish)?;
    let mut plan = Plan {
        centre: lead.centre,
        kind: lead.kind.clone(),
        rules: lead.rules.clone(),
        lines: Vec::new(),
        charges: Vec::new(),
        deltas: Deltas::default(),
        full: Vec::new(),
        rule: Vec::new(),
        cells: BTreeMap::new(),
        shares: BTreeMap::new(),
    };
    if let Some(claim) = instead {
        give_back(tx, claim.id, &mut plan)?;
    }
    for want in &wish.lines {
        shape(want)?;
        match &want.what {
            What::Resource(id) => {
                let resource = open(tx, *id, &plan)?;
                stretch(tx, &mut plan, &resource, want, wish.channel(), m)?;
            }
            What::AnyOf(pool) => any_of(tx, &mut plan, pool, want, wish.channel(), m)?,
        }
    }
    let needs = plan.rules.needs.clone();
    for pool in &needs {
        let want = Want { what: What::AnyOf(pool.clone()), units: 1, ..first.clone() };
        any_of(tx, &mut plan, pool, &want, wish.channel(), m)?;
    }
    judge_cells(&mut plan, m);
    if look == Look::Asked {
        judge_rules(&mut plan, &lead, wish, m);
        judge_person(tx, &mut plan, wish, instead, m)?;
    }
    Ok(plan)
}

fn lead(tx: &mut Tx, first: &Want, wish: &Wish) -> Result<Resource, No> {
    match &first.what {
        What::Resource(id) => Ok(rows::resource::one(tx, *id)?.ok_or(Missing("resource"))?),
        What::AnyOf(pool) => {
            // The pool's centre is that of another line of the wish; a pool alone names it before a slash.
            let centre = wish.lines.iter().find_map(|l| match l.what {
                What::Resource(id) => Some(id),
                What::AnyOf(_) => None,
            });
            let centre = match centre {
                Some(id) => rows::resource::one(tx, id)?.map(|r| r.centre),
                None => pool.split_once('/').and_then(|(c, _)| c.parse().ok()).and_then(CentreId::new),
            };
            let name = pool.rsplit('/').next().unwrap_or(pool);
            let found = rows::resource::pool(tx, centre.ok_or(Missing("centre"))?, name)?;
            Ok(found.into_iter().next().ok_or(Missing("pool"))?)
        }
    }
}

fn open(tx: &mut Tx, id: ResourceId, plan: &Plan) -> Result<Resource, No> {
    let resource = rows::resource::one(tx, id)?.ok_or(Missing("resource"))?;
    if resource.centre != plan.centre {
        return Err(Refusal::invalid("wish.two_centres").into());
    }
    Ok(resource)
}

fn shape(want: &Want) -> Result<(), Refusal> {
    if want.from >= want.to {
        return Err(Refusal::invalid("window.empty").at("to"));
    }
    // Beyond this no calendar of ours goes.
    if want.from < 0 || want.to > 80_000_000 {
        return Err(Refusal::invalid("date.shape").at("from"));
    }
    if !(1..=10_000).contains(&want.units) {
        return Err(Refusal::invalid("units.shape").at("units"));
    }
    Ok(())
}

/// The lines of a claim, taken out of the map.
fn give_back(tx: &mut Tx, claim: ClaimId, plan: &mut Plan) -> Result<(), No> {
    for line in rows::claim::lines(tx, claim)? {
        for cell in rows::cell::between(tx, line.resource, line.start, line.held_until)? {
            plan.deltas.cell(line.resource, cell.start, -line.units);
            plan.cells.insert((line.resource, cell.start), cell);
        }
    }
    Ok(())
}

/// Depth of composites: a hall of courts of halves of places.
const DEPTH: usize = 4;

/// What has cells below a resource, with units of each.
fn leaves(tx: &mut Tx, id: ResourceId, units: i64, depth: usize) -> Result<Vec<(ResourceId, i64)>, No> {
    let parts = rows::resource::parts(tx, id)?;
    if parts.is_empty() {
        return Ok(vec![(id, units)]);
    }
    if depth == 0 {
        return Err(Refusal::conflict("part.cycle").into());
    }
    let mut all = Vec::new();
    for (child, n) in parts {
        all.extend(leaves(tx, child, units * n, depth - 1)?);
    }
    Ok(all)
}

/// Adds what one resource takes for a window.
fn stretch(tx: &mut Tx, plan: &mut Plan, resource: &Resource, want: &Want, channel: Channel, m: Moment) -> Result<(), No> {
    if resource.closed.is_some() {
        plan.full.push(shut(m, want.from, "closed"));
        return Ok(());
    }
    let r = &resource.rules;
    for (leaf, units) in leaves(tx, resource.id, want.units, DEPTH)? {
        let leaf_resource = if leaf == resource.id { resource.clone() } else { rows::resource::one(tx, leaf)?.ok_or(Missing("part"))? };
        if !on_grid(m.zone, want.from, leaf_resource.cell_minutes) || !on_grid(m.zone, want.to, leaf_resource.cell_minutes) {
            return Err(Refusal::invalid("grid.off").arg("n", leaf_resource.cell_minutes).at("from").into());
        }
        let near = rows::cell::between(tx, leaf, want.from - r.pad_before_min.max(0), want.to + r.pad_after_min)?;
        let Some(run) = covering(&near, want.from, want.to, r.pad_before_min, r.pad_after_min) else {
            plan.full.push(Refusal::conflict("slot.not_published").both("date", day_words(m, want.from)));
            continue;
        };
        take(plan, resource.id, leaf, run, units);
        if channel.from_away()
            && share_counts(&leaf_resource.rules, want.from, m)
            && let Some(share) = rows::resource::share(tx, leaf)?
        {
            let kept = rows::cell::between(tx, share, run[0].start, run[run.len() - 1].end)?;
            take(plan, resource.id, share, &kept, units);
            plan.shares.insert(share, leaf);
        }
    }
    Ok(())
}

fn take(plan: &mut Plan, asked: ResourceId, resource: ResourceId, run: &[Cell], units: i64) {
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return };
    plan.lines.push(Line { asked, resource, start: first.start, end: last.end, held_until: last.end, units });
    for cell in run {
        plan.deltas.cell(resource, cell.start, units);
        plan.cells.insert((resource, cell.start), cell.clone());
    }
}

/// Places kept for people who come are open to all from `open_at` of the day on.
pub(crate) fn share_counts(rules: &Rules, start: Minutes, m: Moment) -> bool {
    let day = m.zone.day(Instant::from_minute(start));
    m.now < m.zone.moment(day, rules.open_at_min)
}

/// Picks among interchangeable ones: free, then beside what is taken already (long gaps stay whole), then by id.
fn any_of(tx: &mut Tx, plan: &mut Plan, pool: &str, want: &Want, channel: Channel, m: Moment) -> Result<(), No> {
    let name = pool.rsplit('/').next().unwrap_or(pool);
    let mut best: Option<(bool, Resource)> = None;
    for resource in rows::resource::pool(tx, plan.centre, name)? {
        if plan.lines.iter().any(|l| l.asked == resource.id) {
            continue;
        }
        let near = rows::cell::between(tx, resource.id, want.from - resource.cell_minutes.max(1), want.to + resource.cell_minutes.max(1))?;
        let Some(run) = covering(&near, want.from, want.to, 0, 0) else { continue };
        if run.iter().any(|c| c.free() < want.units) {
            continue;
        }
        let beside = near.iter().any(|c| (c.end == want.from || c.start == want.to) && c.taken > 0);
        if best.as_ref().is_none_or(|(b, _)| beside && !b) {
            best = Some((beside, resource));
        }
    }
    match best {
        Some((_, resource)) => stretch(tx, plan, &resource, want, channel, m),
        None => {
            plan.full.push(Refusal::conflict("slot.gone").both("date", day_words(m, want.from)));
            Ok(())
        }
    }
}

fn judge_cells(plan: &mut Plan, m: Moment) {
    let mut said: Vec<Refusal> = Vec::new();
    for (key, n) in plan.deltas.iter() {
        let Key::Cell(resource, start) = key else { continue };
        let Some(cell) = plan.cells.get(&(*resource, *start)) else { continue };
        if n <= 0 || cell.free() >= n {
            continue;
        }
        // The whole may still have room for people who come.
        let whole = plan.shares.get(resource).and_then(|w| plan.cells.get(&(*w, *start))).map(Cell::free);
        let reason = match (&cell.shut, whole) {
            (Some(why), _) => shut(m, *start, why),
            (None, Some(kept)) if kept >= n => Refusal::conflict("slot.full_online").arg("n", kept),
            _ => Refusal::conflict("slot.gone").both("date", day_words(m, *start)),
        };
        if !said.iter().any(|r| r.code == reason.code) {
            said.push(reason);
        }
    }
    plan.full.extend(said);
}

fn judge_rules(plan: &mut Plan, lead: &Resource, wish: &Wish, m: Moment) {
    let (r, channel) = (&lead.rules, wish.channel());
    let start = Instant::from_minute(wish.start());
    if channel == Channel::Staff {
        return;
    }
    let mut no = |reason: Refusal| plan.rule.push(reason);
    let day = m.zone.day(start);
    let opens = m.zone.moment(day.plus(-r.open_ahead_days), r.open_at_min);
    if m.now < opens && channel != Channel::Counter {
        no(Refusal::conflict("window.too_early").arg("days", r.open_ahead_days).both("when", moment_words(m, opens.minute())));
    }
    let closes = if channel.from_away() { start.plus_min(-r.closes_before_min) } else { Instant::from_minute(wish.end()) };
    if m.now >= closes {
        no(Refusal::conflict("window.too_late").arg("min", r.closes_before_min));
    }
    for want in &wish.lines {
        if !(r.min_units..=r.max_units).contains(&want.units) {
            no(Refusal::invalid("units.rule").arg("max", r.max_units).arg("n", want.units).at("units"));
        }
        if lead.cell_minutes > 0 {
            let cells = (want.to - want.from) / lead.cell_minutes;
            if !(r.min_cells..=r.max_cells).contains(&cells) {
                no(Refusal::invalid("length.rule").arg("max", r.max_cells * lead.cell_minutes).arg("n", cells * lead.cell_minutes).at("to"));
            }
        }
    }
    if let Some(text) = r.not_eligible(wish.age) {
        no(Refusal::conflict("eligible.not").both("rule", text));
    }
}

/// No-shows after which only the same day can be booked from away, and over how many days; capacity §6.4 [A].
const NO_SHOWS: i64 = 3;
const NO_SHOW_DAYS: i64 = 90;

fn judge_person(tx: &mut Tx, plan: &mut Plan, wish: &Wish, instead: Option<&Claim>, m: Moment) -> Result<(), No> {
    let Some(holder) = wish.holder else { return Ok(()) };
    let start = Instant::from_minute(wish.start());
    let others = rows::claim::clashes(tx, holder, wish.start(), wish.end())?;
    if !wish.clash_accepted
        && let Some(other) = others.iter().find(|c| instead.is_none_or(|i| i.id != c.id))
    {
        let lines = rows::claim::lines(tx, other.id)?;
        let what = match lines.first() {
            Some(line) => rows::resource::one(tx, line.asked)?.map(|r| r.name),
            None => None,
        };
        plan.rule.push(Refusal::conflict("clash").both("what", what.unwrap_or_default()));
    }
    if wish.channel().from_away() && m.zone.day(start) != m.zone.day(m.now) {
        let missed = rows::quota::no_shows(tx, holder, m.now.plus_min(-NO_SHOW_DAYS * 1_440))?;
        if missed >= NO_SHOWS {
            plan.rule.push(Refusal::conflict("quota.no_show").arg("n", missed));
        }
    }
    let before = match instead {
        Some(claim) => rows::claim::charges(tx, claim.id)?,
        None => Vec::new(),
    };
    for code in plan.rules.quotas.clone() {
        let Some(rule) = rows::quota::one(tx, &code)? else { continue };
        let charge =
            Charge { subject: rule.subject_of(holder, &wish.subject, &wish.made_by), period: rule.period_of(m.zone, wish.start()), rule: code, units: 1 };
        let had = before.iter().find(|c| c.rule == charge.rule).cloned();
        if let Some(old) = &had {
            plan.deltas.quota(old, rule.most, -1);
        }
        let same = had.is_some_and(|old| old.units > 0 && (&old.subject, old.period) == (&charge.subject, charge.period));
        if !same && rows::quota::used(tx, &charge.rule, &charge.subject, charge.period)? >= rule.most {
            let reason = match rule.again(m.zone, wish.start()) {
                Some(day) => Refusal::conflict("quota.used").arg("n", rule.most).arg("d", day),
                None => Refusal::conflict("quota.live").arg("n", rule.most),
            };
            plan.rule.push(reason.both("what", rule.name.clone()));
        }
        plan.deltas.quota(&charge, rule.most, 1);
        plan.charges.push(charge);
    }
    Ok(())
}

fn shut(m: Moment, minute: Minutes, why: &str) -> Refusal {
    let reason = match why {
        "holiday" => Both::new("放假", "a holiday"),
        "works" => Both::new("维修", "works"),
        "staff" => Both::new("人手不够", "not enough staff"),
        "event" => Both::new("有活动", "an event"),
        _ => Both::new("这个时间不开", "not open at that time"),
    };
    Refusal::conflict("slot.shut").both("date", day_words(m, minute)).both("reason", reason)
}

/// `11月28日` and `28 November`: the day of a minute.
pub fn day_words(m: Moment, minute: Minutes) -> Both {
    const MONTHS: [&str; 12] = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    let (_, month, day) = m.zone.day(Instant::from_minute(minute)).parts();
    let name = MONTHS.get(month as usize - 1).copied().unwrap_or("");
    Both::new(format!("{month}月{day}日"), format!("{day} {name}"))
}
/// The same with the time of day.
pub fn moment_words(m: Moment, minute: Minutes) -> Both {
    let (day, time) = (day_words(m, minute), hhmm(m.zone.minute_of_day(Instant::from_minute(minute))));
    Both::new(format!("{} {time}", day.zh), format!("{}, {time}", day.en))
}
