import PosixIO
import WireKit

extension PostgresConfiguration {
    /// Checks what cannot work, and what the server could misunderstand.
    ///
    /// - Throws: `PostgresConnectionError` (invalid configuration).
    func validate() throws(PostgresConnectionError) {
        guard !hosts.isEmpty else { throw .invalid("no host is given") }
        guard !user.isEmpty else { throw .invalid("no user is given") }
        var texts = [
            ("user", user), ("database", database), ("application name", applicationName), ("options", options ?? ""),
            ("password", password?.value ?? ""),
        ]
        texts += hosts.map { ("password of a host", $0.password?.value ?? "") }
        for (name, text) in texts where text.utf8.contains(0) {
            throw .invalid("the \(name) contains a NUL character")
        }
        for parameter in sessionParameters where (parameter.name + parameter.value).utf8.contains(0) {
            throw .invalid("a session parameter contains a NUL character")
        }
        try tls.validate()
    }
}

extension PostgresTLS {
    /// Refuses combinations that promise more than they keep, as libpq does.
    ///
    /// - Throws: `PostgresConnectionError` (invalid configuration).
    fileprivate func validate() throws(PostgresConnectionError) {
        let isOptional = [SSLMode.disable, .allow, .prefer].contains(mode)
        if negotiation == .direct, isOptional {
            throw .invalid("sslnegotiation=direct needs sslmode=require or stronger, not \(mode.rawValue)")
        }
        if mode == .verifyCA, roots == nil { throw .invalid("sslmode=verify-ca needs root certificates (sslrootcert)") }
        // Anyone can have a certificate that these roots vouch for; only its name tells who it is.
        if roots == .system, mode != .verifyFull, mode != .disable {
            throw .invalid("sslrootcert=system needs sslmode=verify-full, not \(mode.rawValue)")
        }
    }
}
