//! Types that read whatever JSON they are given.
//!
//! A field may be missing, `null`, of another type or there twice (then the last wins, as in JavaScript): none of it fails. Only
//! what is no JSON does. Strings without escapes are borrowed from the input.

use aios_model::Timestamp;
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use std::{borrow::Cow, fmt, marker::PhantomData};

mod json;
pub(crate) use json::Json;

/// Declares a struct whose fields are read leniently from an object; anything but an object gives the default. With `known`, the names
/// of all other fields are kept in `unknown`.
macro_rules! lenient_object {
    ($(#[$meta:meta])* struct $name:ident<$life:lifetime> { $($key:literal => $field:ident: $type:ty,)* }) => {
        lenient_object!(@struct $(#[$meta])* $name, $life, { $($field: $type,)* });
        lenient_object!(@impl $name, { $($key => $field,)* }, _object, _key => {});
    };
    ($(#[$meta:meta])* struct $name:ident<$life:lifetime> { $($key:literal => $field:ident: $type:ty,)* } known [$($known:literal)*]) => {
        lenient_object!(@struct $(#[$meta])* $name, $life, { $($field: $type,)* unknown: Vec<String>, });
        lenient_object!(@impl $name, { $($key => $field,)* }, object, key => {
            if !(false $(|| key == $known)*) && object.unknown.len() < 100 {
                object.unknown.push(key.to_owned());
            }
        });
    };
    (@struct $(#[$meta:meta])* $name:ident, $life:lifetime, { $($field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Default)]
        pub(crate) struct $name<$life> { $(pub $field: $type,)* }
    };
    (@impl $name:ident, { $($key:literal => $field:ident,)* }, $object:ident, $other:ident => $else:block) => {
        impl<'de> serde::Deserialize<'de> for $name<'de> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Fields<'de>(std::marker::PhantomData<&'de ()>);
                impl<'de> serde::de::Visitor<'de> for Fields<'de> {
                    type Value = $name<'de>;
                    $crate::lenient::default_for!(scalars seq);
                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name<'de>, A::Error> {
                        let mut fields = $name::default();
                        while let Some(key) = map.next_key::<$crate::lenient::Key<'de>>()? {
                            match &*key.0 {
                                $($key => fields.$field = map.next_value()?,)*
                                $other => {
                                    map.next_value::<serde::de::IgnoredAny>()?;
                                    let $object = &mut fields;
                                    $else
                                }
                            }
                        }
                        Ok(fields)
                    }
                }
                deserializer.deserialize_any(Fields(std::marker::PhantomData))
            }
        }
    };
}

/// Visitor methods that read a value of some type and give the default.
macro_rules! default_for {
    ($($what:ident)*) => {
        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("any JSON")
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Default::default())
        }
        $($crate::lenient::default_for!(@$what);)*
    };
    (@scalars) => {
        $crate::lenient::default_for!(@bool);
        $crate::lenient::default_for!(@numbers);
        $crate::lenient::default_for!(@str);
    };
    (@bool) => {
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok(Default::default())
        }
    };
    (@numbers) => {
        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok(Default::default())
        }
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok(Default::default())
        }
        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok(Default::default())
        }
    };
    (@str) => {
        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
            Ok(Default::default())
        }
    };
    (@seq) => {
        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            while seq.next_element::<serde::de::IgnoredAny>()?.is_some() {}
            Ok(Default::default())
        }
    };
    (@map) => {
        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            while map.next_entry::<serde::de::IgnoredAny, serde::de::IgnoredAny>()?.is_some() {}
            Ok(Default::default())
        }
    };
}
pub(crate) use {default_for, lenient_object};

/// A key of an object.
pub(crate) struct Key<'de>(pub Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Key<'de>, D::Error> {
        struct Name;
        impl<'de> Visitor<'de> for Name {
            type Value = Key<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
            fn visit_string<E>(self, text: String) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text)))
            }
        }
        deserializer.deserialize_str(Name)
    }
}

/// A text; numbers are taken as they are written.
#[derive(Default, Clone, PartialEq, Debug)]
pub(crate) struct Text<'de>(pub Option<Cow<'de, str>>);

impl Text<'_> {
    /// The text; empty if there is none.
    pub fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// The text, unless there is none or it is white space only.
    pub fn filled(&self) -> Option<&str> {
        // Trimming would look at the end too.
        self.0.as_deref().filter(|text| !text.chars().all(char::is_whitespace))
    }

    /// [`filled`](Self::filled), as a string of its own.
    pub fn owned(&self) -> Option<String> {
        self.filled().map(str::to_owned)
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text<'de>, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Text<'de>;
            default_for!(bool seq map);
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Some(Cow::Borrowed(text))))
            }
            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Some(Cow::Owned(text.to_owned()))))
            }
            fn visit_string<E>(self, text: String) -> Result<Text<'de>, E> {
                Ok(Text(Some(Cow::Owned(text))))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Text<'de>, E> {
                Ok(Text(Some(Cow::Owned(number.to_string()))))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Text<'de>, E> {
                Ok(Text(Some(Cow::Owned(number.to_string()))))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Text<'de>, E> {
                Ok(Text(Some(Cow::Owned(number.to_string()))))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// A number, also one that is written as a string.
#[derive(Default, Clone, Copy, PartialEq, Debug)]
pub(crate) struct Number(pub Option<f64>);

impl Number {
    /// The number as a count; `None` if it is none.
    pub fn count(self) -> Option<u64> {
        self.0.filter(|number| *number >= 0.0 && *number < 9e15).map(|number| number as u64)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Number;
            default_for!(bool seq map);
            fn visit_str<E>(self, text: &str) -> Result<Number, E> {
                Ok(Number(text.trim().parse().ok()))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Number, E> {
                Ok(Number(Some(number as f64)))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Number, E> {
                Ok(Number(Some(number as f64)))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Number, E> {
                Ok(Number(Some(number)))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// A flag; `None` unless it is `true` or `false`.
#[derive(Default, Clone, Copy, PartialEq, Debug)]
pub(crate) struct Flag(pub Option<bool>);

impl Flag {
    /// It is `true`.
    pub fn set(self) -> bool {
        self.0 == Some(true)
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Flag, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Flag;
            default_for!(numbers str seq map);
            fn visit_bool<E>(self, flag: bool) -> Result<Flag, E> {
                Ok(Flag(Some(flag)))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// A moment: seconds since 1970 (milliseconds if that would be after the year 5000), also as a string, or a date and time as text.
#[derive(Default, Clone, Copy, PartialEq, Debug)]
pub(crate) struct Time(pub Option<Timestamp>);

impl Time {
    fn from_number(number: f64) -> Time {
        // Below zero or at zero nothing was said; exporters write 0 for "unknown".
        let seconds = if number > 1e11 { number / 1000.0 } else { number };
        Time(Timestamp::from_seconds(seconds).filter(|_| number > 0.0))
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Time;
            default_for!(bool seq map);
            fn visit_str<E>(self, text: &str) -> Result<Time, E> {
                Ok(match text.trim().parse() {
                    Ok(number) => Time::from_number(number),
                    Err(_) => Time(Timestamp::parse(text).ok()),
                })
            }
            fn visit_i64<E>(self, number: i64) -> Result<Time, E> {
                Ok(Time::from_number(number as f64))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Time, E> {
                Ok(Time::from_number(number as f64))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Time, E> {
                Ok(Time::from_number(number))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// A list; empty for anything else.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct List<T>(pub Vec<T>);

impl<T> Default for List<T> {
    fn default() -> List<T> {
        List(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<List<T>, D::Error> {
        struct Any<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Any<T> {
            type Value = List<T>;
            default_for!(scalars map);
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<List<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = seq.next_element()? {
                    list.push(item);
                }
                Ok(List(list))
            }
        }
        deserializer.deserialize_any(Any(PhantomData))
    }
}

/// An object as a list of its entries, in their order; empty for anything else.
pub(crate) struct Entries<'de, T>(pub Vec<(Cow<'de, str>, T)>);

impl<T> Default for Entries<'_, T> {
    fn default() -> Self {
        Entries(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<'de, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Entries<'de, T>, D::Error> {
        struct Any<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Any<T> {
            type Value = Entries<'de, T>;
            default_for!(scalars seq);
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<'de, T>, A::Error> {
                let mut entries = Vec::new();
                while let Some(key) = map.next_key::<Key<'de>>()? {
                    entries.push((key.0, map.next_value()?));
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_any(Any(PhantomData))
    }
}

/// An object, `None` for anything else: tells an object without fields from none.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Object<T>(pub Option<T>);

impl<T> Default for Object<T> {
    fn default() -> Object<T> {
        Object(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Object<T>, D::Error> {
        struct Any<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Any<T> {
            type Value = Object<T>;
            default_for!(scalars seq);
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(|object| Object(Some(object)))
            }
        }
        deserializer.deserialize_any(Any(PhantomData))
    }
}

/// A text, or something else of type `T`.
#[derive(Default)]
pub(crate) enum TextOr<'de, T> {
    Text(Cow<'de, str>),
    Other(T),
    #[default]
    Nothing,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for TextOr<'de, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<TextOr<'de, T>, D::Error> {
        struct Any<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Any<T> {
            type Value = TextOr<'de, T>;
            default_for!(bool);
            fn visit_i64<E>(self, number: i64) -> Result<TextOr<'de, T>, E> {
                Ok(TextOr::Text(Cow::Owned(number.to_string())))
            }
            fn visit_u64<E>(self, number: u64) -> Result<TextOr<'de, T>, E> {
                Ok(TextOr::Text(Cow::Owned(number.to_string())))
            }
            fn visit_f64<E>(self, number: f64) -> Result<TextOr<'de, T>, E> {
                Ok(TextOr::Text(Cow::Owned(number.to_string())))
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<TextOr<'de, T>, E> {
                Ok(TextOr::Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<TextOr<'de, T>, E> {
                Ok(TextOr::Text(Cow::Owned(text.to_owned())))
            }
            fn visit_string<E>(self, text: String) -> Result<TextOr<'de, T>, E> {
                Ok(TextOr::Text(Cow::Owned(text)))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<TextOr<'de, T>, A::Error> {
                T::deserialize(serde::de::value::SeqAccessDeserializer::new(seq)).map(TextOr::Other)
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<TextOr<'de, T>, A::Error> {
                T::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(TextOr::Other)
            }
        }
        deserializer.deserialize_any(Any(PhantomData))
    }
}

/// What kind of value a field has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Type {
    #[default]
    Null,
    Scalar,
    Text,
    List,
    Object,
}

impl<'de> Deserialize<'de> for Type {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Type, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Type;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("any JSON")
            }
            fn visit_unit<E>(self) -> Result<Type, E> {
                Ok(Type::Null)
            }
            fn visit_bool<E>(self, _: bool) -> Result<Type, E> {
                Ok(Type::Scalar)
            }
            fn visit_i64<E>(self, _: i64) -> Result<Type, E> {
                Ok(Type::Scalar)
            }
            fn visit_u64<E>(self, _: u64) -> Result<Type, E> {
                Ok(Type::Scalar)
            }
            fn visit_f64<E>(self, _: f64) -> Result<Type, E> {
                Ok(Type::Scalar)
            }
            fn visit_str<E>(self, _: &str) -> Result<Type, E> {
                Ok(Type::Text)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Type, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Type::List)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Type, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Type::Object)
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// The fields of an object and what kind of value each has: what an element is told by.
#[derive(Default)]
pub(crate) struct Shape(Vec<(String, Type)>);

impl Shape {
    /// The kind of value under a key; `None` if there is no such key.
    pub fn get(&self, key: &str) -> Option<Type> {
        self.0.iter().rev().find(|(name, _)| name == key).map(|(_, kind)| *kind)
    }

    /// Whether all of these keys are there.
    pub fn has(&self, keys: &[&str]) -> bool {
        keys.iter().all(|key| self.get(key).is_some())
    }

    /// Whether every value is of this kind.
    pub fn all(&self, kind: Type) -> bool {
        self.0.iter().all(|(_, own)| *own == kind)
    }

    /// The names of the fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Shape, D::Error> {
        let Entries(fields) = Entries::<'de, Type>::deserialize(deserializer)?;
        Ok(Shape(fields.into_iter().map(|(name, kind)| (name.into_owned(), kind)).collect()))
    }
}
