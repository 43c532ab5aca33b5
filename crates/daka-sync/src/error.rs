//! Why a sync could not go on.

/// Why a sync stopped. What it had committed is kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The ledger failed, or another sync has it ([`daka_ledger::Error::Busy`]).
    #[error(transparent)]
    Ledger(#[from] daka_ledger::Error),
    /// WeCom cannot be reached at all, or does not accept the credentials.
    #[error(transparent)]
    WeCom(#[from] wecom_checkin::Error),
    /// Everyone was asked for, and there is no secret that may list people.
    #[error("listing everyone needs the contact-sync secret; name the people instead")]
    NoContactSecret,
    /// Nobody was asked for, or nobody is on file.
    #[error("there is nobody to sync")]
    Nobody,
}
