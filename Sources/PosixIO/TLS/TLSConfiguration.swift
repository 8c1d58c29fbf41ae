package import WireKit

/// Where trusted root certificates come from.
package enum RootCertificates: Equatable, Sendable {
    /// The system's own store.
    case system
    /// A file of PEM certificates.
    case file(path: String)
}

/// How far a server's certificate is checked.
package enum CertificateVerification: Equatable, Sendable {
    /// Encryption only: whoever answers is taken for the server.
    case none
    /// The certificate must be signed by one of the roots.
    case chain(RootCertificates)
    /// The certificate must be signed by one of the roots and name the host that was asked for.
    case full(RootCertificates)
}

/// A certificate with its private key, as PEM files.
package struct TLSIdentity: Equatable, Sendable {
    package let certificateChainPath: String
    package let privateKeyPath: String
    /// Opens the private key if it is encrypted.
    package let passphrase: Credential?

    package init(certificateChainPath: String, privateKeyPath: String, passphrase: Credential? = nil) {
        self.certificateChainPath = certificateChainPath
        self.privateKeyPath = privateKeyPath
        self.passphrase = passphrase
    }
}

/// Lists of certificates that are trusted no more (RFC 5280, section 5).
///
/// Where one is given, every certificate of a chain needs a list of its issuer.
package struct RevocationLists: Equatable, Sendable {
    /// A file of PEM lists.
    package var path: String?
    /// A directory of PEM lists, named by hash (openssl-rehash(1)).
    package var directory: String?

    package init(path: String? = nil, directory: String? = nil) {
        self.path = path
        self.directory = directory
    }
}

/// The client's side of TLS, version 1.2 or later unless another is named.
package struct TLSClientConfiguration: Equatable, Sendable {
    package let verification: CertificateVerification
    /// Shown when the server asks for a client certificate.
    package let identity: TLSIdentity?
    package var revocation: RevocationLists?
    package var minimumVersion = TLSVersion.tls1_2
    /// None is the newest that libssl has.
    package var maximumVersion: TLSVersion?
    /// Whether the host's name is sent in the clear (RFC 6066, section 3); a literal address never is.
    package var sendsServerName = true
    /// What is spoken inside (ALPN, RFC 7301); a server that knows nothing of it says nothing.
    package var applicationProtocol: String?

    package init(verification: CertificateVerification, identity: TLSIdentity? = nil) {
        self.verification = verification
        self.identity = identity
    }
}

/// The server's side of TLS, version 1.2 or later.
package struct TLSServerConfiguration: Equatable, Sendable {
    package let identity: TLSIdentity
    /// Who must have signed the certificate that each client then has to show; nil asks for none.
    package let clientRoots: RootCertificates?

    package init(identity: TLSIdentity, clientRoots: RootCertificates? = nil) {
        self.identity = identity
        self.clientRoots = clientRoots
    }
}
