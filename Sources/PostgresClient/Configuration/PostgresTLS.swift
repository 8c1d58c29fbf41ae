package import PosixIO

/// Whether and how a session is encrypted (libpq's `sslmode`).
///
/// On a unix-domain socket there is no TLS, and none is asked for.
package enum PostgresTLS: Equatable, Sendable {
    case disable
    /// Encrypted if the server offers it; a server, or someone in between, may say no.
    case prefer
    /// Encrypted, but whoever answers is taken for the server.
    case require
    /// Encrypted, and the certificate must be signed by a trusted authority and name the host.
    case verifyFull(RootCertificates)
}
