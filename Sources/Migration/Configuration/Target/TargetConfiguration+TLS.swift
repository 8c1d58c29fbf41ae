import PosixIO
import WireKit

/// How the connections to ScyllaDB are encrypted, by the rules that libpq has for those to PostgreSQL.
extension TargetConfiguration {
    /// How far the nodes' certificates are checked.
    private enum Verification {
        case none
        case chain
        case full
    }

    private static let verifications: [(String, Verification)] = [("host", .full), ("ca", .chain), ("none", .none)]
    private static let switches = [("true", true), ("false", false), ("1", true), ("0", false)]

    /// Nil connects in the clear; whoever names a certificate or how to check one wants encryption.
    ///
    /// Without a word about checking, the system's certificates must name the host, and those of a file need not:
    /// nodes are reached by addresses, which private certificates seldom name.
    static func tls(_ settings: ScyllaSettings) throws(InvalidOption) -> TLSClientConfiguration? {
        let implying = [ScyllaSetting.certificateAuthority, .certificate, .key, .verification]
            .first { settings[$0] != nil }
        guard try settings.word(.tls, of: switches) ?? (implying != nil) else {
            guard let implying else { return nil }
            throw InvalidOption(settings.origin(implying), "is for TLS, which \(settings.origin(.tls)) turns off")
        }
        let authority = try settings.text(.certificateAuthority)
        let path = authority == "system" ? nil : authority
        let roots = path.map { RootCertificates.file(path: $0) } ?? .system
        let identity = try identity(settings)
        switch try settings.word(.verification, of: verifications) ?? (path == nil ? .full : .chain) {
        case .full:
            return TLSClientConfiguration(verification: .full(roots), identity: identity)
        case .chain:
            return TLSClientConfiguration(verification: .chain(roots), identity: identity)
        case .none:
            guard authority == nil else {
                let reason = "is not looked at when \(settings.origin(.verification)) is none: leave one of them out"
                throw InvalidOption(settings.origin(.certificateAuthority), reason)
            }
            return TLSClientConfiguration(verification: .none, identity: identity)
        }
    }

    private static func identity(_ settings: ScyllaSettings) throws(InvalidOption) -> TLSIdentity? {
        switch (try settings.text(.certificate), try settings.text(.key)) {
        case (nil, nil):
            return nil
        case (let certificate?, let key?):
            return TLSIdentity(
                certificateChainPath: certificate,
                privateKeyPath: key,
                passphrase: settings[.keyPassword].map { Credential($0.text) }
            )
        case (_?, nil):
            throw InvalidOption(settings.origin(.certificate), "needs a private key: give \(ScyllaSetting.key.option)")
        case (nil, _?):
            let option = ScyllaSetting.certificate.option
            throw InvalidOption(settings.origin(.key), "needs a certificate: give \(option)")
        }
    }
}
