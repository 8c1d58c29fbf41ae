package import WireKit

/// LZ4's block format: sequences of literals and of copies from up to 64 KiB before, without a length of their own.
///
/// A sequence is a token (two 4-bit lengths, 15 of which go on in further bytes), its literals, and a 2-byte offset;
/// the last one ends behind its literals.
package enum LZ4Block {
    private static let minimumMatch = 4
    /// No match starts in the last twelve bytes, and the last five are literals: decoders copy in words.
    private static let lastMatchMargin = 12
    private static let lastLiterals = 5
    private static let greatestOffset = 0xFFFF

    /// Appends `source` as one block.
    ///
    /// Greedy: the last place with the same hash is the only candidate, and steps grow where nothing is found.
    package static func compress(_ source: Span<UInt8>, into output: inout [UInt8]) {
        var anchor = 0
        var position = 0
        let hashBits = tableBits(for: source.count)
        // Places by the hash of their four bytes, counted from one: zero is none.
        var places = [UInt32](repeating: 0, count: 1 << hashBits)
        while position <= source.count - lastMatchMargin - 1 {
            let word = source.word(at: position)
            let hash = Int((word &* 2_654_435_761) &>> (32 - UInt32(hashBits)))
            var candidate = Int(places[hash]) - 1
            places[hash] = UInt32(position + 1)
            guard candidate >= 0, position - candidate <= greatestOffset, source.word(at: candidate) == word else {
                position += 1 + (position - anchor) >> 6
                continue
            }
            while candidate > 0, position > anchor, source[candidate - 1] == source[position - 1] {
                candidate -= 1
                position -= 1
            }
            let length = source.commonLength(candidate, position, end: source.count - lastLiterals)
            append(source.extracting(anchor..<position), match: (position - candidate, length), to: &output)
            position += length
            anchor = position
        }
        append(source.extracting(anchor..<source.count), match: nil, to: &output)
    }

    /// A table that is not much larger than its source, for clearing it is most of the work on a small one.
    private static func tableBits(for byteCount: Int) -> Int {
        min(max(Int.bitWidth - byteCount.leadingZeroBitCount, 6), 14)
    }

    private static func append(
        _ literals: Span<UInt8>,
        match: (offset: Int, length: Int)?,
        to output: inout [UInt8]
    ) {
        let matchLength = match.map { $0.length - minimumMatch } ?? 0
        output.append(UInt8(min(literals.count, 15) << 4 | min(matchLength, 15)))
        appendRest(ofLength: literals.count, to: &output)
        for index in literals.indices { output.append(literals[index]) }
        guard let match else { return }
        output.append(UInt8(truncatingIfNeeded: match.offset))
        output.append(UInt8(match.offset >> 8))
        appendRest(ofLength: matchLength, to: &output)
    }

    /// What a token's four bits do not hold of a length.
    private static func appendRest(ofLength length: Int, to output: inout [UInt8]) {
        guard length >= 15 else { return }
        var rest = length - 15
        while rest >= 255 {
            output.append(255)
            rest -= 255
        }
        output.append(UInt8(rest))
    }

    /// The bytes of a block that was announced to hold `byteCount` of them.
    ///
    /// Memory grows with what the block really yields, at most 255 bytes for each of its own.
    /// - Throws: `WireError` when the block is cut short, refers to bytes before its first, or yields more or fewer
    ///   bytes than announced.
    package static func decompress(_ block: ArraySlice<UInt8>, byteCount: Int) throws(WireError) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(min(byteCount, block.count * 4))
        var reader = ByteReader(block)
        while reader.remaining > 0 {
            let token = Int(try reader.readByte("lz4 token"))
            let literalCount = try readLength(token >> 4, from: &reader, limit: byteCount - output.count)
            output.append(contentsOf: try reader.readBytes(literalCount, "lz4 literals"))
            if reader.remaining == 0 { break }
            let start = reader
            let offset = Int(try reader.readInteger("lz4 offset", as: UInt16.self).byteSwapped)
            guard offset > 0, offset <= output.count else {
                throw start.error(.invalidValue("it refers to bytes before the first"), "lz4 offset")
            }
            let limit = byteCount - output.count - minimumMatch
            let length = try readLength(token & 0xF, from: &reader, limit: limit) + minimumMatch
            output.appendCopy(offset: offset, count: length)
        }
        guard output.count == byteCount else {
            throw reader.error(.invalidValue("it holds \(output.count) bytes of \(byteCount)"), "lz4 block")
        }
        return output
    }

    private static func readLength(
        _ nibble: Int,
        from reader: inout ByteReader,
        limit: Int
    ) throws(WireError) -> Int {
        let start = reader
        var length = nibble
        if nibble == 15 {
            var byte: UInt8
            repeat {
                byte = try reader.readByte("lz4 length")
                length += Int(byte)
            } while byte == 255
        }
        guard length <= limit else {
            throw start.error(.limitExceeded(length: length, limit: max(limit, 0)), "lz4 length")
        }
        return length
    }
}
