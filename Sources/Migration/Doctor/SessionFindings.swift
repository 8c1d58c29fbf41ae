import PosixIO
import PostgresClient
import PostgresWire

/// What the way in says about both sides.
enum SessionFindings {
    static func findings(_ security: SessionSecurity) -> [Finding] {
        [
            encryption(security), authentication(security),
            .ok("protocol", "\(security.protocolVersion)"),
        ]
    }

    private static func encryption(_ security: SessionSecurity) -> Finding {
        guard let tls = security.tls else {
            guard let reason = security.failedTLS?.reason else { return .note("encryption", "none") }
            return .note(
                "encryption",
                "none, because the attempt with it has failed: \(reason)",
                remedy: "mend that, and use sslmode require or stronger so that nothing goes on without encryption"
            )
        }
        let start = tls.isDirect ? "direct " : ""
        let session = "\(start)\(tls.version) with \(tls.cipher)"
        switch tls.verification {
        case .full: return .ok("encryption", "\(session); the certificate is trusted and names the host")
        case .chain: return .ok("encryption", "\(session); the certificate is trusted, its name was not compared")
        case .none:
            return .note(
                "encryption",
                "\(session); the certificate was not checked",
                remedy: "use sslmode verify-full with sslrootcert to be sure who answers"
            )
        }
    }

    private static func authentication(_ security: SessionSecurity) -> Finding {
        let binding = security.isChannelBound ? ", bound to the TLS session" : ""
        switch security.authenticationMethod {
        case .none:
            return .ok("authentication", "the server asked for no password")
        case .password where security.tls == nil:
            return .note(
                "authentication",
                "the password went over the network in the clear",
                remedy: "use scram-sha-256 in pg_hba.conf, or TLS"
            )
        case .md5:
            return .note(
                "authentication",
                "md5, which newer versions of PostgreSQL give up",
                remedy: "set password_encryption to scram-sha-256 and the role's password anew"
            )
        case let method:
            return .ok("authentication", "\(method.rawValue)\(binding)")
        }
    }
}
