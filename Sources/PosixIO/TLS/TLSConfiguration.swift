/// Where trusted root certificates come from.
package enum RootCertificates: Equatable, Sendable {
    /// The system's own store.
    case system
    /// A file of PEM certificates.
    case file(path: String)
}

/// A version of TLS.
package enum TLSVersion: String, Hashable, Sendable, CaseIterable {
    case tls1_0 = "TLSv1"
    case tls1_1 = "TLSv1.1"
    case tls1_2 = "TLSv1.2"
    case tls1_3 = "TLSv1.3"
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

    package init(certificateChainPath: String, privateKeyPath: String) {
        self.certificateChainPath = certificateChainPath
        self.privateKeyPath = privateKeyPath
    }
}

/// The client's side of TLS, version 1.2 or later.
package struct TLSClientConfiguration: Equatable, Sendable {
    package let verification: CertificateVerification
    /// Shown when the server asks for a client certificate.
    package let identity: TLSIdentity?

    package init(verification: CertificateVerification, identity: TLSIdentity? = nil) {
        self.verification = verification
        self.identity = identity
    }
}

/// The server's side of TLS, version 1.2 or later.
package struct TLSServerConfiguration: Equatable, Sendable {
    package let identity: TLSIdentity

    package init(identity: TLSIdentity) {
        self.identity = identity
    }
}
