import CQLWire

/// A statement that a client prepared.
final class PreparedStatement {
    let id: [UInt8]
    /// The connection's keyspace when it was prepared.
    let keyspace: String?
    let query: String
    let compiled: CompiledStatement
    /// Whether the node's log tells of it.
    var isLogged = false

    init(id: [UInt8], keyspace: String?, query: String, compiled: CompiledStatement) {
        self.id = id
        self.keyspace = keyspace
        self.query = query
        self.compiled = compiled
    }
}

/// The prepared statements of the node, by id.
///
/// The id is a hash of keyspace and text, so that preparing again gives the same one. Its first byte tells whether
/// the statement only writes: the discarding node needs to know nothing else of an EXECUTE.
struct PreparedStatements {
    static let idByteCount = 16
    static let writeTag = UInt8(ascii: "W")
    static let otherTag = UInt8(ascii: "R")

    private var statements: [ArraySlice<UInt8>: PreparedStatement] = [:]
    /// The statement found last: a load runs the same one over and over.
    private var latest: PreparedStatement?

    static func id(keyspace: String?, query: String, isWrite: Bool) -> [UInt8] {
        var id = LiteralEncoder.bytes(CQLUUID(stableHashOf: "\(keyspace ?? "")\0\(query)"))
        id[0] = isWrite ? writeTag : otherTag
        return id
    }

    mutating func insert(_ statement: PreparedStatement) {
        statements[statement.id[...]] = statement
    }

    /// The statement with the id that lies in `bytes` at `range`.
    mutating func find(_ bytes: [UInt8], _ range: Range<Int>) -> PreparedStatement? {
        if let latest, ValueOrder.bytes(latest.id, latest.id.indices, bytes, range) == .same { return latest }
        guard let found = statements[bytes[range]] else { return nil }
        latest = found
        return found
    }

    /// Forgets the statements on tables for which `isGone` holds: clients are told to prepare again.
    mutating func removeAll(where isGone: (TableSchema) -> Bool) {
        statements = statements.filter { !$0.value.compiled.plan.tables.contains(where: isGone) }
        latest = nil
    }

    static func unprepared(_ id: ArraySlice<UInt8>) -> StatementError {
        StatementError(
            .unprepared(id: Array(id)),
            "Prepared query with ID \(id.hexadecimal) not found (either the query was not prepared on this host (maybe "
                + "the host has been restarted?) or you have prepared too many queries and it has been evicted from "
                + "the internal cache)"
        )
    }
}

extension CQLUUID {
    /// A number that belongs to a text, the same in every run.
    init(stableHashOf text: String) {
        let bytes = Array(text.utf8)
        self.init(
            high: UInt64(bitPattern: Token(routingKey: bytes).rawValue),
            low: UInt64(bitPattern: Token(routingKey: bytes + [0]).rawValue)
        )
    }
}
