//! Every figure the line uses, with where it comes from. A centre overrides a figure by a row of `queue_setting`.

/// One figure: its name, what ships, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The name used in `queue_setting`.
    pub name: &'static str,
    /// What ships.
    pub value: i64,
    /// Where it comes from; `[A]` marks an assumption.
    pub source: &'static str,
}

macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident = $value:literal, $source:literal;)*) => {
        /// The figures in force at one centre at one moment (规则参数). Units end the names.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Limits { $($(#[$doc])* pub $name: i64,)* }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $value,)* }
            }
        }

        impl Limits {
            /// What ships, in the order of this file.
            pub const FIGURES: &[Figure] = &[$(Figure { name: stringify!($name), value: $value, source: $source },)*];

            /// Overrides one figure; says whether there is one of that name.
            pub fn set(&mut self, name: &str, value: i64) -> bool {
                match name {
                    $(stringify!($name) => self.$name = value,)*
                    _ => return false,
                }
                true
            }
            /// One figure by its name.
            fn get(&self, name: &str) -> Option<i64> {
                match name {
                    $(stringify!($name) => Some(self.$name),)*
                    _ => None,
                }
            }
        }
    };
}

limits! {
    /// Later arrivals that may pass one ticket; the next call after that is its own (超越上限).
    cap = 12, "hall §6.2–6.3 [M]: the smallest cap that keeps bookings at 4 minutes";
    /// A booking that has waited so long is next (预约承诺).
    promise_s = 360, "hall §6.2–6.3 [M]: 6 minutes";
    /// Credit of a booking checked in on time; `queue_class` carries the others.
    booked_credit_min = 25, "hall §6.1, simulated";
    /// A booking checked in later than this after its time is a walk-in.
    booked_late_min = 15, "hall §6.1 [A]";
    /// Recalls of one call (重呼).
    recalls = 2, "hall §4.1 [A]";
    /// Seconds between two calls of the same ticket.
    recall_gap_s = 15, "hall §4.1 [A]";
    /// A called ticket is missed so long after its last call (过号).
    miss_after_s = 90, "hall §4.1 [A]";
    /// A called ticket with priority is never missed by the clock; the clerk is asked after this.
    ask_after_s = 180, "day-one §4 [A]";
    /// A missed ticket may rejoin for so long.
    rejoin_min = 15, "hall §4.1";
    /// How often a missed ticket may rejoin.
    rejoins = 1, "hall §4.1: once";
    /// What a rejoin costs in the line.
    rejoin_cost_min = 5, "hall §4.1 [A]";
    /// Least minutes of a defer (晚点再来).
    defer_least_min = 10, "hall §4.1";
    /// Most minutes of a defer.
    defer_most_min = 180, "hall §4.1";
    /// How often a ticket may defer.
    defers = 2, "hall §4.1 [A]";
    /// How often a ticket may be sent to another line before the supervisor decides.
    transfers = 2, "hall §4.1 [A]";
    /// A finish or a miss may be undone for so long.
    undo_s = 5, "hall §4.1 [A]";
    /// A ticket parked longer is shown to the supervisor.
    parked_long_min = 30, "hall §4.1 [A]";
    /// Median walk from the seat to the counter, when nobody marked the start of serving.
    walk_s = 20, "hall §4.1 names the walking median; [A] until learned";
    /// Errands of one visit.
    legs = 8, "hall §4";
    /// Most pieces of work one finish may count.
    count_most = 99, "[A]";
    /// Numbers are given from so long before the first block of the day.
    first_issue_min = 30, "[A]: doors open before counters do";
    /// A remote ticket keeps its base so long after its turn has come.
    remote_keep_min = 10, "hall §5 [A]";
    /// A remote ticket whose holder never came expires so long after its turn has come.
    remote_gone_min = 60, "[A]: a new number would stand at the same place";
    /// The remote share of a line is taken of its length, but of at least this, so that the first person at home can take one.
    remote_least = 10, "[A]";
    /// Live visits taken by one browser at one centre.
    per_browser = 3, "QUALITY §13 [A]";
    /// People ahead are counted up to here; beyond it no range means anything.
    ahead_most = 500, "[A]";
    /// Days of finished tickets behind the mean service time.
    mean_days = 60, "issue 3";
    /// Served tickets behind the quantiles of real ÷ predicted.
    ratios_most = 200, "issue 3";
    /// Served tickets below which no range is shown, only how many are ahead.
    ratios_least = 50, "issue 3; hall §8.6 [A]";
    /// A range that ends below this says "no wait".
    no_wait_min = 3, "hall §8.5";
    /// A range wider than this says only "may be more than".
    too_wide_min = 45, "hall §8.5";
    /// Elders waiting longer are shown to the guide (D8).
    elder_long_min = 30, "hall §18";
    /// A line whose first has waited longer is late: red on the pages of staff, the target of M5.
    late_min = 30, "[A]";
    /// More per cent of a day's tickets with priority than this warn the supervisor (D7).
    priority_most_pct = 30, "day-one §4 [A]";
    /// Tickets of a day below which that share says nothing.
    priority_least = 20, "[A]";
}

/// Figures of which the first may not be larger than the second: nobody could defer, recall, be shown a range, or keep a place.
const ORDERED: &[(&str, &str)] =
    &[("defer_least_min", "defer_most_min"), ("recall_gap_s", "miss_after_s"), ("ratios_least", "ratios_most"), ("remote_keep_min", "remote_gone_min")];

impl Limits {
    /// The figure that contradicts `name`, as a pair with their values: the first should not be larger.
    pub fn crossed(&self, name: &str) -> Option<[(&'static str, i64); 2]> {
        ORDERED
            .iter()
            .filter(|(a, b)| [a, b].contains(&&name))
            .map(|(a, b)| [(*a, self.get(a).unwrap_or(0)), (*b, self.get(b).unwrap_or(0))])
            .find(|[least, most]| least.1 > most.1)
    }
}
