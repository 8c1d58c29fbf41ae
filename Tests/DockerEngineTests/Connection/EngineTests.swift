import DockerEngine
import PosixIO
import TestSupport
import Testing
import WireKit

/// The client against a server that plays a fixed part.
@Suite struct EngineTests {
    typealias Step = ScriptedPeer.Step

    /// Waits for a whole request whose line begins so, and takes it.
    static func expect(_ line: String) -> Step {
        .expect { received in
            var decoder = HTTPRequestDecoder()
            decoder.append(received)
            guard case .head(let head)? = try? decoder.next() else { return false }
            while let event = try? decoder.next(), event != .needsMore {
                guard case .end = event else { continue }
                guard "\(head.method.rawValue) \(head.target.encoded)".hasPrefix(line) else { return false }
                received = Array(decoder.takeRest())
                return true
            }
            return false
        }
    }

    /// Waits for a head only: its body comes after leave is given.
    static let expectHead = Step.expect { received in
        guard let end = String(decoding: received, as: UTF8.self).firstRange(of: "\r\n\r\n") else { return false }
        received.removeFirst(String(decoding: received, as: UTF8.self)[..<end.upperBound].utf8.count)
        return true
    }

    static func answer(_ status: String, _ body: String, _ fields: String = "") -> Step {
        .send(Array("HTTP/1.1 \(status)\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8))
    }

    /// Runs `body` with an engine that talks to a peer, and returns how many connections it made.
    @discardableResult
    private func withEngine(
        _ scripts: [[Step]],
        _ body: @Sendable (Engine) async throws -> Void
    ) async throws -> Int {
        let lane = try Lane(name: "engine")
        defer { lane.stop() }
        return try await lane.run { lane in
            let peer = try await ScriptedPeer.start(scripts, on: lane.loop)
            let address = EngineAddress(endpoint: peer.endpoint)
            let engine = Engine(address: address, version: APIVersion(1, 41), on: lane.loop)
            try await body(engine)
            await engine.close()
            return peer.acceptedCount
        }
    }

    @Test func requestsShareAConnectionUntilItIsGone() async throws {
        let count = try await withEngine([
            [
                Self.expect("GET /v1.41/networks/a"), Self.answer("200 OK", #"{"Id":"1","Name":"a"}"#),
                Self.expect("GET /v1.41/networks/b"),
                Self.answer("404 Not Found", #"{"message":"network b not found"}"#),
                .close,
            ],
            [Self.expect("DELETE /v1.41/networks/c"), Self.answer("204 No Content", "")],
        ]) { (engine: Engine) async throws in
            #expect(try await engine.network("a")?.id == "1")
            #expect(try await engine.network("b") == nil)
            #expect(try await engine.removeNetwork("c"))
        }
        #expect(count == 2)
    }

    @Test func anIdempotentRequestThatAnIdleConnectionSwallowedIsMadeAgain() async throws {
        // The connection is alive when it is looked at and gone when the request arrives.
        let count = try await withEngine([
            [Self.expect("GET /v1.41/networks/a"), Self.answer("404 Not Found", ""), Self.expect("GET "), .close],
            [Self.expect("GET /v1.41/networks/b"), Self.answer("404 Not Found", "")],
        ]) { (engine: Engine) async throws in
            #expect(try await engine.network("a") == nil)
            #expect(try await engine.network("b") == nil)
        }
        #expect(count == 2)
    }

    @Test func whatMayNotBeDoneTwiceIsNot() async throws {
        let count = try await withEngine([
            [Self.expect("GET /v1.41/networks/a"), Self.answer("404 Not Found", ""), Self.expect("POST "), .close],
            [Self.expect("POST "), Self.answer("204 No Content", "")],
        ]) { (engine: Engine) async throws in
            #expect(try await engine.network("a") == nil)
            await #expect(throws: DockerEngineError.self) { try await engine.startContainer("c") }
        }
        #expect(count == 1)
    }

    @Test func expectedRefusalsAreValues() async throws {
        try await withEngine([
            [
                Self.expect("POST /v1.41/containers/c/start"), .send(Array("HTTP/1.1 304 Not Modified\r\n\r\n".utf8)),
                Self.expect("POST /v1.41/containers/c/stop?t=10"), Self.answer("404 Not Found", #"{"message":"no"}"#),
                Self.expect("POST /v1.41/containers/create?name=c"),
                Self.answer("409 Conflict", #"{"message":"in use"}"#),
                Self.expect("POST /v1.41/networks/create"), Self.answer("409 Conflict", #"{"message":"exists"}"#),
                Self.expect("DELETE /v1.41/containers/c?v=true&force=true"), Self.answer("404 Not Found", "no"),
            ]
        ]) { (engine: Engine) async throws in
            #expect(try await engine.startContainer("c") == .already)
            #expect(try await engine.stopContainer("c", seconds: 10) == nil)
            #expect(try await engine.createContainer("c", ContainerSpec(image: "i")) == .nameTaken)
            #expect(try await engine.createNetwork("n", labels: [:]) == false)
            #expect(try await engine.removeContainer("c", removesVolumes: true, isForced: true) == false)
        }
    }

    @Test func otherRefusalsSayWhatWasAskedAndWhatWasAnswered() async throws {
        try await withEngine([
            [
                Self.expect("POST "), Self.answer("500 Internal Server Error", #"{"message":"driver failed"}"#),
                Self.expect("DELETE "), Self.answer("403 Forbidden", "plain\r\nwords"),
                Self.expect("GET "), Self.answer("200 OK", "{oops"), Self.expect("GET "), Self.answer("200 OK", "{}"),
            ]
        ]) { (engine: Engine) async throws in
            let start = EngineRefusal(
                status: 500,
                message: "driver failed",
                method: .post,
                path: "/v1.41/containers/a%22b/start"
            )
            await #expect(throws: DockerEngineError.refused(start)) { try await engine.startContainer("a\"b") }
            await #expect(
                throws: DockerEngineError.refused(
                    EngineRefusal(status: 403, message: "plain words", method: .delete, path: "/v1.41/networks/n")
                )
            ) { try await engine.removeNetwork("n") }
            await #expect(throws: DockerEngineError.self) { try await engine.network("n") }
            await #expect(throws: DockerEngineError.self) { try await engine.container("n") }
        }
    }

    private final class Collected: @unchecked Sendable {
        // Sendable: touched under `mutex` only.
        private let mutex = PosixMutex()
        private var lines: [String] = []
        func append(_ line: String) { mutex.withLock { lines.append(line) } }
        var all: [String] { mutex.withLock { lines } }
    }

    @Test func aPullThatFailsOnTheWayIsAFailure() async throws {
        let body =
            #"{"status":"Pulling","id":"1"}"# + "\r\n"
            + #"{"status":"Downloading","progressDetail":{"current":1,"total":2},"id":"a"}"# + "\r\n"
            + #"{"errorDetail":{"message":"unknown blob"},"error":"unknown blob"}"# + "\r\n"
        try await withEngine([
            [Self.expect("POST /v1.41/images/create?fromImage=postgres&tag=18"), Self.answer("200 OK", body)]
        ]) { (engine: Engine) async throws in
            let progress = Collected()
            await #expect(
                throws: DockerEngineError.refused(
                    EngineRefusal(status: 200, message: "unknown blob", method: .post, path: "/v1.41/images/create")
                )
            ) {
                try await engine.pullImage(ImageReference("postgres:18"), credentials: nil) {
                    progress.append("\($0.id ?? "") \($0.status) \($0.current ?? 0)/\($0.total ?? 0)")
                }
            }
            #expect(progress.all == ["1 Pulling 0/0", "a Downloading 1/2"])
        }
    }

    @Test(arguments: ["101 UPGRADED", "200 OK"])
    func anExecWritesUntilItsStreamEnds(_ status: String) async throws {
        let frames =
            StreamFrameDecoder.frame(StreamOutput(.standardOutput, Array("out".utf8)[...]))
            + StreamFrameDecoder.frame(StreamOutput(.standardError, Array("err".utf8)[...]))
        let head = Array("HTTP/1.1 \(status)\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n".utf8)
        try await withEngine([
            [
                Self.expect("POST /v1.41/containers/c/exec"), Self.answer("201 Created", #"{"Id":"e"}"#),
                Self.expect("POST /v1.41/exec/e/start"), .send(head + frames.prefix(5)),
                .send(Array(frames.dropFirst(5))),
                .close,
            ],
            [
                Self.expect("GET /v1.41/exec/e/json"), Self.answer("200 OK", #"{"Running":true,"ExitCode":null}"#),
                Self.expect("GET /v1.41/exec/e/json"), Self.answer("200 OK", #"{"Running":false,"ExitCode":7}"#),
            ],
        ]) { (engine: Engine) async throws in
            let written = Collected()
            let exitCode = try await engine.run(ExecSpec(["x"]), in: "c") {
                written.append("\($0.source) \(String(decoding: $0.bytes, as: UTF8.self))")
            }
            #expect(exitCode == 7)
            #expect(written.all == ["standardOutput out", "standardError err"])
        }
    }

    @Test func aStreamThatEndsInsideAFrameIsAnError() async throws {
        try await withEngine([
            [
                Self.expect("POST "), Self.answer("201 Created", #"{"Id":"e"}"#), Self.expect("POST "),
                .send(Array("HTTP/1.1 101 UPGRADED\r\n\r\n".utf8) + [1, 0, 0, 0, 0, 0, 0, 9, 0x61]), .close,
            ]
        ]) { (engine: Engine) async throws in
            await #expect(throws: DockerEngineError.self) { try await engine.run(ExecSpec(["x"]), in: "c") { _ in } }
        }
    }

    private final class Pieces: @unchecked Sendable {
        // Sendable: touched under `mutex` only.
        private let mutex = PosixMutex()
        private var rest: [[UInt8]]
        init(_ pieces: [[UInt8]]) { rest = pieces }
        func next() -> [UInt8]? { mutex.withLock { rest.isEmpty ? nil : rest.removeFirst() } }
        var count: Int { mutex.withLock { rest.count } }
    }

    @Test func anArchiveIsSentOnceTheEngineWantsIt() async throws {
        let body = "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        try await withEngine([
            [
                Self.expectHead, .send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)),
                .expect { received in
                    guard received.elementsEqual(body.utf8) else { return false }
                    received.removeAll()
                    return true
                },
                Self.answer("200 OK", ""),
            ]
        ]) { (engine: Engine) async throws in
            let pieces = Pieces([Array("abc".utf8), Array("de".utf8)])
            try await engine.putArchive(to: "c", path: "/tmp") { pieces.next() }
            #expect(pieces.count == 0)
        }
    }

    @Test func anArchiveLargerThanWhatTheSocketTakesIsSentWhole() async throws {
        let piece = [UInt8](repeating: 0x61, count: 1 << 20)
        let chunk = Array("100000\r\n".utf8) + piece + Array("\r\n".utf8)
        let body = Array(repeatElement(chunk, count: 16).joined()) + Array("0\r\n\r\n".utf8)
        try await withEngine([
            [
                Self.expectHead, .send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)),
                .expect { received in
                    guard received.count == body.count, received.elementsEqual(body) else { return false }
                    received.removeAll()
                    return true
                },
                Self.answer("200 OK", ""),
            ]
        ]) { (engine: Engine) async throws in
            let pieces = Pieces(Array(repeating: piece, count: 16))
            try await engine.putArchive(to: "c", path: "/tmp") { pieces.next() }
            #expect(pieces.count == 0)
        }
    }

    @Test func anArchiveIsNotSentToAnEngineThatHasAnsweredMeanwhile() async throws {
        let answer = Array("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\n{}".utf8)
        try await withEngine([[Self.expectHead, .send(answer)]]) { (engine: Engine) async throws in
            let pieces = Pieces([[1], [2]])
            await #expect {
                try await engine.putArchive(to: "c", path: "/tmp") { pieces.next() }
            } throws: { error in
                if case .refused(let refusal)? = error as? DockerEngineError { refusal.status == 500 } else { false }
            }
            #expect(pieces.count == 2)
        }
    }

    @Test func anArchiveThatIsNotWantedIsNotSent() async throws {
        try await withEngine([[Self.expectHead, Self.answer("404 Not Found", #"{"message":"no such directory"}"#)]]) {
            (engine: Engine) async throws in
            let pieces = Pieces([[1], [2]])
            await #expect(throws: DockerEngineError.self) {
                try await engine.putArchive(to: "c", path: "/none") { pieces.next() }
            }
            #expect(pieces.count == 2)
        }
    }

    @Test func anAnswerThatNeverComesIsNotWaitedForForEver() async throws {
        try await withEngine([[Self.expect("GET ")]]) { (engine: Engine) async throws in
            await #expect {
                try await engine.exchange(.ping, timeout: .milliseconds(50))
            } throws: { error in
                if case .transport(.timedOut)? = error as? DockerEngineError { true } else { false }
            }
        }
    }

    @Test func whoDoesNotSpeakHTTPIsNoEngine() async throws {
        try await withEngine([[Self.expect("GET "), .send(Array("SSH-2.0-OpenSSH_9.2\r\n\r\n".utf8))]]) {
            (engine: Engine) async throws in
            await #expect {
                try await engine.exchange(.ping)
            } throws: { error in
                "\(error)".contains("is no Docker Engine")
            }
        }
    }

    // MARK: Versions

    private func negotiated(_ scripts: [[Step]]) async throws -> (APIVersion, String) {
        let lane = try Lane(name: "engine")
        defer { lane.stop() }
        return try await lane.run { lane in
            let peer = try await ScriptedPeer.start(scripts, on: lane.loop)
            let (engine, server) = try await Engine.connect(to: EngineAddress(endpoint: peer.endpoint), on: lane.loop)
            return (engine.version, server)
        }
    }

    @Test func theVersionIsAgreedOn() async throws {
        let ping = { (version: String) in Self.answer("200 OK", "OK", "Api-Version: \(version)\r\nServer: Docker/x\r\n")
        }
        let (old, server) = try await negotiated([[Self.expect("GET /_ping"), ping("1.41")]])
        #expect(old == APIVersion(1, 41))
        #expect(server == "Docker/x")
        #expect(try await negotiated([[Self.expect("GET /_ping"), Self.answer("200 OK", "OK")]]).0 == .oldest)
        let newer = try await negotiated([
            [
                Self.expect("GET /_ping"), ping("1.99"), Self.expect("GET /version"),
                Self.answer("200 OK", #"{"ApiVersion":"1.99","MinAPIVersion":"1.44"}"#),
            ]
        ])
        #expect(newer.0 == .newest)
        let future = try await negotiated([
            [
                Self.expect("GET /_ping"), ping("2.10"), Self.expect("GET /version"),
                Self.answer("200 OK", #"{"MinAPIVersion":"2.1"}"#),
            ]
        ])
        #expect(future.0 == APIVersion(2, 1))
        await #expect(throws: DockerEngineError.tooOld(offered: "1.23")) {
            try await negotiated([[Self.expect("GET /_ping"), ping("1.23")]])
        }
    }
}
