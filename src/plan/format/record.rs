//! One place for each kind of map with fixed fields: its type, its reader, its schema and its documentation.

/// Defines a struct of optional fields from `field: Type` lines with doc comments, reads it from a map (every
/// unknown key and wrong value is reported), and describes it for the JSON Schema. `= "key"` after a field's
/// name gives the key in the file where that cannot be a name in Rust. The text after the name of the type
/// says what the map is, for messages.
macro_rules! record {
    (
        $(#[doc = $about:literal])*
        $name:ident $what:literal {
            $($(#[doc = $doc:literal])* $field:ident $(= $key:literal)? : $kind:ty,)*
        }
    ) => {
        $(#[doc = $about])*
        #[derive(Clone, Debug, Default)]
        pub(crate) struct $name {
            /// Where the map stands.
            #[allow(dead_code, reason = "not every map is a place of its own")]
            pub(crate) span: $crate::plan::source::Span,
            /// Keys whose values were reported as wrong.
            #[allow(dead_code, reason = "not every map has required fields")]
            pub(crate) flawed: Vec<&'static str>,
            $($(#[doc = $doc])* pub(crate) $field: Option<$kind>,)*
        }

        impl $crate::plan::format::field::Field for $name {
            const MAY_BE_EMPTY: bool = true;

            fn read<'a>(
                node: &'a $crate::plan::tree::Node,
                context: &mut $crate::plan::format::field::Context<'a>,
            ) -> Option<Self> {
                const KEYS: &[&str] = &[$($crate::plan::format::record::key!($field $($key)?)),*];
                let mut record = Self { span: node.span, ..Self::default() };
                for entry in context.entries(node, $what)? {
                    match &*entry.key.text {
                        $($crate::plan::format::record::key!($field $($key)?) => {
                            let key = $crate::plan::format::record::key!($field $($key)?);
                            record.$field = context.field(entry, &mut record.flawed, key);
                        })*
                        // What was meant is not missing as well.
                        _ => record.flawed.extend(context.unknown_key(entry, $what, KEYS)),
                    }
                }
                Some(record)
            }

            fn schema(definitions: &mut $crate::plan::format::field::Definitions) -> serde_json::Value {
                if !definitions.contains_key(stringify!($name)) {
                    // Before its fields, so that a record that holds its own kind ends.
                    definitions.insert(stringify!($name), serde_json::Value::Null);
                    let mut properties = serde_json::Map::new();
                    $(
                        let schema = <$kind as $crate::plan::format::field::Field>::schema(definitions);
                        let mut schema = $crate::plan::format::field::or_nothing(schema);
                        schema["description"] = concat!($($doc),*).trim().into();
                        properties.insert($crate::plan::format::record::key!($field $($key)?).into(), schema);
                    )*
                    definitions.insert(stringify!($name), serde_json::json!({
                        "description": concat!($($about),*).trim(),
                        "type": "object",
                        "properties": properties,
                        "additionalProperties": false,
                    }));
                }
                serde_json::json!({ "$ref": concat!("#/$defs/", stringify!($name)) })
            }
        }
    };
}

/// The key of a field in the file.
macro_rules! key {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $key:literal) => {
        $key
    };
}

/// Defines an enum of words from `Variant "word"` lines.
macro_rules! words {
    ($(#[doc = $about:literal])* $name:ident { $($(#[doc = $doc:literal])* $variant:ident $word:literal,)* }) => {
        $(#[doc = $about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name {
            $($(#[doc = $doc])* $variant,)*
        }

        impl $name {
            /// The words as they stand in a file.
            pub(crate) const WORDS: &[&str] = &[$($word),*];

            /// The word as it stands in a file.
            #[allow(dead_code, reason = "not every enum is shown")]
            pub(crate) fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl $crate::plan::format::field::Field for $name {
            fn read<'a>(
                node: &'a $crate::plan::tree::Node,
                context: &mut $crate::plan::format::field::Context<'a>,
            ) -> Option<Self> {
                match node.text() {
                    $(Some($word) => Some(Self::$variant),)*
                    _ => {
                        $crate::plan::format::scalar::wrong_word(node, Self::WORDS, context);
                        None
                    }
                }
            }

            fn schema(_: &mut $crate::plan::format::field::Definitions) -> serde_json::Value {
                serde_json::json!({ "enum": Self::WORDS })
            }
        }
    };
}

pub(crate) use {key, record, words};
