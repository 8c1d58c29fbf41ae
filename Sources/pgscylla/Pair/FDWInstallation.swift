import DockerEngine
import Migration
import PosixIO

/// An installation of the extension, with its output on standard error.
struct FDWInstallation {
    let container: String
    let origin: ForeignDataWrapperInstallation.Origin
    /// Takes the whole output of a build.
    let logPath: String?

    /// Finds the Engine and installs; what is there and current is not made again.
    ///
    /// - Throws: `EngineSearchError`, `PairError`.
    func run() async throws {
        let (container, origin) = (container, origin)
        let log = try logPath.map { try FDWLog.open($0) }
        let console = PairConsole()
        defer { console.finish() }
        try await EngineSession.run(console) { found, _ in
            let proxies = ForeignDataWrapperBuild.proxyVariables.compactMap { name in
                ProcessEnvironment.variable(name).map { "\(name)=\($0)" }
            }
            let installation = ForeignDataWrapperInstallation(
                origin,
                in: container,
                on: found.engine,
                proxies: proxies,
                observer: console
            )
            try await installation.run(log: log)
        }
    }
}

/// The file that keeps what a build prints.
enum FDWLog {
    /// Opens or creates it.
    ///
    /// - Throws: `PairError` naming it.
    static func open(_ path: String) throws -> AppendFile {
        do throws(SyscallError) {
            return try AppendFile(path: path)
        } catch {
            throw PairError(.file, "\(path) cannot be written: \(error.reason)", remedy: "name another file")
        }
    }
}
