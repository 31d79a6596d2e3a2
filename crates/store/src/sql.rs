//! SQL as text: one statement, one text, both engines.

/// One statement. `$1` placeholders; the SQLite text (`?1`) is made at compile time.
#[derive(Debug)]
pub struct Sql {
    /// The name of the static, for test output and logs.
    pub name: &'static str,
    /// As written, and as PostgreSQL reads it.
    pub postgres: &'static str,
    /// With `?1` placeholders.
    pub sqlite: &'static str,
}

/// Replaces `$` by `?`: SQLite numbers `?1`, but would number `$1` by order of appearance. Statements hold no other dollar sign.
pub const fn question_marks<const N: usize>(text: &str) -> [u8; N] {
    let from = text.as_bytes();
    let mut to = [0; N];
    let mut i = 0;
    while i < N {
        to[i] = if from[i] == b'$' { b'?' } else { from[i] };
        i += 1;
    }
    to
}

/// The SQLite text of a rewritten statement.
pub const fn text_of(bytes: &'static [u8]) -> &'static str {
    match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
    }
}

/// Declares statements and the list `STATEMENTS` of all of them, which a test prepares and runs on both engines.
///
/// ```
/// store::statements! {
///     /// The areas of the district.
///     AREAS = "select code, name_zh from places_area order by code";
/// }
/// ```
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub static $name: $crate::Sql = $crate::Sql {
            name: stringify!($name),
            postgres: $text,
            sqlite: {
                const N: usize = $text.len();
                const BYTES: [u8; N] = $crate::question_marks::<N>($text);
                $crate::text_of(&BYTES)
            },
        };)*
        /// Every statement of this file.
        pub static STATEMENTS: &[&$crate::Sql] = &[$(&$name),*];
    };
}
