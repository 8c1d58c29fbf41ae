import WireKit

extension TupleTranscoder {
    /// A `[value]` with the CQL list of a one-dimensional array without NULLs; nil for every other array.
    ///
    /// The source is dimension count, has-NULL flag, element OID, then per dimension its length and lower bound, then
    /// the elements (array_send); the target is the element count and the elements (native protocol v4, section 6.11).
    func array(
        _ value: UnsafeRawPointer,
        _ length: Int,
        _ operation: TranscodingOperation,
        into output: UnsafeMutableRawPointer,
        _ flooredCount: inout Int
    ) -> UnsafeMutableRawPointer? {
        if length < 12 { return nil }
        let dimensionCount = value.loadBigEndian(Int32.self)
        if dimensionCount == 0 {
            if length != 12 { return nil }
            output.storeBigEndian(Int32(4))
            output.storeBigEndian(Int32(0), at: 4)
            return output + 8
        }
        if dimensionCount != 1 || length < 20 || value.loadBigEndian(Int32.self, at: 16) != 1 { return nil }
        let elementCount = value.loadBigEndian(Int32.self, at: 12)
        if elementCount < 0 { return nil }
        var element = value + 20
        let end = value + length
        var out = output + 4
        out.storeBigEndian(elementCount)
        out += 4
        var left = elementCount
        while left > 0 {
            guard end - element >= 4 else { return nil }
            let elementLength = Int(element.loadBigEndian(Int32.self))
            let content = element + 4
            if elementLength < 0 || elementLength > end - content { return nil }
            guard
                let after = self.element(
                    content,
                    elementLength,
                    operation.element,
                    isKey: operation.isKey,
                    into: out,
                    &flooredCount
                )
            else { return nil }
            out = after
            element = content + elementLength
            left &-= 1
        }
        if element != end { return nil }
        let byteCount = out - output - 4
        if operation.isKey, byteCount > Self.shortKeyByteCount { return nil }
        output.storeBigEndian(Int32(truncatingIfNeeded: byteCount))
        return out
    }

    /// One element as a `[value]`.
    @inline(__always)
    private func element(
        _ content: UnsafeRawPointer,
        _ length: Int,
        _ code: TranscodingOperation.Code,
        isKey: Bool,
        into output: UnsafeMutableRawPointer,
        _ flooredCount: inout Int
    ) -> UnsafeMutableRawPointer? {
        switch code {
        case .identical:
            output.copyMemory(from: content - 4, byteCount: length + 4)
            return output + (length + 4)
        case .timestamp:
            guard length == 8, let converted = timestamp(content, isKey: isKey, &flooredCount) else { return nil }
            output.storeBigEndian(Int32(8))
            output.storeBigEndian(converted, at: 4)
            return output + 12
        case .date:
            guard length == 4, let converted = date(content) else { return nil }
            output.storeBigEndian(Int32(4))
            output.storeBigEndian(converted, at: 4)
            return output + 8
        case .time:
            guard length == 8, let converted = time(content) else { return nil }
            output.storeBigEndian(Int32(8))
            output.storeBigEndian(converted, at: 4)
            return output + 12
        case .numeric:
            return shortNumeric(content, length, into: output)
        case .inet:
            return inet(content, length, into: output)
        case .jsonb:
            if length < 1 || content.load(as: UInt8.self) != 1 { return nil }
            output.storeBigEndian(Int32(truncatingIfNeeded: length - 1))
            (output + 4).copyMemory(from: content + 1, byteCount: length - 1)
            return output + (length + 3)
        case .text, .array, .unsupported:
            return nil
        }
    }
}
