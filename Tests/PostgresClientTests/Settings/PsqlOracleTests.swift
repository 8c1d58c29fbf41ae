import Foundation
import PosixIO
import TestSupport
import Testing

@testable import PostgresClient

/// psql and we are told the same in the same places, and must end up in the same session, or in none.
@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set")) struct PsqlOracleTests {
    @Test func everyPlaceHasItsRank() async throws {
        guard let oracle = try await Oracle.make() else { return }
        let (socket, port) = (oracle.server.socketDirectory, oracle.server.port)
        oracle.home.write(
            ".pg_service.conf",
            "[s]\nuser=u_trust\nhost=\(socket)\nport=\(port)\ndbname=other\n[t]\nport=1"
        )
        oracle.home.write(
            "conf/pg_service.conf",
            "[s]\nport=1\n[c]\nuser=u_trust\ndbname=other\noptions=-c work_mem=2MB"
        )
        let trust = ["PGHOST": socket, "PGPORT": "\(port)", "PGUSER": "u_trust", "PGDATABASE": "postgres"]
        let encoded = socket.replacing("/", with: "%2F")
        try await oracle.compare(
            opened: 20,
            [
                Case("", trust),
                Case("user=u_plain host=localhost password='plain secret' sslmode=disable", trust),
                Case("postgresql://u_trust@\(encoded):\(port)/other", ["PGUSER": "nobody", "PGDATABASE": "none"]),
                Case("postgresql://localhost/other", trust),
                Case("postgresql:///", trust),
                Case("dbname=other user=u_trust", trust),
                Case("dbname=other", trust.merging(["PGDATABASE": ""]) { $1 }),
                // An empty database is the user's.
                Case("", trust.merging(["PGDATABASE": ""]) { $1 }),
                Case("dbname=''", trust),
                Case("service=s"),
                Case("", ["PGSERVICE": "s"]),
                Case("dbname=postgres", ["PGSERVICE": "s", "PGUSER": "nobody", "PGDATABASE": "none"]),
                Case("service=s", trust.merging(["PGSERVICE": "t"]) { $1 }),
                Case("postgresql:///postgres?service=s"),
                Case("service=t", trust), Case("service=nowhere", trust),
                Case("service=c", trust.merging(["PGSYSCONFDIR": "\(oracle.home.path)/conf"]) { $1 }),
                Case("service=s", ["PGSYSCONFDIR": "\(oracle.home.path)/conf"]),
                Case("service=c", trust.merging(["PGSERVICEFILE": "\(oracle.home.path)/conf/pg_service.conf"]) { $1 }),
                Case("service=c", trust.merging(["PGSERVICEFILE": "\(oracle.home.path)/none"]) { $1 }),
                Case("", trust.merging(["PGAPPNAME": "of env", "PGOPTIONS": "-c work_mem=3MB"]) { $1 }),
                Case(
                    "application_name=app options='-c work_mem=4MB'",
                    trust.merging(["PGAPPNAME": "e", "PGOPTIONS": "-c x"]) { $1 }
                ),

                Case("application_name=''", trust.merging(["PGAPPNAME": "e"]) { $1 }),
            ]
        )
    }

    @Test func everyHostIsFound() async throws {
        guard let oracle = try await Oracle.make() else { return }
        let (socket, port) = (oracle.server.socketDirectory, oracle.server.port)
        let user = ["PGUSER": "u_trust", "PGDATABASE": "other", "PGCONNECT_TIMEOUT": "30"]
        try await oracle.compare(
            opened: 13,
            [
                Case("postgresql://localhost:1,localhost:\(port)", user),
                Case("host=localhost,localhost port=1,\(port)", user),
                Case("host=localhost,\(socket) port=\(port)", user),
                Case("host=\(socket),localhost port=\(port)", user),
                Case("host=/nonexistent,\(socket) port=\(port)", user),
                Case("host=nonexistent.invalid,localhost port=\(port)", user),
                Case("host=a,b port=1,2,3", user), Case("host=localhost port=0", user),
                Case("host=localhost port=x", user),
                Case("host=localhost port=' \(port) '", user), Case("host=localhost port=70000", user),
                Case("hostaddr=127.0.0.1 port=\(port)", user),
                Case("host=nonexistent.invalid hostaddr=127.0.0.1 port=\(port)", user),
                Case("host=nonexistent.invalid port=\(port)", user.merging(["PGHOSTADDR": "127.0.0.1"]) { $1 }),
                Case("hostaddr=localhost port=\(port)", user), Case("host=a,b hostaddr=127.0.0.1 port=\(port)", user),
                Case("hostaddr=,127.0.0.1 host=/nonexistent,x port=\(port)", user),
                Case("host=localhost port=\(port) connect_timeout=x", user),
                Case("host=localhost port=\(port) connect_timeout=0", user),
                Case("host=localhost port=\(port) target_session_attrs=read-write", user),
                Case("host=localhost port=\(port) target_session_attrs=standby", user),
                Case("host=localhost port=\(port) target_session_attrs=odd", user),
                Case("host=localhost port=\(port) keepalives_idle=x", user), Case("hosst=x", user), Case("host", user),
            ]
        )
    }

    @Test func everyPasswordIsFound() async throws {
        guard let oracle = try await Oracle.make() else { return }
        let (home, port) = (oracle.home, oracle.server.port)
        let scram = "scram s\u{E9}cret"
        let server = ["PGHOST": "localhost", "PGPORT": "\(port)", "PGDATABASE": "other"]
        home.write(
            ".pgpass",
            """
            # passwords
            localhost:\(port):postgres:u_scram:wrong
            localhost:1:*:u_scram:wrong
            \(oracle.server.socketDirectory):*:*:u_cleartext:clear'secret
            localhost:*:*:u_md5:wrong
            localhost:\(port):other:u_scram:\(scram)
            *:*:*:u_colon:a\\:b\\\\c
            *:*:*:u\\_prepared:IX a\r
            """,
            mode: 0o600
        )
        home.write("open", "*:*:*:*:\(scram)", mode: 0o640)
        home.write("strict", "*:*:*:*:\(scram)", mode: 0o400)
        func with(_ more: [String: String]) -> [String: String] { server.merging(more) { $1 } }
        try await oracle.compare(
            opened: 13,
            [
                Case("user=u_scram", server), Case("user=u_scram dbname=postgres", server), Case("user=u_md5", server),
                Case("user=u_cleartext", server),
                Case("user=u_cleartext host=\(oracle.server.socketDirectory)", server),
                Case("user=u_colon", server), Case("user=u_prepared", server),
                Case("user=u_scram host=localhost,localhost port=1,\(port)", server),
                Case("user=u_scram hostaddr=127.0.0.1", server), Case("user=u_scram host=127.0.0.1", server),
                Case("user=u_scram hostaddr=127.0.0.1 host=''", server),
                Case("user=u_scram", with(["PGPASSFILE": "\(home.path)/open"])),
                Case("user=u_scram", with(["PGPASSFILE": "\(home.path)/strict"])),
                Case("user=u_scram passfile=\(home.path)/strict dbname=postgres", server),
                Case("user=u_scram passfile=\(home.path)/none", server),
                Case("user=u_scram passfile=\(home.path)", server),
                Case("user=u_scram password=wrong", server), Case("user=u_scram", with(["PGPASSWORD": "wrong"])),
                Case("user=u_scram", with(["PGPASSWORD": ""])),
                Case("user=u_scram password=''", with(["PGPASSWORD": "wrong"])),
                Case("user=u_md5 password='md5 s\u{E9}cret'", with(["PGPASSWORD": "wrong"])),
                Case("postgresql://u_md5:md5%20s%C3%A9cret@localhost", server),
                Case("user=u_md5", with(["PGPASSWORD": "md5 s\u{E9}cret"])),
            ]
        )
    }

    @Test func everyCertificateIsFound() async throws {
        guard let oracle = try await Oracle.make() else { return }
        let (home, certificates) = (oracle.home, oracle.server.certificates)
        let server = [
            "PGHOST": "localhost", "PGPORT": "\(oracle.server.port)", "PGDATABASE": "other", "PGUSER": "u_trust",
        ]
        func with(_ more: [String: String]) -> [String: String] { server.merging(more) { $1 } }
        let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full", "odd"]
        try await oracle.compare(opened: 4, modes.map { Case("sslmode=\($0)", server) })
        try await oracle.compare(
            opened: 13,
            [
                Case("", with(["PGSSLMODE": "require"])), Case("sslmode=disable", with(["PGSSLMODE": "require"])),
                Case("requiressl=1", server), Case("postgresql:///?ssl=true", server),
                Case("", with(["PGREQUIRESSL": "1"])),
                Case("sslmode=disable", with(["PGREQUIRESSL": "1"])),
                Case("sslmode=require ssl_max_protocol_version=TLSv1.2", server),
                Case("sslmode=require ssl_min_protocol_version=tlsv1.3", server),
                Case("ssl_min_protocol_version=x", server),
                Case("ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.2", server),
                Case("sslmode=verify-full sslrootcert=\(certificates.authority)", server),
                Case("sslmode=verify-full host=127.0.0.1", with(["PGSSLROOTCERT": certificates.authority])),
                Case(
                    "sslmode=verify-full host=localhost hostaddr=127.0.0.1",
                    with(["PGSSLROOTCERT": certificates.authority])
                ),
                Case("sslmode=require sslrootcert=\(certificates.otherAuthority)", server),
                Case("sslmode=prefer sslrootcert=\(certificates.otherAuthority)", server),
                Case(
                    "sslmode=require sslrootcert=\(certificates.authority) sslcrl=\(certificates.revocationList)",
                    server
                ),
                Case("user=u_cert", server),
                Case("user=u_scram password='scram s\u{E9}cret' channel_binding=require", server),
                Case("user=u_scram password='scram s\u{E9}cret' channel_binding=require sslmode=disable", server),
                Case(
                    "user=u_cert sslmode=require sslcert=\(certificates.client.certificate) sslkey=\(certificates.client.privateKey)",
                    server
                ),
            ]
        )
        home.link(".postgresql/root.crt", certificates.authority)
        try await oracle.compare(opened: 6, modes.map { Case("sslmode=\($0)", server) })
        home.link(".postgresql/postgresql.crt", certificates.client.certificate)
        home.link(".postgresql/postgresql.key", certificates.encryptedClient.privateKey)
        try await oracle.compare(
            opened: 2,
            [
                Case("user=u_cert sslpassword='\(certificates.passphrase)'", server),
                Case("user=u_cert sslpassword=wrong", server), Case("user=u_cert sslcertmode=disable", server),
                Case("user=u_cert sslkey=\(certificates.client.privateKey)", server),
                Case("user=u_cert", with(["PGSSLKEY": certificates.stranger.privateKey])),
                Case("user=u_cert", with(["PGSSLKEY": "\(home.path)/none"])),
            ]
        )
    }

    @Test func revokedCertificatesAreFound() async throws {
        guard let oracle = try await Oracle.make() else { return }
        let certificates = oracle.server.certificates
        let server = ["PGHOST": "localhost", "PGPORT": "\(oracle.server.port)", "PGUSER": "u_trust"]
        oracle.home.link(".postgresql/root.crl", certificates.revocationList)
        let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
        // Without roots, nothing is checked.
        try await oracle.compare(opened: 4, modes.map { Case("sslmode=\($0)", server) })
        oracle.home.link(".postgresql/root.crt", certificates.authority)
        try await oracle.compare(opened: 3, modes.map { Case("sslmode=\($0)", server) })
        let empty = certificates.emptyRevocationList
        try await oracle.compare(opened: 6, modes.map { Case("sslmode=\($0) sslcrl=\(empty)", server) })
    }
}

/// What is said on the connection string and in the environment.
private struct Case {
    let string: String
    let environment: [String: String]

    init(_ string: String, _ environment: [String: String] = [:]) {
        self.string = string
        self.environment = environment
    }
}

/// A home directory of a test.
private struct Home {
    let path: String

    func write(_ name: String, _ contents: String, mode: Int = 0o600) {
        make(name) {
            FileManager.default.createFile(
                atPath: $0,
                contents: Data(contents.utf8),
                attributes: [.posixPermissions: mode]
            )
        }
    }

    func link(_ name: String, _ target: String) {
        make(name) { (try? FileManager.default.createSymbolicLink(atPath: $0, withDestinationPath: target)) != nil }
    }

    private func make(_ name: String, _ body: (String) -> Bool) {
        let file = URL(filePath: path).appending(path: name)
        try? FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        #expect(body(file.path))
    }
}

private final class Oracle: Sendable {
    let server: PostgresServer
    let home: Home

    private init(_ server: PostgresServer, _ home: Home) {
        self.server = server
        self.home = home
    }

    deinit { try? FileManager.default.removeItem(atPath: home.path) }

    /// Databases `other` and `u_trust`, a role whose password needs escapes, and an empty home directory.
    ///
    /// None for a psql that does not take the home directory from `HOME`.
    static func make() async throws -> Oracle? {
        let server = try await PostgresServer.shared()
        guard server.majorVersion >= 15 else {
            print("psql \(server.majorVersion) knows no home directory but the user's: it is not compared with")
            return nil
        }
        try await objects.value
        let folder = FileManager.default.temporaryDirectory.appending(path: "pgscylla-home-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return Oracle(server, Home(path: folder.path))
    }

    private static let objects = Task {
        let server = try await PostgresServer.shared()
        for name in ["other", "u_trust"] { try await server.createDatabase(name) }
        _ = try await server.psql(#"CREATE ROLE u_colon LOGIN PASSWORD 'a:b\c'"#)
    }

    /// Expects both to end up in the same session, in as many as are to be `opened` of all cases.
    func compare(opened: Int, _ cases: [Case], _ location: SourceLocation = #_sourceLocation) async throws {
        var count = 0
        for item in cases {
            let psql = try await psqlSession(item)
            let ours = await ourSession(item)
            let comment = "\"\(item.string)\" with \(item.environment): \(psql.explanation); \(ours.explanation)"
            #expect(psql.row == ours.row, Comment(rawValue: comment), sourceLocation: location)
            if psql.row != nil { count += 1 }
        }
        #expect(count == opened, sourceLocation: location)
    }

    /// What a session is like, or nothing and why there is none.
    private struct Session {
        var row: String?
        var explanation = ""
    }

    private static let query = """
        SELECT concat_ws('|', current_user, current_database(), current_setting('application_name'),
                         current_setting('work_mem'), coalesce(host(inet_server_addr()), 'socket'), ssl, version)
          FROM pg_stat_ssl WHERE pid = pg_backend_pid()
        """

    private func psqlSession(_ item: Case) async throws -> Session {
        var environment = item.environment
        environment["HOME"] = home.path
        let command = [
            "env", server.program("psql"), "--no-psqlrc", "-AtqX", "--no-password", "--dbname=\(item.string)", "-c",
            Self.query,
        ]
        // A dbname without an equals sign is a name; what is no connection string is compared elsewhere.
        let output = try await ChildProcess.run(environment.map { "\($0)=\($1)" } + command)
        guard output.status == 0 else { return Session(row: nil, explanation: output.standardError) }
        return Session(row: output.standardOutput.split(separator: "\n").first.map { String($0) })
    }

    private func ourSession(_ item: Case) async -> Session {
        do {
            let configuration = try ConnectionSettings(
                options: [:],
                connectionString: item.string.isEmpty ? nil : .init(item.string, origin: "string"),
                surroundings: ConnectionSurroundings(
                    variables: item.environment,
                    homeDirectory: home.path,
                    files: LocalConnectionFiles()
                ),
                defaults: [.fallbackApplicationName: "psql"]
            ).resolved().configuration
            return try await onLane { lane in
                let connection = try await PostgresConnection.connect(configuration, on: lane.loop)
                defer { connection.close() }
                return Session(row: try await connection.query(Self.query).first?.rows.first?.decode(String.self, 0))
            }
        } catch {
            return Session(row: nil, explanation: "\(error)")
        }
    }
}
