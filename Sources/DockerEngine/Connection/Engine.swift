package import PosixIO
import WireKit

/// A whole answer.
package struct EngineResponse: Hashable, Sendable {
    package let status: Int
    package let headers: HTTPHeaders
    package let body: [UInt8]

    /// The message of a refusal: `{"message": …}`, or plain text from engines and proxies that speak no JSON.
    var message: String {
        if let message = (try? JSON(parsing: body))?["message"]?.string, !message.isEmpty { return message }
        let text = String(decoding: body.prefix(1000), as: UTF8.self)
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.isEmpty ? "no reason was given" : line
    }
}

/// A Docker Engine, or whoever speaks its API, to which requests are made side by side.
///
/// It lives on its loop's thread and keeps connections for the next request.
package actor Engine {
    package nonisolated let loop: EventLoop
    package nonisolated let address: EngineAddress
    /// The version of the API that was agreed on.
    package nonisolated let version: APIVersion
    private var idle: [EngineConnection] = []

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// How long an answer that is not a stream may take: the Engine may be busy with a large layer.
    package static let patience = Duration.seconds(120)
    private static let connectTimeout = Duration.seconds(10)
    /// Bytes that an answer may have unless it is a stream.
    private static let bodyLimit = 32 << 20
    private static let idleLimit = 4

    package init(address: EngineAddress, version: APIVersion, on loop: EventLoop) {
        self.address = address
        self.version = version
        self.loop = loop
    }

    /// Lets the kept connections go; the engine may be used again.
    package func close() {
        for connection in idle { connection.close() }
        idle.removeAll()
    }

    // MARK: Exchanges

    /// Makes a request and returns its whole answer, whatever its status.
    ///
    /// - Throws: `DockerEngineError`: transport, HTTP, or unexpected for an answer that is too long.
    package func exchange(
        _ request: EngineRequest,
        timeout: Duration? = Engine.patience
    ) async throws(DockerEngineError) -> EngineResponse {
        let deadline = timeout.map { ContinuousClock.now + $0 }
        return try await answering(request, until: deadline) { connection throws(DockerEngineError) in
            let head = try await finalHead(connection, until: deadline)
            let body = try await wholeBody(connection, of: request, until: deadline)
            keep(connection)
            return EngineResponse(status: head.status, headers: head.headers, body: body)
        }
    }

    /// Makes a request whose answer is a stream, and hands its pieces on as they come.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - input: sent behind the request once the connection is upgraded; nil leaves our side open.
    ///   - timeout: for the whole stream; nil waits as long as it lasts.
    ///   - received: takes a piece; what it throws ends the stream.
    /// - Throws: `DockerEngineError`: refused for a status above 299, and what `received` throws.
    func stream(
        _ request: EngineRequest,
        input: [UInt8]? = nil,
        timeout: Duration? = nil,
        _ received: (ArraySlice<UInt8>) throws(DockerEngineError) -> Void
    ) async throws(DockerEngineError) {
        let deadline = timeout.map { ContinuousClock.now + $0 }
        try await answering(request, until: deadline) { connection throws(DockerEngineError) in
            let head = try await finalHead(connection, until: deadline)
            guard head.status < 300 else {
                let body = try await wholeBody(connection, of: request, until: deadline)
                keep(connection)
                throw refusal(EngineResponse(status: head.status, headers: head.headers, body: body), request)
            }
            if let input {
                _ = try await connection.send(input, isRequest: false, until: deadline)
                connection.stream.shutdownOutput()
            }
            if head.status == 101 {
                while let bytes = try await connection.nextRawBytes(until: deadline) { try received(bytes) }
                connection.close()
                return
            }
            while true {
                switch try await connection.next(until: deadline) {
                case .body(let bytes): try received(bytes)
                case .end: return keep(connection)
                case .needsMore, .informational, .head: break
                }
            }
        }
    }

    /// Makes a request with a body of unknown length, which is sent in chunks once the Engine agrees to take it.
    ///
    /// - Parameters:
    ///   - request: a request whose body is a stream.
    ///   - timeout: for the whole exchange.
    ///   - body: the next piece; nil at the end. What it throws ends the exchange, and the connection with it.
    /// - Returns: the answer, whatever its status.
    /// - Throws: `DockerEngineError`, and what `body` throws.
    func upload(
        _ request: EngineRequest,
        timeout: Duration?,
        _ body: () throws(DockerEngineError) -> [UInt8]?
    ) async throws(DockerEngineError) -> EngineResponse {
        let deadline = timeout.map { ContinuousClock.now + $0 }
        return try await answering(request, until: deadline) { connection throws(DockerEngineError) in
            // Either leave to send, or the final answer already.
            var event = try await connection.next(until: deadline)
            if case .informational = event {
                var isWanted = !connection.hasReceived
                while isWanted, let piece = try body() {
                    isWanted = try await connection.send(ChunkedBodyEncoder.chunk(piece), until: deadline)
                }
                if isWanted { _ = try await connection.send(ChunkedBodyEncoder.end, until: deadline) }
                event = try await connection.next(until: deadline)
            }
            while case .informational = event { event = try await connection.next(until: deadline) }
            guard case .head(let head) = event else { throw unexpected("no head", request) }
            let content = try await wholeBody(connection, of: request, until: deadline)
            // Where it answered without the body, what we would send next is a body in its eyes.
            connection.close()
            return EngineResponse(status: head.status, headers: head.headers, body: content)
        }
    }

    // MARK: Steps of an exchange

    /// Makes a request and runs `body` with the connection on which its answer has begun.
    ///
    /// What waits for the connection's descriptor resumes on the loop for callers of any executor.
    private func answering<T>(
        _ request: EngineRequest,
        until deadline: ContinuousClock.Instant?,
        _ body: (EngineConnection) async throws(DockerEngineError) -> T
    ) async throws(DockerEngineError) -> T {
        let result: Result<T, DockerEngineError> = await withTaskExecutorPreference(loop) {
            do throws(DockerEngineError) {
                let connection = try await answered(request, until: deadline)
                do throws(DockerEngineError) {
                    return .success(try await body(connection))
                } catch {
                    if !connection.isReusable { connection.close() }
                    throw error
                }
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// A connection on which the request was sent and an answer has begun.
    ///
    /// A kept connection may have been closed by the Engine at any time: a request to which nothing was answered there is
    /// made once more on a new one, unless doing it twice would matter.
    private func answered(
        _ request: EngineRequest,
        until deadline: ContinuousClock.Instant?
    ) async throws(DockerEngineError) -> EngineConnection {
        while let connection = idle.popLast() {
            guard connection.isAlive() else {
                connection.close()
                continue
            }
            do throws(DockerEngineError) {
                return try await sent(request, on: connection, until: deadline)
            } catch {
                connection.close()
                guard request.method.isIdempotent, !connection.hasReceived, !error.isCancellation else { throw error }
            }
        }
        let connection: EngineConnection
        do throws(TransportError) {
            connection = try await EngineConnection.connect(
                to: address,
                timeout: deadline.map { min(Self.connectTimeout, $0 - .now) } ?? Self.connectTimeout,
                on: loop
            )
        } catch {
            throw .transport(error)
        }
        do throws(DockerEngineError) {
            return try await sent(request, on: connection, until: deadline)
        } catch {
            connection.close()
            throw error
        }
    }

    private func sent(
        _ request: EngineRequest,
        on connection: EngineConnection,
        until deadline: ContinuousClock.Instant?
    ) async throws(DockerEngineError) -> EngineConnection {
        let message = request.message(version: version, host: address.hostField)
        var bytes: [UInt8] = []
        do throws(HTTPError) {
            try message.head.encode(into: &bytes)
        } catch {
            throw unexpected("\(error)", request)
        }
        connection.begin(request.method)
        _ = try await connection.send(bytes + message.body, until: deadline)
        try await connection.waitForAnswer(until: deadline)
        return connection
    }

    private func finalHead(
        _ connection: EngineConnection,
        until deadline: ContinuousClock.Instant?
    ) async throws(DockerEngineError) -> HTTPResponseHead {
        while true {
            if case .head(let head) = try await connection.next(until: deadline) { return head }
        }
    }

    private func wholeBody(
        _ connection: EngineConnection,
        of request: EngineRequest,
        until deadline: ContinuousClock.Instant?
    ) async throws(DockerEngineError) -> [UInt8] {
        var body: [UInt8] = []
        while true {
            switch try await connection.next(until: deadline) {
            case .body(let bytes):
                body += bytes
                if body.count > Self.bodyLimit { throw unexpected("more than \(Self.bodyLimit) bytes", request) }
            case .end: return body
            case .needsMore, .informational, .head: break
            }
        }
    }

    private func keep(_ connection: EngineConnection) {
        if connection.isReusable, idle.count < Self.idleLimit { idle.append(connection) } else { connection.close() }
    }

    // MARK: Errors

    nonisolated func refusal(_ response: EngineResponse, _ request: EngineRequest) -> DockerEngineError {
        .refused(
            EngineRefusal(
                status: response.status,
                message: response.message,
                method: request.method,
                path: request.target(version: version).path
            )
        )
    }

    nonisolated func unexpected(_ what: String, _ request: EngineRequest) -> DockerEngineError {
        .unexpected(what, method: request.method, path: request.target(version: version).path)
    }
}
