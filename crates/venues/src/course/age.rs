//! Who fits a course by age (年龄). Only the year of birth is asked, so who may fit is let in.

use kernel::Refusal;

/// Refuses who cannot be of the ages `from..=to` in `year`. Born in a year one is one of two ages; one of them has to fit [A].
///
/// # Errors
/// `age.year` when a year is needed and none, or none that can be, was given; `age.not` with the ages.
pub fn fits(from: Option<i64>, to: Option<i64>, label: &str, birth_year: Option<i64>, year: i64) -> Result<(), Refusal> {
    if from.is_none() && to.is_none() {
        return Ok(());
    }
    let born = birth_year.filter(|b| (year - 120..=year).contains(b)).ok_or_else(|| Refusal::invalid("age.year").at("birth_year"))?;
    let age = year - born;
    if from.is_none_or(|f| age >= f) && to.is_none_or(|t| age - 1 <= t) {
        return Ok(());
    }
    let name = if label.is_empty() { kernel::Both::new("这个人", "this person") } else { kernel::Both::new(label, label) };
    Err(Refusal::with("age.not", 403).arg("a", from.unwrap_or(0)).arg("b", to.unwrap_or(120)).both("name", name).arg("x", age).at("birth_year"))
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn one_of_the_two_ages_of_a_year_has_to_fit() {
        let check = |from, to, born, expect: Option<&str>| assert_eq!(fits(from, to, "孩子", born, 2026).err().map(|r| r.code), expect, "{born:?}");
        check(None, None, None, None);
        check(Some(6), Some(12), None, Some("age.year"));
        check(Some(6), Some(12), Some(2020), None);
        check(Some(6), Some(12), Some(2021), Some("age.not"));
        check(Some(6), Some(12), Some(2013), None);
        check(Some(6), Some(12), Some(2012), Some("age.not"));
        check(Some(60), None, Some(1966), None);
        check(Some(60), None, Some(1967), Some("age.not"));
        check(None, Some(3), Some(2022), None);
        check(None, Some(3), Some(2027), Some("age.year"));
        check(None, Some(3), Some(1800), Some("age.year"));
    }
}
