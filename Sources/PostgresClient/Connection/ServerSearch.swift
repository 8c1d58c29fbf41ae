import PosixIO
import PostgresWire
import WireKit

/// The search for a server that takes us: host by host, address by address.
///
/// As libpq: when nothing answers at an address, the next one is tried; when the server there does not accept
/// connections now, or is not of the kind wanted, the next host; every other failure, such as a wrong password, ends the
/// search.
struct ServerSearch {
    /// The order in which so many things are tried.
    typealias Order = @Sendable (_ count: Int) -> [Int]

    private let configuration: PostgresConfiguration
    private let order: Order
    private let loop: EventLoop
    private var failures: [PostgresConnectionError] = []

    init(_ configuration: PostgresConfiguration, order: @escaping Order, on loop: EventLoop) {
        self.configuration = configuration
        self.order = order
        self.loop = loop
    }

    /// Finds a server by the end of `deadline`, of which every host and address gets an equal share of what is left.
    ///
    /// - Throws: `PostgresConnectionError` of the last attempt, with those before it.
    mutating func run(
        until deadline: ContinuousClock.Instant
    ) async throws(PostgresConnectionError) -> PostgresConnection {
        let passes: [TargetSessionAttributes] =
            configuration.targetSessionAttributes == .preferStandby
            ? [.standby, .any] : [configuration.targetSessionAttributes]
        for (index, target) in passes.enumerated() {
            // The second pass asks everyone again.
            failures = []
            let end = share(of: deadline, among: passes.count - index)
            if let connection = try await search(for: target, until: end) { return connection }
        }
        // There is at least one host, so the list holds an error here.
        let last = failures.popLast() ?? .invalid("no host is given")
        throw finalError(last)
    }

    private mutating func search(
        for target: TargetSessionAttributes,
        until deadline: ContinuousClock.Instant
    ) async throws(PostgresConnectionError) -> PostgresConnection? {
        let indices = configuration.balancesLoad ? order(configuration.hosts.count) : Array(configuration.hosts.indices)
        for (position, index) in indices.enumerated() where configuration.hosts.indices.contains(index) {
            let end = share(of: deadline, among: indices.count - position)
            if let connection = try await search(configuration.hosts[index], for: target, until: end) {
                return connection
            }
        }
        return nil
    }

    private mutating func search(
        _ host: PostgresHost,
        for target: TargetSessionAttributes,
        until deadline: ContinuousClock.Instant
    ) async throws(PostgresConnectionError) -> PostgresConnection? {
        var addresses: [SocketAddress]
        do throws(TransportError) {
            addresses = try await loop.addresses(of: host.endpoint, until: deadline)
        } catch {
            let failure = PostgresConnectionError(error, phase: .connecting, endpoint: host.endpoint)
            if failure.code == .cancelled { throw finalError(failure) }
            failures.append(failure)
            return nil
        }
        if configuration.balancesLoad {
            let all = addresses
            addresses = order(all.count).filter(all.indices.contains).map { all[$0] }
        }
        for (index, address) in addresses.enumerated() {
            let attempt = SessionAttempt(
                configuration: configuration,
                host: host,
                address: address,
                deadline: share(of: deadline, among: addresses.count - index)
            )
            do throws(PostgresConnectionError) {
                return try await attempt.run(target, on: loop)
            } catch {
                let error = addresses.count > 1 ? error.located(at: "\(address)") : error
                switch error.continuation {
                case .nextAddress: failures.append(error)
                case .nextHost:
                    failures.append(error)
                    return nil
                case .stop: throw finalError(error)
                }
            }
        }
        return nil
    }

    private func share(of deadline: ContinuousClock.Instant, among count: Int) -> ContinuousClock.Instant {
        let now = ContinuousClock.now
        return now + max(.zero, deadline - now) / max(1, count)
    }

    private func finalError(_ error: PostgresConnectionError) -> PostgresConnectionError {
        var error = error
        error.earlier = failures + error.earlier
        return error
    }
}

extension PostgresConnectionError {
    /// Where the search goes on after a failure.
    enum Continuation: Equatable, Sendable {
        case nextAddress
        case nextHost
        case stop
    }

    var continuation: Continuation {
        switch code {
        case .unreachable, .timeout: .nextAddress
        case .resolve, .socketPathTooLong, .closed, .tooManyConnections, .notAcceptingConnections, .unsuitableServer:
            .nextHost
        default: .stop
        }
    }
}
