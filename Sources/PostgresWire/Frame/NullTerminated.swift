package import WireKit

extension ByteReader {
    /// Reads the bytes before the next NUL, and the NUL (the protocol's `String`).
    ///
    /// - Throws: `WireError` (truncated) when no NUL follows.
    package mutating func readNullTerminatedBytes(_ field: String) throws(WireError) -> ArraySlice<UInt8> {
        guard let end = rest.firstIndex(of: 0) else {
            throw error(.truncated(needed: remaining + 1, remaining: remaining), field)
        }
        let text = try readBytes(end - rest.startIndex, field)
        _ = try readBytes(1, field)
        return text
    }

    /// Reads UTF-8 text that ends with NUL (the protocol's `String`).
    ///
    /// - Throws: `WireError` when no NUL follows or the text is not UTF-8.
    package mutating func readNullTerminatedString(_ field: String) throws(WireError) -> String {
        let at = offset
        guard let text = String(validating: try readNullTerminatedBytes(field), as: UTF8.self) else {
            throw WireError(.invalidUTF8, field: field, offset: at)
        }
        return text
    }

    /// Reads an `Int16` count of items that take at least `itemByteCount` bytes each.
    ///
    /// - Throws: `WireError` when the count is negative or more than the remaining bytes can hold.
    mutating func readCount(_ field: String, itemByteCount: Int) throws(WireError) -> Int {
        let at = offset
        let count = Int(try readInteger(field, as: Int16.self))
        guard count >= 0 else { throw WireError(.invalidLength(count), field: field, offset: at) }
        try requireItems(count, itemByteCount: itemByteCount, field)
        return count
    }

    /// Reads a count that the frontend sends; PostgreSQL takes its 16 bits as unsigned, 65535 parameters may be bound.
    ///
    /// - Throws: `WireError` when the remaining bytes cannot hold that many items.
    mutating func readUnsignedCount(_ field: String, itemByteCount: Int) throws(WireError) -> Int {
        let count = Int(try readInteger(field, as: UInt16.self))
        try requireItems(count, itemByteCount: itemByteCount, field)
        return count
    }

    /// Reads an `Int32` length and that many bytes; −1 is NULL.
    ///
    /// - Throws: `WireError` when the length is below −1 or exceeds what remains.
    package mutating func readNullableValue(_ field: String) throws(WireError) -> ArraySlice<UInt8>? {
        let at = offset
        let length = Int(try readInteger(field, as: Int32.self))
        guard length != -1 else { return nil }
        guard length >= 0 else { throw WireError(.invalidLength(length), field: field, offset: at) }
        return try readBytes(length, field)
    }

    private func requireItems(_ count: Int, itemByteCount: Int, _ field: String) throws(WireError) {
        let (needed, overflow) = count.multipliedReportingOverflow(by: itemByteCount)
        guard !overflow, needed <= remaining else {
            throw error(.truncated(needed: needed, remaining: remaining), field)
        }
    }
}

extension ByteWriter {
    /// Writes text and the NUL that ends it.
    ///
    /// A NUL inside `text` would end the field early: callers check text from outside before they send it.
    package mutating func writeNullTerminated(_ text: String) {
        writeUTF8(text)
        writeInteger(UInt8(0))
    }

    /// Writes an `Int32` length and the bytes, or −1 for NULL.
    package mutating func writeNullableValue(_ value: ArraySlice<UInt8>?) {
        guard let value else { return writeInteger(Int32(-1)) }
        writeLengthPrefixed(as: Int32.self) { $0.writeBytes(value) }
    }
}
