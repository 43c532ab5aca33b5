//! Records for judging: typed, without the text that they came as.
//!
//! Rows of one shape differ in a few columns, so a shape is read once into a prototype; a row is a
//! copy of it with its own values. A row that has more of its own than columns hold is put together
//! and read by itself.

use std::collections::{BTreeSet, HashMap};

use wecom_checkin::{
    Record, UserId,
    units::{Microdegrees, UnixTime},
};

use super::{
    midnight,
    reading::{ODD, Stored, stored},
};
use crate::{
    Result,
    db::Tx,
    intern,
    shape::{MARK, Values, fill},
};

/// The shapes that were met, each read once.
#[derive(Debug, Default)]
pub(crate) struct Prototypes(HashMap<i64, Prototype>);

#[derive(Debug)]
struct Prototype {
    template: String,
    /// What its rows have in common and the columns that they do not; `None` where a row has to be
    /// read by itself.
    common: Option<(Record, Vec<Column>)>,
}

/// A value of a row's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    User,
    Time,
    Due,
    Latitude,
    Longitude,
    Device,
    MisspeltDevice,
    Place(usize),
}

/// The four texts of a place.
type Place = [Option<String>; 4];

impl Prototypes {
    /// Each person's records of these days, in the order of their days.
    pub(crate) async fn records(
        &mut self,
        tx: &mut Tx,
        company: i64,
        people: &HashMap<i64, UserId>,
        days: (i64, i64),
        as_of: i64,
    ) -> Result<HashMap<i64, Vec<Record>>> {
        let stored = stored(tx, company, people, days, as_of).await?;
        let shapes: BTreeSet<i64> = stored.iter().map(|s| s.shape).collect();
        let unmet = shapes.into_iter().filter(|shape| !self.0.contains_key(shape)).collect();
        for (shape, (template, _)) in intern::templates(tx, company, unmet).await? {
            self.0.insert(shape, Prototype::of(template));
        }
        let texts = stored.iter().flat_map(|s| [s.place, s.device]).flatten().collect();
        let texts = intern::contents(tx, company, texts).await?;
        let mut places: HashMap<i64, Place> = HashMap::new();
        let mut records: HashMap<i64, Vec<Record>> = HashMap::new();
        for Stored { person, day, shape, place, device, mut values, .. } in stored {
            let prototype = self.0.get(&shape).ok_or(ODD)?;
            let userid = people.get(&person).ok_or(ODD)?;
            let text = |number: Option<i64>| number.and_then(|number| texts.get(&number));
            let record = if let Some((common, columns)) = &prototype.common {
                let place = place.zip(text(place)).map(|(number, text)| {
                    let read = || serde_json::from_str(text).unwrap_or_default();
                    &*places.entry(number).or_insert_with(read)
                });
                copy(common, columns, userid, midnight(day), &values, place, text(device))
                    .ok_or(ODD)?
            } else {
                (values.place, values.device) = (text(place).cloned(), text(device).cloned());
                let filled = fill(&prototype.template, userid.as_str(), midnight(day), &values);
                serde_json::from_str(&filled.ok_or(ODD)?).map_err(|_| ODD)?
            };
            records.entry(person).or_default().push(record);
        }
        Ok(records)
    }
}

/// A record of a shape with a row's own values; `None` when the row lacks one of them.
fn copy(
    common: &Record,
    columns: &[Column],
    userid: &UserId,
    midnight: i64,
    values: &Values,
    place: Option<&Place>,
    device: Option<&String>,
) -> Option<Record> {
    let mut record = common.clone();
    for column in columns {
        match *column {
            Column::User => record.userid.clone_from(userid),
            Column::Time => record.checkin_time = Some(UnixTime(midnight + values.second?)),
            Column::Due => record.sch_checkin_time = Some(UnixTime(midnight + values.due?)),
            Column::Latitude => record.lat = Some(Microdegrees(values.lat?)),
            Column::Longitude => record.lng = Some(Microdegrees(values.lng?)),
            Column::Device => record.deviceid = Some(device?.clone()),
            Column::MisspeltDevice => record.diviceid = Some(device?.clone()),
            Column::Place(part) => {
                placed(&mut record).into_iter().nth(part)?.clone_from(place?.get(part)?);
            }
        }
    }
    Some(record)
}

/// The fields of a place, in the order in which its texts are kept.
fn placed(record: &mut Record) -> [&mut Option<String>; 4] {
    let Record { location_title, location_detail, wifiname, wifimac, .. } = record;
    [location_title, location_detail, wifiname, wifimac]
}

impl Prototype {
    fn of(template: String) -> Self {
        let common = Self::common(&template);
        Self { template, common }
    }

    /// Reads a row of the shape that has two different sets of values. What differs is where the
    /// columns went; it is a prototype only if nothing else does, and copying gives the same.
    fn common(template: &str) -> Option<(Record, Vec<Column>)> {
        let letters: Vec<char> =
            template.split(MARK).skip(1).filter_map(|piece| piece.chars().next()).collect();
        let (one, other) = (Sample::new(1, "a"), Sample::new(2, "b"));
        let (first, second) = (one.read(template)?, other.read(template)?);
        let mut columns = Vec::with_capacity(letters.len());
        for letter in letters {
            columns.push(match letter {
                'u' => Column::User,
                't' => Column::Time,
                's' => Column::Due,
                'a' => Column::Latitude,
                'o' => Column::Longitude,
                'd' if first.deviceid != second.deviceid => Column::Device,
                'd' => Column::MisspeltDevice,
                digit => Column::Place(usize::try_from(digit.to_digit(4)?).ok()?),
            });
        }
        (one.copy(&second, &columns)? == first && other.copy(&first, &columns)? == second)
            .then_some((first, columns))
    }
}

/// Made-up values of a row.
struct Sample {
    userid: UserId,
    values: Values,
    place: Place,
}

impl Sample {
    fn new(number: i64, text: &str) -> Self {
        let place = [0, 1, 2, 3].map(|part| Some(format!("{text}{part}")));
        Self {
            userid: UserId::from(text),
            values: Values {
                second: Some(number),
                due: Some(number + 10),
                lat: Some(number + 20),
                lng: Some(number + 30),
                place: serde_json::to_string(&place).ok(),
                device: Some(text.to_owned()),
                body: None,
            },
            place,
        }
    }

    /// `None` for a shape whose rows have more than these values.
    fn read(&self, template: &str) -> Option<Record> {
        if template.contains(&format!("{MARK}b")) {
            return None;
        }
        let text = fill(template, self.userid.as_str(), 0, &self.values)?;
        serde_json::from_str(&text).ok()
    }

    fn copy(&self, common: &Record, columns: &[Column]) -> Option<Record> {
        let (values, device) = (&self.values, self.values.device.as_ref());
        copy(common, columns, &self.userid, 0, values, Some(&self.place), device)
    }
}

#[cfg(test)]
mod tests {
    use wecom_checkin::Row;

    use super::*;
    use crate::shape::{Parts, any_row};

    fn check(json: &str) -> bool {
        let row: Row<Record> = serde_json::from_str(json).unwrap();
        let userid = UserId::from("li");
        let Parts { template, values, .. } = Parts::of(&row, userid.as_str(), 1_780_243_200);
        let prototype = Prototype::of(template);
        let Some((common, columns)) = &prototype.common else { return false };
        let place = values.place.as_deref().map(|text| serde_json::from_str(text).unwrap());
        let device = values.device.as_ref();
        let place = place.as_ref();
        let copied = copy(common, columns, &userid, 1_780_243_200, &values, place, device);
        assert_eq!(copied.as_ref(), Some(&*row), "{json}");
        true
    }

    #[test]
    fn a_usual_row_is_a_copy_of_its_shape() {
        for (json, expected) in [
            (
                r#"{"userid":"li","checkin_time":1780275191,"location_title":"a\"","lat":3,"deviceid":"D","sch_checkin_time":0,"groupid":7,"mediaids":[]}"#,
                true,
            ),
            (r#"{"userid":"li","diviceid":"D","wifimac":"m","checkin_type":"外出打卡"}"#, true),
            (r#"{"userid":"li","deviceid":"","diviceid":"D"}"#, false),
            (r#"{"userid":"li","notes":"late"}"#, false),
            (r#"{"userid":"li","lat":5,"lat":0}"#, false),
        ] {
            assert_eq!(check(json), expected, "{json}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_copy_is_the_row(json in any_row()) {
            check(&json);
        }
    }
}
