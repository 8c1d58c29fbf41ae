import CQLWire
import PosixIO

/// The node's time and dice; while a recorded write is run again, those of the record.
///
/// Sendable: it is used on the node's loop alone, as is the database whose closures hold it.
final class NodeClock: @unchecked Sendable {
    private struct Run {
        var now: Int64
        var timestamp: Int64?
        var seed: CQLUUID?
        var drawnCount: UInt64 = 0
    }

    /// The write that runs now.
    private var run: Run?
    private var latestTimestamp = Int64.min

    /// Microseconds since 1970: during a write the time at which it began.
    var now: Int64 { run?.now ?? WallClock.microseconds }

    /// Begins a write, new or recorded.
    func begin(_ stamp: WriteStamp? = nil) {
        run =
            stamp.map { Run(now: $0.now, timestamp: $0.timestamp, seed: $0.seed) }
            ?? Run(now: WallClock.microseconds)
    }

    func end() { run = nil }

    /// The timestamp of the write that runs, unless it brings its own: never twice the same, never backwards.
    func timestamp() -> Int64 {
        if let timestamp = run?.timestamp { return timestamp }
        latestTimestamp = max(now, latestTimestamp == .max ? latestTimestamp : latestTimestamp + 1)
        run?.timestamp = latestTimestamp
        return latestTimestamp
    }

    /// A version 4 UUID: any, or during a write one that follows from its seed.
    func makeUUID() -> CQLUUID {
        guard run != nil else { return .random() }
        let seed = run?.seed ?? .random()
        let count = run?.drawnCount ?? 0
        run?.seed = seed
        run?.drawnCount = count + 1
        return CQLUUID(stableHashOf: "\(seed) \(count)").asVersion4
    }

    /// What the write that runs has used so far.
    var stamp: WriteStamp {
        WriteStamp(timestamp: timestamp(), now: now, seed: run?.seed ?? CQLUUID(high: 0, low: 0))
    }
}

extension CQLUUID {
    static func random() -> CQLUUID {
        var generator = SystemRandomNumberGenerator()
        return CQLUUID(high: generator.next(), low: generator.next()).asVersion4
    }

    /// With the digits that say how it was made: at random (RFC 9562, section 5.4).
    var asVersion4: CQLUUID {
        CQLUUID(high: high & ~0xF000 | 0x4000, low: low & ~(0b11 << 62) | 0b10 << 62)
    }
}
