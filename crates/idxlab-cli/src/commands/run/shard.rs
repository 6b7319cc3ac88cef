//! `--shard I/N`: one part of the scenarios, so that several machines can share a run.

use std::str::FromStr;

use idx_runner::event::Part;

/// Part `number` of `count`, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shard {
    number: usize,
    count: usize,
}

/// The value is not a shard.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not a shard; write its number and the number of shards, such as 1/3")]
pub(super) struct ShardError(String);

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let parts = text
            .split_once('/')
            .and_then(|(number, count)| Some((number.parse().ok()?, count.parse().ok()?)));
        match parts {
            Some((number, count)) if 1 <= number && number <= count => Ok(Self { number, count }),
            _ => Err(ShardError(text.to_owned())),
        }
    }
}

impl Shard {
    /// The shard as reports contain it.
    pub(super) fn part(self) -> Part {
        Part { number: self.number, count: self.count }
    }

    /// Every N-th item, starting with the I-th, so that long and short scenarios are spread evenly.
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
    fn shards_together_contain_every_item_once() {
        let parts: Vec<Vec<u8>> = ["1/3", "2/3", "3/3"]
            .map(|text| text.parse::<Shard>().unwrap().of((0..8).collect()))
            .into();
        assert_eq!(parts, [vec![0, 3, 6], vec![1, 4, 7], vec![2, 5]]);
    }

    #[test]
    fn shard_outside_the_range_is_refused() {
        for text in ["0/3", "4/3", "3", "a/b", "1/0"] {
            assert!(text.parse::<Shard>().is_err(), "{text} is accepted");
        }
    }
}
