//! `POST checkin/addcheckinuserface`: a face for the attendance machines.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::answer::{Payload, Refusal, done};
use crate::ask::Ask;
use crate::server::Server;

/// Letters of the base64 of the largest picture, 1 MiB.
const LARGEST: usize = (1 << 20) / 3 * 4 + 4;
/// How the base64 of a JPEG and of a PNG begins.
const PICTURES: [&str; 2] = ["/9j/", "iVBORw0KGgo"];

pub(crate) fn answer(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    // Here 301021 means a bad parameter, not a bad userid.
    let userid = ask.text("userid").ok_or_else(|| Refusal::new(301_021))?;
    let face = ask.text("userface").ok_or_else(|| Refusal::new(301_021))?;
    let person = super::known(&server.view(), userid).ok_or_else(|| Refusal::new(301_069))?;
    let base64 = |letter: u8| letter.is_ascii_alphanumeric() || b"+/=\r\n".contains(&letter);
    let picture = PICTURES.iter().any(|start| face.starts_with(start));
    if !picture || face.len() > LARGEST || !face.bytes().all(base64) {
        return Err(Refusal::new(301_072));
    }
    let mut hasher = DefaultHasher::new();
    face.hash(&mut hasher);
    let print = hasher.finish();
    let similar = server.world.write(|state| {
        let faces = &mut state.changes.faces;
        let similar = faces.iter().any(|(owner, known)| *owner != person.index && *known == print);
        faces.insert(person.index, print);
        similar
    });
    // Stored all the same.
    if similar { Err(Refusal::new(301_071)) } else { done() }
}
