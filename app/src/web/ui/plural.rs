//! Numbers of things.

use std::fmt::Display;

/// `1 review`, `2 reviews`.
pub fn plural<N>(count: N, one: &str, many: &str) -> String
where
    N: Display + PartialEq + From<u8>,
{
    match count == N::from(1) {
        true => format!("1 {one}"),
        false => format!("{count} {many}"),
    }
}
