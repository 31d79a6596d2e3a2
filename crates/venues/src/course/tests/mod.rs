//! Tests of courses: stories on both engines, lots and their unfair twins, dates against a slow generator, the sheet, broken rows that the proof must name.

mod days;
mod lots;
mod sheet;
mod story;
mod twins;
mod world;

/// VE1: no table of the courses counts places.
#[test]
fn no_column_counts_places() {
    let sql = include_str!("../../../migrations/0001-course.sql").to_lowercase();
    let names: Vec<String> = sql
        .lines()
        .map(|l| l.split("--").next().unwrap_or_default())
        .filter(|l| !l.trim_start().starts_with("constraint") && !l.contains(" index "))
        .flat_map(|l| l.split([',', '(', ')']).filter_map(|part| part.split_whitespace().next().map(str::to_owned)).collect::<Vec<_>>())
        .collect();
    assert!(names.iter().any(|n| n == "lessons"), "{names:?}");
    for bad in ["cap", "capacity", "taken", "free", "places", "places_left", "seats", "most", "max", "enrolled", "waiting"] {
        assert!(!names.iter().any(|n| n == bad), "a column is called {bad}");
    }
}
