//! Small closed lists: as stored, and as people say them.

/// Declares an enum whose variants have a stored code and a name in both languages (「已到」, "here").
///
/// ```
/// kernel::coded! {
///     /// What a lamp does.
///     Lamp {
///         On = "on", "亮", "on";
///         Off = "off", "灭", "off";
///     }
/// }
/// assert_eq!((Lamp::parse("on"), Lamp::Off.code(), Lamp::ALL.len()), (Some(Lamp::On), "off", 2));
/// ```
#[macro_export]
macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal, $zh:literal, $en:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        pub enum $name { $($(#[$vdoc])* #[doc = $zh] $variant,)* }
        impl $name {
            /// All of them, in this order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];
            /// As stored.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
            /// From its stored form.
            pub fn parse(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
            /// Its name in both languages.
            pub fn name(self) -> $crate::Both {
                match self { $(Self::$variant => $crate::Both::new($zh, $en),)* }
            }
        }
    };
}
