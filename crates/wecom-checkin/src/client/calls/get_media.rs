//! `media/get` (document 96486): the photos of records, as bytes.

use bytes::{Bytes, BytesMut};
use reqwest::{Response, StatusCode, header};
use serde::{Deserialize, Serialize};

use crate::{
    Client, Error,
    calls::{self, Call},
    client::{answer::Status, exchange::Payload},
};

/// Which file, and which part of it. Ids live for three days, so photos are fetched soon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetMedia {
    /// The file.
    pub media_id: String,
    /// The first byte to send; the beginning unless said.
    #[serde(skip)]
    pub from: Option<u64>,
    /// The last byte to send, included; the end unless said. Files over about 20 MB must be fetched
    /// in parts (830002).
    #[serde(skip)]
    pub to: Option<u64>,
}

impl GetMedia {
    /// A whole file.
    pub fn new(media_id: impl Into<String>) -> Self {
        Self { media_id: media_id.into(), from: None, to: None }
    }

    fn range(&self) -> Option<String> {
        let (from, to) = (self.from, self.to);
        (from.is_some() || to.is_some()).then(|| {
            let end = to.map(|to| to.to_string()).unwrap_or_default();
            format!("bytes={}-{end}", from.unwrap_or(0))
        })
    }
}

/// A file that is being received.
#[derive(Debug)]
pub struct Media {
    /// Its kind, such as `image/jpeg`.
    pub content_type: Option<String>,
    /// Its name.
    pub file_name: Option<String>,
    /// How many bytes come.
    pub length: Option<u64>,
    /// Whether they are a part of the file only.
    pub is_part: bool,
    response: Response,
}

impl Client {
    /// One call of `media/get`. The file is not held in memory: take it [chunk](Media::chunk) by
    /// chunk.
    ///
    /// # Errors
    /// 40007 for an id that is wrong or older than three days.
    pub async fn get_media(&self, request: &GetMedia) -> Result<Media, Error> {
        let call = &calls::MEDIA_GET;
        let query = vec![("media_id".to_owned(), request.media_id.clone())];
        let payload = match request.range() {
            Some(range) => Payload::Part(query, range),
            None => Payload::Query(query),
        };
        self.send_with_retry(call, &payload, |response| receive(call, response)).await
    }
}

/// A refusal is JSON without a file name; the status is 200 either way.
async fn receive(call: &'static Call, response: Response) -> Result<Media, Error> {
    let text = |name| {
        let value = response.headers().get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let content_type: Option<String> = text(header::CONTENT_TYPE);
    let disposition: Option<String> = text(header::CONTENT_DISPOSITION);
    let kind = content_type.as_deref().unwrap_or_default().to_ascii_lowercase();
    let is_json = kind.contains("json") || kind.starts_with("text/");
    if response.status().is_success() && (disposition.is_some() || !is_json) {
        return Ok(Media {
            file_name: disposition.as_deref().and_then(file_name).map(str::to_owned),
            content_type,
            length: response.content_length(),
            is_part: response.status() == StatusCode::PARTIAL_CONTENT,
            response,
        });
    }
    let status = response.status();
    let body = response.bytes().await.map_err(|e| Error::from_http(call.name, e))?;
    match serde_json::from_slice::<Status>(&body) {
        Ok(Status { errcode: Some(errcode), errmsg }) if errcode != 0 => {
            let text = String::from_utf8_lossy(&body).into_owned();
            Err(Error::api(call.name, errcode, &errmsg.unwrap_or_default(), Some(text)))
        }
        _ if !status.is_success() => Err(Error::http(call.name, status.as_u16(), &body)),
        Ok(_) => Err(Error::unexpected(call.name, "it is neither a file nor a refusal")),
        Err(error) => Err(Error::decode(call.name, &body, &error)),
    }
}

fn file_name(disposition: &str) -> Option<&str> {
    let (_, name) = disposition.split_once("filename=")?;
    let name = name.split(';').next()?.trim().trim_matches('"');
    Some(name).filter(|name| !name.is_empty())
}

impl Media {
    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// When the connection breaks. Fetch the rest with [`GetMedia::from`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let chunk = self.response.chunk().await;
        chunk.map_err(|e| Error::from_http(calls::MEDIA_GET.name, e))
    }

    /// All the bytes.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn bytes(mut self) -> Result<Bytes, Error> {
        let mut bytes = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.freeze())
    }
}
