package import PosixIO
package import PostgresWire

/// How a session was opened: what protects it, and how its two sides know each other.
package struct SessionSecurity: Equatable, Sendable {
    /// An encrypted session.
    package struct TLS: Equatable, Sendable {
        /// Such as `TLSv1.3`.
        package let version: String
        /// Such as `TLS_AES_256_GCM_SHA384`.
        package let cipher: String
        /// How far the server's certificate was checked.
        package let verification: CertificateVerification
        /// Whether encryption began at once, without an SSLRequest.
        package let isDirect: Bool
    }

    /// None on an unencrypted session.
    package var tls: TLS?
    /// Why an unencrypted session is one although TLS was tried first (sslmode prefer).
    package var failedTLS: PostgresConnectionError?
    /// How the server has made sure who we are; `none` also where a client certificate was enough.
    package var authenticationMethod = AuthenticationMethod.none
    /// Whether the authentication holds for this TLS session only.
    package var isChannelBound = false
    /// The protocol's version that was settled on.
    package var protocolVersion = ProtocolVersion.v3_0
}
