import PostgresWire
import WireKit

extension PostgresConnection {
    /// The next CopyData's content as bytes of their own, or `nil` when the copy is over.
    ///
    /// For readers that do not need every microsecond; the others walk `input`.
    ///
    /// - Throws: `PostgresError` of the server, after which the session is idle, or the end of the session.
    package func nextCopyData() async throws(PostgresError) -> [UInt8]? {
        guard case .copying = state else {
            if case .closed(let error) = state { throw .connection(error) }
            throw .invalidRequest("no COPY is under way")
        }
        while true {
            if let tag = input.peekInteger(UInt8.self), tag != BackendMessage.ID.copyData.rawValue {
                guard case .moreData = try await finishCopyOut() else { return nil }
                continue
            }
            if let data = try takeCopyData() { return data }
            try await fillInput()
        }
    }

    /// Takes the CopyData at the front of `input`, if it is all there.
    func takeCopyData() throws(PostgresError) -> [UInt8]? {
        guard let length = input.peekInteger(Int32.self, at: 1) else { return nil }
        let header: MessageHeader
        do throws(WireError) {
            header = try MessageHeader(tag: BackendMessage.ID.copyData.rawValue, length: length)
        } catch {
            throw .connection(end(ProtocolViolation.malformed(error, phase: "a COPY"), .copy))
        }
        guard input.readableByteCount >= MessageHeader.byteCount + header.bodyByteCount else { return nil }
        input.consume(MessageHeader.byteCount)
        return input.take(header.bodyByteCount)
    }
}
