//! The pages of the line: a request becomes one call and markup. No SQL, no business `if`.

