//! What a message says, and how much of it fits into one.

use std::collections::BTreeMap;

use attendance::verdict::Finding;
use daka_ledger::{Telling, Untold};
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

use super::{
    escape,
    template::{LineTemplate, LineValues, TitleTemplate, TitleValues},
};
use crate::{lang::Lang, report::Who, report::words};

/// A finding to tell.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) telling: Telling,
    pub(crate) finding: Finding,
    /// Whether another amount of it was told before.
    pub(crate) corrects: bool,
    /// Its note in the ledger; without one it cannot be claimed.
    pub(crate) untold: Option<Untold>,
}

/// What there is to tell of one person.
#[derive(Debug, Clone)]
pub(crate) struct Share {
    pub(crate) who: Who,
    pub(crate) items: Vec<Item>,
}

/// How a receiver wants it said.
#[derive(Debug, Clone)]
pub(crate) struct Wording {
    pub(crate) lang: Lang,
    title: TitleTemplate,
    line: LineTemplate,
    /// Whether it is shown in a chat, which knows markup and mentions.
    is_chat: bool,
    /// Bytes of a message.
    most_bytes: usize,
}

/// A message, ready to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    /// The same whenever the same is said to the same.
    pub(crate) id: String,
    /// Whom of the receiver's; empty where it is one.
    pub(crate) recipient: String,
    pub(crate) title: String,
    /// Title and lines.
    pub(crate) text: String,
    pub(crate) shares: Vec<Share>,
}

impl Item {
    /// The same whenever the same is told to the same.
    pub(crate) fn id(&self) -> String {
        let Telling { receiver, recipient, userid, date, kind, amount } = &self.telling;
        let key = userid.key();
        digest(&format!("{receiver}\n{recipient}\n{}\n{date}\n{kind:?}\n{amount}", key.as_str()))
    }
}

impl Share {
    fn days(&self) -> BTreeMap<Date, Vec<&Item>> {
        let mut days: BTreeMap<Date, Vec<&Item>> = BTreeMap::new();
        for item in &self.items {
            days.entry(item.telling.date).or_default().push(item);
        }
        days
    }
}

impl Wording {
    /// `to_self`: the message goes to the person it is about.
    pub(crate) fn new(
        lang: Lang,
        templates: (Option<TitleTemplate>, Option<LineTemplate>),
        to_self: bool,
        is_chat: bool,
        most_bytes: usize,
    ) -> Result<Self, String> {
        let (title, line) = if to_self {
            (
                lang.pick("你的考勤有异常，请核对：", "Please check your attendance:"),
                "{date} {findings}",
            )
        } else {
            (
                lang.pick("考勤异常 {date}：{people} 人", "Attendance {date}: {people} people"),
                "{name} {date} {findings}",
            )
        };
        let title = templates.0.map_or_else(|| TitleTemplate::parse(title), Ok)?;
        let line = templates.1.map_or_else(|| LineTemplate::parse(line), Ok)?;
        Ok(Self { lang, title, line, is_chat, most_bytes })
    }

    /// The text of what is in a ledger about people who may have named themselves anything.
    fn safe(&self, text: &str) -> String {
        if self.is_chat { escape::chat(text) } else { escape::plain(text) }
    }

    /// One line a day.
    fn lines(&self, share: &Share) -> Vec<String> {
        let lines = share.days().into_iter().map(|(date, items)| {
            self.line.fill(&LineValues {
                name: self.safe(&share.who.name),
                userid: self.safe(&share.who.userid),
                department: self.safe(&share.who.departments),
                date: date.to_string(),
                findings: self.findings(items.iter().copied()),
            })
        });
        lines.collect()
    }

    /// `迟到5分钟 缺卡1次`.
    pub(crate) fn findings<'a>(&self, items: impl Iterator<Item = &'a Item>) -> String {
        let words: Vec<String> = items
            .map(|item| {
                let mark =
                    if item.corrects { self.lang.pick("（更正）", " (corrected)") } else { "" };
                format!("{}{mark}", words::finding(&item.finding, self.lang))
            })
            .collect();
        words.join(self.lang.pick(" ", ", "))
    }

    fn title(&self, shares: &[Share]) -> String {
        let dates = || shares.iter().flat_map(|share| &share.items).map(|item| item.telling.date);
        let date = match (dates().min(), dates().max()) {
            (Some(first), Some(last)) if first != last => format!("{first} – {last}"),
            (first, _) => first.map(|date| date.to_string()).unwrap_or_default(),
        };
        let count = shares.iter().map(|share| share.items.len()).sum();
        self.title.fill(&TitleValues { date, people: shares.len(), count })
    }

    /// The message that says this.
    pub(crate) fn message(&self, recipient: &str, shares: Vec<Share>) -> Message {
        let title = self.title(&shares);
        let lines: Vec<String> = shares.iter().flat_map(|share| self.lines(share)).collect();
        let whole = format!("{title}\n{}", lines.join("\n"));
        // Only a single line can still be too long.
        let text = whole.get(..whole.floor_char_boundary(self.most_bytes)).unwrap_or(&whole);
        let mut ids: Vec<String> =
            shares.iter().flat_map(|share| &share.items).map(Item::id).collect();
        ids.sort_unstable();
        let (id, recipient) = (digest(&ids.join("\n")), recipient.to_owned());
        Message { id, recipient, text: text.to_owned(), title, shares }
    }

    /// Splits what there is to tell between people, so that each part fits into a message. One
    /// person's part that does not fit by itself is split between days.
    pub(crate) fn parts(&self, shares: Vec<Share>) -> Vec<Vec<Share>> {
        // No part has a longer title than the whole.
        let room = self.most_bytes.saturating_sub(self.title(&shares).len());
        let bytes =
            |share: &Share| self.lines(share).iter().map(|line| line.len() + 1).sum::<usize>();
        let (mut parts, mut part, mut used) = (Vec::new(), Vec::new(), 0);
        let fits = |share: Share| {
            if bytes(&share) <= room { vec![share] } else { by_day(share) }
        };
        for share in shares.into_iter().flat_map(fits) {
            let more = bytes(&share);
            if used + more > room && !part.is_empty() {
                parts.push(std::mem::take(&mut part));
                used = 0;
            }
            used += more;
            part.push(share);
        }
        if !part.is_empty() {
            parts.push(part);
        }
        parts
    }
}

fn by_day(share: Share) -> Vec<Share> {
    let mut days: BTreeMap<Date, Vec<Item>> = BTreeMap::new();
    for item in share.items {
        days.entry(item.telling.date).or_default().push(item);
    }
    days.into_values().map(|items| Share { who: share.who.clone(), items }).collect()
}

/// 128 bits of SHA-256, in hexadecimal.
fn digest(text: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    let (head, _) = digest.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
    format!("{:032x}", u128::from_be_bytes(*head))
}

#[cfg(test)]
mod tests {
    use attendance::verdict::FindingKind;
    use jiff::civil::date;

    use super::*;

    fn share(userid: &str, name: &str, days: i8) -> Share {
        let items = (1..=days).map(|day| Item {
            telling: Telling {
                receiver: "r".into(),
                recipient: String::new(),
                userid: userid.into(),
                date: date(2026, 10, day),
                kind: FindingKind::Late,
                amount: 300,
            },
            finding: Finding { kind: FindingKind::Late, count: 1, duration_sec: Some(300) },
            corrects: day == 2,
            untold: None,
        });
        let who = Who { userid: userid.into(), name: name.into(), ..Who::default() };
        Share { who, items: items.collect() }
    }

    fn wording(most_bytes: usize) -> Wording {
        Wording::new(Lang::Zh, (None, None), false, true, most_bytes).unwrap()
    }

    #[test]
    fn a_message_names_each_day_and_marks_corrections() {
        let shares = vec![share("li", "<@all>\n# 李", 2), share("wang", "王", 1)];
        let message = wording(4096).message("", shares.clone());
        assert_eq!(
            message.text,
            "考勤异常 2026-10-01 – 2026-10-02：2 人\n\
             ＜＠all＞ ＃ 李 2026-10-01 迟到5分钟\n\
             ＜＠all＞ ＃ 李 2026-10-02 迟到5分钟（更正）\n\
             王 2026-10-01 迟到5分钟"
        );
        let mut turned = shares;
        turned.reverse();
        assert_eq!(wording(4096).message("", turned).id, message.id);
    }

    #[test]
    fn messages_are_split_between_people() {
        let shares: Vec<Share> = (0..90_i8)
            .map(|n| share(&format!("user{n}"), &"长".repeat(n.unsigned_abs().into()), 1 + n % 5))
            .collect();
        let whole: Vec<String> = shares.iter().map(|share| share.who.userid.clone()).collect();
        for most_bytes in [600, 1_000, 4_096, 1_000_000] {
            let wording = wording(most_bytes);
            let mut people = Vec::new();
            for part in wording.parts(shares.clone()) {
                assert!(wording.message("", part.clone()).text.len() <= most_bytes);
                people.extend(part.into_iter().map(|share| share.who.userid));
            }
            // Only whoever does not fit alone comes twice, in parts that follow each other.
            people.dedup();
            assert_eq!(people, whole, "{most_bytes}");
        }
        assert_eq!(wording(1_000_000).parts(shares).len(), 1);
    }

    #[test]
    fn one_who_does_not_fit_alone_is_split_between_days() {
        let wording = wording(200);
        let parts = wording.parts(vec![share("li", &"长".repeat(30), 3), share("wang", "王", 1)]);
        let sizes: Vec<Vec<usize>> =
            parts.iter().map(|part| part.iter().map(|share| share.items.len()).collect()).collect();
        assert_eq!(sizes, [vec![1], vec![1], vec![1, 1]]);
        for part in parts {
            assert!(wording.message("", part).text.len() <= 200);
        }
    }
}
