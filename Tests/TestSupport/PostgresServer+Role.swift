extension PostgresServer {
    /// A log-in role with the method by which the server authenticates it.
    public struct Role: Sendable, CustomStringConvertible {
        /// The connections on which a role is let in, by pg_hba.conf's words.
        enum Connection: String, Sendable {
            /// Also over the unix-domain socket.
            case any = "host"
            case encrypted = "hostssl"
            case plain = "hostnossl"
        }

        public let name: String
        public let password: String?
        /// The method in pg_hba.conf.
        public let method: String
        let connection: Connection

        public var description: String { name }
        /// Whether it is let in over TLS only.
        public var isEncryptedOnly: Bool { connection == .encrypted }

        init(_ name: String, _ password: String?, _ method: String, _ connection: Connection = .any) {
            self.name = name
            self.password = password
            self.method = method
            self.connection = connection
        }

        public static let trust = Role("u_trust", nil, "trust")
        public static let cleartext = Role("u_cleartext", "clear'secret", "password")
        public static let md5 = Role("u_md5", "md5 s\u{E9}cret", "md5")
        public static let scram = Role("u_scram", "scram s\u{E9}cret", "scram-sha-256")
        /// Its password is hashed as `IX a` by the server.
        public static let prepared = Role("u_prepared", "I\u{AD}X \u{AA}", "scram-sha-256")
        /// Accepted over TLS only.
        public static let tlsOnly = Role("u_tls", "tls secret", "scram-sha-256", .encrypted)
        /// Accepted without TLS only.
        public static let plainOnly = Role("u_plain", "plain secret", "scram-sha-256", .plain)
        /// Its client certificate is enough.
        public static let certificate = Role("u_cert", nil, "cert", .encrypted)
        /// Needs a certificate of the authority's and a password.
        public static let certificateAndPassword = Role(
            "u_cert_and_password",
            "second secret",
            "scram-sha-256 clientcert=verify-ca",
            .encrypted
        )
        /// Any password is refused, and not by the code for that: nothing answers where it would be looked up.
        public static let radius = Role(
            "u_radius",
            nil,
            "radius radiusservers=127.0.0.1 radiussecrets=secret radiusports=9"
        )

        public static let all = withoutCertificate + [certificate, certificateAndPassword]
        public static let withoutCertificate = [trust, cleartext, md5, scram, prepared, tlsOnly, plainOnly]
    }
}
