import CQLWire
package import PosixIO
import WireKit

/// One connection to a cluster that is made again when it breaks: for schema, statements and paged reads.
///
/// Confined to its loop. Endpoints are tried in order, and requests again as `RetryDirective` says.
package final class CQLSession {
    package let configuration: CQLConfiguration
    package let loop: EventLoop
    /// What the cluster said of itself when the session began.
    package private(set) var cluster = ClusterDescription()
    private var current: CQLConnection?
    private var endpointIndex = 0

    private init(_ configuration: CQLConfiguration, on loop: EventLoop) {
        self.configuration = configuration
        self.loop = loop
    }

    /// Connects to the first endpoint that answers and asks what cluster it belongs to.
    ///
    /// - Throws: `CQLError` of the endpoint that came closest.
    package static func connect(
        _ configuration: CQLConfiguration,
        on loop: EventLoop
    ) async throws(CQLError) -> CQLSession {
        let session = CQLSession(configuration, on: loop)
        session.cluster = try await ClusterDescription.read(from: try await session.connection())
        return session
    }

    /// Ends the session's connection.
    package func close() {
        current?.close()
        current = nil
    }

    /// The connection in use, or a new one when there is none or it has failed.
    ///
    /// - Throws: `CQLError` when no endpoint accepts one.
    package func connection() async throws(CQLError) -> CQLConnection {
        if let current, current.failure == nil { return current }
        var failure: CQLConnectionError?
        for offset in configuration.endpoints.indices {
            let index = (endpointIndex + offset) % configuration.endpoints.count
            do throws(CQLConnectionError) {
                let made = try await CQLConnection.connect(to: configuration.endpoints[index], configuration, on: loop)
                return adopt(made, endpointIndex: index)
            } catch {
                if error.code == .cancelled { throw .connection(error) }
                // An answer says more than none: a wrong password on one node outweighs another that is down.
                if case .cannotConnect = error.code, failure != nil { continue }
                failure = error
            }
        }
        let nowhere = TransportError.resolve(host: "", reason: "no endpoint is configured")
        throw .connection(failure ?? CQLConnectionError(.cannotConnect(nowhere), peer: ""))
    }

    /// Another task may have connected meanwhile; one connection is kept.
    private func adopt(_ made: CQLConnection, endpointIndex index: Int) -> CQLConnection {
        if let current, current.failure == nil {
            made.close()
            return current
        }
        current = made
        endpointIndex = index
        return made
    }

    /// Runs `body`, on new connections and after pauses as far as its errors and its idempotence permit.
    ///
    /// - Throws: the last error of `body`, or that of connecting.
    package func retrying<T>(
        isIdempotent: Bool,
        _ body: (CQLConnection) async throws(CQLError) -> T
    ) async throws(CQLError) -> T {
        var attempt = 0
        while true {
            do throws(CQLError) {
                return try await body(try await connection())
            } catch {
                let directive = RetryDirective(
                    for: error,
                    isIdempotent: isIdempotent,
                    attempt: attempt,
                    jitter: Double.random(in: 0..<1),
                    limit: configuration.attemptLimit
                )
                attempt += 1
                if directive != .giveUp { await replaceIfSilent(after: error) }
                switch directive {
                // A statement that was prepared again and is still unknown is not going to be known.
                case .giveUp, .rePrepare: throw error
                case .retrySameHost: break
                case .retryNextHost:
                    if configuration.endpoints.count > 1 { close() }
                    endpointIndex += 1
                case .backOff(let pause): try await sleep(for: pause)
                }
            }
        }
    }

    /// A connection whose peer has vanished stays silent for ever: one that lets even OPTIONS wait is given up.
    private func replaceIfSilent(after error: CQLError) async {
        guard case .connection(let error) = error, case .requestTimedOut = error.code, let current else { return }
        do throws(CQLError) {
            _ = try await current.response(to: .options, timeout: min(configuration.requestTimeout, .seconds(5)))
        } catch {
            current.close()
        }
    }

    func sleep(for pause: Duration) async throws(CQLError) {
        do throws(TransportError) {
            try await loop.sleep(for: pause)
        } catch {
            throw .connection(CQLConnectionError(.cancelled, peer: current?.peer ?? ""))
        }
    }
}
