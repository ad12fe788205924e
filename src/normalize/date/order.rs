//! In which order the cells of a column write days.

use super::written::one_order;
use crate::pipeline::DateOrder;

/// In which order the days of a column are written that end with the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::normalize) enum Order {
    /// As the form says.
    Declared(DateOrder),
    /// As the cells of the column prove; None: nothing proves an order.
    Proven(Option<DateOrder>),
    /// Cells of the column prove both.
    Contradicted,
}

impl Order {
    /// As a form declares it, or else its column's cells prove it.
    pub(in crate::normalize) fn of<'t>(declared: Option<DateOrder>, cells: impl Iterator<Item = &'t str>) -> Order {
        declared.map_or_else(|| proven(cells), Order::Declared)
    }
}

/// The order that the cells of a column prove: those with a number beyond 12 have one reading.
fn proven<'t>(cells: impl Iterator<Item = &'t str>) -> Order {
    let mut proven = None;
    for order in cells.filter_map(one_order) {
        if proven.is_some_and(|proven| proven != order) {
            return Order::Contradicted;
        }
        proven = Some(order);
    }
    Order::Proven(proven)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_beyond_twelve_proves_the_order_of_a_column() {
        for (cells, order) in [
            (&["03/04/2022", "25/12/2021"][..], Order::Proven(Some(DateOrder::Day))),
            (
                &["03/04/2022", "12/25/2021 08:30"],
                Order::Proven(Some(DateOrder::Month)),
            ),
            (
                &["25.12.2021", "2022-01-05", "n/a"],
                Order::Proven(Some(DateOrder::Day)),
            ),
            (&["03/04/2022", "05/05/2022"], Order::Proven(None)),
            (&["25/12/2021", "12/25/2021"], Order::Contradicted),
            (&["32/12/2021", "25/13/2021"], Order::Proven(None)),
            (&["25/12/21", "12/25/21"], Order::Proven(None)),
            (&[], Order::Proven(None)),
        ] {
            assert_eq!(proven(cells.iter().copied()), order, "{cells:?}");
        }
    }
}
