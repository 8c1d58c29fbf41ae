import PosixIO
import PostgresWire
import WireKit

/// What follows the CopyData messages that were read.
package enum CopyOutProgress: Equatable, Sendable {
    /// More CopyData: what came in between was a notice or the like.
    case moreData
    /// The copy is over; the number of rows, as the server counts them.
    case complete(rowCount: Int?)
}

/// COPY … TO STDOUT, read in place.
///
/// After `startCopyOut`, `input` holds messages: type, length, body. Its reader consumes whole CopyData messages and
/// calls `fillInput` when the next one is not all there, and `finishCopyOut` when a message of another type is at the
/// front. A connection whose copy is abandoned must be closed.
extension PostgresConnection {
    /// Bytes that wake the reader during a copy: PostgreSQL sends 8 kB at a time.
    private static let copyLowWatermark = 128 * 1024
    private static let copyInputCapacity = 256 * 1024

    /// Sends a COPY … TO STDOUT and returns when its data begins.
    ///
    /// - Throws: `PostgresError` of the server, that the statement is no COPY TO STDOUT, or the end of the session.
    package func startCopyOut(_ sql: String) async throws(PostgresError) {
        try await begin(sql, [.query(Query(sql: sql))], .copy)
        var machine = CopyOutStateMachine()
        while true {
            guard let action = try await nextCopyAction(&machine) else { continue }
            if case .begin = action {
                state = .copying(machine)
                stream.setReceiveLowWatermark(Self.copyLowWatermark)
                input.reserve(Self.copyInputCapacity)
                return
            }
            if try await perform(action) != nil {
                throw .invalidRequest("the statement is not a COPY TO STDOUT")
            }
        }
    }

    /// Suspends until at least one more byte is in `input`.
    ///
    /// - Throws: `PostgresError` when the connection is over; it is closed.
    package func fillInput() async throws(PostgresError) {
        // What is left of a message moves to the front, so that one system call can bring many kilobytes.
        if input.writableByteCount < input.capacity / 2 { makeRoom() }
        do throws(PostgresConnectionError) {
            if case .closed(let error) = state { throw error }
            guard try await receive(.copy) else { throw end(closedError(.copy)) }
        } catch {
            throw .connection(error)
        }
    }

    private func makeRoom() {
        input.compact()
        if input.writableByteCount < input.capacity / 2 { input.reserve(input.capacity / 2) }
    }

    /// Reads from the first message that is not CopyData to what comes next: the end, or more CopyData.
    ///
    /// - Throws: `PostgresError` of the server, after which the session is idle, or the end of the session.
    package func finishCopyOut() async throws(PostgresError) -> CopyOutProgress {
        guard case .copying(var machine) = state else {
            if case .closed(let error) = state { throw .connection(error) }
            throw .invalidRequest("no COPY is under way")
        }
        while true {
            guard let action = try await nextCopyAction(&machine) else {
                state = .copying(machine)
                return .moreData
            }
            if let completion = try await perform(action) { return completion }
        }
    }

    /// The next thing to do, or `nil` when the reader's next CopyData is at the front.
    private func nextCopyAction(
        _ machine: inout CopyOutStateMachine
    ) async throws(PostgresError) -> CopyOutStateMachine.Action? {
        do throws(PostgresConnectionError) {
            while true {
                let tag = input.peekInteger(UInt8.self)
                if machine.expectsData, tag == BackendMessage.ID.copyData.rawValue { return nil }
                if let message = try takeMessage(.copy) {
                    guard let asynchronous = message.asynchronous else { return machine.messageReceived(message) }
                    received(asynchronous)
                } else if try await !receive(.copy) {
                    return machine.connectionClosed()
                }
            }
        } catch {
            throw .connection(error)
        }
    }

    /// Does what the machine asks for.
    ///
    /// - Returns: how the copy ended, if it has ended.
    private func perform(_ action: CopyOutStateMachine.Action) async throws(PostgresError) -> CopyOutProgress? {
        switch action {
        case .read, .begin:
            return nil
        case .send(let messages):
            enqueue(messages)
            do throws(PostgresConnectionError) { try await flush(.copy) } catch { throw .connection(error) }
            return nil
        case .complete(let rowCount, let status):
            endCopy(status)
            return .complete(rowCount: rowCount)
        case .completeWithoutCopy(let status):
            endCopy(status)
            return .complete(rowCount: nil)
        case .completeWithError(let error, let status):
            endCopy(status)
            throw .server(error)
        case .fail(let violation): throw .connection(end(violation, .copy))
        case .failWithServerError(let error): throw .connection(end(error, .copy))
        case .closed: throw .connection(end(closedError(.copy)))
        }
    }

    private func endCopy(_ status: TransactionStatus) {
        stream.setReceiveLowWatermark(1)
        becomeIdle(status)
    }
}
