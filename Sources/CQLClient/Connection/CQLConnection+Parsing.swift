import CQLWire
import PosixIO
import WireKit

/// The hot half of the connection: from the socket to whoever waits, over raw pointers.
extension CQLConnection {
    /// Takes what the socket has, in a bounded number of reads, and delivers every complete frame.
    func drainInput() {
        receivedCount &+= 1
        do throws(TransportError) {
            for _ in 0..<8 {
                input.reserve(16 << 10)
                let room = input.writableByteCount
                guard case .bytes(let count) = try received() else { break }
                parseFrames()
                // Less than there was room for: the kernel has no more at the moment.
                guard !hasFailed, count >= room else { break }
            }
        } catch {
            fail(lost(error))
            return
        }
        if !hasFailed { bulkReceiver?.bulkBatchEnded() }
    }

    private func received() throws(TransportError) -> Received {
        let received = try stream.receive(into: &input)
        if received == .endOfStream { throw .closed(peer: peer) }
        return received
    }

    /// Delivers every complete frame of the input; the loop works on locals, and allocates for answers that a task
    /// waits for only.
    private func parseFrames() {
        let start = input.readPointer
        let end = input.readableByteCount
        let expected = FrameHeader.Direction.response.rawValue | version.rawValue
        let reservedCount = streamIDs.reservedCount
        let bodyLimit = FrameDecoder.defaultBodyLimit
        let receiver = bulkReceiver
        var offset = 0
        while end - offset >= FrameHeader.byteCount {
            let header = start + offset
            let first = header.load(as: UInt8.self)
            guard first == expected else { return versionMismatched(first) }
            let length = Int(header.loadBigEndian(Int32.self, at: 5))
            guard length >= 0, length <= bodyLimit else { return lengthRefused(length) }
            guard end - offset - FrameHeader.byteCount >= length else { break }
            let stream = Int(header.loadBigEndian(Int16.self, at: 2))
            let body = UnsafeRawBufferPointer(start: header + FrameHeader.byteCount, count: length)
            offset += FrameHeader.byteCount + length
            if let receiver, stream >= 0, stream < reservedCount {
                let flags = header.load(fromByteOffset: 1, as: UInt8.self)
                let opcode = header.load(fromByteOffset: 4, as: UInt8.self)
                if flags == 0 {
                    receiver.bulkResponseReceived(stream: stream, opcode: opcode, body: body)
                } else {
                    deliverFlagged(
                        body,
                        flags: FrameFlags(rawValue: flags),
                        to: receiver,
                        stream: stream,
                        opcode: opcode
                    )
                }
            } else {
                deliver(UnsafeRawBufferPointer(start: header, count: FrameHeader.byteCount + length))
            }
            // A receiver that flushed may have found the connection broken.
            if hasFailed { return }
        }
        input.consume(offset)
        if end - offset > 0, let first = input.isEmpty ? nil : input.readPointer.load(as: UInt8.self), first != expected
        {
            versionMismatched(first)
        }
    }

    /// Delivers a bulk answer whose body starts with something other than its message.
    private func deliverFlagged(
        _ body: UnsafeRawBufferPointer,
        flags: FrameFlags,
        to receiver: any BulkResponseReceiver,
        stream: Int,
        opcode: UInt8
    ) {
        var flags = flags
        var reader = ByteReader([UInt8](body))
        do throws(WireError) {
            if flags.remove(.compression) != nil {
                guard let compression else {
                    throw WireError(.invalidValue("no compression was agreed on"), field: "frame flags", offset: 1)
                }
                reader = ByteReader(try compression.decompress(reader.rest))
            }
            let prefix = try reader.readPrefix(flags: flags, version: version)
            if let warnings = prefix.warnings { latestWarnings = warnings }
            if let payload = prefix.customPayload { payloadObserver?(payload, nil) }
        } catch {
            return fail(CQLConnectionError(.malformed(error), peer: peer))
        }
        let message = [UInt8](reader.rest)
        message.withUnsafeBytes { receiver.bulkResponseReceived(stream: stream, opcode: opcode, body: $0) }
    }

    /// Delivers a frame to the task that waits for it.
    private func deliver(_ bytes: UnsafeRawBufferPointer) {
        var reader = ByteReader([UInt8](bytes))
        do throws(WireError) {
            let header = try FrameHeader.decode(from: &reader)
            isVersionSettled = true
            frameReceived(Frame(header: header, body: reader.rest))
        } catch {
            fail(CQLConnectionError(.malformed(error), peer: peer))
        }
    }

    private func lengthRefused(_ length: Int) {
        let limit = FrameDecoder.defaultBodyLimit
        let error = WireError(.limitExceeded(length: length, limit: limit), field: "frame length", offset: 5)
        fail(CQLConnectionError(.malformed(error), peer: peer))
    }

    /// The server's first byte is not that of an answer in our version.
    private func versionMismatched(_ first: UInt8) {
        guard first & FrameHeader.Direction.response.rawValue != 0, !isVersionSettled else {
            return fail(CQLConnectionError(.notCQL(firstByte: first), peer: peer))
        }
        fail(CQLConnectionError(.unsupportedVersion(ProtocolVersion(rawValue: first)), peer: peer))
    }
}
