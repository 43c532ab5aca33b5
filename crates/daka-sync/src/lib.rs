//! daka-sync
