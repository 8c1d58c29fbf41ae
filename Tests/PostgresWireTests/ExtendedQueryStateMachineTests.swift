import PostgresWire
import TestSupport
import Testing

@Suite struct ExtendedQueryStateMachineTests {
    private static let statement = ExtendedQueryStateMachine.statement(
        parse: Parse(sql: "SELECT $1", parameterTypes: [.int8]),
        bind: Bind(parameters: [[0x31]])
    )
    private static let answers: [BackendMessage] = [
        .parseComplete, .bindComplete, .rowDescription(Message.columns), .dataRow(Message.row),
        .commandComplete(Message.select),
    ]
    var machine = ExtendedQueryStateMachine(statement + [.sync])

    private mutating func bind() {
        #expect(machine.messageReceived(.parseComplete) == .read)
        #expect(machine.messageReceived(.bindComplete) == .read)
    }

    @Test mutating func rowsAreDescribedAndDelivered() {
        bind()
        #expect(machine.messageReceived(.rowDescription(Message.columns)) == .beginRows(Message.columns))
        #expect(machine.messageReceived(.dataRow(Message.row)) == .row(Message.row))
        #expect(machine.messageReceived(.commandComplete(Message.select)) == .endStatement(Message.select))
        #expect(!machine.isAnswered)
        #expect(machine.messageReceived(Message.ready(.inTransaction)) == .complete(.inTransaction))
        #expect(machine.isAnswered)
    }

    @Test mutating func aStatementWithoutRows() {
        bind()
        #expect(machine.messageReceived(.noData) == .read)
        #expect(machine.messageReceived(.emptyQueryResponse) == .endStatement(nil))
        #expect(machine.messageReceived(Message.ready(.idle)) == .complete(.idle))
    }

    @Test(arguments: 0..<6)
    func anErrorAtAnyStepSkipsToReady(_ stepCount: Int) {
        var machine = machine
        for message in Self.answers.prefix(stepCount) { _ = machine.messageReceived(message) }
        #expect(machine.messageReceived(.errorResponse(Message.failure)) == .read)
        var closed = machine
        #expect(closed.connectionClosed() == .failWithServerError(Message.serverError))
        #expect(machine.messageReceived(Message.ready(.idle)) == .completeWithError(Message.serverError, .idle))
        #expect(machine.isAnswered)
    }

    @Test mutating func aCopyInTakesAnotherSync() {
        bind()
        _ = machine.messageReceived(.noData)
        guard
            case .send(let messages) = machine.messageReceived(.copyInResponse(.init(format: .text, columnFormats: [])))
        else {
            Issue.record("the copy was not refused")
            return
        }
        #expect(messages.map(\.id) == [.copyFail, .sync])
        #expect(machine.messageReceived(.errorResponse(Message.failure)) == .read)
        #expect(machine.messageReceived(Message.ready(.idle)) == .completeWithError(Message.serverError, .idle))
        #expect(machine.isAnswered)
    }

    @Test mutating func aCopyOutIsSkipped() {
        bind()
        _ = machine.messageReceived(.noData)
        #expect(machine.messageReceived(.copyOutResponse(.init(format: .text, columnFormats: []))) == .read)
        #expect(machine.messageReceived(.copyData(CopyData(data: [1]))) == .read)
        #expect(machine.messageReceived(.copyDone) == .read)
        #expect(machine.messageReceived(.commandComplete(Message.select)) == .endStatement(Message.select))
        #expect(machine.messageReceived(Message.ready(.idle)) == .complete(.idle))
    }

    @Test mutating func stepsCannotBeSkipped() {
        let violation = ProtocolViolation.unexpected(.bindComplete, phase: "an extended query")
        #expect(machine.messageReceived(.bindComplete) == .fail(violation))
        #expect(machine.messageReceived(.parseComplete) != .read)
    }

    @Test func nothingIsOwedForNothing() {
        var machine = ExtendedQueryStateMachine()
        #expect(machine.messageReceived(.parseComplete) != .read)
    }

    @Test func theRequestIsOneRoundTrip() {
        #expect(Self.statement.map(\.id) == [.parse, .bind, .describe, .execute])
    }

    @Test func aDescriptionComesInTwoMessages() {
        let messages: [FrontendMessage] = [.parse(Parse(sql: "")), .describe(Describe(.statement(""))), .sync]
        var machine = ExtendedQueryStateMachine(messages)
        #expect(machine.messageReceived(.parseComplete) == .read)
        let types = ParameterDescription(types: [.int4, .text])
        #expect(machine.messageReceived(.parameterDescription(types)) == .parameters([.int4, .text]))
        #expect(machine.messageReceived(.noData) == .read)
        #expect(machine.messageReceived(Message.ready(.idle)) == .complete(.idle))
    }

    @Test func anErrorSkipsItsSegmentAlone() {
        let segment = Self.statement + Self.statement + [.sync]
        var machine = ExtendedQueryStateMachine(segment + Self.statement + [.sync])
        #expect(machine.messageReceived(.parseComplete) == .read)
        #expect(machine.messageReceived(.errorResponse(Message.failure)) == .read)
        #expect(machine.messageReceived(Message.ready(.idle)) == .completeWithError(Message.serverError, .idle))
        for message in Self.answers { _ = machine.messageReceived(message) }
        #expect(machine.messageReceived(Message.ready(.idle)) == .complete(.idle))
        #expect(machine.isAnswered)
    }

    @Test func aSuspendedPortalGoesOn() {
        let opening: [FrontendMessage] = [
            .parse(Parse(sql: "")), .bind(Bind()), .describe(Describe(.portal(""))), .flush,
        ]
        var machine = ExtendedQueryStateMachine(opening)
        for message in Self.answers.prefix(3) { _ = machine.messageReceived(message) }
        #expect(machine.isAnswered)
        for _ in 0..<3 {
            machine.sent([.execute(Execute(maximumRowCount: 1)), .flush])
            #expect(machine.messageReceived(.dataRow(Message.row)) == .row(Message.row))
            #expect(machine.messageReceived(.portalSuspended) == .suspended)
            #expect(machine.isAnswered)
        }
        machine.sent([.close(Close(.portal(""))), .sync])
        #expect(machine.messageReceived(.closeComplete) == .read)
        #expect(machine.messageReceived(Message.ready(.idle)) == .complete(.idle))
    }

    @Test func anErrorWithoutASyncAsksForOne() {
        var machine = ExtendedQueryStateMachine([.execute(Execute(maximumRowCount: 1)), .flush])
        #expect(machine.messageReceived(.errorResponse(Message.failure)) == .send([.sync]))
        #expect(machine.messageReceived(Message.ready(.idle)) == .completeWithError(Message.serverError, .idle))
    }

    /// Every message that a recorded client sent is answered as the machine expects.
    @Test(arguments: ["ext_params", "ext_pipeline", "ext_prepared", "ext_errors", "ext_alltypes_binary"])
    func recordedSessionsAreUnderstood(_ kind: String) throws {
        for version in ["pg15", "pg18"] {
            let trace = try SessionTrace(try PostgresCapture.named("\(version)_\(kind)"))
            let messages = trace.frontend.filter { ![.query, .terminate].contains($0.id) }
            var machine = ExtendedQueryStateMachine(messages)
            let start = try #require(trace.backend.firstIndex { $0.id == .readyForQuery })
            for message in trace.backend[(start + 1)...] where message.asynchronous == nil && !machine.isAnswered {
                switch machine.messageReceived(message) {
                case .fail(let violation): Issue.record("\(violation)")
                case .send(let messages): Issue.record("\(messages)")
                default: break
                }
            }
            #expect(machine.isAnswered || trace.frontend.contains { $0.id == .query })
        }
    }
}
