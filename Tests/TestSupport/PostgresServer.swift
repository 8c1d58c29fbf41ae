import Foundation

/// A private PostgreSQL server of the test run: one for all suites, in a temporary directory, gone with the process.
///
/// Every test that changes something creates a database of its own.
public final class PostgresServer: Sendable {
    /// Set to skip what needs a real server: `.disabled(if: PostgresServer.isSkipped, …)`.
    public static let isSkipped = ProcessInfo.processInfo.environment["PGSCYLLA_SKIP_LIVE"] == "1"

    /// It listens on `localhost` at this port.
    public let port: UInt16
    /// The folder of its unix-domain socket.
    public let socketDirectory: String
    /// Trusted everywhere.
    public let superuser = "postgres"
    /// Its major version.
    public let majorVersion: Int
    /// Its TLS certificate names `localhost` only.
    public let certificates: TestCertificates
    let installation: PostgresInstallation
    /// Holding the supervisor's standard input open keeps the server alive; the kernel closes it when we end.
    private let supervisorInput: FileHandle

    private static let instance = Task { try await PostgresServer.launch() }

    /// The server, started on first use.
    ///
    /// - Throws: when there is no PostgreSQL on this machine, or it does not start.
    public static func shared() async throws -> PostgresServer { try await instance.value }

    init(
        port: UInt16,
        socketDirectory: String,
        majorVersion: Int,
        certificates: TestCertificates,
        installation: PostgresInstallation,
        supervisorInput: FileHandle
    ) {
        self.port = port
        self.socketDirectory = socketDirectory
        self.majorVersion = majorVersion
        self.certificates = certificates
        self.installation = installation
        self.supervisorInput = supervisorInput
    }

    /// The path of one of PostgreSQL's programs, such as `psql`.
    public func program(_ name: String) -> String { installation.program(name) }

    /// The path of the unix-domain socket.
    public var socketPath: String { "\(socketDirectory)/.s.PGSQL.\(port)" }

    /// The path of the same socket in Linux's abstract namespace.
    public var abstractSocketPath: String? { Self.abstractDirectory(port).map { "\($0)/.s.PGSQL.\(port)" } }

    /// Creates a database, from `template0` unless another template is named.
    public func createDatabase(
        _ name: String,
        template: String = "template0",
        encoding: String = "UTF8"
    ) async throws {
        // The C locale goes with every encoding.
        _ = try await psql(
            """
            CREATE DATABASE "\(name)" TEMPLATE "\(template)" ENCODING '\(encoding)' LC_COLLATE 'C' LC_CTYPE 'C'
            """
        )
    }

    /// Creates a database under a name that no other test has, and returns the name.
    public func createUniqueDatabase(encoding: String = "UTF8") async throws -> String {
        let name = "test_" + String(UInt64.random(in: 0...(.max)), radix: 36)
        try await createDatabase(name, encoding: encoding)
        return name
    }

    /// Runs statements through psql, an independent client, and returns the unaligned rows without headings.
    public func psql(_ sql: String, database: String = "postgres") async throws -> String {
        try await ChildProcess.require(
            [
                installation.program("psql"), "--no-psqlrc", "--no-align", "--tuples-only", "--quiet",
                "--set=ON_ERROR_STOP=1", "--host=\(socketDirectory)", "--port=\(port)", "--username=\(superuser)",
                "--dbname=\(database)", "--file=-",
            ],
            input: sql
        )
    }
}

extension PostgresServer {
    /// What psql prints on its standard error for a statement that fails, after others that succeed.
    public func psqlErrors(
        _ sql: String,
        after setup: String,
        verbosity: String,
        database: String
    ) async throws -> String {
        try await ChildProcess.run(
            [
                "PGCLIENTENCODING=UTF8", "LC_ALL=C.UTF-8",
                installation.program("psql"), "--no-psqlrc", "--quiet", "--set=VERBOSITY=\(verbosity)",
                "--host=\(socketDirectory)", "--port=\(port)", "--username=\(superuser)", "--dbname=\(database)",
                "--command=\(setup)", "--command=\(sql)",
            ]
        ).standardError
    }
}
