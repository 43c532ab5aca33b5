//! The WeCom check-in API.
