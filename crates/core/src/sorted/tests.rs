use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{Map, Set, sort, sort_by_key};

#[derive(Debug, Clone)]
enum Step {
    Insert(u16, u32),
    Remove(u16),
    Fill(u16, u32),
    Retain(u16),
}

fn step() -> impl Strategy<Value = Step> {
    let key = || 0..2000u16;
    prop_oneof![
        6 => (key(), any::<u32>()).prop_map(|(key, value)| Step::Insert(key, value)),
        3 => key().prop_map(Step::Remove),
        2 => (key(), any::<u32>()).prop_map(|(key, value)| Step::Fill(key, value)),
        1 => (1..20u16).prop_map(Step::Retain),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_map_does_what_the_standard_one_does(
        steps in prop::collection::vec(step(), 0..1200),
        from in 0..2000u16,
        to in 0..2000u16,
    ) {
        let (mut map, mut model) = (Map::new(), BTreeMap::new());
        for step in steps {
            match step {
                Step::Insert(key, value) => prop_assert_eq!(map.insert(key, value), model.insert(key, value)),
                Step::Remove(key) => prop_assert_eq!(map.remove(&key), model.remove(&key)),
                Step::Fill(key, value) => {
                    prop_assert_eq!(*map.entry(key).or_insert(value), *model.entry(key).or_insert(value));
                }
                Step::Retain(by) => {
                    map.retain(|key, _| key % by != 0);
                    model.retain(|key, _| key % by != 0);
                }
            }
        }
        prop_assert_eq!(map.len(), model.len());
        prop_assert_eq!(map.is_empty(), model.is_empty());
        prop_assert_eq!(map.get(&from), model.get(&from));
        prop_assert!(map.iter().eq(model.iter()));
        prop_assert!(map.iter().rev().eq(model.iter().rev()));
        prop_assert_eq!(map.first_key_value(), model.first_key_value());
        prop_assert_eq!(map.last_key_value(), model.last_key_value());
        prop_assert!(map.range(..to).eq(model.range(..to)));
        prop_assert!(map.range(from..).rev().eq(model.range(from..).rev()));
        if from <= to {
            prop_assert!(map.range(from..=to).eq(model.range(from..=to)));
            prop_assert!(map.range(from..to).rev().eq(model.range(from..to).rev()));
        } else {
            prop_assert_eq!(map.range(from..to).next(), None);
        }
        // The same entries are equal however they came in.
        let again: Map<_, _> = model.iter().rev().map(|(key, value)| (*key, *value)).collect();
        prop_assert_eq!(&again, &map);
        for (_, value) in &mut map {
            *value ^= 1;
        }
        for value in model.values_mut() {
            *value ^= 1;
        }
        prop_assert!(map.into_iter().eq(model));
    }

    #[test]
    fn a_set_does_what_the_standard_one_does(members in prop::collection::vec(0..900u16, 0..1000), more in prop::collection::vec(0..900u16, 0..300)) {
        let mut set: Set<u16> = members.iter().copied().collect();
        let mut model: BTreeSet<u16> = members.iter().copied().collect();
        for member in more {
            prop_assert_eq!(set.insert(member), model.insert(member));
            prop_assert_eq!(set.remove(&(member / 2)), model.remove(&(member / 2)));
        }
        prop_assert!(set.iter().eq(model.iter()));
        prop_assert_eq!(set.first(), model.first());
        prop_assert_eq!(set.last(), model.last());
        prop_assert!(set.into_iter().eq(model));
    }

    #[test]
    fn sorting_sorts(mut values in prop::collection::vec(0..500u32, 0..300)) {
        let mut expected = values.clone();
        expected.sort_unstable();
        sort(&mut values);
        prop_assert_eq!(&values, &expected);
        expected.reverse();
        sort_by_key(&mut values, |value| u32::MAX - value);
        prop_assert_eq!(&values, &expected);
    }
}
