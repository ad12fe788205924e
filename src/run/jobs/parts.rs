//! How the work of a run is divided.

use std::cmp::Reverse;

/// Divides pieces of these sizes into at most so many parts of about the same size: each piece, the largest first, goes to the part
/// with the least. No part is empty; a part has its pieces in their order.
pub(super) fn divided(sizes: &[u64], most: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|&at| (Reverse(sizes[at]), at));
    let mut parts: Vec<(u64, Vec<usize>)> = vec![(0, Vec::new()); most.min(sizes.len())];
    for at in order {
        let least = parts.iter_mut().min_by_key(|(size, pieces)| (*size, pieces.len()));
        let Some((size, pieces)) = least else { break };
        *size += sizes[at];
        pieces.push(at);
    }
    let sorted = |(_, mut pieces): (u64, Vec<usize>)| {
        pieces.sort_unstable();
        pieces
    };
    parts.into_iter().map(sorted).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_largest_pieces_come_first() {
        assert_eq!(divided(&[1, 9, 2, 5, 4], 2), [vec![1, 2], vec![0, 3, 4]]);
        assert_eq!(divided(&[0, 0, 0], 2), [vec![0, 2], vec![1]]);
        assert_eq!(divided(&[7], 16), [vec![0]]);
        assert!(divided(&[], 4).is_empty());
    }

    proptest! {
        #[test]
        fn every_piece_is_in_one_part_and_no_part_is_far_above_the_mean(
            sizes in prop::collection::vec(0..1000_u64, 0..60), most in 1..9_usize
        ) {
            let parts = divided(&sizes, most);
            let mut all: Vec<usize> = parts.iter().flatten().copied().collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..sizes.len()).collect::<Vec<_>>());
            prop_assert!(parts.len() <= most && parts.iter().all(|part| !part.is_empty()));
            let largest = sizes.iter().max().copied().unwrap_or_default();
            let mean = sizes.iter().sum::<u64>() / most as u64;
            let size = |part: &Vec<usize>| part.iter().map(|&at| sizes[at]).sum::<u64>();
            prop_assert!(parts.iter().all(|part| size(part) <= mean + 1 + largest));
        }
    }
}
