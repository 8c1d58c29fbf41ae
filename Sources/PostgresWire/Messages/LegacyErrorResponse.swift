import WireKit

/// The error format of protocol 2.0: `E`, text, NUL, without a length.
///
/// Servers answer so when they refuse a protocol version or cannot start a process for the connection, so a frontend
/// must understand it before authentication (as libpq does).
package struct LegacyErrorResponse: Equatable, Sendable {
    /// Longer announced lengths than this cannot belong to an error of protocol 3 during start-up (libpq's limit).
    package static let lengthLimit = 30_000

    /// What the front of the stream holds.
    package enum Framing: Equatable, Sendable {
        /// A whole old-format error, and the bytes it takes.
        case error(LegacyErrorResponse, byteCount: Int)
        /// An old-format error that is not all there.
        case needsMore
        /// Not an old-format error.
        case other
    }

    package let text: String

    package init(text: String) {
        self.text = text
    }

    /// Looks for an old-format error at the front of `bytes`, the first that a server sent.
    package static func next(in bytes: ArraySlice<UInt8>) -> Framing {
        var reader = ByteReader(bytes)
        guard let tag = try? reader.readInteger("message type", as: UInt8.self) else { return .needsMore }
        guard tag == BackendMessage.ID.errorResponse.rawValue else { return .other }
        let body = reader.rest
        guard let length = try? reader.readInteger("message length", as: Int32.self) else {
            return body.contains(0) && body.first != 0 ? whole(body) : .needsMore
        }
        // A protocol 3 error has at least a length word, one field and the final NUL; text read as a length is huge.
        guard length < 8 || length > lengthLimit else { return .other }
        return whole(body)
    }

    private static func whole(_ body: ArraySlice<UInt8>) -> Framing {
        guard let end = body.firstIndex(of: 0) else {
            // An unterminated text is cut at the limit, so that a peer cannot make us wait and keep for ever.
            return body.count <= lengthLimit ? .needsMore : error(body.prefix(lengthLimit))
        }
        return error(body[body.startIndex..<end])
    }

    private static func error(_ text: ArraySlice<UInt8>) -> Framing {
        let trimmed = text.last == UInt8(ascii: "\n") ? text.dropLast() : text
        return .error(Self(text: String(decoding: trimmed, as: UTF8.self)), byteCount: text.count + 2)
    }
}
