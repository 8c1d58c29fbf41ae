/// A command-line option whose value cannot be used, and why.
package struct InvalidOption: Error, Hashable, Sendable {
    /// The option as it is typed, such as `--num-threads`.
    package let option: String
    /// Continues the sentence that the option begins.
    package let reason: String

    package init(_ option: String, _ reason: String) {
        self.option = option
        self.reason = reason
    }

    /// Refuses a number below `minimum`.
    ///
    /// - Throws: `InvalidOption` naming the option.
    static func require(_ option: String, _ value: Int?, atLeast minimum: Int) throws(InvalidOption) {
        guard let value, value < minimum else { return }
        throw InvalidOption(option, "must be at least \(minimum), not \(value)")
    }

    /// A port number from an option.
    ///
    /// - Throws: `InvalidOption` when it is outside 1 to 65535.
    static func port(_ option: String, _ value: Int) throws(InvalidOption) -> UInt16 {
        guard let port = UInt16(exactly: value), port > 0 else {
            throw InvalidOption(option, "must be between 1 and 65535, not \(value)")
        }
        return port
    }

    /// Refuses an empty value.
    ///
    /// - Throws: `InvalidOption` naming the option.
    package static func require(_ option: String, notEmpty value: String) throws(InvalidOption) {
        if value.isEmpty { throw InvalidOption(option, "must not be empty") }
    }
}

extension InvalidOption: CustomStringConvertible {
    package var description: String { "\(option) \(reason)" }
}
