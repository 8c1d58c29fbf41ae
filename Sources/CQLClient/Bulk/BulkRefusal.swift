import CQLWire

/// A row that the server refuses however often it is sent: its error and the values that were in the frame.
package struct BulkRefusal: Equatable, Sendable {
    package let error: CQLServerError
    /// `<n><value>…` as EXECUTE carried it.
    package let values: [UInt8]
}

extension CQLServerError {
    /// Whether the server asks for fewer requests at once.
    var meansOverload: Bool {
        if case .rateLimited = details { return true }
        return code == .overloaded || code == .writeTimeout
    }
}

extension ErrorCode {
    /// Errors that a row's own content can cause; all others would meet every row.
    var concernsOneRow: Bool { self == .invalid || self == .serverError || self == .writeFailure }
}
