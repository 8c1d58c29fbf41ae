package import WireKit

/// A result whose column is missing or not of the type it is read as.
package struct PostgresDecodingError: Error, Equatable, Sendable {
    package let column: String
    /// What is wrong with the value; none when there is no such column.
    package let underlying: WireError?
}

extension PostgresDecodingError: CustomStringConvertible {
    package var description: String {
        guard let underlying else { return "the result has no column \(column)" }
        return "column \(column) cannot be read: \(underlying)"
    }
}
