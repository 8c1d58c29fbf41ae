/// A connection string that cannot be read: what is wrong, and never a piece of it that could be of a password.
package struct ConnectionStringError: Error, Hashable, Sendable {
    /// Continues a sentence that begins with the string's name.
    package let reason: String

    package init(_ reason: String) {
        self.reason = reason
    }
}

extension ConnectionStringError: CustomStringConvertible {
    package var description: String { "the connection string \(reason)" }
}
