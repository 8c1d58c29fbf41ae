/// Preparation of a password, so that each of its spellings gives the same bytes (RFC 4013, a profile of RFC 3454).
package enum SASLprep {
    private static let spaces = CodePointSet(packed: SASLprepTables.spaces)
    private static let nothing = CodePointSet(packed: SASLprepTables.nothing)
    private static let refused = CodePointSet(packed: SASLprepTables.refused)
    private static let rightToLeft = CodePointSet(packed: SASLprepTables.rightToLeft)
    private static let leftToRight = CodePointSet(packed: SASLprepTables.leftToRight)

    /// The bytes of a password as PostgreSQL hashes them: prepared, or as they are when the rules refuse them.
    ///
    /// ASCII is taken as it is, control characters included, as by PostgreSQL.
    package static func bytes(_ password: String) -> [UInt8] {
        guard !password.utf8.allSatisfy({ $0 < 0x80 }) else { return Array(password.utf8) }
        return Array((prepared(password) ?? password).utf8)
    }

    /// The text by the four steps of RFC 4013, section 2, or `nil` when they refuse it.
    package static func prepared(_ text: String) -> String? {
        let mapped = text.unicodeScalars.compactMap { scalar in
            if spaces.contains(scalar) { return Unicode.Scalar(0x20) as Unicode.Scalar }
            return nothing.contains(scalar) ? nil : scalar
        }
        let result = CompatibilityNormalization.normalize(mapped)
        // PostgreSQL refuses an empty result; the RFC has nothing to say about it.
        guard !result.isEmpty, !result.contains(where: refused.contains), isInOneDirection(result) else { return nil }
        var prepared = String.UnicodeScalarView()
        prepared.append(contentsOf: result)
        return String(prepared)
    }

    /// RFC 3454, section 6: text from right to left begins and ends so, and has nothing from left to right in it.
    private static func isInOneDirection(_ scalars: [Unicode.Scalar]) -> Bool {
        guard let first = scalars.first, let last = scalars.last, scalars.contains(where: rightToLeft.contains) else {
            return true
        }
        return rightToLeft.contains(first) && rightToLeft.contains(last)
            && !scalars.contains(where: leftToRight.contains)
    }
}
