import CQLWire

/// Reads EXECUTE and BATCH messages of prepared statements without taking them apart.
///
/// A load sends millions of them, and they bind nothing but positional values: for those the values are left where
/// they are and only their ranges are noted. Anything else, malformed messages included, is left to the codec.
struct WriteReader {
    private let bytes: [UInt8]
    private let end: Int
    private let version: ProtocolVersion
    private(set) var position: Int

    /// Reads the body that lies in `bytes` at `range`.
    init(_ bytes: [UInt8], _ range: Range<Int>, version: ProtocolVersion) {
        self.bytes = bytes
        self.version = version
        position = range.lowerBound
        end = range.upperBound
    }

    mutating func byte() -> UInt8? {
        guard position < end else { return nil }
        position += 1
        return bytes[position - 1]
    }

    mutating func short() -> Int? {
        guard end - position >= 2 else { return nil }
        position += 2
        return Int(bytes[position - 2]) << 8 | Int(bytes[position - 1])
    }

    mutating func timestamp() -> Int64? {
        guard end - position >= 8 else { return nil }
        position += 8
        return bytes.int64(at: position - 8)
    }

    mutating func skip(_ count: Int) -> Bool {
        guard end - position >= count else { return false }
        position += count
        return true
    }

    mutating func shortBytes() -> Range<Int>? {
        guard let count = short(), skip(count) else { return nil }
        return position - count..<position
    }

    /// Replaces `values` by the message's next list of values; false when it is cut off or malformed.
    mutating func values(into values: inout [RunningValue]) -> Bool {
        values.removeAll(keepingCapacity: true)
        guard let count = short() else { return false }
        for _ in 0..<count {
            guard let length = bytes.bigEndianInt32(at: position, before: end) else { return false }
            position += 4
            if length >= 0 {
                guard skip(Int(length)) else { return false }
                values.append(.bytes(position - Int(length)..<position))
            } else if length == -1 || version < .v4 {
                values.append(.null)
            } else if length == -2 {
                values.append(.unset)
            } else {
                return false
            }
        }
        return true
    }
}

/// What follows the values of an EXECUTE, or the entries of a BATCH.
struct WriteTail {
    var consistency: Consistency
    var timestamp: Int64?
}

extension WriteReader {
    private static let values: UInt8 = 0x01
    private static let skipMetadata: UInt8 = 0x02
    private static let pageSize: UInt8 = 0x04
    private static let serialConsistency: UInt8 = 0x10
    private static let defaultTimestamp: UInt8 = 0x20

    /// Reads an EXECUTE from behind its id; nil when it is not of the plain kind.
    mutating func execute(into values: inout [RunningValue]) -> WriteTail? {
        guard let code = short(), let consistency = Consistency(rawValue: UInt16(code)), let flags = byte() else {
            return nil
        }
        let plain = Self.values | Self.skipMetadata | Self.pageSize | Self.serialConsistency | Self.defaultTimestamp
        guard flags & ~plain == 0, flags & Self.values != 0, self.values(into: &values) else { return nil }
        if flags & Self.pageSize != 0, !skip(4) { return nil }
        return tail(consistency, flags)
    }

    /// Reads consistency, flags and timestamp of a BATCH.
    mutating func batchTail() -> WriteTail? {
        guard let code = short(), let consistency = Consistency(rawValue: UInt16(code)), let flags = byte() else {
            return nil
        }
        guard flags & ~(Self.serialConsistency | Self.defaultTimestamp) == 0 else { return nil }
        return tail(consistency, flags)
    }

    private mutating func tail(_ consistency: Consistency, _ flags: UInt8) -> WriteTail? {
        if flags & Self.serialConsistency != 0, !skip(2) { return nil }
        var tail = WriteTail(consistency: consistency)
        if flags & Self.defaultTimestamp != 0 {
            guard let timestamp = timestamp() else { return nil }
            tail.timestamp = timestamp
        }
        return tail
    }
}
