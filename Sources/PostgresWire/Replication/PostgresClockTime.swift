import WireKit

/// A moment of a server's clock: microseconds since 2000-01-01 00:00 UTC, as `timestamptz` counts them.
package struct PostgresClockTime: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// Microseconds from 1970-01-01 to 2000-01-01.
    private static let epoch: Int64 = 946_684_800_000_000

    /// - Parameter unixMicroseconds: microseconds since 1970-01-01 00:00 UTC; what does not fit is clamped.
    package init(unixMicroseconds: Int64) {
        let (difference, overflow) = unixMicroseconds.subtractingReportingOverflow(Self.epoch)
        rawValue = overflow ? .min : difference
    }

    /// Microseconds since 1970-01-01 00:00 UTC; what does not fit is clamped.
    package var unixMicroseconds: Int64 {
        let (sum, overflow) = rawValue.addingReportingOverflow(Self.epoch)
        return overflow ? .max : sum
    }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The fields that replication messages have in common.
extension ByteReader {
    /// Reads a position in the log.
    ///
    /// - Throws: `WireError` (truncated).
    mutating func readPosition(_ field: String) throws(WireError) -> LogSequenceNumber {
        LogSequenceNumber(rawValue: try readInteger(field, as: UInt64.self))
    }

    /// Reads a moment of the peer's clock.
    ///
    /// - Throws: `WireError` (truncated).
    mutating func readClockTime(_ field: String) throws(WireError) -> PostgresClockTime {
        PostgresClockTime(rawValue: try readInteger(field, as: Int64.self))
    }

    /// Reads a byte that is 0 or 1.
    ///
    /// - Throws: `WireError` when it is missing or another.
    mutating func readFlag(_ field: String) throws(WireError) -> Bool {
        let at = offset
        switch try readInteger(field, as: UInt8.self) {
        case 0: return false
        case 1: return true
        case let code: throw WireError(.unknownCode(Int(code)), field: field, offset: at)
        }
    }

    /// Reads an OID or a transaction id.
    ///
    /// - Throws: `WireError` (truncated).
    mutating func readID(_ field: String) throws(WireError) -> UInt32 {
        try readInteger(field, as: UInt32.self)
    }
}

extension ByteWriter {
    mutating func writePosition(_ position: LogSequenceNumber) { writeInteger(position.rawValue) }
    mutating func writeClockTime(_ time: PostgresClockTime) { writeInteger(time.rawValue) }
}
