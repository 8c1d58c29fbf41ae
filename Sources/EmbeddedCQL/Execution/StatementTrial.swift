package import CQLWire
import Synchronization

/// A database without sockets whose clock stands still, to try statements on.
package final class StatementTrial {
    private let database: Database
    private var keyspace: String?

    /// An empty database.
    ///
    /// - Throws: `StatementError` if a definition of the system tables were wrong.
    package init() throws(StatementError) {
        let identity = NodeIdentity(hostID: CQLUUID(high: 1, low: 2), address: "127.0.0.1")
        // The same ids in every trial, but never one twice: the rows of a table are found by its id.
        let drawn = Atomic<UInt64>(0)
        database = Database(
            systemTables: try SystemTables(identity: identity),
            now: { 1_700_000_000_000_000 },
            makeUUID: { CQLUUID(high: drawn.add(1, ordering: .relaxed).newValue, low: 0).asVersion4 }
        )
    }

    /// Runs a statement, with `value` bound to each of its markers.
    ///
    /// - Throws: `StatementError` when it is refused.
    package func run(_ text: String, binding value: [UInt8]) throws(StatementError) -> ResultResponse {
        let prepared = try database.prepare(text, keyspace: keyspace)
        let bytes = Array(prepared.id.bytes)
        let statement = try database.preparedStatement(bytes, bytes.indices)
        let values = [CQLValueBytes](repeating: .bytes(value[...]), count: prepared.markers.count)
        var options = RunOptions(consistency: .one, keyspace: keyspace)
        options.pageSize = 3
        switch try database.execute(statement, .positional(values), options) {
        case .result(let result): return result
        case .schemaChanged(let change): return .schemaChange(change)
        case .useKeyspace(let name):
            keyspace = name
            return .setKeyspace(name)
        }
    }
}
