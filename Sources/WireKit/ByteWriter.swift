/// Builds a message, big-endian, in a growing array.
package struct ByteWriter: Sendable {
    /// What was written so far.
    package private(set) var bytes: [UInt8] = []

    package init(reservingCapacity byteCount: Int = 0) {
        bytes.reserveCapacity(byteCount)
    }

    /// Bytes written so far.
    package var count: Int { bytes.count }

    /// Appends an integer, most significant byte first.
    package mutating func writeInteger<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// Appends bytes as they are.
    package mutating func writeBytes(_ other: some Sequence<UInt8>) {
        bytes.append(contentsOf: other)
    }

    /// Appends the UTF-8 bytes of `text`, without length or terminator.
    package mutating func writeUTF8(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Appends a length of type `Length` followed by what `body` writes.
    ///
    /// - Parameters:
    ///   - type: the integer type of the length field.
    ///   - includingLength: whether the length counts its own bytes, as PostgreSQL's message length does.
    ///   - body: writes the content; a content longer than `Length` can say is a programming error and traps.
    /// - Throws: what `body` throws.
    package mutating func writeLengthPrefixed<Length: FixedWidthInteger, E: Error>(
        as type: Length.Type,
        includingLength: Bool = false,
        _ body: (inout ByteWriter) throws(E) -> Void
    ) throws(E) {
        let start = bytes.count
        writeInteger(Length.zero)
        try body(&self)
        let length = bytes.count - start - (includingLength ? 0 : Length.bitWidth / 8)
        overwriteInteger(Length(length), at: start)
    }

    /// Replaces the integer that starts `offset` bytes from the beginning.
    package mutating func overwriteInteger<T: FixedWidthInteger>(_ value: T, at offset: Int) {
        withUnsafeBytes(of: value.bigEndian) { source in
            for (index, byte) in source.enumerated() { bytes[offset + index] = byte }
        }
    }
}
