import Foundation
import Testing
import WireKit

@testable import PosixIO

@Suite struct ByteStreamTests {
    private func onLane<T: Sendable>(_ body: @Sendable (isolated Lane) async throws -> T) async throws -> T {
        let lane = try Lane(name: "test")
        defer { lane.stop() }
        return try await lane.run(body)
    }

    private static let pattern = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }

    @Test func megabytesGoBothWaysWhileWritesBlock() async throws {
        try await onLane { lane in
            let server = try await EchoServer(on: lane.loop)
            let echoed = try await server.roundTrip(Self.pattern)
            #expect(echoed == Self.pattern)
        }
    }

    @Test func unixDomainSocketsWork() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "pgscylla-\(UInt64.random(in: 0...(.max)))")
            .path
        try await onLane { lane in
            let server = try await EchoServer(on: lane.loop, endpoint: .unix(path: path))
            let stream = try await ByteStream.connect(to: .unix(path: path), timeout: .seconds(5), on: lane.loop)
            #expect(try await server.exchange([7, 8], over: stream) == [7, 8])
        }
        try FileManager.default.removeItem(atPath: path)
    }

    @Test func bytesBelowTheLowWatermarkStillArrive() async throws {
        try await onLane { lane in
            let server = try await EchoServer(on: lane.loop)
            let stream = try await server.connect()
            stream.setReceiveLowWatermark(128 * 1024)
            #expect(try await server.exchange([1], over: stream) == [1])
            #expect(try await server.exchange(Self.pattern, over: stream) == Self.pattern)
        }
    }

    @Test func aClosedPortRefusesAndNamesThePeer() async throws {
        try await onLane { lane in
            let port = try await EchoServer(on: lane.loop).port
            _ = await #expect(throws: TransportError.self) {
                _ = try await ByteStream.connect(
                    to: .tcp(host: "127.0.0.1", port: port),
                    timeout: .seconds(5),
                    on: lane.loop
                )
            }
        }
    }

    @Test func anUnknownHostIsAResolveError() async throws {
        try await onLane { lane in
            do throws(TransportError) {
                _ = try await ByteStream.connect(
                    to: .tcp(host: "no-such-host.invalid", port: 1),
                    timeout: .seconds(30),
                    on: lane.loop
                )
                Issue.record("connected to a host that cannot exist")
            } catch {
                guard case .resolve("no-such-host.invalid", _) = error else {
                    Issue.record("\(error)")
                    return
                }
            }
        }
    }

    @Test func aReadEndsAtItsDeadlineAndByCancellation() async throws {
        try await onLane { lane in
            let server = try await EchoServer(on: lane.loop)
            let stream = try await server.connect()
            _ = await #expect(throws: TransportError.timedOut(operation: "waiting for an answer", peer: stream.peer)) {
                try await stream.readable(until: ContinuousClock.now)
            }
        }
        let lane = try Lane(name: "test")
        defer { lane.stop() }
        let reader = Task { await readFromSilentServer(on: lane) }
        reader.cancel()
        #expect(await reader.value == .cancelled)
    }

    @Test func thePeersEndIsSeenAfterItsLastBytes() async throws {
        try await onLane { lane in
            let server = try await EchoServer(on: lane.loop)
            let stream = try await server.connect()
            #expect(try await server.exchange([5], over: stream) == [5])
            server.dropConnections()
            try await stream.readable()
            var buffer = RawBuffer(capacity: 16)
            #expect(try stream.receive(into: &buffer) == .endOfStream)
        }
    }

    @Test func closingResumesThoseWhoWait() async throws {
        try await onLane { lane in
            let server = try await EchoServer(on: lane.loop)
            let stream = try await server.connect()
            stream.setReadObserver(nil)
            let closed = Closer(stream)
            server.loop.perform(closed)
            _ = await #expect(throws: TransportError.cancelled) { try await stream.readable() }
        }
    }
}

/// Closes a stream from a job that runs once the test has suspended.
private final class Closer {
    let stream: ByteStream
    init(_ stream: ByteStream) { self.stream = stream }
}

extension EventLoop {
    /// A write observer on a writable socket fires in the loop's next round: after the caller has suspended.
    fileprivate func perform(_ closer: Closer) {
        closer.stream.setWriteObserver { closer.stream.close() }
    }
}

private func readFromSilentServer(on lane: Lane) async -> TransportError? {
    await lane.run { lane in
        do {
            let server = try await EchoServer(on: lane.loop)
            try await server.connect().readable()
            return nil
        } catch {
            return error as? TransportError
        }
    }
}
