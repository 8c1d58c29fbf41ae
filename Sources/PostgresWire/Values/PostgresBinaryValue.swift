package import WireKit

/// A value that is read from its type's binary form and written as PostgreSQL's text output writes it.
package protocol PostgresBinaryValue: Sendable {
    /// Reads the binary form; the caller checks that nothing follows.
    ///
    /// - Throws: `WireError` when the bytes are not a value of this type.
    static func decode(from reader: inout ByteReader) throws(WireError) -> Self

    /// PostgreSQL's text output.
    var text: String { get }
}
