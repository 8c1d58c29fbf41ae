import CQLWire

/// What a running statement may ask the world for: the time, and numbers that nobody had before.
struct RunEnvironment: Sendable {
    /// Microseconds since 1970, the same for the whole statement.
    let now: Int64
    let makeUUID: @Sendable () -> CQLUUID

    /// Seconds since 1970: what decides whether something has expired.
    var seconds: Int64 { now.flooredQuotient(by: 1_000_000) }

    var milliseconds: Int64 { now.flooredQuotient(by: 1000) }
}

extension Int64 {
    /// The quotient rounded towards minus infinity; `divisor` is positive.
    func flooredQuotient(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

/// UUIDs of version 1, which hold a time.
enum TimeUUID {
    /// 100 ns from 1582-10-15 to 1970-01-01.
    private static let epoch: Int64 = 122_192_928_000_000_000

    /// One for the given time that differs from all others by the random bits of `uuid`.
    static func make(microseconds: Int64, uuid: CQLUUID) -> CQLUUID {
        // The last digit of the time is random too: several calls in a statement differ.
        let time = UInt64(bitPattern: microseconds &* 10 &+ epoch) &+ uuid.high % 10
        return CQLUUID(high: high(time), low: uuid.low & ~(0b11 << 62) | 0b10 << 62)
    }

    /// The least or greatest one, as servers order them, of a millisecond.
    static func bound(milliseconds: Int64, isUpper: Bool) -> CQLUUID {
        let time = UInt64(bitPattern: milliseconds &* 10_000 &+ epoch) &+ (isUpper ? 9999 : 0)
        return CQLUUID(high: high(time), low: isUpper ? 0x7f7f_7f7f_7f7f_7f7f : 0x8080_8080_8080_8080)
    }

    private static func high(_ time: UInt64) -> UInt64 {
        time << 32 | time >> 16 & 0xFFFF_0000 | 0x1000 | time >> 48 & 0x0FFF
    }

    /// Milliseconds since 1970; nil for another version of UUID.
    static func milliseconds(of bytes: [UInt8]) -> Int64? {
        guard bytes.count == 16, bytes[6] >> 4 == 1 else { return nil }
        let word = UInt64(bitPattern: bytes.int64(at: 0))
        let time = word << 48 & 0x0FFF_0000_0000_0000 | word << 16 & 0x0000_FFFF_0000_0000 | word >> 32
        return (Int64(bitPattern: time) &- epoch).flooredQuotient(by: 10_000)
    }
}
