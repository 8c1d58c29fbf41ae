import Foundation
import TestSupport
import Testing

/// The program as a shell sees it: arguments in; sentences and an exit status out.
@Suite struct CommandLineTests {
    /// The executable that was built beside the tests.
    private static let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "pgscylla").path

    private func run(_ arguments: [String]) async throws -> ChildProcess.Output {
        try await ChildProcess.run([Self.program] + arguments)
    }

    @Test(arguments: [
        (["setup", "--prebuilt", "a", "--from-archive", "b"], "--prebuilt and --from-archive exclude each other"),
        (["setup", "--postgres-docker-container", ""], "--postgres-docker-container must not be empty"),
        (["setup", "--scylla-fdw-host", ""], "--scylla-fdw-host must not be empty"),
        (["setup", "--load-method", "direct", "--num-threads", "0"], "--num-threads must be at least 1, not 0"),
        (
            ["setup", "--scylla-user", "u"],
            "--scylla-user needs a password: give --scylla-password-file or SCYLLA_PASSWORD"
        ),
        (
            ["setup", "--scylla-url", "scylla://u:hunt/er2@h"],
            "--scylla-url has a \"/\" or \"@\" in its keyspace: write %2F and %40 for those of a password"
        ),
        (
            ["setup", "--scylla-compression", "zip"],
            "--scylla-compression cannot be \"zip\": choose one of none, lz4, snappy"
        ),
        (["setup", "--load-method", "odd"], "--load-method cannot be \"odd\": choose fdw or direct"),
        (["setup", "--direct-load-concurrency", "0"], "--direct-load-concurrency must be at least 1, not 0"),
        (["setup", "--direct-load-fetch-size", "0"], "--direct-load-fetch-size must be at least 1, not 0"),
        (["setup", "--partition-key", "x"], "--partition-key cannot be \"x\": choose all or first"),
        (["setup", "--tables", ","], "--tables \",\" names no table"),
        (["setup", "--postgres-port", "70000"], "--postgres-port must be between 1 and 65535, not 70000"),
        (["setup", "--postgres-port", "x"], "--postgres-port must be a number between 1 and 65535"),
        (["doctor", "postgres", "--postgres-host", ""], "--postgres-host must not be empty"),
        (["doctor", "postgres", "--postgres-url", "hosst=x"], "--postgres-url has the unknown keyword \"hosst\""),
        (
            ["verify", "--postgres-url", "postgres://u:hunter2/x@h/d"],
            "--postgres-url has an \"@\" in its database: write %40, and %2F for a / in a password"
        ),
        (
            ["doctor", "postgres", "--postgres-url", "host=h sslmode=on"],
            "sslmode in --postgres-url cannot be \"on\": choose one of disable, allow, prefer, require, verify-ca, "
                + "verify-full"
        ),
        (
            ["sample", "load", "--postgres-host", "a,b,c", "--postgres-port", "1,2"],
            "--postgres-port lists 2 ports for 3 hosts"
        ),
        (
            ["setup", "--postgres-sslmode", "Require", "--postgres-sslrootcert", "system"],
            "--postgres-sslrootcert cannot be system with sslmode require: use verify-full"
        ),
        (
            ["doctor", "postgres", "--postgres-connect-timeout", "soon"],
            "--postgres-connect-timeout must be a whole number, not \"soon\""
        ),
        (
            ["doctor", "postgres", "--postgres-url", "replication=true"],
            "replication cannot be asked for: replication connections are opened as needed"
        ),
        (["verify", "--num-threads", "-1"], "--num-threads must be at least 1, not -1"),
        (
            ["sample", "load", "--postgres-password-file", "/nonexistent"],
            "--postgres-password-file /nonexistent cannot be read: no such file or directory"
        ),
        (
            ["sample", "load", "--postgres-password", "x", "--postgres-password-file", "y"],
            "--postgres-password and --postgres-password-file exclude each other"
        ),
    ])
    func badOptionsAreOneSentence(_ arguments: [String], _ sentence: String) async throws {
        let output = try await run(arguments)
        #expect(output.status == 2)
        #expect(output.standardError == "pgscylla: error: \(sentence)\n")
        #expect(output.standardOutput == "")
    }

    @Test(arguments: [
        ["nonsense"], ["setup", "--nonsense"], ["setup", "--num-threads", "many"], ["sample", "modify"],
        ["doctor", "oracle"],
    ])
    func whatTheParserRefusesIsBadUsage(_ arguments: [String]) async throws {
        let output = try await run(arguments)
        #expect(output.status == 2)
        let lines = output.standardError.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("pgscylla: error: ") == true)
        #expect(lines.last?.hasPrefix("See 'pgscylla ") == true)
    }

    @Test func lockModesAreListed() async throws {
        let output = try await run(["setup", "--load-method", "direct", "--postgres-lock-mode", "gentle"])
        #expect(output.status == 2)
        #expect(
            output.standardError.contains("ACCESS SHARE, ROW SHARE, ROW EXCLUSIVE, SHARE UPDATE EXCLUSIVE, SHARE, ")
        )
    }

    @Test(arguments: [
        ["--help"], ["--version"], ["setup", "--help"], ["help", "verify"], ["sample", "load", "-h"],
        ["doctor", "postgres", "-h"],
    ])
    func helpIsNoError(_ arguments: [String]) async throws {
        let output = try await run(arguments)
        #expect(output.status == 0)
        #expect(!output.standardOutput.isEmpty)
        #expect(output.standardError == "")
    }

    @Test func nobodyAnswers() async throws {
        let output = try await run(["sample", "load", "--postgres-host", "/nonexistent"])
        #expect(output.status == 3)
        #expect(
            output.standardError.hasPrefix(
                "pgscylla: error: cannot connect to PostgreSQL at /nonexistent/.s.PGSQL.5432"
            )
        )
        #expect(output.standardError.split(separator: "\n").count == 1)
    }
}

/// The same with a real source.
@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set")) struct LiveCommandLineTests {
    private func run(_ server: PostgresServer, _ arguments: [String]) async throws -> ChildProcess.Output {
        let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "pgscylla")
            .path
        let options = ["--postgres-host", server.socketDirectory, "--postgres-port", String(server.port)]
        return try await ChildProcess.run([program] + arguments + options)
    }

    @Test func aDryRunIsAScriptEvenWithoutATarget() async throws {
        let server = try await PostgresServer.shared()
        let database = try await server.createUniqueDatabase()
        let load = try await run(server, ["sample", "load", "--postgres-db", database])
        #expect(load.status == 0)
        #expect(load.standardOutput.split(separator: "\n").first == "animals: 1,000 rows, created")
        let dryRun = try await run(
            server,
            ["setup", "--load-method", "direct", "--dry-run", "--postgres-db", database, "--scylla-port", "1"]
        )
        #expect(dryRun.status == 0)
        #expect(dryRun.standardOutput.contains("could not be asked for: cannot connect to the CQL server"))
        #expect(dryRun.standardOutput.contains("CREATE TABLE IF NOT EXISTS \"migration\".\"equipment\" ("))
    }

    @Test(arguments: [
        (["--postgres-db", "no such db"], 3, "database \"no such db\" does not exist"),
        (["--postgres-user", "nobody at all"], 3, "role \"nobody at all\" does not exist"),
        (["--postgres-source-schema", "nowhere"], 2, "schema \"nowhere\" does not exist in database \"postgres\""),
        (["--tables", "nothing"], 2, "--tables nothing matches no table"),
    ])
    func whatIsMissingIsNamed(_ options: [String], _ status: Int32, _ words: String) async throws {
        let server = try await PostgresServer.shared()
        let database = try await server.createUniqueDatabase()
        _ = try await server.psql("CREATE TABLE t (id int PRIMARY KEY)", database: database)
        let arguments = options.contains("--tables") ? options + ["--postgres-db", database] : options
        let output = try await run(server, ["setup", "--load-method", "direct", "--dry-run"] + arguments)
        #expect(output.status == status)
        #expect(output.standardError.hasPrefix("pgscylla: error: "))
        #expect(output.standardError.contains(words))
        #expect(output.standardError.split(separator: "\n").count == 1)
    }

    @Test func aSchemaWithoutTablesIsRefused() async throws {
        let server = try await PostgresServer.shared()
        let database = try await server.createUniqueDatabase()
        let output = try await run(
            server,
            ["setup", "--load-method", "direct", "--dry-run", "--postgres-db", database]
        )
        #expect(output.status == 2)
        #expect(output.standardError.contains("schema \"public\" of database \"\(database)\" has no tables"))
    }

    /// The doctor's findings, with the program told by its environment alone.
    private func doctor(
        _ server: PostgresServer,
        _ variables: [String],
        _ arguments: [String] = []
    ) async throws
        -> ChildProcess.Output
    {
        let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "pgscylla")
        return try await ChildProcess.run(
            ["HOME=/nonexistent", "PGHOST=localhost", "PGPORT=\(server.port)"] + variables
                + [program.path, "doctor", "postgres", "--json"] + arguments
        )
    }

    @Test func theEnvironmentIsHeard() async throws {
        let server = try await PostgresServer.shared()
        let database = try await server.createUniqueDatabase()
        _ = try await server.psql("CREATE TABLE t (id int PRIMARY KEY)", database: database)
        let variables = [
            "PGUSER=postgres", "PGDATABASE=\(database)", "PGSSLMODE=verify-full",
            "PGSSLROOTCERT=\(server.certificates.authority)",
        ]
        let output = try await doctor(server, variables)
        #expect(output.status == 0 && output.standardError == "", "\(output)")
        #expect(output.standardOutput.contains("\"user postgres, database \(database), server at 127.0.0.1:"))
        #expect(output.standardOutput.contains("the certificate is trusted and names the host"))
        // An option wins over a URL, which wins over the environment.
        let options = ["--postgres-url", "postgres://nobody@/", "--postgres-user", "u_trust"]
        let other = try await doctor(server, variables, options)
        #expect(other.standardOutput.contains("\"user u_trust, database \(database), "), "\(other)")
    }

    @Test func aPasswordThatOthersCanSeeIsWarnedOf() async throws {
        let server = try await PostgresServer.shared()
        let warning = """
            pgscylla: warning: a password on the command line can be seen by other users: use --postgres-password-file, \
            PGPASSWORD or ~/.pgpass

            """
        let role = PostgresServer.Role.scram
        let password = try #require(role.password)
        let encoded = password.replacing(" ", with: "%20")
        for options in [
            ["--postgres-user", role.name, "--postgres-password", password],
            ["--postgres-url", "postgres://\(role.name):\(encoded)@localhost/postgres"],
        ] {
            let output = try await doctor(server, [], options)
            #expect(output.standardError == warning && output.status != 3, "\(output)")
            #expect(output.standardOutput.contains("\"scram-sha-256"))
        }
        let dashed = try await doctor(server, [], ["--postgres-user", role.name, "--postgres-password", "-x"])
        #expect(dashed.standardError == warning && dashed.standardOutput.contains("password authentication failed"))
        let hidden = try await doctor(server, ["PGPASSWORD=\(password)"], ["--postgres-user", role.name])
        #expect(hidden.standardError == "" && hidden.status != 3)
        let wrong = try await doctor(
            server,
            [],
            ["--postgres-url", "postgres://\(role.name):hunter2@localhost/postgres"]
        )
        #expect(wrong.status == 3 && !wrong.standardOutput.contains("hunter2"))
        #expect(wrong.standardOutput.contains("\"connected\":false"))
        // Nobody is at a terminal to be asked.
        let none = try await doctor(server, [], ["--postgres-user", role.name])
        #expect(none.status == 3 && none.standardOutput.contains("no password was given, so the default was tried"))
    }
}
