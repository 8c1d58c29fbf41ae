package import WireKit

/// What lies between a message's length word and its end; every body decodes and encodes.
package protocol MessageBody: Equatable, Sendable {
    /// Reads the body's fields; the caller checks that nothing follows.
    ///
    /// - Throws: `WireError` naming the field that the bytes contradict.
    static func decode(from reader: inout ByteReader) throws(WireError) -> Self

    /// Writes the body's fields in order.
    func encode(into writer: inout ByteWriter)
}
