package import WireKit

/// Cuts a byte stream that arrives in any pieces into messages.
package struct MessageFrameDecoder: Sendable {
    private var buffer: [UInt8] = []
    private var readIndex = 0
    private let limit: Int

    /// Accepts messages whose length word is at most `limit`.
    package init(limit: Int = MessageHeader.lengthLimit) {
        self.limit = limit
    }

    /// Bytes received and not yet returned in a message.
    package var bufferedByteCount: Int { buffer.count - readIndex }

    /// Adds received bytes behind those already there.
    package mutating func append(_ bytes: some Collection<UInt8>) {
        if readIndex > 0, readIndex >= buffer.count / 2 {
            buffer.removeFirst(readIndex)
            readIndex = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// Takes the next whole message, or `nil` when more bytes are needed.
    ///
    /// - Throws: `WireError` when the front of the stream cannot be a message.
    package mutating func next() throws(WireError) -> MessageFrame? {
        switch MessageFrame.next(in: buffer[readIndex...], limit: limit) {
        case .frame(let frame):
            readIndex += frame.byteCount
            return frame
        case .needsMore:
            return nil
        case .malformed(let error):
            throw error
        }
    }
}
