package import WireKit

/// Snappy's raw format: the length as a varint, then literals and copies (its `format_description.txt`).
package enum SnappyBlock {
    /// Matches are looked for in stretches that a 2-byte offset spans.
    private static let fragmentByteCount = 1 << 16
    private static let minimumMatch = 4

    /// What the low two bits of a tag say follows it.
    private enum Tag: UInt8 {
        case literal = 0b00
        case copyWithByteOffset = 0b01
        case copyWithShortOffset = 0b10
        case copyWithIntOffset = 0b11
    }

    /// Appends `source` with its length; longer than 4 GiB it cannot be.
    package static func compress(_ source: Span<UInt8>, into output: inout [UInt8]) {
        var length = UInt32(source.count)
        while length >= 0x80 {
            output.append(UInt8(truncatingIfNeeded: length) | 0x80)
            length >>= 7
        }
        output.append(UInt8(length))
        for start in stride(from: 0, to: source.count, by: fragmentByteCount) {
            let end = min(start + fragmentByteCount, source.count)
            compressFragment(source.extracting(start..<end), into: &output)
        }
    }

    /// Greedy: the last place with the same hash is the only candidate, and steps grow where nothing is found.
    private static func compressFragment(_ source: Span<UInt8>, into output: inout [UInt8]) {
        let hashBits = min(max(Int.bitWidth - source.count.leadingZeroBitCount, 6), 14)
        // Places by the hash of their four bytes, counted from one: zero is none.
        var places = [UInt32](repeating: 0, count: 1 << hashBits)
        var anchor = 0
        var position = 0
        while position <= source.count - minimumMatch {
            let word = source.word(at: position)
            let hash = Int((word &* 0x1E35_A7BD) &>> (32 - UInt32(hashBits)))
            let candidate = Int(places[hash]) - 1
            places[hash] = UInt32(position + 1)
            guard candidate >= 0, source.word(at: candidate) == word else {
                position += 1 + (position - anchor) >> 5
                continue
            }
            let length = source.commonLength(candidate, position, end: source.count)
            appendLiterals(source.extracting(anchor..<position), to: &output)
            appendCopies(offset: position - candidate, length: length, to: &output)
            position += length
            anchor = position
        }
        appendLiterals(source.extracting(anchor..<source.count), to: &output)
    }

    /// Lengths of up to 60 sit in the tag, those of a fragment in at most two bytes behind it.
    private static func appendLiterals(_ literals: Span<UInt8>, to output: inout [UInt8]) {
        guard literals.count > 0 else { return }
        let code = literals.count - 1
        if code < 60 {
            output.append(UInt8(code << 2) | Tag.literal.rawValue)
        } else if code < 0x100 {
            output.append(60 << 2 | Tag.literal.rawValue)
            output.append(UInt8(code))
        } else {
            output.append(61 << 2 | Tag.literal.rawValue)
            output.append(UInt8(truncatingIfNeeded: code))
            output.append(UInt8(code >> 8))
        }
        for index in literals.indices { output.append(literals[index]) }
    }

    /// A copy holds at most 64 bytes; the last two of several share the rest so that none is below four.
    private static func appendCopies(offset: Int, length: Int, to output: inout [UInt8]) {
        var rest = length
        while rest > 64 {
            let count = rest >= 68 ? 64 : 60
            appendLongCopy(offset: offset, length: count, to: &output)
            rest -= count
        }
        guard rest < 12, offset < 1 << 11 else {
            appendLongCopy(offset: offset, length: rest, to: &output)
            return
        }
        output.append(UInt8((offset >> 8) << 5 | (rest - 4) << 2) | Tag.copyWithByteOffset.rawValue)
        output.append(UInt8(truncatingIfNeeded: offset))
    }

    private static func appendLongCopy(offset: Int, length: Int, to output: inout [UInt8]) {
        output.append(UInt8((length - 1) << 2) | Tag.copyWithShortOffset.rawValue)
        output.append(UInt8(truncatingIfNeeded: offset))
        output.append(UInt8(offset >> 8))
    }

    /// The bytes of a block.
    ///
    /// Memory grows with what the block really yields, at most 64 bytes for two of its own.
    /// - Throws: `WireError` when the block announces more than `limit` bytes, is cut short, refers to bytes before
    ///   its first, or yields more or fewer bytes than it announces.
    package static func decompress(_ block: ArraySlice<UInt8>, limit: Int) throws(WireError) -> [UInt8] {
        var reader = ByteReader(block)
        let byteCount = try readLength(from: &reader)
        guard byteCount <= limit else {
            throw WireError(.limitExceeded(length: byteCount, limit: limit), field: "snappy length", offset: 0)
        }
        var output: [UInt8] = []
        output.reserveCapacity(min(byteCount, block.count * 4))
        while reader.remaining > 0 {
            try decompressElement(from: &reader, limit: byteCount, into: &output)
        }
        guard output.count == byteCount else {
            throw reader.error(.invalidValue("it holds \(output.count) bytes of \(byteCount)"), "snappy block")
        }
        return output
    }

    private static func readLength(from reader: inout ByteReader) throws(WireError) -> Int {
        var length: UInt64 = 0
        for shift in stride(from: 0, through: 28, by: 7) as StrideThrough<UInt64> {
            let byte = try reader.readByte("snappy length")
            length |= UInt64(byte & 0x7F) << shift
            if byte < 0x80, let length = UInt32(exactly: length) { return Int(length) }
        }
        throw WireError(.invalidValue("it has at most 32 bits"), field: "snappy length", offset: 0)
    }

    private static func decompressElement(
        from reader: inout ByteReader,
        limit: Int,
        into output: inout [UInt8]
    ) throws(WireError) {
        let start = reader
        let tag = try reader.readByte("snappy tag")
        let length: Int
        let offset: Int
        switch tag & 0b11 {
        case Tag.literal.rawValue:
            let literals = try readLiterals(tag, from: &reader)
            guard literals.count <= limit - output.count else {
                let reason = WireError.Reason.limitExceeded(length: literals.count, limit: limit - output.count)
                throw start.error(reason, "snappy literals")
            }
            output.append(contentsOf: literals)
            return
        case Tag.copyWithByteOffset.rawValue:
            length = Int(tag >> 2 & 0b111) + 4
            offset = Int(tag >> 5) << 8 | Int(try reader.readByte("snappy offset"))
        case Tag.copyWithShortOffset.rawValue:
            length = Int(tag >> 2) + 1
            offset = Int(try reader.readInteger("snappy offset", as: UInt16.self).byteSwapped)
        default:
            length = Int(tag >> 2) + 1
            offset = Int(try reader.readInteger("snappy offset", as: UInt32.self).byteSwapped)
        }
        guard offset > 0, offset <= output.count else {
            throw start.error(.invalidValue("it refers to bytes before the first"), "snappy offset")
        }
        guard length <= limit - output.count else {
            throw start.error(.limitExceeded(length: length, limit: limit - output.count), "snappy copy")
        }
        output.appendCopy(offset: offset, count: length)
    }

    private static func readLiterals(_ tag: UInt8, from reader: inout ByteReader) throws(WireError) -> ArraySlice<UInt8>
    {
        let code = Int(tag >> 2)
        guard code >= 60 else { return try reader.readBytes(code + 1, "snappy literals") }
        var length = 0
        for (position, byte) in try reader.readBytes(code - 59, "snappy literal length").enumerated() {
            length |= Int(byte) << (position * 8)
        }
        return try reader.readBytes(length + 1, "snappy literals")
    }
}
