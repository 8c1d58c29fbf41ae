/// The foreign server by which PostgreSQL reaches the target, and its options.
package struct ForeignServer: Hashable, Sendable {
    package static let wrapper = "scylla_fdw"
    package static let name = "scylla_server"

    /// The target as PostgreSQL's host sees it.
    package let host: String
    package let port: UInt16
    /// Certificates in PEM that the target's must be signed by; nil speaks in the clear.
    package let certificateAuthority: String?

    package init(host: String, port: UInt16, certificateAuthority: String? = nil) {
        self.host = host
        self.port = port
        self.certificateAuthority = certificateAuthority
    }

    /// Options that are ours to set; any others, such as `connect_timeout`, stay as they are.
    private var options: [(name: String, value: String?)] {
        [
            ("host", host), ("port", String(port)), ("ssl", certificateAuthority == nil ? nil : "true"),
            ("ssl_ca", certificateAuthority),
        ]
    }

    package var createStatement: String {
        let options = options.compactMap { option in option.value.map { "\(option.name) \(quotedLiteral($0))" } }
        return
            "CREATE SERVER \(Self.name) FOREIGN DATA WRAPPER \(Self.wrapper) OPTIONS (\(options.joined(separator: ", ")))"
    }

    /// Makes a server that exists what `createStatement` would make it; nil when it is that already.
    ///
    /// - Parameter existing: the server's options by name.
    /// - Returns: the statement.
    package func alterStatement(from existing: [String: String]) -> String? {
        let changes = options.compactMap { option -> String? in
            switch (existing[option.name], option.value) {
            case (nil, nil): nil
            case (nil, let value?): "ADD \(option.name) \(quotedLiteral(value))"
            case (_?, nil): "DROP \(option.name)"
            case (let old?, let value?): old == value ? nil : "SET \(option.name) \(quotedLiteral(value))"
            }
        }
        return changes.isEmpty ? nil : "ALTER SERVER \(Self.name) OPTIONS (\(changes.joined(separator: ", ")))"
    }

    /// Statements that say as whom the current user comes to the target, in place of what was said before.
    ///
    /// The extension wants a mapping even where the target wants no password.
    /// - Parameter login: a role of the target and its password; the statements are not to be shown with it.
    /// - Returns: statements for one transaction.
    package static func userMappingStatements(login: (user: String, password: String)?) -> [String] {
        let options = login.map {
            " OPTIONS (username \(quotedLiteral($0.user)), password \(quotedLiteral($0.password)))"
        }
        return [
            "DROP USER MAPPING IF EXISTS FOR CURRENT_USER SERVER \(name)",
            "CREATE USER MAPPING FOR CURRENT_USER SERVER \(name)\(options ?? "")",
        ]
    }
}
