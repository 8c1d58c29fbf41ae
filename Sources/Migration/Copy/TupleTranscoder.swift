import WireKit

/// Rewrites COPY BINARY tuples as CQL values, the way every row of a healthy table goes.
///
/// A tuple is `int16 count` and, per field, `int32 length` and bytes; the `<n><value>…` of EXECUTE (native protocol v4,
/// section 4.1.6) has the same form. So runs of unchanged columns are one copy, and only converted columns break a run.
///
/// Whatever is unusual (a value that the target cannot hold, a numeric beyond 18 digits, a NULL inside an array) makes
/// `transcode` return nil, without side effects that matter: `RowConversion` then looks at that one row carefully.
struct TupleTranscoder {
    let operations: UnsafePointer<TranscodingOperation>
    let columnCount: Int
    /// What NULL becomes: −1 (null) or −2 (unset).
    let nullLength: Int32

    /// The longest key component that needs no look at the key as a whole: even 64 of them stay below 64 KiB.
    static let shortKeyByteCount = 1000

    /// Bytes that one tuple of `byteCount` bytes can become at most: a short numeric grows by four bytes from ten.
    @inline(__always)
    static func outputBound(tupleByteCount byteCount: Int) -> Int { byteCount + byteCount / 2 + 64 }

    /// Writes the tuple between `source` and `end` as `<n><value>…` to `output`.
    ///
    /// - Parameters:
    ///   - source: the tuple's field count.
    ///   - end: behind the tuple's last byte.
    ///   - output: room for `outputBound(tupleByteCount:)` bytes.
    ///   - flooredCount: raised by one for each timestamp whose microseconds were cut.
    /// - Returns: behind the last byte written, or nil when the row needs the careful path.
    @inline(__always)
    func transcode(
        _ source: UnsafeRawPointer,
        _ end: UnsafeRawPointer,
        into output: UnsafeMutableRawPointer,
        flooredCount: inout Int
    ) -> UnsafeMutableRawPointer? {
        if end - source < 2 || Int(source.loadBigEndian(UInt16.self)) != columnCount { return nil }
        var run = source
        var field = source + 2
        var out = output
        var index = 0
        while index < columnCount {
            // Up to four bytes may be read behind the end: every buffer has slack, and what they say is checked.
            let length = Int(field.loadBigEndian(Int32.self))
            let value = field + 4
            let operation = operations[index]
            index &+= 1
            if length > end - value { return nil }
            if length < 0 {
                if length != -1 || operation.isKey { return nil }
                out = copy(from: run, to: field, out)
                out.storeBigEndian(nullLength)
                out += 4
                run = value
                field = value
                continue
            }
            let next = value + length
            field = next
            if operation.code == .identical, !operation.isKey { continue }
            if operation.isKey, length &- 1 >= Self.shortKeyByteCount || length == 0 { return nil }
            switch operation.code {
            case .identical:
                continue
            case .text:
                if !isUTF8(value, length) { return nil }
                continue
            case .timestamp:
                out = copy(from: run, to: value, out)
                guard length == 8, let converted = timestamp(value, isKey: operation.isKey, &flooredCount) else {
                    return nil
                }
                out.storeBigEndian(converted)
                out += 8
            case .date:
                out = copy(from: run, to: value, out)
                guard length == 4, let converted = date(value) else { return nil }
                out.storeBigEndian(converted)
                out += 4
            case .time:
                out = copy(from: run, to: value, out)
                guard length == 8, let converted = time(value) else { return nil }
                out.storeBigEndian(converted)
                out += 8
            case .numeric:
                out = copy(from: run, to: value - 4, out)
                guard let after = shortNumeric(value, length, into: out) else { return nil }
                out = after
            case .inet:
                out = copy(from: run, to: value - 4, out)
                guard let after = inet(value, length, into: out) else { return nil }
                out = after
            case .jsonb:
                // A version byte, which is 1 in every release so far, then the text.
                if length < 1 || value.load(as: UInt8.self) != 1 { return nil }
                out = copy(from: run, to: value - 4, out)
                out.storeBigEndian(Int32(truncatingIfNeeded: length &- 1))
                out += 4
                run = value + 1
                continue
            case .array:
                out = copy(from: run, to: value - 4, out)
                guard let after = array(value, length, operation, into: out, &flooredCount) else { return nil }
                out = after
            case .unsupported:
                return nil
            }
            run = next
        }
        if field != end { return nil }
        return copy(from: run, to: field, out)
    }

    @inline(__always)
    private func copy(
        from start: UnsafeRawPointer,
        to end: UnsafeRawPointer,
        _ output: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        let count = end - start
        output.copyInBlocks(from: start, byteCount: count)
        return output + count
    }

    private func isUTF8(_ value: UnsafeRawPointer, _ length: Int) -> Bool {
        String(validating: UnsafeRawBufferPointer(start: value, count: length), as: UTF8.self) != nil
    }
}
