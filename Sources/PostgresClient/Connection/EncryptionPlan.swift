import PosixIO

/// One way of opening a session at an address.
enum Encryption: Equatable, Sendable {
    case plain
    /// Asked for by an SSLRequest.
    case negotiated(isRequired: Bool)
    /// A TLS handshake at once.
    case direct
}

/// How far an attempt had come when it failed.
enum StartupProgress: Equatable, Sendable {
    /// Nothing was said, or the answer to the SSLRequest is missing.
    case connected
    /// The server agreed to TLS, or was not asked, and the handshake is not done.
    case handshake
    /// The StartupMessage was sent and the server has not let us in.
    case authentication(isEncrypted: Bool)
    /// The server has let us in.
    case authenticated
}

/// The attempts that a mode of encryption makes, as libpq makes them.
///
/// PostgreSQL documentation, "SSL Support", "SSL Mode Descriptions"; fe-connect.c, `select_next_encryption_method`.
struct EncryptionPlan: Equatable, Sendable {
    let first: Encryption
    private let mode: SSLMode

    init(_ tls: PostgresTLS, endpoint: Endpoint) {
        // A unix-domain socket has no TLS; libpq does not ask for it there either.
        if case .unix = endpoint {
            (mode, first) = (.disable, .plain)
            return
        }
        mode = tls.mode
        switch (tls.mode, tls.negotiation) {
        case (.disable, _), (.allow, _): first = .plain
        case (.prefer, _): first = .negotiated(isRequired: false)
        case (.require, .direct), (.verifyCA, .direct), (.verifyFull, .direct): first = .direct
        case (.require, .postgres), (.verifyCA, .postgres), (.verifyFull, .postgres):
            first = .negotiated(isRequired: true)
        }
    }

    /// What to try at the same address after the first attempt failed.
    ///
    /// - Parameters:
    ///   - progress: how far it had come.
    ///   - isRefusal: whether the server ended it by an error of its own.
    /// - Returns: the second attempt, or `nil` when the failure stands.
    func alternative(after progress: StartupProgress, isRefusal: Bool) -> Encryption? {
        switch (mode, progress) {
        case (.allow, .authentication(isEncrypted: false)) where isRefusal: .negotiated(isRequired: true)
        case (.prefer, .authentication(isEncrypted: true)) where isRefusal: .plain
        case (.prefer, .handshake): .plain
        case (_, .connected), (_, .handshake), (_, .authentication), (_, .authenticated): nil
        }
    }
}
