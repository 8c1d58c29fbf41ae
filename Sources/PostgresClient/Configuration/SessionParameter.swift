/// A run-time setting of a session.
package struct SessionParameter: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension SessionParameter {
    /// The settings that our reading relies on, whatever the role's or the database's own are.
    ///
    /// They are set after start-up: connection poolers refuse start-up parameters that they do not know.
    ///
    /// - Parameter serverMajorVersion: some settings came with newer versions.
    /// - Returns: the settings in the order to set them.
    static func pinned(serverMajorVersion: Int) -> [SessionParameter] {
        var parameters: [SessionParameter] = [
            // What text looks like; the server has heard of client_encoding, a pooler in between may have kept it.
            .init("client_encoding", "UTF8"), .init("lc_monetary", "C"), .init("xmlbinary", "base64"),
            .init("DateStyle", "ISO"), .init("IntervalStyle", "postgres"), .init("TimeZone", "UTC"),
            .init("extra_float_digits", "1"), .init("bytea_output", "hex"),
            .init("standard_conforming_strings", "on"),
            // How text is read: NULL in an array is one, and XML need not be a whole document.
            .init("array_nulls", "on"), .init("xmloption", "content"),
            // A policy must fail a read, not filter it.
            .init("row_security", "off"),
            // A copy takes as long as it takes. lock_timeout stays as it is: it protects the source's own users.
            .init("statement_timeout", "0"), .init("idle_in_transaction_session_timeout", "0"),
        ]
        if serverMajorVersion >= 14 { parameters.append(.init("idle_session_timeout", "0")) }
        if serverMajorVersion >= 17 { parameters.append(.init("transaction_timeout", "0")) }
        return parameters
    }

    /// One statement that sets all of them, for the session or for the open transaction alone.
    static func statement(_ parameters: [SessionParameter], isLocal: Bool = false) -> String {
        let calls = parameters.map {
            "pg_catalog.set_config(\(SQLText.literal($0.name)), \(SQLText.literal($0.value)), \(isLocal))"
        }
        return "SELECT " + calls.joined(separator: ", ")
    }
}
