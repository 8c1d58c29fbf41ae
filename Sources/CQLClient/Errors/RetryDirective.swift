import CQLWire

/// What to do about a request that failed.
package enum RetryDirective: Equatable, Sendable {
    /// Send it again at once.
    case retrySameHost
    /// Send it again at once, over another node.
    case retryNextHost
    /// Send it again after that long.
    case backOff(Duration)
    /// Prepare the statement again, then execute it.
    case rePrepare
    case giveUp

    /// After so many failed attempts of one request it is given up, unless the configuration says otherwise.
    package static let attemptLimit = 10

    /// Decides from the error alone, without state.
    ///
    /// - Parameters:
    ///   - error: why the last attempt failed.
    ///   - isIdempotent: whether the request may be carried out twice without harm.
    ///   - attempt: failed attempts before this one; 0 for the first failure.
    ///   - jitter: a random number in 0..<1, which spreads the retries of many clients.
    ///   - limit: attempts after which it is given up.
    package init(
        for error: CQLError,
        isIdempotent: Bool,
        attempt: Int,
        jitter: Double,
        limit: Int = Self.attemptLimit
    ) {
        guard attempt < limit else {
            self = .giveUp
            return
        }
        let backOff = RetryDirective.backOff(Self.delay(attempt: attempt, jitter: jitter))
        switch error {
        case .server(let error):
            self = Self.directive(for: error, isIdempotent: isIdempotent, attempt: attempt, backOff: backOff)
        case .connection(let error):
            self = Self.directive(for: error, isIdempotent: isIdempotent, attempt: attempt, backOff: backOff)
        case .codec, .statementChanged, .unexpectedResult:
            self = .giveUp
        }
    }

    /// 100 ms, doubled with each attempt up to 10 s; the upper half of it is jitter.
    package static func delay(attempt: Int, jitter: Double) -> Duration {
        let exponent = min(max(attempt, 0), 7)
        let ceiling = min(100 << exponent, 10_000)
        let share = 0.5 + min(max(jitter, 0), 1) / 2
        return .milliseconds(Int((Double(ceiling) * share).rounded()))
    }

    private static func directive(
        for error: CQLServerError,
        isIdempotent: Bool,
        attempt: Int,
        backOff: RetryDirective
    ) -> RetryDirective {
        if case .rateLimited(_, let isRejectedByCoordinator) = error.details {
            // Replicas that refuse it do so one by one: others may have carried it out.
            return isRejectedByCoordinator || isIdempotent ? backOff : .giveUp
        }
        return switch error.code {
        case .unprepared: .rePrepare
        // Nothing was carried out: the coordinator refused before it began.
        case .isBootstrapping: .retryNextHost
        case .unavailable: attempt == 0 ? .retryNextHost : backOff
        // Something may have been carried out.
        case .overloaded, .writeTimeout, .casWriteUnknown, .truncateError: isIdempotent ? backOff : .giveUp
        case .readTimeout: isIdempotent ? (attempt == 0 ? .retrySameHost : backOff) : .giveUp
        case .serverError: isIdempotent ? (attempt == 0 ? .retryNextHost : backOff) : .giveUp
        // Mostly lasting: a value too large, too many tombstones.
        case .readFailure, .writeFailure, .cdcWriteFailure: isIdempotent && attempt < 2 ? backOff : .giveUp
        case .protocolError, .badCredentials, .functionFailure, .syntaxError, .unauthorized, .invalid, .configError,
            .alreadyExists:
            .giveUp
        // A code of the server's own.
        default: isIdempotent ? backOff : .giveUp
        }
    }

    private static func directive(
        for error: CQLConnectionError,
        isIdempotent: Bool,
        attempt: Int,
        backOff: RetryDirective
    ) -> RetryDirective {
        switch error.code {
        case .cannotConnect: attempt == 0 ? .retryNextHost : backOff
        // Every node was tried already.
        case .noNodeReachable: backOff
        case .connectionLost, .closed, .tooManyOverdueAnswers, .heartbeatMissed:
            error.isSafeToRetry || isIdempotent ? (attempt == 0 ? .retryNextHost : backOff) : .giveUp
        case .requestTimedOut: isIdempotent ? backOff : .giveUp
        case .noFreeStream: backOff
        case .authenticationFailed, .credentialsMissing, .unsupportedAuthenticator, .unsupportedVersion,
            .notCQL,
            .malformed, .unexpectedResponse, .rejected, .cancelled:
            .giveUp
        }
    }
}
