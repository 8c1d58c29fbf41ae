import PosixIO
import PostgresClient
import PostgresWire
import TestSupport
import Testing
import WireKit

/// A server that fails in every phase of every flow: each ends in a typed error within its time, never hangs, and the
/// connection is not used again.
@Suite struct FaultyPeerTests {
    /// What a session can be in the middle of.
    enum Flow: CaseIterable, Sendable {
        case simpleQuery, extendedQuery, prepare, portal, pipeline, copyOut, copyIn, replication, notification

        /// What the server says up to the moment of the fault, by moments.
        var moments: [[BackendMessage]] {
            let columns = BackendMessage.rowDescription(RowDescription(columns: [.init(name: "a", type: .int4)]))
            let row = BackendMessage.dataRow(DataRow([[0x31]]))
            let text = CopyResponse(format: .text, columnFormats: [.text])
            let data = BackendMessage.copyData(CopyData(data: [0x31, 0x0A]))
            switch self {
            case .simpleQuery: return Self.prefixes([columns, row, .commandComplete(CommandComplete(tag: "SELECT 1"))])
            case .extendedQuery, .pipeline:
                return Self.prefixes([
                    .parseComplete, .bindComplete, columns, row, .commandComplete(CommandComplete(tag: "SELECT 1")),
                ])
            case .prepare:
                return Self.prefixes([
                    .parseComplete, .parameterDescription(ParameterDescription(types: [.int4])), columns,
                ])
            case .portal: return Self.prefixes([.parseComplete, .bindComplete, columns, row])
            case .copyOut: return Self.prefixes([.copyOutResponse(text), data])
            case .copyIn: return Self.prefixes([.copyInResponse(text)])
            case .replication:
                return Self.prefixes([.copyBothResponse(CopyResponse(format: .text, columnFormats: []))])
            case .notification: return [[]]
            }
        }

        private static func prefixes(_ messages: [BackendMessage]) -> [[BackendMessage]] {
            (0...messages.count).map { Array(messages.prefix($0)) }
        }

        /// What the server waits for before it says anything.
        var request: [ScriptedPeer.Step] {
            switch self {
            case .simpleQuery, .copyOut, .copyIn, .replication: [.message(.query)]
            case .extendedQuery, .prepare, .portal, .pipeline: [.message(.parse)]
            case .notification: []
            }
        }

        /// Uses the session, to its end.
        func run(_ connection: PostgresConnection) async throws {
            switch self {
            case .simpleQuery: _ = try await connection.query("SELECT 1")
            case .extendedQuery: _ = try await connection.query("SELECT $1", [.text("1")])
            case .prepare: _ = try await connection.prepare("SELECT $1::int", name: "s")
            case .portal: try await connection.withPortal("SELECT 1") { while try await $0.next(1) != nil {} }
            case .pipeline:
                var pipeline = QueryPipeline()
                try pipeline.append("SELECT 1")
                pipeline.sync()
                try pipeline.append("SELECT 2")
                _ = try await connection.run(pipeline)
            case .copyOut:
                try await connection.startCopyOut("COPY t TO STDOUT")
                while try await connection.nextCopyData() != nil {}
            case .copyIn:
                _ = try await connection.copyIn("COPY t FROM STDIN") { writer in
                    for _ in 0..<60 { try await writer.write(Array(repeating: 0x61, count: 100_000)) }
                }
            case .replication:
                let options = PgOutputOptions(publications: ["p"])
                try await connection.withReplication(slot: "s", options) { stream in
                    stream.silenceLimit = connection.responseTimeout
                    while try await stream.next() != nil {}
                }
            case .notification:
                while try await connection.nextNotification(until: .now + .seconds(60)) != nil {}
            }
        }
    }

    enum Fault: CaseIterable, Sendable {
        case hangUp, stall, halfAHeader, halfAMessage, lengthTooShort, lengthTooLong, hugeLength, unknownType
        case wrongPlace, malformedBody, fatalError, errorThenNothing, errorThenHangUp

        /// The server neither ends the connection nor says what cannot be.
        var isSilence: Bool { [.stall, .halfAHeader, .errorThenNothing].contains(self) }

        /// What the server does after a flow's moment.
        var steps: [ScriptedPeer.Step] {
            let error = BackendMessage.error("ERROR", .undefinedTable, "no")
            switch self {
            case .hangUp: return [.close]
            case .stall: return []
            case .halfAHeader: return [.send([0x44, 0, 0])]
            case .halfAMessage: return [.send([0x44, 0, 0, 0, 20, 0, 1]), .close]
            case .lengthTooShort: return [.send([0x44, 0, 0, 0, 3])]
            case .lengthTooLong: return [.send([0x43, 0, 0, 0, 9, 0x41, 0, 0x42, 0, 0])]
            case .hugeLength: return [.send([0x44, 0x7F, 0xFF, 0xFF, 0xFF])]
            case .unknownType: return [.send([0x21, 0, 0, 0, 4])]
            case .wrongPlace: return [.send([BackendMessage.functionCallResponse(FunctionCallResponse(value: nil))])]
            case .malformedBody: return [.send([0x45, 0, 0, 0, 6, 0x53, 0x41])]
            case .fatalError: return [.send([.error("FATAL", .adminShutdown, "terminating")]), .close]
            case .errorThenNothing: return [.send([error])]
            case .errorThenHangUp: return [.send([error]), .close]
            }
        }
    }

    private func configuration(_ peer: ScriptedPeer) -> PostgresConfiguration {
        PostgresConfiguration(endpoints: [peer.endpoint], user: "u", database: "d")
    }

    @Test(arguments: Flow.allCases, Fault.allCases)
    func everyFaultInEveryPhaseIsATypedError(_ flow: Flow, _ fault: Fault) async throws {
        // An idle session that hears nothing is in order.
        guard flow != .notification || !fault.isSilence else { return }
        try await onLane { lane in
            for (index, moment) in flow.moments.enumerated() {
                let script = ScriptedPeer.Step.session + flow.request + [.send(moment)] + fault.steps
                let peer = try await ScriptedPeer.start([script], on: lane.loop)
                let connection = try await PostgresConnection.connect(configuration(peer), on: lane.loop)
                connection.responseTimeout = fault.isSilence ? .milliseconds(100) : .seconds(60)
                let error = await #expect(throws: PostgresError.self, "moment \(index)") {
                    try await flow.run(connection)
                }
                guard case .connection(let lost)? = error else {
                    Issue.record("moment \(index): \(String(describing: error))")
                    continue
                }
                #expect(lost.phase != .connecting && lost.phase != .startup)
                if fault == .fatalError || fault == .errorThenHangUp { #expect(lost.serverError != nil) }
                #expect(!connection.isUsable)
                let again = await #expect(throws: PostgresError.self) { _ = try await connection.query("SELECT 1") }
                #expect(again == .connection(lost))
            }
        }
    }

    /// Cut anywhere, an answer means the same.
    @Test(arguments: [Flow.simpleQuery, .extendedQuery, .prepare, .portal, .copyOut])
    func splitAnswersAreUnderstood(_ flow: Flow) async throws {
        try await onLane { lane in
            var answer = flow.moments.last ?? []
            switch flow {
            case .copyOut: answer += [.copyDone, .commandComplete(CommandComplete(tag: "COPY 1"))]
            case .portal: answer += [.commandComplete(CommandComplete(tag: "SELECT 1")), .closeComplete]
            default: break
            }
            answer.append(ScriptedPeer.Step.ready)
            var writer = ByteWriter()
            for message in answer { message.encode(into: &writer) }
            // Each byte is a step of its own, and the kernel joins what it likes.
            let bytes = writer.bytes.map { ScriptedPeer.Step.send([$0]) }
            let script = ScriptedPeer.Step.session + flow.request + bytes
            let peer = try await ScriptedPeer.start([script], on: lane.loop)
            let connection = try await PostgresConnection.connect(configuration(peer), on: lane.loop)
            try await flow.run(connection)
            #expect(connection.isUsable)
        }
    }

    @Test(arguments: [
        [UInt8](repeating: 0x21, count: 7), [0x44, 0, 0, 0, 6, 0, 0], [0x5A, 0, 0, 0, 5, 0x49],
        [0x5A, 0, 0, 0, 5, 0x58],
    ])
    func garbageBehindAnAnswerIsFoundByTheNextRequest(_ garbage: [UInt8]) async throws {
        try await onLane { lane in
            let answer: [BackendMessage] = [
                .commandComplete(CommandComplete(tag: "SELECT 0")), ScriptedPeer.Step.ready,
            ]
            let script = ScriptedPeer.Step.session + [.message(.query), .send(answer), .send(garbage)]
            let peer = try await ScriptedPeer.start([script], on: lane.loop)
            let connection = try await PostgresConnection.connect(configuration(peer), on: lane.loop)
            // The garbage may come with the answer or a moment later.
            let error = await #expect(throws: PostgresError.self) {
                for _ in 0..<1000 {
                    try await connection.execute("SELECT")
                    _ = try await connection.nextNotification(until: .now + .seconds(30))
                }
            }
            guard case .connection(let lost)? = error else { return }
            #expect(lost.code == .protocolViolation && lost.phase == .idle)
        }
    }

    /// A peer that never stops sending is left after the time that giving up takes.
    @Test func aServerThatDoesNotStopIsLeft() async throws {
        try await onLane { lane in
            let key = BackendKeyData(processID: 1, secretKey: [1, 2, 3, 4])
            let session: [ScriptedPeer.Step] = [
                .startup, .send([.authentication(.ok), .backendKeyData(key), ScriptedPeer.Step.ready]),
                .message(.query), .send([.commandComplete(CommandComplete(tag: "SELECT 1")), ScriptedPeer.Step.ready]),
                .message(.query),
                .send([.copyOutResponse(CopyResponse(format: .text, columnFormats: [.text]))]),
            ]
            var writer = ByteWriter()
            BackendMessage.copyData(CopyData(data: Array(repeating: 0x61, count: 60_000)[...])).encode(into: &writer)
            let scripts = [session + [.flood(writer.bytes)], [.startup, .close]]
            let peer = try await ScriptedPeer.start(scripts, on: lane.loop)
            let connection = try await PostgresConnection.connect(configuration(peer), on: lane.loop)
            connection.cancellationTimeout = .milliseconds(200)
            try await connection.startCopyOut("COPY t TO STDOUT")
            _ = try await connection.nextCopyData()
            await connection.abandonCopyOut()
            #expect(!connection.isUsable)
            // The request to cancel was made.
            #expect(peer.acceptedCount == 2)
        }
    }
}
