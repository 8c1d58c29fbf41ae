public import Foundation

/// One connection recorded between a real client and a real PostgreSQL server (`Fixtures/postgres/README.md`).
public struct PostgresCapture: Sendable, CustomStringConvertible {
    public let name: String
    /// What the client sent.
    public let clientBytes: [UInt8]
    /// What the server sent.
    public let serverBytes: [UInt8]
    /// The untyped byte that answered an SSLRequest, if there was one.
    public let negotiationReply: [UInt8]
    /// A summary such as `R S*13 K Z T D*7 C Z`.
    public let serverMessages: String
    public let user: String?
    public let password: String?
    /// Names and type OIDs of the captured table's columns.
    public let columns: [(name: String, typeOID: UInt32)]
    /// Each row as the server prints it, by column; NULL is `nil`.
    public let expectedRows: [[String: String?]]
    /// All that was written down about it.
    public let metaJSON: Data

    public var description: String { name }

    /// Every capture, by name.
    public static func all() throws -> [PostgresCapture] {
        try Fixtures.captures("postgres").map(PostgresCapture.init(folder:))
    }

    /// Every capture, and those of `PGSCYLLA_EXTRA_FIXTURES`.
    public static func allAndExtra() throws -> [PostgresCapture] {
        try all() + Fixtures.extraCaptures("postgres").map(PostgresCapture.init(folder:))
    }

    /// The capture of that name.
    public static func named(_ name: String) throws -> PostgresCapture {
        try PostgresCapture(folder: Fixtures.root.appending(path: "postgres/\(name)"))
    }

    init(folder: URL) throws {
        let meta = try Data(contentsOf: folder.appending(path: "meta.json"))
        guard let object = try JSONSerialization.jsonObject(with: meta) as? [String: Any] else {
            throw CocoaError(.fileReadCorruptFile)
        }
        metaJSON = meta
        name = folder.lastPathComponent
        clientBytes = [UInt8](try Data(contentsOf: folder.appending(path: "client.bin")))
        serverBytes = [UInt8](try Data(contentsOf: folder.appending(path: "server.bin")))
        negotiationReply = Array((object["negotiation_reply_bytes"] as? String ?? "").utf8)
        serverMessages = object["server_messages"] as? String ?? ""
        user = object["user"] as? String
        password = object["password"] as? String
        columns = (object["columns"] as? [[String: Any]] ?? []).compactMap { column in
            guard let name = column["name"] as? String, let oid = column["type_oid"] as? Int else { return nil }
            return (name, UInt32(oid))
        }
        expectedRows = (object["expected_rows"] as? [[String: Any]] ?? []).map { row in
            row.mapValues { $0 as? String }
        }
    }
}
