import CQLWire
import Synchronization

@testable import EmbeddedCQL

/// A database whose clock and ids are known, driven with CQL text.
final class TestDatabase {
    let database: Database
    private let clock: ManualClock
    var keyspace: String?

    init(keepsRows: Bool) throws {
        let identity = NodeIdentity(hostID: CQLUUID(high: 1, low: 2), address: "127.0.0.1")
        let ids = Counter()
        let clock = ManualClock()
        self.clock = clock
        database = Database(
            keepsRows: keepsRows,
            systemTables: try SystemTables(identity: identity),
            now: { clock.next() },
            makeUUID: { CQLUUID(high: 0, low: ids.next()) }
        )
    }

    /// A database with the keyspace `ks` in use, after `statements`.
    convenience init(_ statements: String...) throws {
        try self.init(keepsRows: true)
        _ = try run("CREATE KEYSPACE ks WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 1}")
        keyspace = "ks"
        for statement in statements { _ = try run(statement) }
    }

    /// Lets time pass.
    func pass(seconds: Int64) { clock.microseconds += seconds * 1_000_000 }

    @discardableResult
    func run(
        _ text: String,
        _ values: [CQLValueBytes]? = nil,
        timestamp: Int64? = nil,
        consistency: Consistency = .one
    ) throws(StatementError) -> Outcome {
        var options = RunOptions(consistency: consistency, keyspace: keyspace)
        options.defaultTimestamp = timestamp
        return try database.query(text, values.map { .positional($0) }, options)
    }

    /// The result of a SELECT.
    func select(_ text: String, pageSize: Int32? = nil, pagingState: PagingState? = nil) throws -> Rows {
        var options = RunOptions(consistency: .one, keyspace: keyspace)
        options.pageSize = pageSize
        options.pagingState = pagingState?.bytes
        guard case .result(.rows(let rows)) = try database.query(text, nil, options) else { throw NotRows() }
        return rows
    }

    /// The rows of a SELECT, each value as a CQL constant.
    func rows(_ text: String) throws -> [[String]] { try select(text).texts() }

    /// Why a statement is refused; nil when it is not.
    func refusal(_ text: String, _ values: [CQLValueBytes]? = nil) -> StatementError? {
        do throws(StatementError) {
            _ = try run(text, values)
            return nil
        } catch {
            return error
        }
    }

    struct NotRows: Error {}
}

extension Rows {
    /// Each value as a CQL constant.
    func texts() throws -> [[String]] {
        var texts: [[String]] = []
        var cursor = makeCursor()
        let columns = metadata.columns ?? []
        while let row = try cursor.next() {
            texts.append(
                try zip(row, columns).map { value, column in
                    guard let value else { return "null" }
                    return try CQLValue.decode(value, as: column.type).literal
                }
            )
        }
        return texts
    }
}

/// A clock that moves by a microsecond each time it is read, and as it is told.
final class ManualClock {
    /// At first 2023-11-14T22:13:20Z.
    var microseconds: Int64 = 1_700_000_000_000_000

    func next() -> Int64 {
        microseconds += 1
        return microseconds
    }
}

/// Numbers from one on.
final class Counter: Sendable {
    private let value = Atomic<UInt64>(0)

    func next() -> UInt64 { value.add(1, ordering: .relaxed).newValue }
}

/// A generator whose numbers are the same in every run of one seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}

/// The bytes of an `int`.
func int(_ value: Int32) -> CQLValueBytes { .bytes(LiteralEncoder.bigEndian(value)) }

/// The bytes of a `text`.
func text(_ value: String) -> CQLValueBytes { .bytes(Array(value.utf8)) }
