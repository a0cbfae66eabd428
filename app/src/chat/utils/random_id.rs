//! Ids that the client makes.

/// 128 random bits in hexadecimal. `crypto.randomUUID` would want a secure context, and an id only has to be rare, not secret.
#[cfg(feature = "hydrate")]
pub fn random_id() -> String {
    (0..4).map(|_| format!("{:08x}", (js_sys::Math::random() * 4_294_967_296.0) as u32)).collect()
}
