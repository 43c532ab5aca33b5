//! Telling: runs that overlap, are refused and die, and findings that come meanwhile. What was
//! confirmed is claimed no more, nobody claims what another holds, and in the end all is told.

use std::collections::{BTreeMap, BTreeSet};

use attendance::verdict::FindingKind;
use daka_ledger::{Claim, Ledger, Progress, Telling, Untold};
use jiff::civil::date;
use proptest::prelude::*;

use crate::store::{instant, on_every_store};

const FINDINGS: usize = 5;
const RUNS: usize = 3;
const LEASE_SEC: i64 = 100;

#[derive(Debug, Clone, Copy)]
enum Step {
    /// A finding comes up.
    Found(usize),
    /// A run takes what there is.
    Claims(usize),
    /// What it took reaches the receiver.
    Sends(usize),
    Confirms(usize),
    /// The receiver says no.
    Refused(usize),
    /// Nobody knows whether the receiver took it.
    Unsure(usize),
    Dies(usize),
    Waits(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let run = || 0..RUNS;
    prop_oneof![
        3 => (0..FINDINGS).prop_map(Step::Found),
        4 => run().prop_map(Step::Claims),
        4 => run().prop_map(Step::Sends),
        4 => run().prop_map(Step::Confirms),
        1 => run().prop_map(Step::Refused),
        1 => run().prop_map(Step::Unsure),
        1 => run().prop_map(Step::Dies),
        2 => (1..2 * LEASE_SEC).prop_map(Step::Waits),
    ]
}

/// What a run has in hand.
struct Hand {
    claim: Claim,
    findings: BTreeSet<usize>,
    sent: bool,
}

struct World {
    ledger: Ledger,
    now: i64,
    found: BTreeSet<usize>,
    told: BTreeSet<usize>,
    runs: [Option<Hand>; RUNS],
}

fn telling(finding: usize) -> Telling {
    Telling {
        receiver: "群".into(),
        recipient: String::new(),
        userid: ["li", "Wang"][finding % 2].into(),
        date: date(2026, 6, 1),
        kind: FindingKind::Late,
        amount: i64::try_from(finding).unwrap(),
    }
}

fn finding(untold: &Untold) -> usize {
    usize::try_from(untold.telling.amount).unwrap()
}

impl World {
    async fn claim(&self) -> (Claim, BTreeSet<usize>) {
        let untold = self.ledger.untold("群").await.unwrap();
        let (now, until) = (instant(self.now), instant(self.now + LEASE_SEC));
        let (claim, claimed) = self.ledger.claim_tellings(now, until, untold).await.unwrap();
        (claim, claimed.iter().map(finding).collect())
    }

    async fn step(&mut self, step: Step) {
        let now = instant(self.now);
        match step {
            Step::Found(n) => {
                self.ledger.note_tellings(now, &[telling(n), telling(n)]).await.unwrap();
                self.found.insert(n);
            }
            Step::Claims(run) => {
                let (claim, findings) = self.claim().await;
                let held: BTreeSet<usize> = self
                    .runs
                    .iter()
                    .flatten()
                    .filter(|hand| hand.claim.until > now)
                    .flat_map(|hand| hand.findings.iter().copied())
                    .collect();
                // What a run drops by claiming again is held until its lease ends.
                assert!(findings.is_disjoint(&self.told), "told twice");
                assert!(findings.is_disjoint(&held), "claimed twice");
                assert!(findings.is_subset(&self.found));
                if self.runs[run].is_none() {
                    self.runs[run] = Some(Hand { claim, findings, sent: false });
                }
            }
            Step::Sends(run) => {
                // Nobody sends on a lease that has ended.
                if let Some(hand) = self.runs[run].as_mut().filter(|h| h.claim.until > now) {
                    hand.sent = true;
                }
            }
            Step::Confirms(run) => {
                if let Some(hand) = self.runs[run].take_if(|hand| hand.sent) {
                    self.ledger.confirm_tellings(&hand.claim, now).await.unwrap();
                    self.told.extend(hand.findings);
                }
            }
            Step::Refused(run) => {
                if let Some(hand) = self.runs[run].take_if(|hand| !hand.sent) {
                    self.ledger.fail_tellings(&hand.claim, "no", true).await.unwrap();
                }
            }
            Step::Unsure(run) => {
                if let Some(hand) = self.runs[run].take_if(|hand| hand.sent) {
                    self.ledger.fail_tellings(&hand.claim, "silence", false).await.unwrap();
                }
            }
            Step::Dies(run) => self.runs[run] = None,
            Step::Waits(seconds) => self.now += seconds,
        }
    }

    /// A run that nothing happens to, long after.
    async fn end(mut self) {
        self.now += 2 * LEASE_SEC;
        let (claim, findings) = self.claim().await;
        let left: BTreeSet<usize> = self.found.difference(&self.told).copied().collect();
        assert_eq!(findings, left);
        let now = instant(self.now);
        self.ledger.confirm_tellings(&claim, now).await.unwrap();
        assert_eq!(self.ledger.untold("群").await.unwrap(), []);
        let day = date(2026, 6, 1);
        let noted = self.ledger.tellings(day, day, now).await.unwrap();
        let told: BTreeMap<i64, bool> = noted
            .iter()
            .map(|n| (n.telling.amount, matches!(n.progress, Progress::Told { .. })))
            .collect();
        assert_eq!((noted.len(), told.len()), (self.found.len(), self.found.len()));
        assert!(told.values().all(|told| *told));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn what_is_confirmed_is_claimed_no_more_and_all_is_told(
        steps in prop::collection::vec(step(), 1..40)
    ) {
        on_every_store(|store| {
            let steps = steps.clone();
            async move {
                let ledger = store.ledger().await;
                let (found, told) = (BTreeSet::new(), BTreeSet::new());
                let runs = [None, None, None];
                let mut world = World { ledger, now: 0, found, told, runs };
                for step in steps {
                    world.step(step).await;
                }
                world.end().await;
            }
        });
    }
}

#[test]
fn a_correction_is_known_and_what_need_not_be_told_is_forgotten() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let [first, second, other] = [1, 3, 2].map(telling);
        ledger.note_tellings(instant(0), &[first.clone(), other.clone()]).await.unwrap();
        let untold = ledger.untold("群").await.unwrap();
        assert_eq!(untold.iter().map(|u| &u.telling).collect::<Vec<_>>(), [&first, &other]);
        assert!(untold.iter().all(|u| !u.corrects));
        let first_only = untold[..1].to_vec();
        let (claim, _) = ledger.claim_tellings(instant(1), instant(50), first_only).await.unwrap();
        // Another's claim is not forgotten.
        ledger.drop_tellings(instant(2), &untold).await.unwrap();
        ledger.confirm_tellings(&claim, instant(3)).await.unwrap();
        ledger.note_tellings(instant(4), &[second.clone(), first]).await.unwrap();
        let untold = ledger.untold("群").await.unwrap();
        assert_eq!(
            untold.iter().map(|u| (&u.telling, u.corrects)).collect::<Vec<_>>(),
            [(&second, true)]
        );
        assert_eq!(ledger.untold("other").await.unwrap(), []);
        let neighbour = ledger.add_company(&format!("{}-2", store.corp_id)).await.unwrap();
        assert_eq!(neighbour.untold("群").await.unwrap(), []);
    });
}
