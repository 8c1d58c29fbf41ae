package import PosixIO

/// Brings the extension scylla_fdw into a PostgreSQL that runs in a container.
package struct ForeignDataWrapperInstallation: Sendable {
    /// Where it comes from.
    package enum Origin: Hashable, Sendable {
        /// Sources from their repositories.
        case repositories(revision: String, driverRevision: String)
        /// An archive of a source or build tree, compressed with gzip.
        case archive(path: String)
        /// A folder with what a build has made for this very server.
        case prebuilt(folder: String)
    }

    private let engine: Engine
    private let container: String
    private let origin: Origin
    private let proxies: [String]
    private let observer: any PairObserver

    package init(
        _ origin: Origin,
        in container: String,
        on engine: Engine,
        proxies: [String],
        observer: any PairObserver
    ) {
        self.origin = origin
        self.container = container
        self.engine = engine
        self.proxies = proxies
        self.observer = observer
    }

    private var host: ContainerHost { ContainerHost(engine: engine, container: container) }

    /// Installs it; what an earlier run has done is not repeated.
    ///
    /// - Parameter log: takes the whole output of the build.
    /// - Throws: `PairError`.
    package func run(log: AppendFile?) async throws(PairError) {
        try await requireRunning()
        let version = try await answer(["pg_config", "--version"])
        guard let major = Self.major(version) else {
            throw PairError(.unusable, "pg_config in \(container) says \"\(version)\", which is no version")
        }
        observer.noted("\(container): \(version)")
        var build = ForeignDataWrapperBuild(postgresMajor: major)
        build.proxies = proxies
        switch origin {
        case .prebuilt(let folder):
            return try await PrebuiltExtension(folder: folder).install(in: container, self)
        case .repositories(let revision, let driverRevision):
            build.revision = revision
            build.driverRevision = driverRevision
        case .archive(let path):
            build.archiveDigest = try await bring(path)
            build.hasExtensionSource = try await has("scylla_fdw/Makefile")
            build.hasDriverSource = try await has("cpp-rs-driver/CMakeLists.txt")
            guard build.hasExtensionSource else {
                throw PairError(
                    .unusable,
                    "\(path) has no scylla_fdw/Makefile",
                    remedy: "pack the folders scylla_fdw and, to build without internet, cpp-rs-driver"
                )
            }
        }
        try await RecipeRunner(build.recipe, host: host, observer: observer, log: log).run()
    }

    private func requireRunning() async throws(PairError) {
        let found: ContainerDescription?
        do throws(DockerEngineError) {
            found = try await engine.container(container)
        } catch {
            throw PairError("the container \(container) cannot be looked up", error)
        }
        guard let found, found.isRunning else {
            throw PairError(
                .unusable,
                "the container \(container) \(found.map { "is \($0.status.rawValue)" } ?? "does not exist")",
                remedy: "\"pgscylla start\" brings it up, --postgres-docker-container names another"
            )
        }
    }

    /// `PostgreSQL 18.1 (Debian …)` and `PostgreSQL 19beta2` alike.
    static func major(_ version: String) -> Int? {
        let words = version.split(separator: " ")
        guard words.count >= 2, words[0] == "PostgreSQL" else { return nil }
        return Int(words[1].prefix { "0123456789".contains($0) })
    }

    // MARK: Archives

    private func has(_ file: String) async throws(PairError) -> Bool {
        let path = "\(ForeignDataWrapperBuild.sourceFolder)/\(file)"
        return try await run(["test", "-f", path]).status == 0
    }

    /// Copies the archive into the container as it is, unless it was the last to be copied: the Engine unpacks it.
    ///
    /// - Returns: a digest of it.
    private func bring(_ path: String) async throws(PairError) -> String {
        let folder = ForeignDataWrapperBuild.sourceFolder
        _ = try await answer(["mkdir", "-p", folder], orFailWith: "\(folder) cannot be made")
        let digest = try ArchiveFile(path: path).digest()
        let note = "\(folder)/.archive-digest"
        if try await run(["grep", "-qxF", digest, note]).status == 0 { return digest }
        observer.noted("copying \(path) to \(container):\(folder)")
        let archive = try ArchiveFile(path: path)
        do throws(DockerEngineError) {
            try await engine.putArchive(to: container, path: folder) { archive.next() }
        } catch {
            if let failure = archive.failure { throw PairError(.file, "\(path) cannot be read: \(failure.reason)") }
            throw PairError("\(path) cannot be unpacked in \(container)", error)
        }
        if let failure = archive.failure { throw PairError(.file, "\(path) cannot be read: \(failure.reason)") }
        let command = RecipeStep.script("printf '%s\\n' \"$1\" > \"$2\"", [digest, note])
        _ = try await answer(command, orFailWith: "\(note) cannot be written")
        return digest
    }

    // MARK: Commands

    /// What a command prints that must succeed, on one line.
    ///
    /// - Throws: `PairError` (step failed) with what it printed.
    func answer(_ command: [String], orFailWith failure: String? = nil) async throws(PairError) -> String {
        let (status, lines) = try await run(command)
        guard status == 0 else {
            throw PairError(
                .stepFailed,
                failure ?? "\"\(command.joined(separator: " "))\" failed with status \(status) in \(container)",
                lastLines: lines
            )
        }
        return lines.joined(separator: " ")
    }

    /// - Throws: `PairError`.
    func run(_ command: [String]) async throws(PairError) -> (status: Int, lines: [String]) {
        let lines = LastLines(20)
        do throws(DockerEngineError) {
            let status = try await host.run(ExecSpec(command), timeout: .seconds(60)) { lines.append($0) }
            return (status, lines.finish())
        } catch {
            throw PairError("a command in \(container) could not be run", error)
        }
    }

    func put(_ archive: [UInt8]) async throws(PairError) {
        let once = Once(archive)
        do throws(DockerEngineError) {
            try await engine.putArchive(to: container, path: "/") { once.take() }
        } catch {
            throw PairError("files cannot be copied to \(container)", error)
        }
    }

    func noted(_ message: String) { observer.noted(message) }
}

/// A value that is handed out once.
private final class Once: @unchecked Sendable {
    // Sendable: touched under `mutex` only.
    private let mutex = PosixMutex()
    private var bytes: [UInt8]?

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func take() -> [UInt8]? {
        mutex.withLock {
            defer { bytes = nil }
            return bytes
        }
    }
}

/// An archive that is read while it is sent.
private final class ArchiveFile: @unchecked Sendable {
    // Sendable: the file and the failure are touched under `mutex` only.
    private let mutex = PosixMutex()
    private let path: String
    private let file: InputFile
    private var first: [UInt8]?
    private var error: SyscallError?

    /// RFC 1952, section 2.3.1.
    private static let gzipMagic: [UInt8] = [0x1F, 0x8B]

    init(path: String) throws(PairError) {
        self.path = path
        do throws(SyscallError) {
            file = try InputFile(path: path)
            first = try file.read()
        } catch {
            throw PairError(.file, "\(path) cannot be read: \(error.reason)")
        }
        guard first?.starts(with: Self.gzipMagic) == true else {
            throw PairError(.unusable, "\(path) is not compressed with gzip", remedy: "pack it with \"tar -czf\"")
        }
    }

    var failure: SyscallError? { mutex.withLock { error } }

    /// Reads all of it.
    ///
    /// - Returns: in hexadecimal, a digest of the last piece and of the digest of those before it.
    /// - Throws: `PairError` (file).
    func digest() throws(PairError) -> String {
        var digest: [UInt8] = []
        while let piece = next() { digest = Crypto.sha256(digest + piece) }
        if let failure { throw PairError(.file, "\(path) cannot be read: \(failure.reason)") }
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The next piece; nil at the end, or where it cannot be read any further.
    func next() -> [UInt8]? {
        mutex.withLock {
            if let piece = first {
                first = nil
                return piece
            }
            do throws(SyscallError) {
                return try file.read()
            } catch {
                self.error = error
                return nil
            }
        }
    }
}
