import CQLWire

/// Faults at given rates: which request meets which follows from the seed and the request's number alone.
package struct FaultPlan: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// ERROR overloaded; nothing was done.
        case overload
        /// ERROR write timeout or read timeout; half of the writes are done all the same.
        case timeout
        /// The connection is closed; half of the writes are done all the same.
        case drop
        /// ERROR unprepared for an EXECUTE.
        case unprepared
        /// The answer comes late.
        case slow
        /// The request is done, but its answer never comes.
        case lost
    }

    /// The share of requests that meet each kind, from 0 to 1.
    package var rates: [Kind: Double] = [:]
    package var seed: UInt64 = 0
    /// How late the answer of a slow request comes.
    package var delay = Duration.milliseconds(100)

    package init() {}

    /// The fault that a request meets.
    package func fault(for attempt: RequestAttempt) -> RequestFault? {
        let word = Self.mix(seed &+ UInt64(attempt.number) &* 0x9e37_79b9_7f4a_7c15)
        var place = Double(word >> 11) / Double(1 << 53)
        for kind in Kind.allCases {
            guard let rate = rates[kind] else { continue }
            if place < rate { return fault(kind, attempt, isApplied: word & 1 == 1) }
            place -= rate
        }
        return nil
    }

    private func fault(_ kind: Kind, _ attempt: RequestAttempt, isApplied: Bool) -> RequestFault? {
        switch kind {
        case .overload:
            let message = "Too many in flight requests (a fault that was asked for)"
            return .error(ErrorResponse(code: .overloaded, message: message), afterApplying: false)
        case .timeout: return .error(attempt.isWrite ? Self.writeTimeout : Self.readTimeout, afterApplying: isApplied)
        case .drop: return .dropConnection(afterApplying: isApplied)
        case .unprepared: return attempt.opcode == .execute ? .unprepared : nil
        case .slow: return .delay(delay)
        case .lost: return .silence(afterApplying: true)
        }
    }

    private static let writeTimeout = ErrorResponse(
        code: .writeTimeout,
        message: "Operation timed out - received only 0 responses (a fault that was asked for).",
        details: .writeTimeout(consistency: .one, received: 0, blockFor: 1, writeType: .simple)
    )

    private static let readTimeout = ErrorResponse(
        code: .readTimeout,
        message: "Operation timed out - received only 0 responses (a fault that was asked for).",
        details: .readTimeout(consistency: .one, received: 0, blockFor: 1, dataPresent: false)
    )

    /// Spreads a number over all 64 bits (SplitMix64).
    private static func mix(_ number: UInt64) -> UInt64 {
        var mixed = number
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
