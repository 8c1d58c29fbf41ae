import Foundation

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension PostgresServer {
    /// Makes a cluster in a temporary directory and starts it.
    static func launch() async throws -> PostgresServer {
        let installation = try PostgresInstallation.find()
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "pgscylla-postgres-\(getpid())-\(UInt32.random(in: 0...(.max)))").path
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755]
        )
        let certificates = try await TestCertificates.make(in: folder)
        let user = try await UnprivilegedUser.current(owning: folder)
        let data = "\(folder)/data"
        _ = try await ChildProcess.require(
            user.prefix + [
                installation.program("initdb"), "--pgdata=\(data)", "--username=postgres", "--auth=trust",
                "--encoding=UTF8", "--locale=C", "--no-sync",
            ]
        )
        let port = try unusedPort()
        try configuration(port, folder, certificates).write(
            toFile: "\(data)/postgresql.auto.conf",
            atomically: false,
            encoding: .utf8
        )
        try hostBasedAuthentication().write(toFile: "\(data)/pg_hba.conf", atomically: false, encoding: .utf8)
        let input = try supervise(user.prefix + [installation.program("postgres"), "-D", data], folder: folder)
        let version = try await ChildProcess.require([installation.program("postgres"), "--version"])
        let digits = version.drop { !$0.isNumber }.prefix { $0.isNumber }
        let server = PostgresServer(
            port: port,
            socketDirectory: folder,
            majorVersion: Int(digits) ?? 0,
            certificates: certificates,
            installation: installation,
            supervisorInput: input
        )
        try await server.waitUntilReady(folder: folder)
        try await server.createRoles()
        return server
    }

    private static func configuration(_ port: UInt16, _ folder: String, _ certificates: TestCertificates) -> String {
        let socketDirectories = [folder, abstractDirectory(port)].compactMap(\.self).joined(separator: ",")
        return """
            listen_addresses = 'localhost'
            port = \(port)
            unix_socket_directories = '\(socketDirectories)'
            max_connections = 500
            shared_buffers = '32MB'
            wal_level = logical
            max_replication_slots = 60
            max_wal_senders = 60
            max_prepared_transactions = 20
            fsync = off
            authentication_timeout = 600s
            synchronous_commit = off
            full_page_writes = off
            ssl = on
            ssl_cert_file = '\(certificates.server.certificate)'
            ssl_key_file = '\(certificates.server.privateKey)'
            ssl_ca_file = '\(certificates.authority)'

            """
    }

    private static func hostBasedAuthentication() -> String {
        var lines: [String] = []
        for role in Role.all + [.radius] {
            lines.append("\(role.connection.rawValue) all \(role.name) all \(role.method)")
            if role.connection != .any { lines.append("host all \(role.name) all reject") }
            if role.connection == .any { lines.append("local all \(role.name) \(role.method)") }
        }
        lines += ["local all all trust", "host all all all trust"]
        return (lines + ["local replication all trust", "host replication all all trust"]).joined(separator: "\n")
            + "\n"
    }

    private func createRoles() async throws {
        var statements: [String] = []
        for role in Role.all + [.radius] {
            statements.append("SET password_encryption = '\(role.method == "md5" ? "md5" : "scram-sha-256")';")
            let password = role.password.map { "PASSWORD '\($0.replacing("'", with: "''"))'" } ?? ""
            statements.append("CREATE ROLE \(role.name) LOGIN \(password);")
        }
        _ = try await psql(statements.joined(separator: "\n"))
    }

    /// A directory in Linux's abstract namespace of sockets.
    static func abstractDirectory(_ port: UInt16) -> String? {
        #if os(Linux)
        "@pgscylla-\(getpid())-\(port)"
        #else
        nil
        #endif
    }

    /// Starts the server under a shell that ends it, and removes its files, once our end of a pipe is closed.
    ///
    /// So the server goes when this process does, however it ends.
    private static func supervise(_ command: [String], folder: String) throws -> FileHandle {
        let script = """
            trap '' INT TERM
            folder=$1; shift
            ( "$@" >"$folder/log" 2>&1 </dev/null; echo $? >"$folder/ended" ) &
            cat >/dev/null
            kill -INT "$(head -n 1 "$folder/data/postmaster.pid")" 2>/dev/null
            wait
            rm -rf "$folder"
            """
        // Other children must not inherit our end, or the server outlives us as long as they run.
        let pipe = try CloexecPipe()
        _ = try SpawnedProgram(["/bin/sh", "-c", script, "supervisor", folder] + command, standardInput: pipe.reading)
        return pipe.writing
    }

    private func waitUntilReady(folder: String) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            if (try? await psql("SELECT 1")) == "1" { return }
            let hasEnded = FileManager.default.fileExists(atPath: "\(folder)/ended")
            guard ContinuousClock.now < deadline, !hasEnded else {
                let log = (try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? ""
                throw ChildProcess.Failure(description: "PostgreSQL did not start: \(log)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}

/// Who PostgreSQL runs as: it refuses to run as root.
private struct UnprivilegedUser {
    /// What to put before a command.
    let prefix: [String]

    /// Ourselves, or `postgres` or `nobody` when we are root, with `folder` handed over.
    static func current(owning folder: String) async throws -> UnprivilegedUser {
        guard geteuid() == 0 else { return UnprivilegedUser(prefix: []) }
        for name in ["postgres", "nobody"] {
            guard let entry = getpwnam(name) else { continue }
            let (user, group) = (entry.pointee.pw_uid, entry.pointee.pw_gid)
            _ = try await ChildProcess.require(["chown", "-R", "\(user):\(group)", folder])
            return UnprivilegedUser(
                prefix: ["setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups", "--"]
            )
        }
        throw ChildProcess.Failure(description: "running as root, and there is no user postgres or nobody")
    }
}
