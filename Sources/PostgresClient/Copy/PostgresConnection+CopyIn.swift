import PosixIO
import PostgresWire
import WireKit

/// A COPY FROM STDIN under way: takes data in pieces of any size.
///
/// It lives inside `copyIn`; the session can do nothing else meanwhile.
package struct CopyInWriter {
    /// Data is gathered to messages of about this size.
    static let messageByteCount = 64 * 1024

    private let connection: PostgresConnection

    init(_ connection: PostgresConnection) { self.connection = connection }

    /// Sends data, in the copy's format; pieces need not match rows.
    ///
    /// Suspends while the server does not take it.
    ///
    /// - Throws: `PostgresError`: the server's error ends the copy, and the session is idle then.
    package func write(_ data: some Collection<UInt8>) async throws(PostgresError) {
        try await connection.writeCopyIn(data)
    }

    /// Sends text in UTF-8.
    ///
    /// - Throws: `PostgresError`: the server's error ends the copy, and the session is idle then.
    package func write(_ text: String) async throws(PostgresError) {
        try await connection.writeCopyIn(text.utf8)
    }
}

extension PostgresConnection {
    /// Runs a COPY … FROM STDIN with the data that `body` writes.
    ///
    /// When `body` throws, the server is told that the copy fails, and nothing of it is kept.
    ///
    /// - Parameters:
    ///   - sql: the statement.
    ///   - body: writes the data.
    /// - Returns: the number of rows, as the server counts them.
    /// - Throws: what `body` throws, or the `PostgresError` of the statement.
    package func copyIn(_ sql: String, _ body: (CopyInWriter) async throws -> Void) async throws -> Int? {
        try await startCopyIn(sql)
        do {
            try await body(CopyInWriter(self))
        } catch {
            try? await outlastingCancellation { deadline throws(PostgresError) in
                try await self.failCopyIn("\(error)", until: deadline)
            }
            throw error
        }
        return try await finishCopyIn()
    }

    private func startCopyIn(_ sql: String) async throws(PostgresError) {
        try await begin(sql, [.query(Query(sql: sql))], .copy)
        copyStatement = sql
        var machine = CopyInStateMachine()
        while true {
            let action = try await nextCopyInAction(&machine)
            if case .begin = action {
                state = .copyingIn(machine)
                return
            }
            if try await perform(action) != nil {
                throw .invalidRequest("the statement is not a COPY FROM STDIN")
            }
        }
    }

    /// Sends a piece of data.
    ///
    /// - Throws: `PostgresError`.
    fileprivate func writeCopyIn(_ data: some Collection<UInt8>) async throws(PostgresError) {
        if Task.isCancelled, !stream.outlastsCancellation { throw .cancelled }
        var rest = data[...]
        while !rest.isEmpty {
            guard case .copyingIn = state else { throw copyInIsOver }
            let piece = rest.prefix(CopyInWriter.messageByteCount)
            enqueue([.copyData(CopyData(data: Array(piece)[...]))])
            rest = rest.dropFirst(piece.count)
            // Small writes are gathered until they are worth a system call.
            if output.readableByteCount >= CopyInWriter.messageByteCount {
                try await send([], .copy)
                try await hearServer()
            }
        }
    }

    /// Looks at what the server says in the middle of the data: only an error, which ends the copy.
    private func hearServer() async throws(PostgresError) {
        guard case .copyingIn(var machine) = state else { throw copyInIsOver }
        if let surrender {
            // A server that waits for data does not notice that it was asked to stop.
            try await failCopyIn("\(surrender.error)", until: surrender.deadline)
            throw surrender.error
        }
        do throws(PostgresConnectionError) {
            if try !receiveAtOnce(.copy), transportFailure == nil { return }
        } catch {
            throw .connection(error)
        }
        while true {
            // Once it has reported an error, ReadyForQuery is on its way.
            if machine.acceptsData, transportFailure == nil, !hasWholeMessage { return }
            if try await perform(try await nextCopyInAction(&machine)) != nil { throw copyInIsOver }
            state = .copyingIn(machine)
        }
    }

    private var hasWholeMessage: Bool {
        guard let length = input.peekInteger(Int32.self, at: 1) else { return false }
        // What cannot be a length is an error, which reading the message reports.
        return length < 4 || input.readableByteCount > Int(length)
    }

    private func endCopyIn(_ message: FrontendMessage, _ machine: inout CopyInStateMachine) async throws(PostgresError)
    {
        machine.ended()
        state = .copyingIn(machine)
        try await send([message], .copy)
    }

    /// Ends the data.
    ///
    /// - Returns: the number of rows.
    /// - Throws: `PostgresError`.
    private func finishCopyIn() async throws(PostgresError) -> Int? {
        guard case .copyingIn(var machine) = state else { throw copyInIsOver }
        try await endCopyIn(.copyDone, &machine)
        while true {
            if case .complete(let rowCount) = try await perform(try await nextCopyInAction(&machine)) {
                return rowCount
            }
        }
    }

    /// Tells the server that there will be no more data, and why.
    ///
    /// - Throws: `PostgresError`, which the server's error is; the session is idle then.
    private func failCopyIn(
        _ reason: String,
        until deadline: ContinuousClock.Instant
    ) async throws(PostgresError) {
        guard case .copyingIn(var machine) = state else { return }
        machine.ended()
        state = .copyingIn(machine)
        let text = reason.split(separator: "\0").joined(separator: " ")
        try await send([.copyFail(CopyFail(reason: text))], .copy, until: deadline)
        while true {
            let action = try await nextCopyInAction(&machine, until: deadline)
            if try await perform(action) != nil { return }
        }
    }

    private var copyInIsOver: PostgresError {
        if case .closed(let error) = state { return .connection(error) }
        return .invalidRequest("the COPY is over")
    }

    private func nextCopyInAction(
        _ machine: inout CopyInStateMachine,
        until deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresError) -> CopyAction {
        do throws(PostgresConnectionError) {
            let message = try await nextMessage(.copy, until: deadline)
            return message.map { machine.messageReceived($0) } ?? machine.connectionClosed()
        } catch {
            throw .connection(error)
        }
    }
}
