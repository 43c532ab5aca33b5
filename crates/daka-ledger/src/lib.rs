//! daka-ledger
