import Testing

@testable import PosixIO

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

@Suite struct SocketAddressTests {
    private func option(_ stream: ByteStream, _ level: Int32, _ name: Int32) -> Int32 {
        var value: Int32 = -1
        var length = socklen_t(MemoryLayout<Int32>.size)
        _ = getsockopt(stream.registration.descriptor.rawValue, level, name, &value, &length)
        return value
    }

    @Test func addressesAreShownAsLiterals() async throws {
        let lane = try Lane(name: "test")
        defer { lane.stop() }
        try await lane.run { lane in
            for host in ["127.0.0.1", "::1"] {
                let addresses = try await lane.loop.addresses(of: .tcp(host: host, port: 5432), until: nil)
                #expect(addresses.map(\.description) == [host])
                #expect(addresses.map(\.port) == [5432])
            }
        }
    }

    @Test func keepAliveIsAsAsked() async throws {
        let lane = try Lane(name: "test")
        defer { lane.stop() }
        try await lane.run { lane in
            let server = try await EchoServer(on: lane.loop)
            let address = try #require(try await lane.loop.addresses(of: server.endpoint, until: nil).first)
            var keepAlive = KeepAlive()
            keepAlive.interval = .seconds(7)
            keepAlive.count = 3
            let deadline = ContinuousClock.now + .seconds(10)
            let stream = try await ByteStream.connect(
                to: address,
                peer: "test",
                keepAlive: keepAlive,
                until: deadline,
                on: lane.loop
            )
            #expect(option(stream, SOL_SOCKET, SO_KEEPALIVE) != 0)
            #expect(option(stream, Int32(IPPROTO_TCP), TCP_KEEPINTVL) == 7)
            #expect(option(stream, Int32(IPPROTO_TCP), TCP_KEEPCNT) == 3)
            keepAlive.isEnabled = false
            let silent = try await ByteStream.connect(
                to: address,
                peer: "test",
                keepAlive: keepAlive,
                until: deadline,
                on: lane.loop
            )
            #expect(option(silent, SOL_SOCKET, SO_KEEPALIVE) == 0)
        }
    }

    #if os(Linux)
    @Test func socketsInTheAbstractNamespaceNeedNoFile() async throws {
        let lane = try Lane(name: "test")
        defer { lane.stop() }
        try await lane.run { lane in
            let name = "@pgscylla-test-\(getpid())-\(UInt32.random(in: 0...(.max)))"
            let server = try await EchoServer(on: lane.loop, endpoint: .unix(path: name))
            let client = try await ByteStream.connect(to: .unix(path: name), timeout: .seconds(10), on: lane.loop)
            #expect(try await server.exchange([1, 2, 3], over: client) == [1, 2, 3])
        }
    }
    #endif
}
