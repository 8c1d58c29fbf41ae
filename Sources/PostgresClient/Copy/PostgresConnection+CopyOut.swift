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
/// front. A copy that is abandoned is ended by `abandonCopyOut`, or the connection closed.
extension PostgresConnection {
    /// Bytes that wake the reader during a copy: PostgreSQL sends 8 kB at a time.
    private static let copyLowWatermark = 128 * 1024
    private static let copyInputCapacity = 256 * 1024

    /// Sends a COPY … TO STDOUT and returns when its data begins.
    ///
    /// - Throws: `PostgresError` of the server, that the statement is no COPY TO STDOUT, or the end of the session.
    package func startCopyOut(_ sql: String) async throws(PostgresError) {
        try await begin(sql, [.query(Query(sql: sql))], .copy)
        copyStatement = sql
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
    /// - Throws: `PostgresError` when the connection is over, or the copy was given up: the session is idle then.
    package func fillInput() async throws(PostgresError) {
        // What is left of a message moves to the front, so that one system call can bring many kilobytes.
        if input.writableByteCount < input.capacity / 2 { makeRoom() }
        do throws(PostgresConnectionError) {
            if case .closed(let error) = state { throw error }
            guard try await receive(.copy) else { throw end(closedError(.copy)) }
        } catch {
            throw .connection(error)
        }
        if let surrender { try await discardCopyOut(surrender) }
    }

    /// Ends a copy whose data nobody wants any more: the server is asked to stop, and the session is idle afterwards, or
    /// closed when the server does not.
    package func abandonCopyOut() async {
        guard case .copying = state else { return }
        do throws(PostgresConnectionError) {
            if surrender == nil { try await surrender(.cancelled, .copy) }
        } catch {
            return
        }
        // Either the session is idle, as was wanted, or it is closed and says why when it is used.
        if let surrender { try? await discardCopyOut(surrender) }
    }

    /// Reads and drops what is left of the copy.
    ///
    /// - Throws: `PostgresError`, always: the reason for giving up when the server stopped, or the session's end.
    private func discardCopyOut(_ surrender: Surrender) async throws(PostgresError) {
        while case .copying = state {
            if let tag = input.peekInteger(UInt8.self), tag != BackendMessage.ID.copyData.rawValue {
                guard case .moreData = try await finishCopyOut() else { break }
                continue
            }
            if try takeCopyData() != nil { continue }
            do throws(PostgresConnectionError) {
                guard try await receive(.copy) else { throw end(closedError(.copy)) }
            } catch {
                throw .connection(error)
            }
        }
        throw surrender.error
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
    ) async throws(PostgresError) -> CopyAction? {
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
    func perform(_ action: CopyAction) async throws(PostgresError) -> CopyOutProgress? {
        switch action {
        case .read, .begin:
            return nil
        case .send(let messages):
            try await send(messages, .copy)
            return nil
        case .complete(let rowCount, let status):
            endCopy(status)
            return .complete(rowCount: rowCount)
        case .completeWithoutCopy(let status):
            endCopy(status)
            return .complete(rowCount: nil)
        case .completeWithError(let error, let status):
            stream.setReceiveLowWatermark(1)
            throw failedRequest(error, status, copyStatement)
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
