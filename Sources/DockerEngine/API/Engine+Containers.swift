import PosixIO
import WireKit

/// How a wish to start or stop was met.
package enum ContainerChange: Hashable, Sendable {
    case done
    /// It was so already (304).
    case already
}

extension Engine {
    /// What a create made, or that the name is taken (409).
    package enum Creation: Hashable, Sendable {
        case created(id: String)
        case nameTaken
    }

    /// - Throws: `DockerEngineError`; 404 when the image is not there.
    package func createContainer(
        _ name: String,
        _ spec: ContainerSpec
    ) async throws(DockerEngineError) -> Creation {
        let request = EngineRequest.createContainer(name, spec)
        guard let json = try await json(request, absent: 409) else { return .nameTaken }
        return .created(id: try decoded(json["Id"]?.string, request))
    }

    /// - Throws: `DockerEngineError`.
    package func startContainer(_ name: String) async throws(DockerEngineError) -> ContainerChange {
        try await done(.startContainer(name), except: 304) ? .done : .already
    }

    /// Asks it to end, and kills it after `seconds`.
    ///
    /// - Returns: nil when there is no such container.
    /// - Throws: `DockerEngineError`.
    package func stopContainer(_ name: String, seconds: Int) async throws(DockerEngineError) -> ContainerChange? {
        let request = EngineRequest.stopContainer(name, seconds: seconds)
        let response = try await exchange(request, timeout: .seconds(seconds) + Self.patience)
        switch response.status {
        case 304: return .already
        case 404: return nil
        case 200..<300: return .done
        default: throw refusal(response, request)
        }
    }

    /// - Returns: false when it does not run (409).
    /// - Throws: `DockerEngineError`.
    package func killContainer(_ name: String, signal: String? = nil) async throws(DockerEngineError) -> Bool {
        try await done(.killContainer(name, signal: signal), except: 409)
    }

    /// - Returns: nil when there is no such container.
    /// - Throws: `DockerEngineError`.
    package func container(_ name: String) async throws(DockerEngineError) -> ContainerDescription? {
        let request = EngineRequest.inspectContainer(name)
        guard let json = try await json(request, absent: 404) else { return nil }
        return try decoded(ContainerDescription(json), request)
    }

    /// - Throws: `DockerEngineError`.
    package func containers(
        _ filters: EngineFilters,
        includesStopped: Bool
    ) async throws(DockerEngineError) -> [ContainerSummary] {
        try await list(.listContainers(filters, includesStopped: includesStopped), ContainerSummary.init)
    }

    /// - Returns: false when there is no such container.
    /// - Throws: `DockerEngineError`; 409 while it runs, unless forced.
    package func removeContainer(
        _ name: String,
        removesVolumes: Bool,
        isForced: Bool
    ) async throws(DockerEngineError) -> Bool {
        try await done(
            .removeContainer(name, removesVolumes: removesVolumes, isForced: isForced),
            except: 404
        )
    }

    /// Suspends until it has ended, and returns its exit status.
    ///
    /// - Throws: `DockerEngineError`.
    package func waitForContainer(_ name: String) async throws(DockerEngineError) -> Int {
        let request = EngineRequest.waitForContainer(name)
        let json = try await json(request, timeout: nil)
        return try decoded(json?["StatusCode"]?.integer, request)
    }

    /// Hands on what a container has written and, if `follows`, goes on until it ends.
    ///
    /// - Throws: `DockerEngineError`.
    package func logs(
        of container: ContainerDescription,
        follows: Bool,
        tail: Int? = nil,
        written: @Sendable (StreamOutput) -> Void
    ) async throws(DockerEngineError) {
        let request = EngineRequest.containerLogs(container.id, follows: follows, tail: tail)
        try await output(
            of: request,
            hasTerminal: container.hasTerminal,
            timeout: follows ? nil : Self.patience,
            written
        )
    }

    /// Unpacks an archive, compressed with gzip, in a directory of the container.
    ///
    /// - Parameters:
    ///   - container: its name.
    ///   - path: a directory that exists there.
    ///   - archive: the next piece; nil at the end.
    /// - Throws: `DockerEngineError`, 404 without the directory; and what `archive` throws.
    package func putArchive(
        to container: String,
        path: String,
        archive: @Sendable () throws(DockerEngineError) -> [UInt8]?
    ) async throws(DockerEngineError) {
        let request = EngineRequest.putArchive(container, path: path)
        let response = try await upload(request, timeout: nil, archive)
        guard 200..<300 ~= response.status else { throw refusal(response, request) }
    }

    // MARK: Exec

    /// Runs a command in a container and hands on what it writes.
    ///
    /// - Parameters:
    ///   - spec: the command.
    ///   - container: its name.
    ///   - input: for its standard input, which ends behind it; nil gives none.
    ///   - timeout: after which we stop listening; the command itself goes on.
    ///   - written: takes its output.
    /// - Returns: its exit status, 126 or 127 when it cannot be run.
    /// - Throws: `DockerEngineError`; 404 without the container, 409 unless it runs.
    package func run(
        _ spec: ExecSpec,
        in container: String,
        input: [UInt8]? = nil,
        timeout: Duration? = nil,
        written: @Sendable (StreamOutput) -> Void
    ) async throws(DockerEngineError) -> Int {
        var spec = spec
        spec.readsInput = input != nil
        let creation = EngineRequest.createExec(container, spec)
        let id = try decoded(try await json(creation)?["Id"]?.string, creation)
        try await output(of: .startExec(id), hasTerminal: false, input: input, timeout: timeout, written)
        let inspection = EngineRequest.inspectExec(id)
        // The stream ends a moment before the Engine has noted the exit.
        for attempt in 0..<50 {
            let json = try await json(inspection)
            let exec = try decoded(json.flatMap { ExecDescription($0) }, inspection)
            if let exitCode = exec.exitCode { return exitCode }
            do throws(TransportError) {
                try await loop.sleep(for: .milliseconds(10 * (attempt + 1)))
            } catch {
                throw .transport(error)
            }
        }
        throw unexpected("the command has closed its output and still runs", inspection)
    }

    private func output(
        of request: EngineRequest,
        hasTerminal: Bool,
        input: [UInt8]? = nil,
        timeout: Duration?,
        _ written: @Sendable (StreamOutput) -> Void
    ) async throws(DockerEngineError) {
        var decoder = StreamFrameDecoder()
        try await stream(request, input: input, timeout: timeout) { bytes throws(DockerEngineError) in
            if hasTerminal { return written(StreamOutput(.standardOutput, bytes)) }
            do throws(HTTPError) {
                for output in try decoder.append(bytes) { written(output) }
            } catch {
                throw .http(error, peer: "\(address)")
            }
        }
        guard hasTerminal || decoder.isBetweenFrames else {
            throw unexpected("the stream ended inside a frame", request)
        }
    }
}
