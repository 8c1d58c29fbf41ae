extension String {
    /// The text between two marks, with every one of `doubled` inside written twice.
    ///
    /// Scalar by scalar: a mark that a combining character follows is another `Character` to Swift, and still the mark to
    /// whoever reads the statement.
    ///
    /// - Parameters:
    ///   - mark: what stands before and behind.
    ///   - doubled: the mark, and whatever else has a meaning of its own inside.
    /// - Returns: the quoted text.
    package func quoted(by mark: Unicode.Scalar, doubling doubled: Set<Unicode.Scalar>) -> String {
        var quoted = String.UnicodeScalarView([mark])
        for scalar in unicodeScalars {
            if doubled.contains(scalar) { quoted.append(scalar) }
            quoted.append(scalar)
        }
        quoted.append(mark)
        return String(quoted)
    }
}
