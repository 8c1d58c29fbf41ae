import CQLWire
import Dispatch
import EmbeddedCQL
import Migration
import Synchronization
import TestSupport
import Testing

/// `setup` and `verify` with three nodes that make up a ring, each with two shards.
@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set")) struct RingCopyTests {
    private static let rowCount = 30_000
    private static let schema = """
        CREATE TABLE t (id bigint PRIMARY KEY, v text);
        INSERT INTO t SELECT i, md5(i::text) FROM generate_series(1, \(rowCount)) i;
        ANALYZE t;
        """

    /// One replica of each row, so that exactly one node is right.
    @Test(arguments: [nil, 20])
    func everyRowArrivesAtItsNodeAndShard(_ batchRowLimit: Int?) async throws {
        let body = { (scene: CopyScene) in
            // Each row is written once, however busy the machine is: what is repeated would be counted again.
            let choices = CopyScene.Choices(
                batchRowLimit: batchRowLimit,
                replicationFactor: 1,
                requestTimeout: .seconds(600)
            )
            let report = try await scene.setup(choices)
            #expect(report.exitStatus == .success, "\(report.text)")
            #expect(report.table("t")?.rowCount == Self.rowCount)
            var counters: [NodeCounters] = []
            for node in scene.nodes { counters.append(await node.counters()) }
            #expect(counters.map(\.otherShard) == [0, 0, 0])
            #expect(counters.map(\.otherNode) == [0, 0, 0])
            #expect(counters.map(\.ownShard).reduce(0, +) == Self.rowCount)
            // Tokens spread evenly.
            #expect(counters.allSatisfy { $0.ownShard > Self.rowCount / 4 })
            for counters in counters {
                let frames = counters.requests[batchRowLimit == nil ? .execute : .batch] ?? 0
                #expect(batchRowLimit == nil ? frames >= counters.ownShard : frames >= counters.ownShard / 20)
            }
            #expect(try await scene.verify(choices).exitStatus == .success)
        }
        try await CopyScene.run(Self.schema, body) { try await CQLNode.startRing(count: 3) { _ in NodeOptions() } }
    }

    /// Holds the second node at one of its writes until the test opens it, and says when the first one is half done.
    private final class Course: Sendable {
        let secondIsBusy = Milestone()
        let firstIsHalfDone = Milestone()
        private let opened = DispatchSemaphore(value: 0)

        func options(_ index: Int) -> NodeOptions {
            var options = NodeOptions()
            options.fault = { [self] attempt in
                switch (index, attempt.number) {
                case (0, RingCopyTests.rowCount / 5): firstIsHalfDone.reach()
                case (1, RingCopyTests.rowCount / 20):
                    secondIsBusy.reach()
                    opened.wait()
                default: break
                }
                return nil
            }
            return options
        }

        func open() { opened.signal() }
    }

    @Test func aNodeThatIsKilledAndComesBackLosesNothing() async throws {
        let course = Course()
        let body = { (scene: CopyScene) in
            async let running = course.secondIsBusy.expected {
                try await course.firstIsHalfDone.expected { try await scene.setup() }
            }
            try await course.secondIsBusy.wait()
            async let crash: Void = scene.nodes[1].crash()
            course.open()
            await crash
            try await course.firstIsHalfDone.wait()
            try await scene.nodes[1].restart()
            let report = try await running
            #expect(report.exitStatus == .success, "\(report.text)")
            #expect(report.table("t")?.rowCount == Self.rowCount)
            #expect(try await scene.verify().exitStatus == .success)
        }
        try await CopyScene.run(Self.schema, body) { try await CQLNode.startRing(count: 3, options: course.options) }
    }
}
