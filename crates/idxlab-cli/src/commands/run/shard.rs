//! `--shard I/N`: one part of the scenarios, so that several machines share a run.

use std::str::FromStr;

use idx_runner::event::Part;

/// Part `number` of `count`, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shard {
    number: usize,
    count: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text
            .split_once('/')
            .and_then(|(number, count)| Some((number.parse().ok()?, count.parse().ok()?)));
        match parts {
            Some((number, count)) if 1 <= number && number <= count => Ok(Self { number, count }),
            _ => Err(format!("{text:?} is no shard; write the part and the number of parts, 1/3")),
        }
    }
}

impl Shard {
    /// As reports name it.
    pub(super) fn part(self) -> Part {
        Part { number: self.number, count: self.count }
    }

    /// Every N-th, beginning with the I-th: long and short scenarios spread evenly.
    pub(super) fn of<T>(self, all: Vec<T>) -> Vec<T> {
        let Self { number, count } = self;
        all.into_iter()
            .enumerate()
            .filter(|(index, _)| index % count == number - 1)
            .map(|(_, item)| item)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_make_the_whole() {
        let parts: Vec<Vec<u8>> = ["1/3", "2/3", "3/3"]
            .map(|text| text.parse::<Shard>().unwrap().of((0..8).collect()))
            .into();
        assert_eq!(parts, [vec![0, 3, 6], vec![1, 4, 7], vec![2, 5]]);
    }

    #[test]
    fn a_part_that_is_not_there_is_refused() {
        for text in ["0/3", "4/3", "3", "a/b", "1/0"] {
            assert!(text.parse::<Shard>().is_err(), "{text} is taken");
        }
    }
}
