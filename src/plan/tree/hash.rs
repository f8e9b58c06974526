//! A fingerprint of the tree, by which a stored result knows its plan.
//!
//! Hash: FNV-1a, 64 bits (Fowler, Noll & Vo 1991). Comments, layout and quotes do not count; the order of
//! keys does, because ties are broken by it.

use super::{Node, Value};

/// Sixteen hexadecimal digits.
pub(crate) fn fingerprint(node: &Node) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    add(node, &mut hash);
    format!("{hash:016x}")
}

fn add(node: &Node, hash: &mut u64) {
    match &node.value {
        Value::Null => bytes(b"n", hash),
        Value::Text { text, .. } => word(text, hash),
        Value::List(items) => {
            bytes(b"[", hash);
            for item in items {
                add(item, hash);
            }
            bytes(b"]", hash);
        }
        Value::Map(entries) => {
            bytes(b"{", hash);
            for entry in entries {
                word(&entry.key.text, hash);
                add(&entry.node, hash);
            }
            bytes(b"}", hash);
        }
    }
}

/// The length goes first, so that words that run together differ.
fn word(text: &str, hash: &mut u64) {
    bytes(b"s", hash);
    bytes(&(text.len() as u64).to_le_bytes(), hash);
    bytes(text.as_bytes(), hash);
}

fn bytes(bytes: &[u8], hash: &mut u64) {
    for byte in bytes {
        *hash = (*hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
}
