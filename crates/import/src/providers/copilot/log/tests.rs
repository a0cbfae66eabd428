use super::{Log, MAXIMUM_GAP};
use crate::provider::{Collector, Context, Notes};
use proptest::prelude::*;
use serde_json::{Value, json};

/// The state behind these lines, and how many changes did not fit.
fn replayed(lines: &[Value]) -> (Value, u64) {
    let mut log = Log::default();
    let mut notes = Notes::default();
    for line in lines {
        let line = serde_json::to_vec(line).unwrap();
        assert!(log.take(&line, &mut Context { name: "", head: &[], notes: &mut notes }).unwrap());
    }
    (log.state.unwrap_or_default(), log.faults)
}

#[test]
fn a_push_with_an_index_cuts_the_list_off_there_first() {
    let list = |push: Value| replayed(&[json!({"kind":0,"v":{"a":["a","old","c"]}}), push]).0["a"].clone();
    assert_eq!(list(json!({"kind":2,"k":["a"],"v":["b"],"i":1})), json!(["a", "b"]));
    assert_eq!(list(json!({"kind":2,"k":["a"],"v":["d"]})), json!(["a", "old", "c", "d"]));
    assert_eq!(list(json!({"kind":2,"k":["a"],"i":0})), json!([]));
    assert_eq!(list(json!({"kind":2,"k":["a"],"v":["e"],"i":4})), json!(["a", "old", "c", null, "e"]));
    assert_eq!(list(json!({"kind":2,"k":["new"],"v":["x"]})), json!(["a", "old", "c"]));
}

#[test]
fn setting_nothing_deletes_and_missing_containers_are_made() {
    let begin = json!({"kind":0,"v":{"a":1,"b":2,"l":[1,2]}});
    let (state, faults) = replayed(&[
        begin,
        json!({"kind":1,"k":["a"]}),
        json!({"kind":1,"k":["b"],"v":null}),
        json!({"kind":3,"k":["l",0]}),
        json!({"kind":3,"k":["gone","too"]}),
        json!({"kind":1,"k":["c",0,"d"],"v":true}),
        json!({"kind":1,"k":["l","1"],"v":"second"}),
        json!({"kind":2,"k":["e","f"],"v":[1]}),
    ]);
    assert_eq!(state, json!({"b":null,"c":[{"d":true}],"e":{"f":[1]},"l":[null,"second"]}));
    assert_eq!(faults, 0);
}

#[test]
fn a_later_beginning_replaces_everything_and_a_missing_one_is_made_up_for() {
    let (state, _) = replayed(&[json!({"kind":1,"k":["a"],"v":1}), json!({"kind":0,"v":{"b":2}})]);
    assert_eq!(state, json!({"b":2}));
    let (state, faults) = replayed(&[json!({"kind":2,"k":["requests"],"v":[{"message":"hi"}]})]);
    assert_eq!((state, faults), (json!({"requests":[{"message":"hi"}]}), 0));
}

#[test]
fn changes_that_cannot_be_made_cost_themselves_only() {
    let begin = json!({"kind":0,"v":{"text":"t","list":[]}});
    let (state, faults) = replayed(&[
        begin.clone(),
        json!({"kind":1,"k":["text","deeper"],"v":1}),
        json!({"kind":1,"k":["list",MAXIMUM_GAP + 1],"v":1}),
        json!({"kind":1,"k":["list","length"],"v":0}),
        json!({"kind":2,"k":["text"],"v":["x"]}),
        json!({"kind":2,"k":["list"],"v":"no list"}),
        json!({"kind":2,"k":["list"],"i":-1}),
        json!({"kind":1,"k":[],"v":1}),
        json!({"kind":1,"v":1}),
        json!({"kind":1,"k":[{"a":1}],"v":1}),
        json!({"kind":1,"k":vec!["a"; 40],"v":1}),
        json!({"kind":0,"v":7}),
    ]);
    assert_eq!((&state, faults), (&begin["v"], 11));
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![Just(json!(null)), Just(json!("text")), Just(json!(3)), Just(json!([])), Just(json!({}))];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map("[ab]", inner, 0..3).prop_map(|map| json!(map)),
        ]
    })
}

fn any_change() -> impl Strategy<Value = Value> {
    let key = prop_oneof![Just(json!("a")), Just(json!("b")), (0u64..4).prop_map(Value::from)];
    let path = proptest::collection::vec(key, 0..4);
    (1u64..4, path, proptest::option::of(any_value()), proptest::option::of(0u64..4)).prop_map(
        |(kind, path, value, from)| {
            let mut change = json!({ "kind": kind, "k": path });
            value.into_iter().for_each(|value| change["v"] = value);
            from.into_iter().for_each(|from| change["i"] = from.into());
            change
        },
    )
}

proptest! {
    /// The weight that is kept up with each change never falls below that of the state, or a log could grow without end.
    #[test]
    fn the_weight_is_kept(changes in proptest::collection::vec(any_change(), 0..12)) {
        let mut log = Log::default();
        let mut notes = Notes::default();
        for change in &changes {
            let change = serde_json::to_vec(change).unwrap();
            let taken = log.take(&change, &mut Context { name: "", head: &[], notes: &mut notes }).unwrap();
            prop_assert!(taken);
        }
        let weight = log.state.as_ref().map_or(0, super::weight);
        prop_assert!(log.weight >= weight, "{} < {weight}", log.weight);
    }
}
