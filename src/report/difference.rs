//! The first place at which two JSON texts differ, for a reviewer who recomputes a dossier.

use serde_json::Value;

/// Path and both values of the first difference, in the order of the first text; `None` if they say the same.
pub fn first_difference(stated: &Value, recomputed: &Value) -> Option<String> {
    walk("", stated, recomputed)
}

fn walk(path: &str, stated: &Value, recomputed: &Value) -> Option<String> {
    match (stated, recomputed) {
        (Value::Object(a), Value::Object(b)) => {
            let missing = b.keys().find(|key| !a.contains_key(*key));
            let first = a.iter().find_map(|(key, value)| match b.get(key) {
                Some(other) => walk(&format!("{path}/{key}"), value, other),
                None => Some(format!("{path}/{key} is stated and does not recompute")),
            });
            first.or_else(|| missing.map(|key| format!("{path}/{key} recomputes and is not stated")))
        }
        (Value::Array(a), Value::Array(b)) => {
            let first = a.iter().zip(b).enumerate().find_map(|(i, (x, y))| walk(&format!("{path}/{i}"), x, y));
            let length = || format!("{path} has {} items, {} recompute", a.len(), b.len());
            first.or_else(|| (a.len() != b.len()).then(length))
        }
        _ if stated == recomputed => None,
        _ => Some(format!("{path} is stated as {stated}, recomputed as {recomputed}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_difference_is_named_by_its_path() {
        let stated = json!({ "a": 1, "b": [1, { "c": "x" }], "d": 4 });
        assert_eq!(first_difference(&stated, &stated), None);
        let cases = [
            (json!({ "a": 2, "b": [1, { "c": "x" }], "d": 4 }), "/a is stated as 1, recomputed as 2"),
            (json!({ "a": 1, "b": [1, { "c": "y" }], "d": 4 }), "/b/1/c is stated as \"x\", recomputed as \"y\""),
            (json!({ "a": 1, "b": [1], "d": 4 }), "/b has 2 items, 1 recompute"),
            (json!({ "a": 1, "b": [1, { "c": "x" }] }), "/d is stated and does not recompute"),
            (json!({ "a": 1, "b": [1, { "c": "x" }], "d": 4, "e": 5 }), "/e recomputes and is not stated"),
        ];
        for (recomputed, expected) in cases {
            assert_eq!(first_difference(&stated, &recomputed).as_deref(), Some(expected));
        }
    }
}
