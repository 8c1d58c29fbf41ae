import CQLClient
import PosixIO
import Testing

@Suite struct NodeStatusesTests {
    private let first = Endpoint.tcp(host: "10.0.0.1", port: 9042)
    private let second = Endpoint.tcp(host: "10.0.0.2", port: 9042)
    private let start = ContinuousClock.now

    @Test func aNodeIsDownUntilSomebodyHasReachedIt() {
        var statuses = NodeStatuses()
        #expect(statuses.isUp(first) && statuses.nextProbe == nil)
        let news = [
            statuses.failed(first, at: start, jitter: 0), statuses.failed(first, at: start, jitter: 0),
            statuses.succeeded(first), statuses.succeeded(first),
        ]
        #expect(news == [true, false, true, false])
        #expect(statuses.isUp(first))
    }

    @Test func probesComeLaterWithEveryFailure() throws {
        var statuses = NodeStatuses()
        var delays: [Duration] = []
        for _ in 0..<9 {
            _ = statuses.failed(first, at: start, jitter: 1)
            delays.append(start.duration(to: try #require(statuses.nextProbe)))
        }
        let milliseconds = [200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000]
        #expect(delays == milliseconds.map { .milliseconds($0) })
        #expect(statuses.dueProbes(at: start + .seconds(9)).isEmpty)
        #expect(statuses.dueProbes(at: start + .seconds(10)) == [first])
    }

    @Test func newsFromTheClusterHastensTheProbe() {
        var statuses = NodeStatuses()
        for _ in 0..<5 { _ = statuses.failed(first, at: start, jitter: 0) }
        statuses.hasten(first, at: start)
        // Of a node that is up it changes nothing.
        statuses.hasten(second, at: start)
        #expect(statuses.dueProbes(at: start) == [first])
        #expect(statuses.isUp(second))
    }

    @Test func nodesThatLeftAreForgotten() {
        var statuses = NodeStatuses()
        _ = statuses.failed(first, at: start, jitter: 0)
        _ = statuses.failed(second, at: start, jitter: 0)
        statuses.keep(only: [second])
        #expect(statuses.downEndpoints == [second])
    }
}
