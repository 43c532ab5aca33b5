//! A stand-in for the WeCom check-in API.
