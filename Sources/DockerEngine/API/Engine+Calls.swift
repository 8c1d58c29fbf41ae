import WireKit

/// The calls that answer with a value.
///
/// What is expected to be otherwise at times (404, 409, 304) is a value too; every other refusal is thrown.
extension Engine {
    // MARK: Images

    /// The image's content name; nil when the Engine does not have it.
    ///
    /// - Throws: `DockerEngineError`.
    package func imageID(_ reference: String) async throws(DockerEngineError) -> String? {
        let request = EngineRequest.inspectImage(reference)
        guard let json = try await json(request, absent: 404) else { return nil }
        guard let id = json["Id"]?.string else { throw unexpected("an image without Id", request) }
        return id
    }

    /// Pulls an image.
    ///
    /// - Parameters:
    ///   - reference: which image.
    ///   - credentials: for its registry.
    ///   - progressed: takes each line of progress.
    /// - Throws: `DockerEngineError`: also when the pull fails on the way, inside an answer that began well.
    package func pullImage(
        _ reference: ImageReference,
        credentials: RegistryCredentials?,
        progressed: @Sendable (PullProgress) -> Void
    ) async throws(DockerEngineError) {
        let request = EngineRequest.pullImage(reference, credentials: credentials)
        try await eachJSON(request) { json throws(DockerEngineError) in
            if let message = PullProgress.failure(in: json) {
                let path = request.target(version: version).path
                throw .refused(EngineRefusal(status: 200, message: message, method: request.method, path: path))
            }
            if let progress = PullProgress(json) { progressed(progress) }
        }
    }

    /// Hands on what happens, until the stream ends: at `until`, or when the task is cancelled.
    ///
    /// - Throws: `DockerEngineError`.
    package func events(
        _ filters: EngineFilters = EngineFilters(),
        since: Int? = nil,
        until: Int? = nil,
        happened: @Sendable (EngineEvent) -> Void
    ) async throws(DockerEngineError) {
        try await eachJSON(.events(filters: filters, since: since, until: until)) { json throws(DockerEngineError) in
            if let event = EngineEvent(json) { happened(event) }
        }
    }

    // MARK: Networks

    /// - Returns: nil when there is none of that name.
    /// - Throws: `DockerEngineError`.
    package func network(_ name: String) async throws(DockerEngineError) -> NetworkDescription? {
        let request = EngineRequest.inspectNetwork(name)
        guard let json = try await json(request, absent: 404) else { return nil }
        return try decoded(NetworkDescription(json), request)
    }

    /// - Returns: false when there is one of that name already (409).
    /// - Throws: `DockerEngineError`.
    package func createNetwork(
        _ name: String,
        driver: String = "bridge",
        labels: [String: String]
    ) async throws(DockerEngineError) -> Bool {
        try await done(.createNetwork(name, driver: driver, labels: labels), except: 409)
    }

    /// - Throws: `DockerEngineError`.
    package func networks(_ filters: EngineFilters) async throws(DockerEngineError) -> [NetworkDescription] {
        try await list(.listNetworks(filters), NetworkDescription.init)
    }

    /// - Throws: `DockerEngineError`.
    package func connectNetwork(_ name: String, container: String) async throws(DockerEngineError) {
        _ = try await done(.connectNetwork(name, container: container))
    }

    /// - Returns: false when there is none of that name.
    /// - Throws: `DockerEngineError`; 403 while containers are in it.
    package func removeNetwork(_ name: String) async throws(DockerEngineError) -> Bool {
        try await done(.removeNetwork(name), except: 404)
    }

    // MARK: Volumes

    /// Whether there is a volume of that name.
    ///
    /// - Throws: `DockerEngineError`.
    package func hasVolume(_ name: String) async throws(DockerEngineError) -> Bool {
        try await json(.inspectVolume(name), absent: 404) != nil
    }

    /// Makes a volume, or finds the one of that name.
    ///
    /// - Throws: `DockerEngineError`.
    package func createVolume(_ name: String, labels: [String: String]) async throws(DockerEngineError) {
        _ = try await done(.createVolume(name, labels: labels))
    }

    /// - Returns: false when there is none of that name.
    /// - Throws: `DockerEngineError`; 409 while a container uses it.
    package func removeVolume(_ name: String) async throws(DockerEngineError) -> Bool {
        try await done(.removeVolume(name), except: 404)
    }

    // MARK: What answers are made of

    /// Makes a request that answers with a JSON value; nil for the status `absent`.
    ///
    /// - Throws: `DockerEngineError`.
    func json(
        _ request: EngineRequest,
        absent: Int? = nil,
        timeout: Duration? = Engine.patience
    ) async throws(DockerEngineError) -> JSON? {
        let response = try await exchange(request, timeout: timeout)
        if response.status == absent { return nil }
        guard 200..<300 ~= response.status else { throw refusal(response, request) }
        do throws(WireError) {
            return try JSON(parsing: response.body)
        } catch {
            throw unexpected("\(error)", request)
        }
    }

    /// Makes a request whose answer says nothing; false for the status `exception`.
    ///
    /// - Throws: `DockerEngineError`.
    func done(
        _ request: EngineRequest,
        except exception: Int? = nil,
        timeout: Duration? = Engine.patience
    ) async throws(DockerEngineError) -> Bool {
        let response = try await exchange(request, timeout: timeout)
        if response.status == exception { return false }
        guard 200..<300 ~= response.status else { throw refusal(response, request) }
        return true
    }

    func list<Element>(
        _ request: EngineRequest,
        _ decode: (JSON) -> Element?
    ) async throws(DockerEngineError) -> [Element] {
        guard let array = try await json(request)?.array else { throw unexpected("no list", request) }
        return array.compactMap(decode)
    }

    nonisolated func decoded<T>(_ value: T?, _ request: EngineRequest) throws(DockerEngineError) -> T {
        guard let value else { throw unexpected("members are missing", request) }
        return value
    }

    private nonisolated func values(
        _ decode: () throws(WireError) -> [JSON],
        of request: EngineRequest
    ) throws(DockerEngineError) -> [JSON] {
        do throws(WireError) {
            return try decode()
        } catch {
            throw unexpected("\(error)", request)
        }
    }

    /// Makes a request that answers with a stream of JSON values.
    private func eachJSON(
        _ request: EngineRequest,
        _ received: (JSON) throws(DockerEngineError) -> Void
    ) async throws(DockerEngineError) {
        var decoder = JSONSequenceDecoder()
        try await stream(request) { bytes throws(DockerEngineError) in
            for value in try values({ () throws(WireError) in try decoder.append(bytes) }, of: request) {
                try received(value)
            }
        }
        for value in try values({ () throws(WireError) in try decoder.finish() }, of: request) { try received(value) }
    }
}
