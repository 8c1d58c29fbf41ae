/// A bounds-checked, big-endian cursor over received bytes.
///
/// Every read names its field, so that a defect says where it is. Nothing is ever allocated for a length that a
/// peer merely announced: slices share the storage they are cut from.
package struct ByteReader: Sendable {
    @usableFromInline var bytes: ArraySlice<UInt8>
    @usableFromInline let start: Int

    /// Reads from the first byte of `bytes`; offsets in errors count from there.
    @inlinable
    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        self.start = bytes.startIndex
    }

    /// Reads from the first byte of `bytes`.
    @inlinable
    package init(_ bytes: [UInt8]) {
        self.init(bytes[...])
    }

    /// Bytes not yet read.
    @inlinable
    package var remaining: Int { bytes.count }

    /// Bytes read so far.
    @inlinable
    package var offset: Int { bytes.startIndex - start }

    /// The unread bytes, without consuming them.
    @inlinable
    package var rest: ArraySlice<UInt8> { bytes }

    /// Reads a big-endian integer.
    ///
    /// - Throws: `WireError` (truncated) when fewer bytes remain than `T` has.
    @inlinable
    package mutating func readInteger<T: FixedWidthInteger>(
        _ field: String,
        as type: T.Type = T.self
    ) throws(WireError) -> T {
        let width = T.bitWidth / 8
        try require(width, field)
        var value: T = 0
        for byte in bytes.prefix(width) {
            value = (T.bitWidth > 8 ? value << 8 : 0) | T(truncatingIfNeeded: byte)
        }
        bytes = bytes.dropFirst(width)
        return value
    }

    /// Reads `count` bytes as a slice that shares this reader's storage.
    ///
    /// - Throws: `WireError` when `count` is negative or exceeds what remains.
    @inlinable
    package mutating func readBytes(_ count: Int, _ field: String) throws(WireError) -> ArraySlice<UInt8> {
        try require(count, field)
        let slice = bytes.prefix(count)
        bytes = bytes.dropFirst(count)
        return slice
    }

    /// Reads `count` bytes of UTF-8 text.
    ///
    /// - Throws: `WireError` when too few bytes remain or they are not UTF-8.
    @inlinable
    package mutating func readUTF8(_ count: Int, _ field: String) throws(WireError) -> String {
        let at = offset
        let slice = try readBytes(count, field)
        guard let text = String(validating: slice, as: UTF8.self) else {
            throw WireError(.invalidUTF8, field: field, offset: at)
        }
        return text
    }

    /// Declares that nothing may follow.
    ///
    /// - Throws: `WireError` (trailing bytes) when something does.
    @inlinable
    package func expectEnd(_ field: String) throws(WireError) {
        guard bytes.isEmpty else { throw WireError(.trailingBytes(count: remaining), field: field, offset: offset) }
    }

    /// An error for the field that starts at the current offset.
    @inlinable
    package func error(_ reason: WireError.Reason, _ field: String) -> WireError {
        WireError(reason, field: field, offset: offset)
    }

    @inlinable
    func require(_ count: Int, _ field: String) throws(WireError) {
        guard count >= 0 else { throw WireError(.invalidLength(count), field: field, offset: offset) }
        guard count <= bytes.count else {
            throw WireError(.truncated(needed: count, remaining: bytes.count), field: field, offset: offset)
        }
    }
}
