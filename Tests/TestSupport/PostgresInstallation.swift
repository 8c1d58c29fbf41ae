import Foundation

/// PostgreSQL's server programs on this machine.
struct PostgresInstallation: Sendable {
    /// The folder of `postgres` and `initdb`.
    let binaries: String

    /// Looks in `PGSCYLLA_POSTGRES_BIN`, in PATH, and where Debian's packages install; the newest version wins.
    static func find() throws -> PostgresInstallation {
        let environment = ProcessInfo.processInfo.environment
        if let chosen = environment["PGSCYLLA_POSTGRES_BIN"] {
            guard hasServer(chosen) else {
                throw ChildProcess.Failure(description: "PGSCYLLA_POSTGRES_BIN=\(chosen) has no initdb and postgres")
            }
            return PostgresInstallation(binaries: chosen)
        }
        let debian = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: debian)) ?? [])
            .sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }
        let path = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        for folder in versions.map({ "\(debian)/\($0)/bin" }) + path where hasServer(folder) {
            return PostgresInstallation(binaries: folder)
        }
        throw ChildProcess.Failure(
            description: """
                no PostgreSQL server found: install the package `postgresql`, or set PGSCYLLA_POSTGRES_BIN to the folder \
                of initdb and postgres, or set PGSCYLLA_SKIP_LIVE=1 to skip the tests that need one
                """
        )
    }

    func program(_ name: String) -> String { "\(binaries)/\(name)" }

    private static func hasServer(_ folder: String) -> Bool {
        ["initdb", "postgres"].allSatisfy { FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)") }
    }
}
