import WireKit

/// Quoting in replication commands, whose grammar is smaller than SQL's: doubled quotes are its only escape.
enum ReplicationText {
    static func literal(_ text: String) -> String {
        text.quoted(by: "'", doubling: ["'"])
    }

    /// A list of options such as `(SNAPSHOT 'use', TWO_PHASE)`; nothing for none.
    static func list(_ options: [String]) -> String {
        options.isEmpty ? "" : " (\(options.joined(separator: ", ")))"
    }
}

extension PostgresConnection {
    /// Refuses what this server is too old for.
    ///
    /// - Throws: `PostgresError` (invalid request) naming the version needed.
    func require(_ feature: String, since version: Int) throws(PostgresError) {
        guard serverMajorVersion >= version else {
            throw .invalidRequest(
                "\(feature) needs PostgreSQL \(version) or newer, and this server is PostgreSQL \(serverMajorVersion)"
            )
        }
    }
}
