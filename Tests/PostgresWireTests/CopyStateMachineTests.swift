import PostgresWire
import TestSupport
import Testing

@Suite struct CopyInStateMachineTests {
    var machine = CopyInStateMachine()
    private static let format = CopyResponse(format: .text, columnFormats: [.text])

    @Test mutating func aCopyEndsWithItsRowCount() {
        #expect(machine.messageReceived(.copyInResponse(Self.format)) == .begin(Self.format))
        #expect(machine.acceptsData)
        machine.ended()
        #expect(!machine.acceptsData)
        #expect(machine.messageReceived(.commandComplete(CommandComplete(tag: "COPY 7"))) == .read)
        #expect(machine.messageReceived(Message.ready(.inTransaction)) == .complete(rowCount: 7, .inTransaction))
    }

    @Test(arguments: [false, true])
    func anErrorEndsIt(_ hasEnded: Bool) {
        var machine = machine
        _ = machine.messageReceived(.copyInResponse(Self.format))
        if hasEnded { machine.ended() }
        #expect(machine.messageReceived(.errorResponse(Message.failure)) == .read)
        #expect(!machine.acceptsData)
        var closed = machine
        #expect(closed.connectionClosed() == .failWithServerError(Message.serverError))
        #expect(machine.messageReceived(Message.ready(.idle)) == .completeWithError(Message.serverError, .idle))
    }

    @Test mutating func aServerCannotEndItWell() {
        _ = machine.messageReceived(.copyInResponse(Self.format))
        guard case .fail = machine.messageReceived(.commandComplete(Message.select)) else {
            Issue.record("a COPY ended before its data")
            return
        }
    }

    @Test mutating func anotherStatementIsNoCopy() {
        #expect(machine.messageReceived(.copyOutResponse(Self.format)) == .read)
        #expect(machine.messageReceived(.copyData(CopyData(data: [1]))) == .read)
        #expect(machine.messageReceived(.copyDone) == .read)
        #expect(machine.messageReceived(.commandComplete(Message.select)) == .read)
        #expect(machine.messageReceived(Message.ready(.idle)) == .completeWithoutCopy(.idle))
        #expect(!machine.acceptsData)
    }
}

@Suite struct CopyBothStateMachineTests {
    var machine = CopyBothStateMachine()
    private static let format = CopyResponse(format: .text, columnFormats: [])

    @Test mutating func weEndIt() {
        #expect(machine.messageReceived(.copyBothResponse(Self.format)) == .begin(Self.format))
        #expect(machine.messageReceived(.copyData(CopyData(data: [1]))) == .data([1]))
        machine.ended()
        #expect(!machine.acceptsData)
        #expect(machine.messageReceived(.copyData(CopyData(data: [2]))) == .data([2]))
        #expect(machine.messageReceived(.copyDone) == .read)
        // The rest of what the server had begun to say.
        #expect(machine.messageReceived(.copyData(CopyData(data: [3]))) == .read)
        #expect(machine.messageReceived(.commandComplete(CommandComplete(tag: "COPY 0"))) == .read)
        #expect(machine.messageReceived(.commandComplete(CommandComplete(tag: "START_REPLICATION"))) == .read)
        #expect(machine.messageReceived(Message.ready(.idle)) == .complete(.idle))
    }

    @Test mutating func theServerEndsIt() {
        _ = machine.messageReceived(.copyBothResponse(Self.format))
        #expect(machine.messageReceived(.copyDone) == .send([.copyDone]))
        #expect(!machine.acceptsData)
        // The next timeline.
        #expect(machine.messageReceived(.rowDescription(Message.columns)) == .read)
        #expect(machine.messageReceived(.dataRow(Message.row)) == .read)
        #expect(machine.messageReceived(.commandComplete(Message.select)) == .read)
        #expect(machine.messageReceived(Message.ready(.idle)) == .complete(.idle))
    }

    @Test mutating func aServerThatShutsDownLeavesCopyDoneOut() {
        _ = machine.messageReceived(.copyBothResponse(Self.format))
        #expect(machine.messageReceived(.commandComplete(CommandComplete(tag: "COPY 0"))) == .read)
        #expect(!machine.acceptsData)
        #expect(machine.connectionClosed() == .closed)
    }

    @Test(arguments: [false, true])
    func anErrorEndsBothDirections(_ hasEnded: Bool) {
        var machine = machine
        _ = machine.messageReceived(.copyBothResponse(Self.format))
        if hasEnded { machine.ended() }
        #expect(machine.messageReceived(.errorResponse(Message.failure)) == .read)
        #expect(!machine.acceptsData)
        #expect(machine.messageReceived(Message.ready(.idle)) == .completeWithError(Message.serverError, .idle))
    }

    @Test mutating func aRefusalIsNoCopy() {
        #expect(machine.messageReceived(.errorResponse(Message.failure)) == .read)
        #expect(machine.messageReceived(Message.ready(.idle)) == .completeWithError(Message.serverError, .idle))
    }

    /// Recorded streams, and the commands around them, go the machine's way.
    @Test(arguments: try PostgresCapture.all().filter { $0.name.contains("_repl_") && !$0.name.contains("commands") })
    func recordedStreamsAreUnderstood(_ capture: PostgresCapture) throws {
        let trace = try SessionTrace(capture)
        let start = try #require(trace.backend.lastIndex { $0.id == .copyBothResponse || $0.id == .errorResponse })
        var machine = CopyBothStateMachine()
        var dataCount = 0
        for message in trace.backend[start...] where message.asynchronous == nil {
            switch machine.messageReceived(message) {
            case .data: dataCount += 1
            case .fail(let violation): Issue.record("\(violation)")
            default: break
            }
            // Those who stopped in the middle hung up; pg_recvlogical ended it.
            if dataCount == trace.backend.count(where: { $0.id == .copyData }) { machine.ended() }
        }
        #expect(dataCount == trace.backend.count { $0.id == .copyData })
    }
}

@Suite struct RandomOrderTests {
    /// Whatever a server sends in whatever order, a machine ends with an answer or asks for more; it never traps, and a
    /// connection that ends is always answered.
    @Test(arguments: 0..<10 as Range<UInt64>)
    func machinesSurviveAnyOrder(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<400 {
            var simple = SimpleQueryStateMachine()
            var extended = ExtendedQueryStateMachine()
            var copyOut = CopyOutStateMachine()
            var copyIn = CopyInStateMachine()
            var copyBoth = CopyBothStateMachine()
            for _ in 0..<16 {
                // We say something at any time too.
                if Bool.random(using: &random) {
                    extended.sent(MessageSamples.frontend.shuffled(using: &random).suffix(3))
                    if Int.random(in: 0..<8, using: &random) == 0 { copyIn.ended() }
                    if Int.random(in: 0..<8, using: &random) == 0 { copyBoth.ended() }
                }
                guard let message = MessageSamples.backend.randomElement(using: &random) else { return }
                _ = simple.messageReceived(message)
                _ = extended.messageReceived(message)
                _ = copyOut.messageReceived(message)
                _ = copyIn.messageReceived(message)
                _ = copyBoth.messageReceived(message)
            }
            for action in [simple.connectionClosed(), extended.connectionClosed()] {
                #expect(action.isEnd, "seed \(seed): \(action)")
            }
            for action in [copyOut.connectionClosed(), copyIn.connectionClosed()] {
                #expect(action.isEnd, "seed \(seed): \(action)")
            }
            switch copyBoth.connectionClosed() {
            case .closed, .failWithServerError: break
            case let action: Issue.record("seed \(seed): \(action)")
            }
        }
    }

    /// A server that answers as the protocol says, with errors at random places, is understood; nothing stays unanswered.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func pipelinesAreAnsweredWhole(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<50 {
            var machine = ExtendedQueryStateMachine()
            var readyCount = 0
            var sent: [FrontendMessage] = []
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let message = ModelServer.requests.randomElement(using: &random) ?? .sync
                sent.append(message)
            }
            sent.append(.sync)
            machine.sent(sent)
            for answer in ModelServer.answers(to: sent, &random) {
                switch machine.messageReceived(answer) {
                case .complete, .completeWithError: readyCount += 1
                case .fail(let violation): Issue.record("seed \(seed): \(violation) to \(sent.map(\.id))")
                case .send(let messages): Issue.record("seed \(seed): \(messages)")
                default: break
                }
            }
            #expect(machine.isAnswered, "seed \(seed): \(sent.map(\.id))")
            #expect(readyCount == sent.count { $0 == .sync }, "seed \(seed)")
        }
    }
}

/// What PostgreSQL answers to messages of the extended query protocol.
private enum ModelServer {
    static let requests: [FrontendMessage] = [
        .parse(Parse(sql: "")), .bind(Bind()), .describe(Describe(.portal(""))), .describe(Describe(.statement(""))),
        .execute(Execute()), .execute(Execute(maximumRowCount: 1)), .close(Close(.statement(""))), .sync, .flush,
    ]

    static func answers(to requests: [FrontendMessage], _ random: inout SeededRandom) -> [BackendMessage] {
        var answers: [BackendMessage] = []
        var skips = false
        for request in requests {
            if request == .sync {
                skips = false
                answers.append(Message.ready(.idle))
                continue
            }
            if skips { continue }
            if Int.random(in: 0..<6, using: &random) == 0, request != .flush {
                skips = true
                answers.append(.errorResponse(Message.failure))
                continue
            }
            answers += answer(to: request)
        }
        return answers
    }

    private static func answer(to request: FrontendMessage) -> [BackendMessage] {
        switch request {
        case .parse: [.parseComplete]
        case .bind: [.bindComplete]
        case .close: [.closeComplete]
        case .describe(let describe):
            if case .statement = describe.object {
                [.parameterDescription(ParameterDescription(types: [])), .noData]
            } else {
                [.rowDescription(Message.columns)]
            }
        case .execute(let execute):
            [.dataRow(Message.row)]
                + (execute.maximumRowCount == 0 ? [.commandComplete(Message.select)] : [.portalSuspended])
        default: []
        }
    }
}

extension QueryAction {
    fileprivate var isEnd: Bool {
        switch self {
        case .closed, .failWithServerError: true
        default: false
        }
    }
}

extension CopyAction {
    fileprivate var isEnd: Bool {
        switch self {
        case .closed, .failWithServerError: true
        default: false
        }
    }
}
