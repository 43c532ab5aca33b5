//! The one place that decides who does the cryptography of TLS.

/// Installs ring where the program has not chosen a provider itself.
pub(crate) fn ensure_provider() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Only fails when another thread was faster, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}
