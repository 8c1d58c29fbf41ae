import CQLWire
import Testing

@testable import CQLClient

@Suite struct HeartbeatTests {
    private let start = ContinuousClock.now

    @Test func quietConnectionsAreAskedOnceAndThenGivenUp() {
        var heartbeat = Heartbeat(interval: .seconds(30), patience: .seconds(15), now: start)
        let actions = [0, 29, 30, 31, 44, 45].map { heartbeat.checked(at: start + .seconds($0), receivedCount: 0) }
        #expect(actions == [.nothing, .nothing, .ask, .nothing, .nothing, .giveUp])
    }

    @Test func whateverArrivesIsASignOfLife() {
        var heartbeat = Heartbeat(interval: .seconds(30), patience: .seconds(15), now: start)
        let times = [(10, 1), (39, 1), (40, 1), (50, 2), (79, 2), (80, 2), (94, 2), (95, 2)]
        let actions = times.map { heartbeat.checked(at: start + .seconds($0.0), receivedCount: $0.1) }
        #expect(actions == [.nothing, .nothing, .ask, .nothing, .nothing, .ask, .nothing, .giveUp])
    }

    @Test func onlyManyOldOrphansAreTooMany() {
        var orphans = OrphanedStreams()
        for number in 0..<1024 as Range<Int16> { orphans.insert(StreamID(rawValue: number), at: start) }
        #expect(!orphans.isExcessive(at: start + .seconds(60)))
        orphans.insert(StreamID(rawValue: 5000), at: start + .seconds(2))
        #expect(!orphans.isExcessive(at: start + .seconds(2)))
        #expect(orphans.isExcessive(at: start + .seconds(3)))
        let removals = [orphans.remove(StreamID(rawValue: 7)), orphans.remove(StreamID(rawValue: 7))]
        #expect(removals == [true, false])
        #expect(!orphans.isExcessive(at: start + .seconds(60)))
    }
}
