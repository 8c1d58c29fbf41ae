/// Sees to it that an image is there.
struct PairImages: Sendable {
    let engine: Engine
    let environment: DockerEnvironment
    let observer: any PairObserver

    /// Pulls an image if the policy asks for it.
    ///
    /// - Throws: `PairError`.
    func ensure(_ image: String, _ policy: PairConfiguration.PullPolicy) async throws(PairError) {
        do throws(DockerEngineError) {
            if try await engine.imageID(image) != nil { return }
        } catch {
            throw PairError("the image \(image) cannot be looked up", error)
        }
        guard policy != .never else {
            throw PairError(
                .imageNotFound,
                "the image \(image) is not there, and --pull never forbids to fetch it",
                remedy: "pull it yourself, or use --pull missing"
            )
        }
        try await pull(image)
    }

    /// Pulls an image with what the user's configuration knows about its registry.
    ///
    /// - Throws: `PairError`.
    func pull(_ image: String) async throws(PairError) {
        let reference = ImageReference(image)
        let credentials = try await credentials(for: reference.registry)
        observer.noted("pulling \(image)")
        do throws(DockerEngineError) {
            try await engine.pullImage(reference, credentials: credentials) { observer.pulled(image, $0) }
        } catch {
            throw pullFailure(error, image, hasCredentials: credentials != nil)
        }
    }

    private func credentials(for registry: String) async throws(PairError) -> RegistryCredentials? {
        do throws(CredentialHelperFailure) {
            return try await engine.credentials(for: registry, in: environment)
        } catch {
            // Public images need no login: what is wrong with the helper matters only if the pull fails.
            observer.noted("\(error); going on without a login at \(registry)")
            return nil
        }
    }

    private func pullFailure(_ error: DockerEngineError, _ image: String, hasCredentials: Bool) -> PairError {
        let general = PairError("the image \(image) cannot be pulled", error)
        // An Engine tells the absence of an image by 404, and passes on what else the registry says in a 500 or inside
        // of a 200: only where it is full, or where we were interrupted, is there something else to do.
        guard general.kind == .engine, case .refused(let refusal) = error else { return general }
        let login = hasCredentials ? "check your login with \"docker login\"" : "it may need \"docker login\""
        return PairError(
            refusal.status == 404 ? .imageNotFound : .engine,
            general.message,
            remedy: "check the name and its tag (--postgres-image, --postgres-version, --scylla-image); \(login)"
        )
    }
}

extension Engine {
    /// The same on the engine's loop.
    ///
    /// - Throws: `CredentialHelperFailure`.
    func credentials(
        for registry: String,
        in environment: DockerEnvironment
    ) async throws(CredentialHelperFailure) -> RegistryCredentials? {
        try await environment.credentials(for: registry, on: loop)
    }
}
