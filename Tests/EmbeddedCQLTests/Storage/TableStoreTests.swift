import CQLWire
import Testing

@testable import EmbeddedCQL

@Suite struct TableStoreTests {
    /// One write to a row with two cells.
    private struct Write {
        var timestamp: Int64
        var cells: [String?]?
        var setsMarker = true
        var deletesRow = false

        func apply(to store: inout TableStore, key: [UInt8] = [1], clustering: [UInt8] = []) {
            var mutation = RowMutation()
            mutation.reset(cellCount: 2)
            mutation.partitionKey = key
            mutation.clusteringKey = clustering
            mutation.liveness = Liveness(timestamp)
            mutation.setsMarker = setsMarker && !deletesRow
            mutation.deletesRow = deletesRow
            var bytes: [UInt8] = [0xEE]
            for (index, value) in (cells ?? []).enumerated() {
                // "keep" leaves the cell alone, nil removes it.
                guard value != "keep" else { continue }
                guard let value else {
                    mutation.cells[index] = .remove
                    continue
                }
                mutation.cells[index] = .set(bytes.count..<bytes.count + value.utf8.count)
                bytes += Array(value.utf8)
            }
            store.apply(mutation, bytes: bytes)
        }
    }

    private static let noClustering = ClusteringOrder(components: [])

    /// The row's cells and when they were written; nil when the row is not there.
    private func row(_ store: TableStore, key: [UInt8] = [1]) -> [String]? {
        guard let slot = store.slot(of: key, token: Token(routingKey: key).rawValue),
            let reference = store.rows(ofSlot: slot)?.row(at: .init(chunk: 0, index: 0))
        else { return nil }
        let page = store.arena.page(reference.page)
        var record = RowRecord()
        record.decode(page, at: reference.offset)
        guard record.isThere else { return nil }
        return record.cells.map { cell in
            guard case .value(let range) = cell.state else { return "null" }
            return "\(String(decoding: page[range], as: UTF8.self))@\(cell.liveness.timestamp)"
        }
    }

    @Test(
        arguments: [
            ([Write(timestamp: 1, cells: ["a", "b"]), Write(timestamp: 2, cells: ["c", "keep"])], ["c@2", "b@1"]),
            ([Write(timestamp: 2, cells: ["c", "keep"]), Write(timestamp: 1, cells: ["a", "b"])], ["c@2", "b@1"]),
            ([Write(timestamp: 1, cells: ["a", "b"]), Write(timestamp: 2, cells: [nil, "keep"])], ["null", "b@1"]),
            ([Write(timestamp: 2, cells: [nil, "keep"]), Write(timestamp: 1, cells: ["a", "b"])], ["null", "b@1"]),
            // Equal timestamps: the larger value wins, a removal beats both.
            ([Write(timestamp: 1, cells: ["a", "b"]), Write(timestamp: 1, cells: ["b", "a"])], ["b@1", "b@1"]),
            ([Write(timestamp: 1, cells: ["a", nil]), Write(timestamp: 1, cells: [nil, "b"])], ["null", "null"]),
            ([Write(timestamp: 5, cells: ["a", "b"]), Write(timestamp: 4, deletesRow: true)], ["a@5", "b@5"]),
            ([Write(timestamp: 5, cells: ["a", "b"]), Write(timestamp: 5, deletesRow: true)], nil),
            ([Write(timestamp: 5, deletesRow: true), Write(timestamp: 5, cells: ["a", "b"])], nil),
            ([Write(timestamp: 5, deletesRow: true), Write(timestamp: 6, cells: ["a", "keep"])], ["a@6", "null"]),
            (
                [
                    Write(timestamp: 1, cells: ["a", "keep"]), Write(timestamp: 9, cells: ["keep", "b"]),
                    Write(timestamp: 5, deletesRow: true),
                ], ["null", "b@9"]
            ),
            // An UPDATE sets no marker: with its last cell the row goes.
            ([Write(timestamp: 1, cells: ["a", "keep"], setsMarker: false)], ["a@1", "null"]),
            (
                [
                    Write(timestamp: 1, cells: ["a", "keep"], setsMarker: false),
                    Write(timestamp: 2, cells: [nil, "keep"], setsMarker: false),
                ], nil
            ),
            ([Write(timestamp: 1)], ["null", "null"]),
            ([Write(timestamp: -5, cells: ["a", "b"]), Write(timestamp: -6, cells: ["c", "c"])], ["a@-5", "b@-5"]),
        ] as [([Write], [String]?)]
    )
    private func lastWriteWins(_ writes: [Write], _ expected: [String]?) {
        var store = TableStore(clustering: Self.noClustering)
        for write in writes { write.apply(to: &store) }
        #expect(row(store) == expected)
        // Writes may come twice.
        for write in writes { write.apply(to: &store) }
        #expect(row(store) == expected)
    }

    @Test func anyOrderOfWritesGivesTheSameRow() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<300 {
            let writes = (0..<6).map { _ in
                Write(
                    timestamp: Int64.random(in: 1...4, using: &generator),
                    cells: (0..<2).map { _ in ["keep", "x", "y", nil].randomElement(using: &generator) ?? nil },
                    setsMarker: Bool.random(using: &generator),
                    deletesRow: Int.random(in: 0..<6, using: &generator) == 0
                )
            }
            let results = (0..<4).map { _ in
                var store = TableStore(clustering: Self.noClustering)
                for write in writes.shuffled(using: &generator) { write.apply(to: &store) }
                return row(store)
            }
            #expect(results.allSatisfy { $0 == results[0] }, "\(writes)")
        }
    }

    @Test func keepsEqualTokensApart() {
        var store = TableStore(clustering: Self.noClustering)
        for key in 0..<2000 {
            Write(timestamp: 1, cells: ["\(key)", nil]).apply(to: &store, key: Array("\(key)".utf8))
        }
        for key in 0..<2000 { #expect(row(store, key: Array("\(key)".utf8)) == ["\(key)@1", "null"]) }
        #expect(row(store, key: Array("2000".utf8)) == nil)
    }

    @Test func scansInTokenOrder() {
        var store = TableStore(clustering: Self.noClustering)
        var keys: [(token: Int64, key: [UInt8])] = []
        // The order is asked for in between, so that later keys have to be merged in.
        for key in 0..<200_000 {
            let bytes = Array("key \(key)".utf8)
            Write(timestamp: 1, cells: nil).apply(to: &store, key: bytes)
            keys.append((Token(routingKey: bytes).rawValue, bytes))
            if key == 50_000 || key == 199_990 { store.prepareScan() }
        }
        keys.sort { $0.token < $1.token }
        store.prepareScan()
        let order = store.order.slots.map { store.key(of: store.keyRecord(ofSlot: Int($0))) }
        #expect(order == keys.map(\.key))
    }

    @Test func staysSmall() {
        var store = TableStore(clustering: Self.noClustering)
        let value = String(repeating: "x", count: 46)
        for key in 0..<20_000 {
            Write(timestamp: 1, cells: [value, value]).apply(to: &store, key: Array("\(key)".utf8))
        }
        #expect(store.byteCount < 20_000 * 115)
    }

    @Test func givesBackTheMemoryOfOverwrittenRows() {
        var store = TableStore(clustering: Self.noClustering)
        let value = String(repeating: "x", count: 500_000)
        for timestamp in 0..<200 {
            Write(timestamp: Int64(timestamp), cells: [value, "\(timestamp)"]).apply(to: &store)
        }
        #expect(store.byteCount < 64 << 20)
        #expect(row(store)?[1] == "199@199")
    }
}

@Suite struct ClusteredTableStoreTests {
    private let clustering = ClusteringOrder(components: [
        .init(type: .int, isDescending: true), .init(type: .text, isDescending: false),
    ])

    private func write(
        _ store: inout TableStore,
        _ number: Int32,
        _ name: String,
        timestamp: Int64 = 1,
        deletes: Bool = false
    ) {
        var mutation = RowMutation()
        mutation.reset(cellCount: 1)
        mutation.partitionKey = [1]
        mutation.clusteringKey = key(number, name)
        mutation.liveness = Liveness(timestamp)
        mutation.setsMarker = !deletes
        mutation.deletesRow = deletes
        store.apply(mutation, bytes: [])
    }

    private func key(_ number: Int32, _ name: String) -> [UInt8] {
        [4] + LiteralEncoder.bigEndian(number) + [UInt8(name.utf8.count)] + Array(name.utf8)
    }

    private func deletePartition(_ key: [UInt8], timestamp: Int64, _ store: inout TableStore) {
        var mutation = RowMutation()
        mutation.target = .partition
        mutation.partitionKey = key
        mutation.liveness = Liveness(timestamp)
        store.apply(mutation, bytes: [])
    }

    private func keys(_ store: TableStore) -> [[UInt8]] {
        guard let slot = store.slot(of: [1], token: Token(routingKey: [1]).rawValue),
            let rows = store.rows(ofSlot: slot)
        else { return [] }
        var keys: [[UInt8]] = []
        var position = rows.startPosition
        while let reference = rows.row(at: position) {
            var record = RowRecord()
            record.decode(store.arena.page(reference.page), at: reference.offset)
            if record.isThere { keys.append(store.key(of: reference)) }
            position = rows.position(after: position)
        }
        return keys
    }

    @Test(arguments: [1, 2, 3]) func ordersRowsOfAPartition(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var store = TableStore(clustering: clustering)
        var expected: [(Int32, String)] = []
        for number in -40..<40 as Range<Int32> {
            for name in ["", "a", "ab", "b"] + (0..<20).map({ "n\(100 + $0)" }) { expected.append((number, name)) }
        }
        for (number, name) in expected.shuffled(using: &generator) { write(&store, number, name) }
        expected.sort { $0.0 != $1.0 ? $0.0 > $1.0 : $0.1 < $1.1 }
        #expect(keys(store) == expected.map { key($0.0, $0.1) })
    }

    @Test func deletesRowsAndPartitions() {
        var store = TableStore(clustering: clustering)
        for number in 0..<5 as Range<Int32> { write(&store, number, "x", timestamp: Int64(number)) }
        write(&store, 3, "x", timestamp: 9, deletes: true)
        #expect(keys(store) == [4, 2, 1, 0].map { key($0, "x") })
        deletePartition([1], timestamp: 2, &store)
        #expect(keys(store) == [key(4, "x")])
        write(&store, 0, "x", timestamp: 2)
        #expect(keys(store) == [key(4, "x")], "older than the deletion")
        write(&store, 0, "x", timestamp: 3)
        #expect(keys(store) == [key(4, "x"), key(0, "x")])
        deletePartition([2], timestamp: 5, &store)
        #expect(store.slot(of: [2], token: Token(routingKey: [2]).rawValue) != nil)
    }
}

extension RowRecord {
    /// Whether it has a marker or a value, whatever the time.
    fileprivate var isThere: Bool {
        marker != nil
            || cells.contains { cell in
                if case .value = cell.state { return true }
                return false
            }
    }
}
