package import WireKit

/// The five bytes before a message's body: its type and its length.
///
/// PostgreSQL documentation, "Message Formats": the length counts itself, not the type byte.
package struct MessageHeader: Equatable, Sendable {
    /// Bytes of type and length.
    package static let byteCount = 5
    /// The largest value of the length word that is accepted: no value PostgreSQL sends is longer than 1 GiB.
    package static let lengthLimit = 1 << 30

    /// The message's type.
    package let tag: UInt8
    /// Bytes that follow the header.
    package let bodyByteCount: Int

    /// Checks a length word before anything is kept for it.
    ///
    /// - Throws: `WireError` when the length does not cover itself or is above `limit`.
    package init(tag: UInt8, length: Int32, limit: Int = lengthLimit) throws(WireError) {
        guard length >= 4 else {
            throw WireError(.invalidLength(Int(length)), field: "message length", offset: 1)
        }
        guard Int(length) <= limit else {
            throw WireError(.limitExceeded(length: Int(length), limit: limit), field: "message length", offset: 1)
        }
        self.tag = tag
        self.bodyByteCount = Int(length) - 4
    }
}
