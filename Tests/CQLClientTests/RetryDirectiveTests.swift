import CQLClient
import CQLWire
import PosixIO
import Testing
import WireKit

@Suite struct RetryDirectiveTests {
    /// What is expected of one error: for idempotent requests at the first and a later failure, and for others.
    struct Rule: Sendable {
        let error: CQLError
        let first: RetryDirective
        let later: RetryDirective
        let notIdempotent: RetryDirective
    }

    private static func server(_ code: ErrorCode) -> CQLError {
        .server(CQLServerError(ErrorResponse(code: code, message: "m"), peer: "p"))
    }

    private static func rateLimited(byCoordinator: Bool) -> CQLError {
        let details = ErrorResponse.Details.rateLimited(.write, isRejectedByCoordinator: byCoordinator)
        let response = ErrorResponse(code: ErrorCode(rawValue: 0x4321), message: "m", details: details)
        return .server(CQLServerError(response, peer: "p"))
    }

    private static func connection(_ code: CQLConnectionError.Code, isSafeToRetry: Bool = false) -> CQLError {
        .connection(CQLConnectionError(code, peer: "p", isSafeToRetry: isSafeToRetry))
    }

    private static let soon = RetryDirective.backOff(.milliseconds(50))
    private static let later = RetryDirective.backOff(.milliseconds(400))
    private static let lost = CQLConnectionError.Code.connectionLost(.closed(peer: "p"))

    private static func lasting(_ error: CQLError) -> Rule {
        Rule(error: error, first: .giveUp, later: .giveUp, notIdempotent: .giveUp)
    }

    static let rules: [Rule] = [
        Rule(error: server(.unprepared), first: .rePrepare, later: .rePrepare, notIdempotent: .rePrepare),
        Rule(
            error: server(.isBootstrapping),
            first: .retryNextHost,
            later: .retryNextHost,
            notIdempotent: .retryNextHost
        ),
        Rule(error: server(.unavailable), first: .retryNextHost, later: later, notIdempotent: .retryNextHost),
        Rule(error: server(.overloaded), first: soon, later: later, notIdempotent: .giveUp),
        Rule(error: server(.writeTimeout), first: soon, later: later, notIdempotent: .giveUp),
        Rule(error: server(.casWriteUnknown), first: soon, later: later, notIdempotent: .giveUp),
        Rule(error: server(.truncateError), first: soon, later: later, notIdempotent: .giveUp),
        Rule(error: server(.readTimeout), first: .retrySameHost, later: later, notIdempotent: .giveUp),
        Rule(error: server(.serverError), first: .retryNextHost, later: later, notIdempotent: .giveUp),
        Rule(error: server(.readFailure), first: soon, later: .giveUp, notIdempotent: .giveUp),
        Rule(error: server(.writeFailure), first: soon, later: .giveUp, notIdempotent: .giveUp),
        Rule(error: server(.cdcWriteFailure), first: soon, later: .giveUp, notIdempotent: .giveUp),
        Rule(error: server(ErrorCode(rawValue: 0x4321)), first: soon, later: later, notIdempotent: .giveUp),
        lasting(server(.protocolError)), lasting(server(.badCredentials)), lasting(server(.functionFailure)),
        lasting(server(.syntaxError)), lasting(server(.unauthorized)), lasting(server(.invalid)),
        lasting(server(.configError)), lasting(server(.alreadyExists)),
        Rule(
            error: connection(.cannotConnect(.closed(peer: "p")), isSafeToRetry: true),
            first: .retryNextHost,
            later: later,
            notIdempotent: .retryNextHost
        ),
        Rule(error: connection(lost), first: .retryNextHost, later: later, notIdempotent: .giveUp),
        Rule(
            error: connection(lost, isSafeToRetry: true),
            first: .retryNextHost,
            later: later,
            notIdempotent: .retryNextHost
        ),
        Rule(error: connection(.closed), first: .retryNextHost, later: later, notIdempotent: .giveUp),
        Rule(error: connection(.tooManyOverdueAnswers), first: .retryNextHost, later: later, notIdempotent: .giveUp),
        Rule(error: connection(.requestTimedOut(.seconds(1))), first: soon, later: later, notIdempotent: .giveUp),
        Rule(error: connection(.heartbeatMissed), first: .retryNextHost, later: later, notIdempotent: .giveUp),
        Rule(error: connection(.noNodeReachable([])), first: soon, later: later, notIdempotent: soon),
        Rule(error: rateLimited(byCoordinator: true), first: soon, later: later, notIdempotent: soon),
        Rule(error: rateLimited(byCoordinator: false), first: soon, later: later, notIdempotent: .giveUp),
        Rule(error: connection(.noFreeStream), first: soon, later: later, notIdempotent: soon),
        lasting(connection(.authenticationFailed("m"))), lasting(connection(.credentialsMissing(authenticator: "a"))),
        lasting(connection(.unsupportedAuthenticator("a"))), lasting(connection(.unsupportedVersion(.v3))),
        lasting(connection(.notCQL(firstByte: 1))), lasting(connection(.unexpectedResponse("r"))),
        lasting(connection(.malformed(WireError(.invalidUTF8, field: "f", offset: 0)))),
        lasting(connection(.rejected(CQLServerError(ErrorResponse(code: .protocolError, message: "m"), peer: "p")))),
        lasting(connection(.cancelled)), lasting(.codec(WireError(.invalidUTF8, field: "f", offset: 0))),
        lasting(.statementChanged(query: "q")), lasting(.unexpectedResult(.void, query: "q")),
    ]

    @Test(arguments: rules)
    func everyErrorHasItsDirective(_ rule: Rule) {
        func directive(_ isIdempotent: Bool, _ attempt: Int) -> RetryDirective {
            RetryDirective(for: rule.error, isIdempotent: isIdempotent, attempt: attempt, jitter: 0)
        }
        #expect(directive(true, 0) == rule.first)
        #expect(directive(true, 3) == rule.later)
        #expect(directive(false, 0) == rule.notIdempotent)
        #expect(directive(true, RetryDirective.attemptLimit) == .giveUp)
    }

    @Test func everyServerErrorIsInTheTable() {
        let codes = Self.rules.compactMap { rule in
            if case .server(let error) = rule.error { error.code } else { nil }
        }
        #expect(Set(ErrorCode.names.keys).subtracting(codes).isEmpty)
    }

    @Test(
        arguments: [
            (0, 0, 50), (0, 1, 100), (1, 0.5, 150), (7, 1, 10_000), (1000, 1, 10_000), (-1, 2, 100),
        ] as [(Int, Double, Int)]
    )
    func pausesGrowToALimit(_ attempt: Int, _ jitter: Double, _ milliseconds: Int) {
        #expect(RetryDirective.delay(attempt: attempt, jitter: jitter) == .milliseconds(milliseconds))
    }

    @Test func descriptionsNameThePeerAndHideNothingElse() {
        for rule in Self.rules {
            #expect(!rule.error.description.isEmpty)
            if case .connection(let error) = rule.error, error.code != .cancelled {
                #expect(rule.error.description.contains("p"))
            }
        }
    }
}
