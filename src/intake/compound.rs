//! OLE compound files, the container of old workbooks, as far as one stream of them needs. Layout: [MS-CFB] 2.

use super::archive::{u16_at, u32_at};

/// A compound file.
pub(super) struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    /// The sector after each sector.
    next: Vec<u32>,
}

/// Sector numbers from here on mark the end of a chain.
const CHAIN_END: u32 = 0xFFFF_FFFA;
/// Shorter streams lie in the stream of the root entry, in sectors of 64 bytes.
const SHORT: usize = 4096;
const SHORT_SECTOR: usize = 64;

impl<'a> Compound<'a> {
    /// `None` where its tables are damaged or lead in circles: such a chain has no end.
    pub(super) fn new(bytes: &'a [u8]) -> Option<Self> {
        let sector = 1_usize
            .checked_shl(u32::from(u16_at(bytes, 30)?))
            .filter(|size| [512, 4096].contains(size))?;
        let mut compound = Compound {
            bytes,
            sector,
            next: Vec::new(),
        };
        for table in compound.tables()? {
            let table = compound.at(table)?;
            compound.next.extend(numbers(table));
        }
        let shorts = compound.chain(u32_at(bytes, 60)?).unwrap_or_default();
        let sound = ends(&compound.next) && ends(&numbers(&shorts).collect::<Vec<_>>());
        sound.then_some(compound)
    }

    /// The sectors that hold the numbers of the next ones. As many as the file has need of, and one for luck.
    fn tables(&self) -> Option<Vec<u32>> {
        let sectors = self.bytes.len() / self.sector + 1;
        let most = sectors / (self.sector / 4) + 2;
        let mut tables: Vec<u32> = (0..109).filter_map(|at| u32_at(self.bytes, 76 + 4 * at)).collect();
        let mut more = u32_at(self.bytes, 68)?;
        let mut steps = 0;
        while more < CHAIN_END {
            let table = self.at(more)?;
            tables.extend((0..self.sector / 4 - 1).filter_map(|at| u32_at(table, 4 * at)));
            more = u32_at(table, self.sector - 4)?;
            steps += 1;
            if steps > most {
                return None;
            }
        }
        tables.retain(|table| *table < CHAIN_END);
        (tables.len() <= most).then_some(tables)
    }

    fn at(&self, sector: u32) -> Option<&'a [u8]> {
        let from = (sector as usize + 1).checked_mul(self.sector)?;
        self.bytes.get(from..).map(|rest| &rest[..rest.len().min(self.sector)])
    }

    /// Ends, because the tables do.
    fn chain(&self, first: u32) -> Option<Vec<u8>> {
        let (mut data, mut sector, mut steps) = (Vec::new(), first, 0);
        while sector < CHAIN_END {
            data.extend_from_slice(self.at(sector)?);
            sector = *self.next.get(sector as usize)?;
            steps += 1;
            if steps > self.next.len() {
                return None;
            }
        }
        Some(data)
    }

    /// Whether there is a stream or folder of this name, whatever its case.
    pub(super) fn has(&self, name: &str) -> bool {
        let directory = u32_at(self.bytes, 48).and_then(|first| self.chain(first));
        directory.is_some_and(|directory| {
            directory
                .chunks_exact(128)
                .any(|entry| entry_name(entry).eq_ignore_ascii_case(name))
        })
    }

    /// The first stream of the first of these names that there is, whatever its case.
    pub(super) fn stream(&self, names: &[&str]) -> Option<Vec<u8>> {
        let directory = self.chain(u32_at(self.bytes, 48)?)?;
        let root = directory.chunks_exact(128).next()?;
        let entry = names.iter().find_map(|name| {
            directory
                .chunks_exact(128)
                .find(|entry| entry_name(entry).eq_ignore_ascii_case(name))
        })?;
        let (first, size) = (u32_at(entry, 116)?, u32_at(entry, 120)? as usize);
        let mut data = if size >= SHORT {
            self.chain(first)?
        } else {
            self.short(root, first, size)?
        };
        data.truncate(size);
        Some(data)
    }

    /// Where the parts of a stream lie in the file, each with its length; None for a short one, whose parts are scattered.
    pub(super) fn places(&self, name: &str) -> Option<Vec<(usize, usize)>> {
        let directory = self.chain(u32_at(self.bytes, 48)?)?;
        let entry = directory
            .chunks_exact(128)
            .find(|entry| entry_name(entry).eq_ignore_ascii_case(name))?;
        let (mut sector, size) = (u32_at(entry, 116)?, u32_at(entry, 120)? as usize);
        let (mut places, mut left) = (Vec::new(), size);
        while sector < CHAIN_END && left > 0 && size >= SHORT {
            let length = self.at(sector)?.len().min(left);
            places.push(((sector as usize + 1) * self.sector, length));
            left -= length;
            sector = *self.next.get(sector as usize)?;
        }
        (left == 0).then_some(places)
    }

    fn short(&self, root: &[u8], first: u32, size: usize) -> Option<Vec<u8>> {
        let shorts = self.chain(u32_at(root, 116)?)?;
        let table = self.chain(u32_at(self.bytes, 60)?)?;
        let (mut data, mut short) = (Vec::new(), first);
        while short < CHAIN_END && data.len() < size {
            let from = (short as usize).checked_mul(SHORT_SECTOR)?;
            data.extend_from_slice(shorts.get(from..from + SHORT_SECTOR)?);
            short = u32_at(&table, (short as usize).checked_mul(4)?)?;
        }
        Some(data)
    }
}

/// The name of a directory entry: UTF-16, up to its first zero.
fn entry_name(entry: &[u8]) -> String {
    let units = entry[..64]
        .chunks_exact(2)
        .map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
    char::decode_utf16(units.take_while(|unit| *unit != 0))
        .map(|c| c.unwrap_or('\u{fffd}'))
        .collect()
}

fn numbers(table: &[u8]) -> impl Iterator<Item = u32> {
    table
        .chunks_exact(4)
        .map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}

/// Whether every chain of a table ends. Each step is taken once, whatever the table holds.
fn ends(next: &[u32]) -> bool {
    /// On the way under way; or on one that ended.
    const UNSEEN: u32 = 0;
    const DONE: u32 = u32::MAX;
    let mut seen = vec![UNSEEN; next.len()];
    for start in 0..next.len() {
        let way = start as u32 + 1;
        let mut at = start;
        while seen.get(at) == Some(&UNSEEN) {
            seen[at] = way;
            at = next[at] as usize;
        }
        if seen.get(at) == Some(&way) {
            return false;
        }
        let mut at = start;
        while seen.get(at) == Some(&way) {
            seen[at] = DONE;
            at = next[at] as usize;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_seen() {
        const END: u32 = 0xFFFF_FFFE;
        for (table, sound) in [
            (&[][..], true),
            (&[1, 2, END], true),
            (&[2, 2, END, u32::MAX], true),
            (&[0], false),
            (&[END, 2, 3, 1], false),
            (&[1, 2, 1], false),
            (&[9], true),
        ] {
            assert_eq!(ends(table), sound, "{table:?}");
        }
    }
}
