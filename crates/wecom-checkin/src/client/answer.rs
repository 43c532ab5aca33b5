//! The envelope of every answer: `errcode`, `errmsg`, and somewhere among them the payload.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, DeserializeSeed, IgnoredAny, MapAccess, Visitor},
};

use crate::tolerant::{self, Field};

/// An answer as far as all calls agree.
pub(crate) struct Answer<P> {
    pub(crate) status: Status,
    /// `None` when the answer has no such key.
    pub(crate) payload: Option<P>,
}

/// What the answer says about itself. HTTP says 200 either way.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Status {
    /// `None` when absent, which counts as 0: old token answers had none.
    #[serde(default, deserialize_with = "tolerant::field")]
    pub(crate) errcode: Option<i64>,
    #[serde(default, deserialize_with = "tolerant::field")]
    pub(crate) errmsg: Option<String>,
}

impl Status {
    pub(crate) fn is_ok(&self) -> bool {
        self.errcode.unwrap_or(0) == 0
    }
}

/// Reads the payload under one key, in a single pass over the text.
pub(crate) fn keyed<P: DeserializeOwned>(
    body: &[u8],
    key: &str,
) -> Result<Answer<P>, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let answer = Envelope { key, payload: PhantomData }.deserialize(&mut json);
    match answer.and_then(|answer| json.end().map(|()| answer)) {
        Ok(answer) => Ok(answer),
        // The payload of a refusal need not be the documented one: what counts is the code.
        Err(error) => match serde_json::from_slice::<Status>(body) {
            Ok(status) if !status.is_ok() => Ok(Answer { status, payload: None }),
            _ => Err(error),
        },
    }
}

/// Reads an answer whose payload is spread over several keys.
pub(crate) fn whole<P: DeserializeOwned>(body: &[u8]) -> Result<Answer<P>, serde_json::Error> {
    let status: Status = serde_json::from_slice(body)?;
    let payload = if status.is_ok() { Some(serde_json::from_slice(body)?) } else { None };
    Ok(Answer { status, payload })
}

struct Envelope<'k, P> {
    key: &'k str,
    payload: PhantomData<P>,
}

impl<'de, P: DeserializeOwned> DeserializeSeed<'de> for Envelope<'_, P> {
    type Value = Answer<P>;

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Answer<P>, D::Error> {
        d.deserialize_map(self)
    }
}

impl<'de, P: DeserializeOwned> Visitor<'de> for Envelope<'_, P> {
    type Value = Answer<P>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Answer<P>, A::Error> {
        let mut answer = Answer { status: Status::default(), payload: None };
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "errcode" => answer.status.errcode = map.next_value::<Field<i64>>()?.0,
                "errmsg" => answer.status.errmsg = map.next_value::<Field<String>>()?.0,
                key if key == self.key => answer.payload = Some(map.next_value()?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(answer)
    }
}
