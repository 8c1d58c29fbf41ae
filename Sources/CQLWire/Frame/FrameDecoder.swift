package import WireKit

/// Cuts a stream of received bytes into frames.
///
/// A length is checked against the limit before anything is kept for it: memory grows only with bytes that arrived.
package struct FrameDecoder: Sendable {
    /// What the bytes so far amount to.
    package enum Step: Equatable, Sendable {
        case frame(Frame)
        case needsMoreBytes
        /// The peer speaks a version outside `acceptedVersions`; the stream cannot be followed any further.
        case unsupportedVersion(ProtocolVersion)
        /// The peer broke the framing; the stream cannot be followed any further.
        case malformed(WireError)
    }

    /// The longest body that a v3 or v4 frame may have (native protocol v4, section 2.5).
    package static let defaultBodyLimit = 256 << 20

    private let direction: FrameHeader.Direction
    private let acceptedVersions: ClosedRange<ProtocolVersion>
    private let bodyLimit: Int
    private var buffer: [UInt8] = []
    private var readIndex = 0

    /// Expects frames of one direction.
    package init(
        expecting direction: FrameHeader.Direction,
        acceptedVersions: ClosedRange<ProtocolVersion> = ProtocolVersion.supported,
        bodyLimit: Int = Self.defaultBodyLimit
    ) {
        self.direction = direction
        self.acceptedVersions = acceptedVersions
        self.bodyLimit = bodyLimit
    }

    /// Bytes received that no frame has taken yet.
    package var bufferedByteCount: Int { buffer.count - readIndex }

    /// Takes bytes as they arrived, cut anywhere.
    package mutating func append(_ bytes: some Collection<UInt8>) {
        if readIndex > 0 {
            buffer.removeFirst(readIndex)
            readIndex = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next frame, or why there is none.
    package mutating func next() -> Step {
        let available = buffer[readIndex...]
        guard let first = available.first else { return .needsMoreBytes }
        // The version decides how long the header is, so it is judged alone.
        let version = ProtocolVersion(rawValue: first)
        guard acceptedVersions.contains(version) else { return .unsupportedVersion(version) }
        guard first & 0x80 == direction.rawValue else {
            return .malformed(
                WireError(.invalidValue("a \(direction) is expected"), field: "frame direction", offset: 0)
            )
        }
        guard available.count >= FrameHeader.byteCount else { return .needsMoreBytes }
        do throws(WireError) {
            var reader = ByteReader(available)
            let header = try FrameHeader.decode(from: &reader)
            guard header.bodyLength <= bodyLimit else {
                throw WireError(
                    .limitExceeded(length: header.bodyLength, limit: bodyLimit),
                    field: "frame length",
                    offset: 5
                )
            }
            guard reader.remaining >= header.bodyLength else { return .needsMoreBytes }
            // A copy of its own, so that a frame that is kept does not keep the whole buffer.
            let body = [UInt8](try reader.readBytes(header.bodyLength, "body"))
            readIndex += FrameHeader.byteCount + header.bodyLength
            return .frame(Frame(header: header, body: body[...]))
        } catch {
            return .malformed(error)
        }
    }
}
