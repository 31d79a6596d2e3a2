//! A course (课程), its dates, and who is in it.

use kernel::{ApplicationId, Both, CentreId, ClaimId, CourseId, Day, EnrolmentId, Instant, LessonId, Minutes, PersonId, ResourceId, WaitId, coded};

coded! {
    /// Where a course stands.
    State {
        Draft = "draft", "草稿", "draft";
        Published = "published", "已公布", "announced";
        Enrolling = "enrolling", "报名中", "open for enrolment";
        Running = "running", "上课中", "running";
        Done = "done", "已结课", "over";
        /// Too few people.
        NotStarted = "not_started", "人数不够，没开班", "not started: too few people";
        Cancelled = "cancelled", "已取消", "cancelled";
    }
}
impl State {
    /// Whether residents see it and staff work with it.
    pub fn live(self) -> bool {
        matches!(self, Self::Published | Self::Enrolling | Self::Running)
    }
    /// Whether nothing happens with it any more.
    pub fn ended(self) -> bool {
        matches!(self, Self::Done | Self::NotStarted | Self::Cancelled)
    }
}
coded! {
    /// How places are given.
    Admission {
        Order = "order", "先到先得", "first come, first served";
        Lot = "lot", "抽签", "by lot";
    }
}
coded! {
    /// What is taught.
    Kind {
        Sport = "sport", "运动", "sport";
        Art = "art", "美术", "art";
        Music = "music", "音乐", "music";
        Dance = "dance", "舞蹈", "dance";
        Craft = "craft", "手工", "craft";
        Reading = "reading", "阅读", "reading";
        Cooking = "cooking", "厨艺", "cooking";
        Language = "language", "语言", "language";
        Computer = "computer", "电脑手机", "computers and phones";
        ElderSkill = "elder_skill", "老年技能", "skills for elders";
        EarlyEducation = "early_education", "早教", "early education";
        Vocational = "vocational", "职业技能", "vocational";
    }
}
coded! {
    /// Where a lesson stands.
    LessonState {
        Planned = "planned", "待上", "planned";
        Held = "held", "已上", "held";
        Cancelled = "cancelled", "停课", "cancelled";
    }
}
coded! {
    /// Whether somebody was there (点名).
    Mark {
        Present = "present", "到了", "here";
        Late = "late", "迟到", "late";
        Excused = "excused", "请假", "excused";
        Absent = "absent", "没来", "absent";
    }
}

/// What a planner writes of a course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Where.
    pub centre: CentreId,
    /// Its code in the centre.
    pub code: String,
    /// Its title.
    pub title: Both,
    /// What is taught.
    pub kind: Kind,
    /// What people read about it.
    pub text: Both,
    /// Who teaches, as shown.
    pub teacher: String,
    /// The teacher's account, when there is one.
    pub teacher_login: Option<String>,
    /// Full years from which.
    pub age_min: Option<i64>,
    /// Full years up to which.
    pub age_max: Option<i64>,
    /// First and last day of the term.
    pub term: (Day, Day),
    /// 0 = Monday … 6 = Sunday.
    pub weekday: usize,
    /// Minute after midnight.
    pub from_min: Minutes,
    /// Minute after midnight.
    pub to_min: Minutes,
    /// How many dates.
    pub lessons: i64,
    /// With fewer people it does not begin.
    pub least: i64,
    /// How places are given.
    pub admission: Admission,
    /// First day of enrolment.
    pub enrol_from: Day,
    /// Last day of enrolment, inclusive.
    pub enrol_until: Day,
    /// Code of the room's resource.
    pub room: Option<String>,
}

/// A course (课程).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// Its id.
    pub id: CourseId,
    /// As written.
    pub plan: Plan,
    /// Where it stands.
    pub state: State,
    /// Its places.
    pub resource: ResourceId,
    /// First minute of the first lesson: start of its one cell.
    pub starts: Minutes,
    /// Minute after the last lesson: end of its one cell.
    pub ends: Minutes,
    /// Shown from publication on: SHA-256 of the secret.
    pub commitment: Option<[u8; 32]>,
    /// Shown after the draw.
    pub secret: Option<[u8; 32]>,
    /// When the lot was drawn.
    pub drawn: Option<Instant>,
    /// When it was sure that it takes place.
    pub sure: Option<Instant>,
    /// Why it does not take place.
    pub why: Option<String>,
}

/// One date of a course (课次).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// Its id.
    pub id: LessonId,
    /// Of which course.
    pub course: CourseId,
    /// 1, 2, 3.
    pub no: i64,
    /// First minute.
    pub start: Minutes,
    /// Minute after the last.
    pub end: Minutes,
    /// Where it stands.
    pub state: LessonState,
    /// Why it is cancelled or moved.
    pub why: Option<String>,
    /// Why it is held on a holiday.
    pub said: Option<String>,
    /// Where it stood before it was moved.
    pub moved_from: Option<Minutes>,
    /// What holds its room.
    pub room: Option<ClaimId>,
}

/// Somebody in a course, or waiting for it (报名).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// Its id.
    pub id: EnrolmentId,
    /// Which course.
    pub course: CourseId,
    /// Who: a keyed hash, no name.
    pub person: PersonId,
    /// As the maker calls them.
    pub label: String,
    /// Asked only when the course has ages.
    pub birth_year: Option<i64>,
    /// The place.
    pub claim: Option<ClaimId>,
    /// The waiting entry.
    pub wait: Option<WaitId>,
    /// When.
    pub made_at: Instant,
    /// When they left a course that had begun.
    pub left: Option<Instant>,
}

/// A wish that takes part in a lot (抽签报名).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// Which course.
    pub course: CourseId,
    /// Who: a keyed hash, no name.
    pub person: PersonId,
    /// As the maker calls them.
    pub label: String,
    /// Asked only when the course has ages.
    pub birth_year: Option<i64>,
    /// Public: what is drawn.
    pub code: String,
    /// Of the token that opens it, and after the draw the booking.
    pub token_hash: [u8; 32],
    /// When.
    pub made_at: Instant,
    /// Taken back.
    pub withdrawn: Option<Instant>,
    /// Place in the drawn order, from 1.
    pub drawn_no: Option<i64>,
    /// What it led to.
    pub enrolment: Option<EnrolmentId>,
}
