use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Map, Value, json};

const NAMES: [&str; 16] = [
    "configId",
    "observe",
    "config",
    "statusCode",
    "reasonPhrase",
    "keys",
    "id",
    "payload",
    "type",
    "x",
    "",
    "a-b",
    "A_9",
    "a\n",
    "é",
    "config_id",
];

fn scalar() -> impl Strategy<Value = Value> {
    let texts = select(vec!["", "a", "b", "A_9", "a-b", "a b", "a\n", "é", "200", "true"]).prop_map(Value::from);
    let numbers = select(vec![
        json!(0),
        json!(-1),
        json!(200),
        json!(200.0),
        json!(200.5),
        json!(1e3),
        json!(-0.0),
        json!(2_147_483_648_i64),
        json!(9_007_199_254_740_993_i64),
        json!(u64::MAX),
    ]);
    prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), texts, numbers]
}

/// Any JSON value, of names and texts that mean something here.
fn anything() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 16, 4, |inner| {
        prop_oneof![vec(inner.clone(), 0..4).prop_map(Value::from), object(vec((select(&NAMES[..]), inner), 0..4))]
    })
}

fn object(members: impl Strategy<Value = Vec<(&'static str, Value)>>) -> impl Strategy<Value = Value> {
    members.prop_map(|members| {
        members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
    })
}

/// A value that fits the member of this name.
fn member(name: &'static str) -> BoxedStrategy<(&'static str, Value)> {
    let value = match name {
        "configId" | "reasonPhrase" => select(vec!["", "OK", "é\n"]).prop_map(Value::from).boxed(),
        "type" => select(vec!["reboot", "A9"]).prop_map(Value::from).boxed(),
        "observe" => any::<bool>().prop_map(Value::from).boxed(),
        "statusCode" | "id" => select(vec![json!(200), json!(-1), json!(2e2), json!(0)]).boxed(),
        "keys" => keys().boxed(),
        _ => anything().boxed(),
    };
    value.prop_map(move |value| (name, value)).boxed()
}

fn keys() -> impl Strategy<Value = Value> {
    vec(select(vec!["a", "b", "A_9", "model", "0"]).prop_map(Value::from), 0..4).prop_map(Value::from)
}

fn members(names: &[&'static str]) -> BoxedStrategy<Value> {
    let members: Vec<_> = names.iter().map(|name| proptest::option::weighted(0.8, member(name))).collect();
    object(members.prop_map(|members| members.into_iter().flatten().collect())).boxed()
}

fn metadata() -> impl Strategy<Value = Value> {
    object(vec((select(vec!["a", "b", "A_9", "0"]), anything()), 0..4))
}

/// Values that look like the payload of a schema; perhaps half of them are one.
pub(crate) fn like(name: &str) -> BoxedStrategy<Value> {
    let array_of = |names: &[&'static str]| vec(members(names), 0..3).prop_map(Value::from).boxed();
    let fitting = match name {
        "0001-error-response" => members(&["statusCode", "reasonPhrase"]),
        "0007-applied-request" => members(&["configId", "statusCode", "reasonPhrase"]),
        "0007-config-request" => members(&["configId", "observe"]),
        "0007-config-response" => members(&["configId", "config"]),
        "0010-delete-metadata-keys-request" | "0010-get-metadata-keys-response" => keys().boxed(),
        "0010-get-metadata-request" => members(&["keys"]),
        "0010-get-metadata-response" | "0010-update-metadata-request" => metadata().boxed(),
        "0011-all-commands-response" => array_of(&["type", "id", "payload"]),
        "0011-command-request" => members(&["observe"]),
        "0011-command-response" => array_of(&["id", "payload"]),
        "0011-result-request" => {
            let one = ["id", "statusCode", "reasonPhrase", "payload"];
            prop_oneof![array_of(&one), members(&one)].boxed()
        }
        _ => anything().boxed(),
    };
    prop_oneof![4 => fitting.clone(), 4 => spoilt(fitting), 1 => anything()].boxed()
}

/// One thing about a value is changed.
fn spoilt(fitting: BoxedStrategy<Value>) -> impl Strategy<Value = Value> {
    (fitting, any::<prop::sample::Index>(), select(&NAMES[..]), anything()).prop_map(|(value, index, name, other)| {
        match value {
            Value::Array(mut elements) if !elements.is_empty() => {
                let element = index.get_mut(&mut elements);
                *element = with_member(element.take(), name, other);
                elements.into()
            }
            value => with_member(value, name, other),
        }
    })
}

fn with_member(value: Value, name: &str, member: Value) -> Value {
    match value {
        Value::Object(mut members) => {
            members.insert(name.to_owned(), member);
            members.into()
        }
        _ => member,
    }
}
