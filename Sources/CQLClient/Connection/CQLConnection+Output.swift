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
        if let compression { return try send(frames, compressedWith: compression) }
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

    /// Bodies below this stay as they are: a row or two have nothing in them that repeats.
    private static let compressedBodyByteCount = 512

    /// Sends ready frames, the longer ones compressed.
    private func send(
        _ frames: UnsafeRawBufferPointer,
        compressedWith compression: FrameCompression
    ) throws(CQLConnectionError) {
        var offset = 0
        while let base = frames.baseAddress, offset < frames.count {
            let bodyByteCount = Int((base + offset).loadBigEndian(Int32.self, at: 5))
            let end = offset + FrameHeader.byteCount + bodyByteCount
            let frame = UnsafeRawBufferPointer(rebasing: frames[offset..<end])
            offset = end
            guard bodyByteCount >= Self.compressedBodyByteCount,
                let smaller = compression.compress([UInt8](frame[FrameHeader.byteCount...]).span)
            else {
                output.append(frame)
                continue
            }
            var header = [UInt8](frame.prefix(FrameHeader.byteCount))
            header[1] |= FrameFlags.compression.rawValue
            header.replaceSubrange(5..<9, with: withUnsafeBytes(of: Int32(smaller.count).bigEndian) { Array($0) })
            output.append(header)
            output.append(smaller)
        }
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
        try RequestFrame(version: version, stream: stream, request: request).encode(
            into: &writer,
            compression: compression
        )
        output.append(writer.bytes)
    }
}
