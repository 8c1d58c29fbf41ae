import CQLWire
import PosixIO
import WireKit

extension CQLConnection {
    /// Sends what is in `output`, as far as the kernel takes it; the rest leaves by itself.
    ///
    /// - Throws: `CQLConnectionError` when the connection fails, which ends it.
    package func flush() throws(CQLConnectionError) {
        if let failure { throw failure }
        guard !isWriteBlocked, !output.isEmpty else { return }
        do throws(TransportError) {
            guard try !stream.send(from: &output) else { return }
        } catch {
            let error = lost(error)
            fail(error)
            throw error
        }
        isWriteBlocked = true
        stream.setWriteObserver { [weak self] in self?.writeUnblocked() }
    }

    /// Sends ready frames straight from the writer's memory; what the kernel does not take at once goes by `output`.
    ///
    /// - Throws: `CQLConnectionError` when the connection fails, which ends it.
    package func send(_ frames: UnsafeRawBufferPointer) throws(CQLConnectionError) {
        if let failure { throw failure }
        var sent = 0
        if output.isEmpty, !isWriteBlocked {
            do throws(TransportError) {
                sent = try stream.send(frames)
            } catch {
                let error = lost(error)
                fail(error)
                throw error
            }
        }
        guard sent < frames.count else { return }
        output.append(UnsafeRawBufferPointer(rebasing: frames[sent...]))
        try flush()
    }

    private func writeUnblocked() {
        isWriteBlocked = false
        // A failure has reached everyone who waits.
        try? flush()
        if !isWriteBlocked, failure == nil { bulkReceiver?.bulkBatchEnded() }
    }

    /// Appends a request's frame to `output`.
    ///
    /// - Throws: `WireError` when the request cannot be written; `output` is as before then.
    func append(_ request: Request, on stream: StreamID) throws(WireError) {
        var writer = ByteWriter()
        try RequestFrame(version: version, stream: stream, request: request).encode(into: &writer)
        output.append(writer.bytes)
    }
}
