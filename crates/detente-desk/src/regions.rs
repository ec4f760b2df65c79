//! In which part of the world a party is at home, for filters. The table beside this file has the regions and subregions
//! of the United Nations Statistics Division (M49); parties that are no state or territory, nor their people, have none.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Key → region and subregion.
static REGIONS: LazyLock<BTreeMap<&str, (&str, &str)>> = LazyLock::new(|| {
    include_str!("regions.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split('\t');
            Some((cells.next()?, (cells.next()?, cells.next()?)))
        })
        .collect()
});

/// Regions, each followed by its subregions; what a filter offers. The first of a pair is true for a subregion.
pub fn all() -> Vec<(bool, &'static str)> {
    let mut tree: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (region, sub) in REGIONS.values() {
        tree.entry(region).or_default().insert(sub);
    }
    tree.into_iter()
        .flat_map(|(region, subs)| {
            let subs = subs.into_iter().filter(move |sub| *sub != region).map(|sub| (true, sub));
            std::iter::once((false, region)).chain(subs)
        })
        .collect()
}

/// True where the party, or the country whose people it is, lies in the region or subregion.
pub fn is_in(key: &str, region: &str) -> bool {
    let country = key.split_once('/').map_or(key, |(country, _)| country);
    REGIONS.get(country).is_some_and(|(wide, near)| *wide == region || *near == region)
}

/// The countries of a region or subregion.
pub fn keys(region: &str) -> Vec<String> {
    let within = REGIONS.iter().filter(|(_, (wide, near))| *wide == region || *near == region);
    within.map(|(key, _)| (*key).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_where_their_country_is() {
        assert!(is_in("SYR/REB", "Western Asia") && is_in("SYR", "Asia"));
        assert!(!is_in("Hamas", "Asia") && !is_in("SYR", "Africa"));
        assert!(all().contains(&(true, "Melanesia")) && all().contains(&(false, "Oceania")));
        assert_eq!(all().iter().filter(|(sub, _)| !sub).count(), 6);
    }
}
