package import PosixIO

/// How far a session is encrypted and its server's certificate checked, in libpq's words.
///
/// PostgreSQL documentation, "SSL Support", "SSL Mode Descriptions".
package enum SSLMode: String, Hashable, Sendable, CaseIterable {
    case disable
    /// Unencrypted, unless the server wants it otherwise.
    case allow
    /// Encrypted if the server offers it; a server, or someone in between, may say no.
    case prefer
    /// Encrypted, but whoever answers is taken for the server, unless root certificates are given.
    case require
    /// Encrypted, and the certificate must be signed by a trusted authority.
    case verifyCA = "verify-ca"
    /// Encrypted, and the certificate must be signed by a trusted authority and name the host.
    case verifyFull = "verify-full"
}

/// How encryption is asked for.
package enum SSLNegotiation: String, Hashable, Sendable, CaseIterable {
    /// By an SSLRequest, which every server understands.
    case postgres
    /// By a TLS handshake at once, with the protocol `postgresql` in ALPN: PostgreSQL 17 and later.
    case direct
}

/// Whether and how a session is encrypted.
///
/// On a unix-domain socket there is no TLS, and none is asked for.
package struct PostgresTLS: Equatable, Sendable {
    package var mode: SSLMode
    package var negotiation = SSLNegotiation.postgres
    /// Who is trusted to sign the server's certificate; none checks nothing unless `mode` demands it.
    package var roots: RootCertificates?
    /// Shown to a server that asks for a client certificate.
    package var identity: TLSIdentity?
    /// Certificates that are trusted no more: a PEM file.
    package var revocationListPath: String?
    /// Certificates that are trusted no more: a directory of PEM files by hash.
    package var revocationListDirectory: String?
    package var minimumVersion = TLSVersion.tls1_2
    /// None is the newest that libssl has.
    package var maximumVersion: TLSVersion?
    /// Whether the host's name is sent in the clear for proxies that choose a server by it (SNI).
    package var sendsServerName = true

    package init(mode: SSLMode) {
        self.mode = mode
    }

    package static let disable = PostgresTLS(mode: .disable)
    package static let prefer = PostgresTLS(mode: .prefer)
    package static let require = PostgresTLS(mode: .require)

    package static func verifyFull(_ roots: RootCertificates) -> PostgresTLS {
        var tls = PostgresTLS(mode: .verifyFull)
        tls.roots = roots
        return tls
    }
}
