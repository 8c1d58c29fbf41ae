import CQLClient
import CQLWire
import PosixIO
import SchemaTranslation
import TestSupport
import Testing
import WireKit

@testable import Migration

/// Rows go to the window of the shard that owns them, and the frames there are what a server expects.
@Suite struct RoutedCopyTests {
    private static let shards = ShardLayout(shardCount: 3)

    /// Two nodes of three shards each, and the owner of every token as the codec sees it.
    private struct Cluster {
        let windows: BulkWindows
        let layout: LinkLayout
        let ownership: TokenOwnership

        init(grouping: RowGrouping = RowGrouping(), streamCount: Int = 4096) {
            windows = BulkWindows(grouping: grouping)
            let nodes = (1...2).map { node in
                ClusterNode(
                    endpoint: .tcp(host: "10.0.0.\(node)", port: 9042),
                    tokens: (0..<16).map { Token(routingKey: Array("\(node) \($0)".utf8)) }
                )
            }
            var layout = LinkLayout(connectionLimit: 6)
            layout.add(nodes.map { ($0.endpoint, 3) })
            self.layout = layout
            ownership = TokenOwnership(ClusterTopology(nodes: nodes), .primaryOnly) { _ in true }
            let template = RowTemplate(id: [1, 2, 3], consistency: .one, version: 4, isBatching: grouping.isBatching)
            for _ in layout.targets {
                windows.add(BulkWindow(streamCount: streamCount, maximumByteCount: 4 << 20), template)
            }
            windows.router = TokenRouter(ownership, layout) { _ in RoutedCopyTests.shards }
        }

        /// The window that a partition key should be in.
        func window(_ components: [[UInt8]]) throws -> Int? {
            let token = try Token(components: components.map { $0[...] })
            let endpoint = ownership.range(of: token)?.endpoint
            let shard = RoutedCopyTests.shards.shard(of: token)
            return layout.targets.firstIndex { $0.endpoint == endpoint && $0.shard == shard }
        }

        /// What was written to each window, as a server reads it: requests with their rows.
        func takeRequests() throws -> [[[[[UInt8]?]]]] {
            try windows.windows.map { window in
                var bytes: [UInt8] = []
                window.takeUnsent { bytes += $0 }
                window.releaseAll()
                var decoder = FrameDecoder(expecting: .request)
                decoder.append(bytes[...])
                var requests: [[[[UInt8]?]]] = []
                while case .frame(let frame) = decoder.next() {
                    requests.append(try Self.rows(RequestFrame.decode(frame).request))
                }
                return requests
            }
        }

        private static func rows(_ request: Request) throws -> [[[UInt8]?]] {
            func bytes(_ values: [CQLValueBytes]) -> [[UInt8]?] {
                values.map { if case .bytes(let bytes) = $0 { [UInt8](bytes) } else { nil } }
            }
            switch request {
            case .execute(let execute):
                #expect(execute.id.bytes == [1, 2, 3])
                #expect(execute.parameters.defaultTimestamp == 42)
                #expect(execute.parameters.consistency == .one)
                guard case .positional(let values) = execute.parameters.values else { return [] }
                return [bytes(values)]
            case .batch(let batch):
                #expect(batch.kind == .unlogged)
                #expect(batch.defaultTimestamp == 42)
                #expect(batch.consistency == .one)
                #expect(batch.entries.allSatisfy { $0.statement == .prepared(PreparedID(bytes: [1, 2, 3])) })
                return batch.entries.map { bytes($0.values) }
            default:
                Issue.record("\(request.opcode)")
                return []
            }
        }
    }

    /// Puts all of `tuples` through the loop, answering everything at once whenever a window is full.
    private func run(_ tuples: [[UInt8]], _ plan: TablePlan, _ cluster: Cluster) throws -> [[[[[UInt8]?]]]] {
        var loop = CopyLoop(plan, nullLength: -2, timestamp: 42)
        var input = RawBuffer(capacity: 64)
        input.append(CopyStream.messages(tuples))
        var all: [[[[[UInt8]?]]]] = cluster.windows.windows.map { _ in [] }
        for _ in 0..<10_000 {
            let step = loop.consume(&input, into: cluster.windows)
            for (window, requests) in try cluster.takeRequests().enumerated() { all[window] += requests }
            switch step {
            case .windowFull: continue
            case .endOfData: return all
            default:
                Issue.record("\(step)")
                return all
            }
        }
        Issue.record("the loop does not end")
        return all
    }

    private static func plan(_ columns: [(TargetType, ColumnConversion)], partitionKey: [Int]) -> TablePlan {
        var plan = makePlan(columns, keyCount: partitionKey.count)
        for index in plan.columns.indices { plan.columns[index].role = .regular }
        for index in partitionKey { plan.columns[index].role = .partitionKey }
        plan.partitionKey = partitionKey
        return plan
    }

    /// Tables with keys of all shapes, and the serialised key of their n-th row on the target.
    struct Shape: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let columns: [(TargetType, ColumnConversion)]
        let partitionKey: [Int]
        let row: @Sendable (Int) -> [[UInt8]?]
        let key: @Sendable (Int) -> [[UInt8]]
    }

    private static func text(_ number: Int) -> [UInt8] {
        Array("row \(number) \(String(repeating: "é", count: number % 40))".utf8)
    }

    static let shapes: [Shape] = [
        Shape(
            testDescription: "bigint first",
            columns: [(.bigint, .identical), (.text, .identical)],
            partitionKey: [0],
            row: { [CopyStream.bytes(Int64($0)), text($0)] },
            key: { [CopyStream.bytes(Int64($0))] }
        ),
        Shape(
            testDescription: "text first, checked",
            columns: [(.text, .text), (.int, .identical)],
            partitionKey: [0],
            row: { [text($0), nil] },
            key: { [text($0)] }
        ),
        Shape(
            testDescription: "behind a NULL",
            columns: [(.text, .identical), (.uuid, .identical)],
            partitionKey: [1],
            row: { [$0 % 2 == 0 ? nil : text($0), Array(repeating: UInt8(truncatingIfNeeded: $0), count: 16)] },
            key: { [Array(repeating: UInt8(truncatingIfNeeded: $0), count: 16)] }
        ),
        Shape(
            testDescription: "composite, not in the order of the columns",
            columns: [(.int, .identical), (.text, .identical), (.bigint, .identical)],
            partitionKey: [2, 0],
            row: { [CopyStream.bytes(Int32($0)), text($0), CopyStream.bytes(Int64($0 * 7))] },
            key: { [CopyStream.bytes(Int64($0 * 7)), CopyStream.bytes(Int32($0))] }
        ),
        Shape(
            testDescription: "timestamp and date",
            columns: [(.timestamp, .timestamp), (.date, .date)],
            partitionKey: [0, 1],
            row: { [CopyStream.bytes(Int64($0) * 1000), CopyStream.bytes(Int32($0))] },
            // 2000-01-01 is 946684800 s after 1970, and the centre of CQL's dates is 2^31 days from 1970.
            key: {
                [
                    CopyStream.bytes(Int64($0) + 946_684_800_000),
                    CopyStream.bytes(UInt32(1 << 31) + 10_957 + UInt32($0)),
                ]
            }
        ),
        Shape(
            testDescription: "numeric alone",
            columns: [(.decimal, .numeric), (.int, .identical)],
            partitionKey: [0],
            row: { [CopyStream.numeric([UInt16($0 % 9999 + 1)], weight: 0, scale: 0), CopyStream.bytes(Int32(1))] },
            key: { [[0, 0, 0, 0] + CQLVarint($0 % 9999 + 1).bytes] }
        ),
        Shape(
            testDescription: "inet in a composite",
            columns: [(.inet, .inet), (.int, .identical)],
            partitionKey: [0, 1],
            row: { [[2, 32, 0, 4, 10, 0, 0, UInt8($0 % 256)], CopyStream.bytes(Int32($0))] },
            key: { [[10, 0, 0, UInt8($0 % 256)], CopyStream.bytes(Int32($0))] }
        ),
    ]

    @Test(arguments: shapes, [1, 7, 100])
    func everyRowIsInTheWindowOfItsOwner(_ shape: Shape, _ batchRowLimit: Int) throws {
        let cluster = Cluster(grouping: RowGrouping(rowLimit: batchRowLimit))
        let plan = Self.plan(shape.columns, partitionKey: shape.partitionKey)
        let count = 2000
        let written = try run((0..<count).map { CopyStream.tuple(shape.row($0)) }, plan, cluster)
        var expected: [[[[UInt8]]]] = cluster.windows.windows.map { _ in [] }
        for number in 0..<count {
            let window = try #require(try cluster.window(shape.key(number)))
            expected[window].append(shape.key(number))
        }
        #expect(expected.allSatisfy { !$0.isEmpty })
        for (window, requests) in written.enumerated() {
            let keys = requests.joined().map { row in shape.partitionKey.map { row[$0] ?? [] } }
            #expect(Array(keys) == expected[window], "window \(window)")
            #expect(requests.allSatisfy { $0.count <= batchRowLimit })
            if batchRowLimit > 1 { #expect(requests.count < keys.count) }
        }
    }

    @Test func batchesStayBelowTheirBytesUnlessOneRowIsLonger() throws {
        let cluster = Cluster(grouping: RowGrouping(rowLimit: 1000, byteLimit: 2000))
        let plan = Self.plan([(.bigint, .identical), (.blob, .identical)], partitionKey: [0])
        let tuples = (0..<500).map { number in
            let length = number % 50 == 49 ? 10_000 : 100
            return CopyStream.tuple([CopyStream.bytes(Int64(number)), [UInt8](repeating: 7, count: length)])
        }
        var sizes: [Int] = []
        var rowCount = 0
        for requests in try run(tuples, plan, cluster) {
            for rows in requests {
                let byteCount = rows.reduce(0) { $0 + $1.reduce(0) { $0 + ($1?.count ?? 0) } }
                rowCount += rows.count
                sizes.append(rows.count)
                #expect(byteCount <= 2000 || rows.count == 1)
            }
        }
        #expect(rowCount == 500)
        #expect(sizes.max() ?? 0 > 5)
    }

    @Test(arguments: [1, 5])
    func aFullWindowStopsTheLoopAndNothingIsLostOrDoubled(_ batchRowLimit: Int) throws {
        let cluster = Cluster(grouping: RowGrouping(rowLimit: batchRowLimit), streamCount: 3)
        let plan = Self.plan([(.bigint, .identical)], partitionKey: [0])
        let written = try run((0..<500).map { CopyStream.tuple([CopyStream.bytes(Int64($0))]) }, plan, cluster)
        let rows = written.joined().joined().map { $0[0] ?? [] }
        #expect(rows.count == 500)
        #expect(Set(rows) == Set((0..<500).map { CopyStream.bytes(Int64($0)) }))
    }

    @Test func aWindowWithoutAStatementIsWanted() throws {
        let cluster = Cluster()
        let plan = Self.plan([(.bigint, .identical)], partitionKey: [0])
        let window = try #require(try cluster.window([CopyStream.bytes(Int64(5))]))
        cluster.windows.setTemplate(nil, of: window)
        var loop = CopyLoop(plan, nullLength: -2, timestamp: 42)
        var input = RawBuffer(capacity: 64)
        input.append(CopyStream.messages([CopyStream.tuple([CopyStream.bytes(Int64(5))])]))
        let step = loop.consume(&input, into: cluster.windows)
        #expect(step == .windowFull)
        #expect(cluster.windows.fullWindow == window)
        #expect(cluster.windows.windows.map(\.isWanted) == (0..<6).map { $0 == window })
        // Once it has one, the row is written, from the message that has the header of the copy too.
        cluster.windows.setTemplate(RowTemplate(id: [1, 2, 3], consistency: .one, version: 4), of: window)
        let second = loop.consume(&input, into: cluster.windows)
        #expect(second == .endOfData)
        #expect(try cluster.takeRequests()[window] == [[[CopyStream.bytes(Int64(5))]]])
    }
}
