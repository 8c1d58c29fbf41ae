/// Unicode normalisation form KC (Unicode Standard Annex #15).
enum CompatibilityNormalization {
    private static let decompositions = readDecompositions()
    private static let compositions = readCompositions()

    /// - Parameter scalars: any text.
    /// - Returns: the text decomposed by compatibility, put in canonical order and composed.
    static func normalize(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        composed(ordered(scalars.flatMap(decomposed)))
    }

    private static func decomposed(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        Hangul.decomposed(scalar) ?? decompositions[scalar] ?? [scalar]
    }

    /// Sorts each run of combining marks by combining class, keeping the order of equal ones.
    private static func ordered(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var result = scalars
        for index in result.indices {
            let rank = combiningClass(result[index])
            guard rank != 0 else { continue }
            var position = index
            while position > 0, combiningClass(result[position - 1]) > rank {
                result.swapAt(position, position - 1)
                position -= 1
            }
        }
        return result
    }

    /// Composes each mark with the starter before it, unless a mark of the same or a higher class is in between.
    private static func composed(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var starter: Int?
        var lastRank: UInt8 = 0
        for scalar in scalars {
            let rank = combiningClass(scalar)
            if let starter, result.count - 1 == starter || (lastRank < rank && lastRank != 0),
                let composite = composite(result[starter], scalar)
            {
                result[starter] = composite
                continue
            }
            if rank == 0 { starter = result.count }
            lastRank = rank
            result.append(scalar)
        }
        return result
    }

    private static func composite(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
        Hangul.composite(first, second) ?? compositions[UInt64(first.value) << 32 | UInt64(second.value)]
    }

    private static func combiningClass(_ scalar: Unicode.Scalar) -> UInt8 {
        scalar.properties.canonicalCombiningClass.rawValue
    }

    private static func readDecompositions() -> [Unicode.Scalar: [Unicode.Scalar]] {
        var table: [Unicode.Scalar: [Unicode.Scalar]] = [:]
        var code: UInt32 = 0
        for record in PackedTable.records(DecompositionTable.packed) {
            code += record.gap
            for offset in 0..<record.count {
                guard let scalar = Unicode.Scalar(code + offset) else { continue }
                table[scalar] = record.values.compactMap { Unicode.Scalar($0 + offset) }
            }
            code += record.count - 1
        }
        return table
    }

    private static func readCompositions() -> [UInt64: Unicode.Scalar] {
        var table: [UInt64: Unicode.Scalar] = [:]
        var code: UInt32 = 0
        for record in PackedTable.records(CompositionTable.packed) where record.values.count == 2 {
            code += record.gap
            table[UInt64(record.values[0]) << 32 | UInt64(record.values[1])] = Unicode.Scalar(code)
        }
        return table
    }
}

/// Hangul syllables, which are composed by arithmetic (The Unicode Standard, section 3.12).
private enum Hangul {
    private static let (syllable, leading, vowel, trailing): (UInt32, UInt32, UInt32, UInt32) =
        (0xAC00, 0x1100, 0x1161, 0x11A7)
    private static let (leadingCount, vowelCount, trailingCount): (UInt32, UInt32, UInt32) = (19, 21, 28)
    private static let syllableCount = leadingCount * vowelCount * trailingCount

    static func decomposed(_ scalar: Unicode.Scalar) -> [Unicode.Scalar]? {
        guard scalar.value >= syllable, scalar.value - syllable < syllableCount else { return nil }
        let index = scalar.value - syllable
        let parts = [
            leading + index / (vowelCount * trailingCount),
            vowel + index % (vowelCount * trailingCount) / trailingCount,
            trailing + index % trailingCount,
        ]
        return parts.filter { $0 != trailing }.compactMap { Unicode.Scalar($0) }
    }

    static func composite(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
        let (first, second) = (first.value, second.value)
        if (leading..<leading + leadingCount).contains(first), (vowel..<vowel + vowelCount).contains(second) {
            return Unicode.Scalar(syllable + ((first - leading) * vowelCount + second - vowel) * trailingCount)
        }
        if (syllable..<syllable + syllableCount).contains(first), (first - syllable).isMultiple(of: trailingCount),
            (trailing + 1..<trailing + trailingCount).contains(second)
        {
            return Unicode.Scalar(first + second - trailing)
        }
        return nil
    }
}
