import CQLWire
package import PosixIO
import WireKit

extension CQLConnection {
    /// Connects to one endpoint and shakes hands: OPTIONS, STARTUP, and PLAIN authentication where asked for.
    ///
    /// A server that answers v4 in v3 is connected to again in v3.
    ///
    /// - Parameters:
    ///   - endpoint: the server.
    ///   - port: where to connect instead of the endpoint's own port, such as a shard-aware one.
    ///   - localPort: the port to connect from, which decides the shard at a shard-aware port; nil for any.
    ///   - configuration: how; its own endpoints are not looked at.
    ///   - loop: the loop that the caller runs on, and the connection from then on.
    /// - Returns: a connection that is ready for requests.
    /// - Throws: `CQLConnectionError`.
    package static func connect(
        to endpoint: Endpoint,
        port: UInt16? = nil,
        localPort: UInt16? = nil,
        _ configuration: CQLConfiguration,
        on loop: EventLoop
    ) async throws(CQLConnectionError) -> CQLConnection {
        let deadline = ContinuousClock.now + configuration.connectTimeout
        let version = configuration.protocolVersion
        let way = Way(endpoint: endpoint, port: port, localPort: localPort)
        do throws(CQLConnectionError) {
            return try await connect(way, version: version, configuration, until: deadline, on: loop)
        } catch {
            guard case .unsupportedVersion(let answered) = error.code,
                let lower = version.fallback(afterAnswerIn: answered)
            else { throw error }
            return try await connect(way, version: lower, configuration, until: deadline, on: loop)
        }
    }

    /// The way to a server.
    private struct Way {
        let endpoint: Endpoint
        let port: UInt16?
        let localPort: UInt16?

        var destination: Endpoint {
            guard let port, case .tcp(let host, _) = endpoint else { return endpoint }
            return .tcp(host: host, port: port)
        }
    }

    private static func connect(
        _ way: Way,
        version: ProtocolVersion,
        _ configuration: CQLConfiguration,
        until deadline: ContinuousClock.Instant,
        on loop: EventLoop
    ) async throws(CQLConnectionError) -> CQLConnection {
        let stream = try await openStream(way, configuration, until: deadline, on: loop)
        let connection = CQLConnection(
            stream: stream,
            endpoint: way.endpoint,
            version: version,
            configuration: configuration
        )
        do throws(CQLConnectionError) {
            try await connection.shakeHands(configuration, until: deadline)
            return connection
        } catch {
            connection.fail(error)
            throw error
        }
    }

    private static func openStream(
        _ way: Way,
        _ configuration: CQLConfiguration,
        until deadline: ContinuousClock.Instant,
        on loop: EventLoop
    ) async throws(CQLConnectionError) -> ByteStream {
        do throws(TransportError) {
            let left = { max(.zero, ContinuousClock.now.duration(to: deadline)) }
            let stream = try await ByteStream.connect(
                to: way.destination,
                localPort: way.localPort,
                timeout: left(),
                on: loop
            )
            if let tls = configuration.tls {
                try await stream.startTLSClient(tls, serverName: way.endpoint.tlsServerName, timeout: left())
            }
            return stream
        } catch {
            let code = error == .cancelled ? CQLConnectionError.Code.cancelled : .cannotConnect(error)
            throw CQLConnectionError(code, peer: way.destination.description, isSafeToRetry: true)
        }
    }

    private func shakeHands(
        _ configuration: CQLConfiguration,
        until deadline: ContinuousClock.Instant
    ) async throws(CQLConnectionError) {
        guard case .supported(let options) = try await ask(.options, until: deadline) else {
            throw CQLConnectionError(.unexpectedResponse("answer to OPTIONS"), peer: peer)
        }
        supported = options
        let offered = supported[FrameCompression.optionKey] ?? []
        let agreed = configuration.compression.flatMap { offered.contains($0.rawValue) ? $0 : nil }
        let answer = try await ask(.startup(startup(configuration, agreed)), until: deadline)
        // From here on either side may compress.
        compression = agreed
        switch answer {
        case .ready: return
        case .authenticate(let authenticator):
            self.authenticator = authenticator
            guard let credentials = configuration.credentials else {
                throw CQLConnectionError(.credentialsMissing(authenticator: authenticator), peer: peer)
            }
            try await authenticate(credentials, authenticator: authenticator, until: deadline)
        default: throw CQLConnectionError(.unexpectedResponse("answer to STARTUP"), peer: peer)
        }
    }

    /// STARTUP with what we take of the server's offers.
    private func startup(_ configuration: CQLConfiguration, _ compression: FrameCompression?) -> StartupRequest {
        var options: StringMap = [
            "CQL_VERSION": "3.0.0", "DRIVER_NAME": "pgscylla", "DRIVER_VERSION": configuration.driverVersion,
        ]
        if let compression {
            options.entries.append(.init(key: FrameCompression.optionKey, value: compression.rawValue))
        }
        extensions = ProtocolExtensions(supported: supported)
        // Marks of conditional statements and ids of result metadata are of no use to us.
        extensions.conditionalMark = nil
        extensions.hasMetadataIDs = false
        options.entries += extensions.startupOptions.entries
        return StartupRequest(options: options)
    }

    private func authenticate(
        _ credentials: CQLCredentials,
        authenticator: String,
        until deadline: ContinuousClock.Instant
    ) async throws(CQLConnectionError) {
        let token = AuthResponseRequest(token: credentials.plainToken[...])
        switch try await ask(.authResponse(token), until: deadline) {
        case .authSuccess: return
        case .authChallenge: throw CQLConnectionError(.unsupportedAuthenticator(authenticator), peer: peer)
        default: throw CQLConnectionError(.unexpectedResponse("answer to AUTH_RESPONSE"), peer: peer)
        }
    }

    /// One step of the handshake.
    private func ask(
        _ request: Request,
        until deadline: ContinuousClock.Instant
    ) async throws(CQLConnectionError) -> Response {
        do throws(CQLError) {
            let left = max(.zero, ContinuousClock.now.duration(to: deadline))
            return try await response(to: request, timeout: left)
        } catch {
            switch error {
            case .connection(let error):
                throw Self.handshakeError(error)
            case .server(let error) where error.code == .badCredentials:
                throw CQLConnectionError(.authenticationFailed(error.message), peer: peer)
            case .server(let error):
                throw CQLConnectionError(.rejected(error), peer: peer)
            case .codec(let error):
                throw CQLConnectionError(.malformed(error), peer: peer)
            case .statementChanged, .unexpectedResult:
                throw CQLConnectionError(.unexpectedResponse("\(error)"), peer: peer)
            }
        }
    }

    /// Who closes or is silent during the handshake has never been a server of ours.
    private static func handshakeError(_ error: CQLConnectionError) -> CQLConnectionError {
        let transportError: TransportError
        switch error.code {
        case .requestTimedOut: transportError = .timedOut(operation: "the CQL handshake", peer: error.peer)
        case .connectionLost(let cause): transportError = cause
        default: return error
        }
        return CQLConnectionError(.cannotConnect(transportError), peer: error.peer, isSafeToRetry: true)
    }
}

extension Endpoint {
    /// The name that the server's certificate must bear.
    fileprivate var tlsServerName: String {
        switch self {
        case .tcp(let host, _): host
        case .unix: "localhost"
        }
    }
}
