import CQLWire
import Testing

@testable import EmbeddedCQL

/// Random writes with random timestamps in random order, against a model that keeps every one of them and decides only
/// when it is read.
@Suite struct MergeModelTests {
    @Test(arguments: 1...12) func anyOrderReadsAsTheModel(_ seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<12 {
            let writes = (0..<Int.random(in: 1...14, using: &generator)).map { _ in ModelWrite.random(&generator) }
            for _ in 0..<3 {
                let database = try TestDatabase(
                    "CREATE TABLE t (k int, c int, s int static, v int, w int, m map<int, int>, PRIMARY KEY (k, c))"
                )
                for write in writes.shuffled(using: &generator) { try database.run(write.statement) }
                for elapsed in [0, 150, 100] as [Int64] {
                    database.pass(seconds: elapsed)
                    let age = elapsed == 100 ? 250 : elapsed
                    let found = try database.rows("SELECT c, s, v, w, m FROM t WHERE k = 1")
                    let expected = Model(writes: writes, age: age).rows
                    #expect(found == expected, "after \(age) s: \(writes.map(\.statement).joined(separator: "; "))")
                }
            }
        }
    }
}

/// One statement, and what it means.
private struct ModelWrite {
    enum Effect {
        case marker(row: Int)
        /// Of a row's column, or of an entry of its map; a static column has no row.
        case cell(row: Int?, column: String, path: Int?, value: Int?)
        case emptiedMap(row: Int, justBefore: Bool)
        case deletion(rows: ClosedRange<Int>, statics: Bool)
    }

    let statement: String
    let timestamp: Int
    /// Seconds; 0 for ever.
    let timeToLive: Int
    let effects: [Effect]

    static func random(_ generator: inout SeededGenerator) -> ModelWrite {
        let timestamp = Int.random(in: 1...5, using: &generator)
        let timeToLive = [0, 0, 100, 200].randomElement(using: &generator) ?? 0
        let row = Int.random(in: 0...2, using: &generator)
        let using = "USING TIMESTAMP \(timestamp)"
        let usingBoth = using + (timeToLive > 0 ? " AND TTL \(timeToLive)" : "")
        let column = ["v", "w"].randomElement(using: &generator) ?? "v"
        let value = Int.random(in: 0...2, using: &generator)
        let key = Int.random(in: 0...1, using: &generator)
        let place = "WHERE k = 1 AND c = \(row)"
        func write(_ statement: String, _ effects: Effect...) -> ModelWrite {
            ModelWrite(statement: statement, timestamp: timestamp, timeToLive: timeToLive, effects: effects)
        }
        switch Int.random(in: 0..<13, using: &generator) {
        case 0...2:
            return write(
                "INSERT INTO t (k, c, v, w) VALUES (1, \(row), \(value), null) \(usingBoth)",
                .marker(row: row),
                .cell(row: row, column: "v", path: nil, value: value),
                .cell(row: row, column: "w", path: nil, value: nil)
            )
        case 3, 4:
            return write(
                "UPDATE t \(usingBoth) SET \(column) = \(value) \(place)",
                .cell(row: row, column: column, path: nil, value: value)
            )
        case 5:
            return write(
                "UPDATE t \(usingBoth) SET s = \(value) WHERE k = 1",
                .cell(row: nil, column: "s", path: nil, value: value)
            )
        case 6:
            return write(
                "UPDATE t \(usingBoth) SET m[\(key)] = \(value) \(place)",
                .cell(row: row, column: "m", path: key, value: value)
            )
        case 7:
            return write(
                "UPDATE t \(usingBoth) SET m = {\(key): \(value)} \(place)",
                .emptiedMap(row: row, justBefore: true),
                .cell(row: row, column: "m", path: key, value: value)
            )
        case 8:
            return write(
                "DELETE \(column) FROM t \(using) \(place)",
                .cell(row: row, column: column, path: nil, value: nil)
            )
        case 9:
            return key == 0
                ? write("DELETE m FROM t \(using) \(place)", .emptiedMap(row: row, justBefore: false))
                : write("DELETE m[0] FROM t \(using) \(place)", .cell(row: row, column: "m", path: 0, value: nil))
        case 10: return write("DELETE FROM t \(using) \(place)", .deletion(rows: row...row, statics: false))
        case 11:
            return write("DELETE FROM t \(using) WHERE k = 1 AND c >= \(row)", .deletion(rows: row...2, statics: false))
        default: return write("DELETE FROM t \(using) WHERE k = 1", .deletion(rows: 0...2, statics: true))
        }
    }
}

/// What all writes together mean, by the rules of the specification, one cell at a time.
private struct Model {
    let writes: [ModelWrite]
    /// Seconds since they were written.
    let age: Int64

    var rows: [[String]] {
        let s = value(row: nil, "s", path: nil)
        var rows: [[String]] = []
        for row in 0...2 {
            let (v, w) = (value(row: row, "v", path: nil), value(row: row, "w", path: nil))
            var entries: [String] = []
            for key in 0...1 {
                if let value = value(row: row, "m", path: key) { entries.append("\(key): \(value)") }
            }
            guard hasMarker(row) || v != nil || w != nil || !entries.isEmpty else { continue }
            let map = entries.isEmpty ? "null" : "{\(entries.joined(separator: ", "))}"
            rows.append(["\(row)", Self.text(s), Self.text(v), Self.text(w), map])
        }
        if rows.isEmpty, let s { rows = [["null", "\(s)", "null", "null", "null"]] }
        return rows
    }

    private static func text(_ value: Int?) -> String { value.map { "\($0)" } ?? "null" }

    /// Up to when everything of a row, or of the static columns, is deleted.
    private func deletion(_ row: Int?) -> Int {
        var latest = Int.min
        for write in writes {
            for case .deletion(let rows, let statics) in write.effects {
                if row.map(rows.contains) ?? statics { latest = max(latest, write.timestamp) }
            }
        }
        return latest
    }

    private func hasMarker(_ row: Int) -> Bool {
        var candidates: [(timestamp: Int, timeToLive: Int)] = []
        for write in writes {
            for case .marker(row) in write.effects { candidates.append((write.timestamp, write.timeToLive)) }
        }
        let deletion = deletion(row)
        guard let winner = candidates.filter({ $0.timestamp > deletion }).max(by: { $0 < $1 }) else { return false }
        return winner.timeToLive == 0 || age < winner.timeToLive
    }

    private func value(row: Int?, _ column: String, path: Int?) -> Int? {
        var deleted = deletion(row)
        var candidates: [(rank: [Int], write: ModelWrite, value: Int?)] = []
        for write in writes {
            for effect in write.effects {
                switch effect {
                case .emptiedMap(let owner, let justBefore) where column == "m" && owner == row:
                    deleted = max(deleted, write.timestamp - (justBefore ? 1 : 0))
                case .cell(let owner, column, let key, let value) where owner == row && key == path:
                    // The later; then the removed, the one that ends, the one that ends later, the larger.
                    let rank = [
                        write.timestamp, value == nil ? 1 : 0, value == nil ? 0 : write.timeToLive, value ?? 0,
                    ]
                    candidates.append((rank, write, value))
                default: break
                }
            }
        }
        let living = candidates.filter { $0.write.timestamp > deleted }
        guard let winner = living.max(by: { $0.rank.lexicographicallyPrecedes($1.rank) }), let value = winner.value
        else { return nil }
        return winner.write.timeToLive == 0 || age < winner.write.timeToLive ? value : nil
    }
}
