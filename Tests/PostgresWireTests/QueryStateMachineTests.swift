import PostgresWire
import TestSupport
import Testing

/// What the machines of both query protocols have in common with the messages they are fed.
enum Message {
    static let columns = RowDescription(columns: [.init(name: "a", type: .int4)])
    static let row = DataRow([[0x31]])
    static let failure = ErrorResponse(fields: [.init(.severity, "ERROR"), .init(.sqlState, "22012")])
    static let serverError = PostgresServerError(failure)
    static let select = CommandComplete(tag: "SELECT 1")

    static func ready(_ status: TransactionStatus) -> BackendMessage { .readyForQuery(ReadyForQuery(status: status)) }
}

@Suite struct SimpleQueryStateMachineTests {
    var machine = SimpleQueryStateMachine()

    @Test mutating func statementsFollowEachOther() {
        #expect(machine.messageReceived(.rowDescription(Message.columns)) == .beginRows(Message.columns))
        #expect(machine.messageReceived(.dataRow(Message.row)) == .row(Message.row))
        #expect(machine.messageReceived(.commandComplete(Message.select)) == .endStatement(Message.select))
        #expect(machine.messageReceived(.emptyQueryResponse) == .endStatement(nil))
        #expect(machine.messageReceived(Message.ready(.idle)) == .complete(.idle))
        guard case .fail = machine.messageReceived(Message.ready(.idle)) else {
            Issue.record("the machine goes on after its end")
            return
        }
    }

    @Test mutating func anErrorIsReportedWhenTheSessionIsReady() {
        _ = machine.messageReceived(.rowDescription(Message.columns))
        #expect(machine.messageReceived(.errorResponse(Message.failure)) == .read)
        #expect(
            machine.messageReceived(Message.ready(.failed)) == .completeWithError(Message.serverError, .failed)
        )
    }

    @Test mutating func aClosedConnectionReportsTheServersLastError() {
        var silent = machine
        #expect(silent.connectionClosed() == .closed)
        _ = machine.messageReceived(.errorResponse(Message.failure))
        #expect(machine.connectionClosed() == .failWithServerError(Message.serverError))
    }

    @Test mutating func aRowMustHaveTheColumnsDescribed() {
        _ = machine.messageReceived(.rowDescription(Message.columns))
        let violation = ProtocolViolation.unexpected(.dataRow, phase: "a simple query")
        #expect(machine.messageReceived(.dataRow(DataRow([nil, nil]))) == .fail(violation))
    }

    @Test mutating func copiesInAreRefusedAndCopiesOutSkipped() {
        let format = CopyResponse(format: .text, columnFormats: [])
        guard case .send(let messages) = machine.messageReceived(.copyInResponse(format)) else {
            Issue.record("the copy was not refused")
            return
        }
        #expect(messages.map(\.id) == [.copyFail])
        #expect(machine.messageReceived(.copyOutResponse(format)) == .read)
        #expect(machine.messageReceived(.copyData(CopyData(data: [1]))) == .read)
        #expect(machine.messageReceived(.copyDone) == .read)
        #expect(machine.messageReceived(.commandComplete(Message.select)) == .endStatement(Message.select))
    }

    @Test(arguments: ["pg15_simple_alltypes", "pg18_simple_multi_empty_txstatus", "pg15_errors", "pg18_notices"])
    func recordedQueriesEnd(_ name: String) throws {
        let trace = try SessionTrace(try PostgresCapture.named(name))
        let start = try #require(trace.backend.firstIndex { $0.id == .readyForQuery })
        var machine = SimpleQueryStateMachine()
        var endCount = 0
        for message in trace.backend[(start + 1)...] where message.asynchronous == nil {
            switch machine.messageReceived(message) {
            case .complete, .completeWithError:
                endCount += 1
                machine = SimpleQueryStateMachine()
            case .fail(let violation): Issue.record("\(violation)")
            default: break
            }
        }
        #expect(endCount == trace.frontend.count { $0.id == .query })
    }
}

@Suite struct CopyOutStateMachineTests {
    var machine = CopyOutStateMachine()
    private static let format = CopyResponse(format: .binary, columnFormats: [.binary])

    @Test mutating func aCopyEndsWithItsRowCount() {
        #expect(machine.messageReceived(.copyOutResponse(Self.format)) == .begin(Self.format))
        #expect(machine.expectsData)
        #expect(machine.messageReceived(.copyDone) == .read)
        #expect(!machine.expectsData)
        #expect(machine.messageReceived(.commandComplete(CommandComplete(tag: "COPY 7"))) == .read)
        #expect(machine.messageReceived(Message.ready(.idle)) == .complete(rowCount: 7, .idle))
    }

    @Test mutating func anErrorInTheMiddleEndsIt() {
        _ = machine.messageReceived(.copyOutResponse(Self.format))
        #expect(machine.messageReceived(.errorResponse(Message.failure)) == .read)
        #expect(!machine.expectsData)
        #expect(machine.messageReceived(Message.ready(.failed)) == .completeWithError(Message.serverError, .failed))
    }

    @Test mutating func dataThatNobodyExpectsIsAViolation() {
        _ = machine.messageReceived(.copyOutResponse(Self.format))
        _ = machine.messageReceived(.copyDone)
        guard case .fail = machine.messageReceived(.copyData(CopyData(data: [1]))) else {
            Issue.record("data after the end was accepted")
            return
        }
    }

    @Test mutating func anotherStatementIsNoCopy() {
        #expect(machine.messageReceived(.rowDescription(Message.columns)) == .read)
        #expect(machine.messageReceived(.dataRow(Message.row)) == .read)
        #expect(machine.messageReceived(.commandComplete(Message.select)) == .read)
        #expect(machine.messageReceived(Message.ready(.idle)) == .completeWithoutCopy(.idle))
    }

    @Test mutating func aClosedConnectionIsReported() {
        _ = machine.messageReceived(.copyOutResponse(Self.format))
        #expect(machine.connectionClosed() == .closed)
    }
}
