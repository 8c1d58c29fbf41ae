package import WireKit

/// Months, days and nanoseconds, which have no fixed ratio; all of one sign.
package struct CQLDuration: Hashable, Sendable {
    package let months: Int32
    package let days: Int32
    package let nanoseconds: Int64

    package init(months: Int32, days: Int32, nanoseconds: Int64) {
        self.months = months
        self.days = days
        self.nanoseconds = nanoseconds
    }

    static func decode(from reader: inout ByteReader) throws(WireError) -> CQLDuration {
        let start = reader
        let months = try reader.readSignedVint("duration months")
        let days = try reader.readSignedVint("duration days")
        let nanoseconds = try reader.readSignedVint("duration nanoseconds")
        guard let months = Int32(exactly: months), let days = Int32(exactly: days) else {
            throw start.error(.invalidValue("months and days have 32 bits"), "duration")
        }
        return CQLDuration(months: months, days: days, nanoseconds: nanoseconds)
    }

    /// Writes three signed vints.
    package func encode(into writer: inout ByteWriter) {
        writer.writeSignedVint(Int64(months))
        writer.writeSignedVint(Int64(days))
        writer.writeSignedVint(nanoseconds)
    }
}

extension CQLDuration: CustomStringConvertible {
    /// A CQL duration constant, such as `-1y2mo3d4h`.
    package var description: String {
        if months == 0 && days == 0 && nanoseconds == 0 { return "0s" }
        var text = months < 0 || days < 0 || nanoseconds < 0 ? "-" : ""
        let months = months.magnitude
        if months >= 12 { text += "\(months / 12)y" }
        if months % 12 > 0 { text += "\(months % 12)mo" }
        if days != 0 { text += "\(days.magnitude)d" }
        var rest = nanoseconds.magnitude
        let units: [(name: String, size: UInt64)] = [
            ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000),
            ("ns", 1),
        ]
        for unit in units where rest >= unit.size {
            text += "\(rest / unit.size)\(unit.name)"
            rest %= unit.size
        }
        return text
    }
}

/// The variable-length integers of durations (native protocol v5, section 3, `[vint]`).
extension ByteReader {
    /// Reads a zigzag-encoded `[vint]`.
    ///
    /// - Throws: `WireError` (truncated).
    package mutating func readSignedVint(_ field: String) throws(WireError) -> Int64 {
        let first = try readByte(field)
        // As many bytes follow as the first one has leading ones.
        let extra = (~first).leadingZeroBitCount
        var value = extra >= 8 ? 0 : UInt64(first & (0xFF >> UInt8(extra)))
        for byte in try readBytes(extra, field) { value = value << 8 | UInt64(byte) }
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }
}

extension ByteWriter {
    /// Writes a zigzag-encoded `[vint]` in as few bytes as hold it.
    package mutating func writeSignedVint(_ value: Int64) {
        let zigzag = UInt64(bitPattern: value << 1 ^ value >> 63)
        let significant = max(1, 64 - zigzag.leadingZeroBitCount)
        // Each byte but a ninth carries seven bits.
        let extra = significant > 56 ? 8 : (significant - 1) / 7
        for index in 0...extra {
            let shift = UInt64(extra - index) * 8
            let byte = shift < 64 ? UInt8(truncatingIfNeeded: zigzag >> shift) : 0
            writeInteger(index == 0 ? byte | ~(0xFF >> UInt8(extra)) : byte)
        }
    }
}
