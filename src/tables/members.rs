//! The table `members`.

use super::row::rows;

rows! {
    /// A member of a dimension, with its titles.
    pub struct MemberRow<'a> of "members" {
        /// Dimension.
        pub dimension: &'a str,
        /// Member.
        pub member: &'a str,
        /// Place in the order of the dimension, from 1.
        pub position: i64,
        /// Chinese title of the member. None: not given.
        pub member_title_zh: Option<&'a str>,
        /// English title of the member. None: not given.
        pub member_title_en: Option<&'a str>,
        /// Chinese title of the dimension. None: not given.
        pub dimension_title_zh: Option<&'a str>,
        /// English title of the dimension. None: not given.
        pub dimension_title_en: Option<&'a str>,
        /// Whether the order of the members has a meaning.
        pub is_ordered: bool,
        /// What the order rests on and how sure it is, in Chinese. None: not given.
        pub order_basis_zh: Option<&'a str>,
        /// What the order rests on and how sure it is, in English. None: not given.
        pub order_basis_en: Option<&'a str>,
    }
}
