/// Why a row cannot be written to the target as it is.
package enum RejectReason: Error, Equatable, Sendable {
    case numericNotANumber
    case numericInfinity
    case infiniteTimestamp
    case infiniteDate
    /// `timestamp` holds milliseconds: two keys of one millisecond would become one row.
    case microsecondsInKey
    /// `24:00:00`, which CQL's `time` does not have.
    case timeOutOfRange
    /// An inet with a mask: CQL's holds an address only.
    case networkMask
    case nullInArray
    case multidimensionalArray(dimensionCount: Int)
    case arrayLowerBound(Int)
    /// The bytes of a text that the server never checked (`SQL_ASCII`).
    case invalidUTF8
    /// The target refuses an empty single-column partition key.
    case emptyPartitionKey
    /// The target's keys hold at most 65535 bytes.
    case keyTooLong(byteCount: Int)
    /// A jsonb version that this release does not know.
    case unknownJSONBVersion(Int)
    /// The row is larger than one request may be.
    case rowTooLarge(byteCount: Int)
    /// The target answered the write with an error that a repetition does not cure.
    case refusedByTarget(String)
}

extension RejectReason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .numericNotANumber: "NaN cannot be a CQL decimal"
        case .numericInfinity: "infinity cannot be a CQL decimal"
        case .infiniteTimestamp: "infinity cannot be a CQL timestamp"
        case .infiniteDate: "infinity cannot be a CQL date"
        case .microsecondsInKey: "a key with microseconds cannot be a CQL timestamp, which holds milliseconds"
        case .timeOutOfRange: "24:00:00 cannot be a CQL time"
        case .networkMask: "an address with a network mask cannot be a CQL inet"
        case .nullInArray: "a CQL list cannot hold NULL"
        case .multidimensionalArray(let count): "an array of \(count) dimensions cannot be a CQL list"
        case .arrayLowerBound(let bound): "an array that begins at \(bound) cannot be a CQL list, which begins at one"
        case .invalidUTF8: "the text is not valid UTF-8"
        case .emptyPartitionKey: "the partition key is empty, which CQL refuses"
        case .keyTooLong(let byteCount): "the key has \(byteCount) bytes, CQL holds at most 65535"
        case .unknownJSONBVersion(let version): "jsonb version \(version) is unknown"
        case .rowTooLarge(let byteCount): "the row has \(byteCount) bytes, more than one CQL request holds"
        case .refusedByTarget(let message): "the target refused the row: \(message)"
        }
    }
}

/// A row that stays behind: which column is to blame, if it is one, and why.
package struct Rejection: Error, Equatable, Sendable {
    /// Index into the plan's columns.
    package let column: Int?
    package let reason: RejectReason

    package init(column: Int?, reason: RejectReason) {
        self.column = column
        self.reason = reason
    }
}
