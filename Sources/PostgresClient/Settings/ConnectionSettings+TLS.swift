import PosixIO
import WireKit

/// How a session is encrypted.
extension ConnectionSettings {
    /// Encryption, with the certificates in `~/.postgresql` where no others are named and those exist.
    ///
    /// Where libpq goes on without a file that was named and does not exist, this does not: whoever names a certificate
    /// wants it used. And where it refuses verify-full without roots, the system's are taken.
    ///
    /// - Throws: `ConnectionSettingError`.
    func tls() throws(ConnectionSettingError) -> PostgresTLS {
        var tls = PostgresTLS(mode: try word(.sslmode, orElse: .prefer))
        tls.negotiation = try word(.sslnegotiation, orElse: .postgres)
        tls.roots = try roots(for: tls.mode)
        tls.revocationListPath = text(.sslcrl)
        tls.revocationListDirectory = text(.sslcrldir)
        if tls.roots != nil, text(.sslcrl) == nil, text(.sslcrldir) == nil {
            tls.revocationListPath = existingHomeFile(".postgresql/root.crl")
        }
        tls.identity = try identity()
        tls.minimumVersion = try tlsVersion(.sslMinProtocolVersion) ?? .tls1_2
        tls.maximumVersion = try tlsVersion(.sslMaxProtocolVersion)
        if let maximum = tls.maximumVersion, maximum < tls.minimumVersion {
            throw refusal(.sslMaxProtocolVersion, "is below the oldest version allowed, \(tls.minimumVersion.rawValue)")
        }
        tls.sendsServerName = try flag(.sslsni, orElse: true)
        let isOptional = [SSLMode.disable, .allow, .prefer].contains(tls.mode)
        if tls.negotiation == .direct, isOptional {
            throw refusal(.sslnegotiation, "cannot be direct with sslmode \(tls.mode.rawValue): use require")
        }
        return tls
    }

    private func roots(for mode: SSLMode) throws(ConnectionSettingError) -> RootCertificates? {
        guard let path = text(.sslrootcert) else {
            let file = existingHomeFile(".postgresql/root.crt")
            if mode == .verifyCA, file == nil {
                throw refusal(.sslmode, "cannot be verify-ca without root certificates: give sslrootcert")
            }
            return file.map { .file(path: $0) }
        }
        guard path == "system" else { return .file(path: path) }
        guard mode == .verifyFull else {
            throw refusal(.sslrootcert, "cannot be system with sslmode \(mode.rawValue): use verify-full")
        }
        return .system
    }

    private func identity() throws(ConnectionSettingError) -> TLSIdentity? {
        switch text(.sslcertmode) ?? "allow" {
        case "allow", "require": break
        case "disable": return nil
        case let other: throw refusal(.sslcertmode, "cannot be \"\(other)\": choose one of disable, allow, require")
        }
        guard let certificate = text(.sslcert) ?? existingHomeFile(".postgresql/postgresql.crt") else { return nil }
        guard let key = text(.sslkey) ?? surroundings.homeFile(".postgresql/postgresql.key") else {
            throw refusal(.sslcert, "needs sslkey: there is no home directory to look for a key in")
        }
        return TLSIdentity(
            certificateChainPath: certificate,
            privateKeyPath: key,
            passphrase: text(.sslpassword).map { Credential($0) }
        )
    }

    private func existingHomeFile(_ name: String) -> String? {
        surroundings.homeFile(name).flatMap { surroundings.files.exists($0) ? $0 : nil }
    }

    private func tlsVersion(_ keyword: ConnectionKeyword) throws(ConnectionSettingError) -> TLSVersion? {
        guard let text = text(keyword) else { return nil }
        guard let version = TLSVersion.allCases.first(where: { $0.rawValue.lowercased() == text.lowercased() }) else {
            let versions = TLSVersion.allCases.map(\.rawValue).joined(separator: ", ")
            throw refusal(keyword, "cannot be \"\(text)\": choose one of \(versions)")
        }
        return version
    }
}
