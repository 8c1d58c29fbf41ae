import WireKit

/// PostgreSQL counts from 2000-01-01, CQL from 1970-01-01.
enum Epoch {
    static let dayOffset: Int32 = 10_957
    static let millisecondOffset: Int64 = 946_684_800_000
    /// CQL's `date` is unsigned with 1970-01-01 at 2³¹ (native protocol v4, section 6.5).
    static let dateCentre: UInt32 = 0x8000_0000
    static let microsecondsPerDay: Int64 = 86_400_000_000
}

extension TupleTranscoder {
    /// Milliseconds since 1970, rounded towards the past; nil for ±infinity, or for microseconds in a key.
    @inline(__always)
    func timestamp(_ value: UnsafeRawPointer, isKey: Bool, _ flooredCount: inout Int) -> Int64? {
        let microseconds = value.loadBigEndian(Int64.self)
        if microseconds == .max || microseconds == .min { return nil }
        var milliseconds = microseconds / 1000
        let rest = microseconds &- milliseconds &* 1000
        if rest != 0 {
            if isKey { return nil }
            flooredCount &+= 1
            if rest < 0 { milliseconds &-= 1 }
        }
        return milliseconds &+ Epoch.millisecondOffset
    }

    /// Days with 1970-01-01 at 2³¹; nil for ±infinity.
    @inline(__always)
    func date(_ value: UnsafeRawPointer) -> UInt32? {
        let days = value.loadBigEndian(Int32.self)
        if days == .max || days == .min { return nil }
        return UInt32(bitPattern: days) &+ UInt32(bitPattern: Epoch.dayOffset) &+ Epoch.dateCentre
    }

    /// Nanoseconds since midnight; nil for 24:00, which CQL's `time` does not have.
    @inline(__always)
    func time(_ value: UnsafeRawPointer) -> Int64? {
        let microseconds = value.loadBigEndian(Int64.self)
        if microseconds < 0 || microseconds >= Epoch.microsecondsPerDay { return nil }
        return microseconds &* 1000
    }

    /// A `[value]` of 4 or 16 address bytes; nil when the network mask says that it is more than a host.
    @inline(__always)
    func inet(
        _ value: UnsafeRawPointer,
        _ length: Int,
        into output: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer? {
        // Family, mask bits, is-cidr flag, address length, address (src/backend/utils/adt/network.c, network_send).
        if length != 8 && length != 20 { return nil }
        let addressLength = length &- 4
        if Int(value.load(fromByteOffset: 3, as: UInt8.self)) != addressLength { return nil }
        if Int(value.load(fromByteOffset: 1, as: UInt8.self)) != addressLength &* 8 { return nil }
        output.storeBigEndian(Int32(truncatingIfNeeded: addressLength))
        (output + 4).copyMemory(from: value + 4, byteCount: addressLength)
        return output + (4 &+ addressLength)
    }
}
