import Foundation
import Migration
import PosixIO
import PostgresClient
import PostgresWire
import TestSupport
import Testing
import WireKit

/// The doctor on a real server; `PGSCYLLA_POSTGRES_BIN` chooses its version.
@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set")) struct DoctorTests {
    private static let schema = """
        CREATE SCHEMA shop;
        CREATE SCHEMA locked;
        CREATE TABLE shop.open (id int PRIMARY KEY, tenant name DEFAULT current_user);
        CREATE TABLE shop.closed (id int PRIMARY KEY);
        CREATE TABLE shop.filtered (id int PRIMARY KEY);
        ALTER TABLE shop.filtered ENABLE ROW LEVEL SECURITY;
        CREATE TABLE shop.keyless (id int);
        CREATE TABLE shop.silent (id int PRIMARY KEY);
        ALTER TABLE shop.silent REPLICA IDENTITY NOTHING;
        CREATE UNLOGGED TABLE shop.fleeting (id int PRIMARY KEY);
        CREATE TABLE shop.parted (id int PRIMARY KEY) PARTITION BY RANGE (id);
        CREATE TABLE locked.part PARTITION OF shop.parted FOR VALUES FROM (0) TO (10);
        GRANT USAGE ON SCHEMA shop TO u_scram;
        GRANT SELECT ON shop.open, shop.filtered, shop.keyless, shop.silent, shop.fleeting, shop.parted TO u_scram;
        """

    private func findings(_ source: SourceConfiguration) async throws -> (Diagnosis, [String: Finding]) {
        let diagnosis = try await SourceDoctor.examine(source)
        return (diagnosis, Dictionary(uniqueKeysWithValues: diagnosis.findings.map { ($0.name, $0) }))
    }

    @Test func aSuperuserSeesAllWell() async throws {
        let server = try await PostgresServer.shared()
        let database = try await server.createUniqueDatabase()
        _ = try await server.psql("CREATE TABLE t (id int PRIMARY KEY)", database: database)
        let (diagnosis, findings) = try await findings(SourceConfiguration(server, database: database))
        #expect(diagnosis.exitStatus == .success && diagnosis.problemCount == 0, "\(diagnosis.text)")
        #expect(diagnosis.subject == "PostgreSQL at \(server.socketPath)")
        #expect(findings["version"]?.detail.hasPrefix("\(server.majorVersion).") == true)
        #expect(
            findings["session"]
                == .ok("session", "user postgres, database \(database), server at a unix-domain socket")
        )
        #expect(findings["wal_level"] == .ok("wal_level", "logical"))
        #expect(findings["replication"] == .ok("replication", "permitted"))
        #expect(findings["schema"] == .ok("schema", "public, 1 table"))
        #expect(findings["authentication"] == .ok("authentication", "the server asked for no password"))
        #expect(findings["scylla_fdw"]?.verdict == .note)
        #expect(diagnosis.findings.prefix(4).map(\.name) == ["version", "session", "encryption", "authentication"])
    }

    @Test func anOrdinaryRoleIsToldWhatItLacks() async throws {
        let server = try await PostgresServer.shared()
        let database = try await server.createUniqueDatabase(encoding: "SQL_ASCII")
        _ = try await server.psql(Self.schema, database: database)
        func source(_ schema: String) throws -> SourceConfiguration {
            var connection = PostgresConfiguration(
                endpoints: [.tcp(host: "localhost", port: server.port)],
                user: "u_scram",
                password: PostgresServer.Role.scram.password.map { Credential($0) },
                database: database,
                tls: .verifyFull(.file(path: server.certificates.authority))
            )
            connection.protocolVersions = .v3_0 ... .v3_2
            return try SourceConfiguration(connection: connection, schema: schema)
        }
        let (diagnosis, findings) = try await findings(source("shop"))
        #expect(diagnosis.exitStatus == .incomplete && diagnosis.problemCount == 2, "\(diagnosis.text)")
        #expect(findings["encryption"]?.detail.contains("the certificate is trusted and names the host") == true)
        #expect(findings["authentication"]?.detail == "scram-sha-256, bound to the TLS session")
        #expect(findings["protocol"]?.detail == (server.majorVersion >= 18 ? "3.2" : "3.0"))
        #expect(findings["session"]?.detail.contains("server at 127.0.0.1:\(server.port)") == true)
        #expect(findings["encoding"]?.verdict == .note && findings["replication"]?.verdict == .note)
        #expect(findings["schema"]?.detail == "shop, 7 tables")
        #expect(
            findings["SELECT"]
                == .problem(
                    "SELECT",
                    "not on locked.part, shop.closed",
                    remedy: #"GRANT SELECT ON ALL TABLES IN SCHEMA "locked", "shop" TO "u_scram", or use --exclude"#
                )
        )
        #expect(findings["row security"]?.detail.hasPrefix("may hide rows of shop.filtered,") == true)
        #expect(findings["primary keys"]?.detail.hasPrefix("none on shop.keyless,") == true)
        #expect(findings["replica identity"]?.detail.hasPrefix("none on shop.silent; shop.fleeting unlogged:") == true)

        let locked = try await self.findings(source("locked")).1
        #expect(locked["schema"]?.remedy == #"GRANT USAGE ON SCHEMA "locked" TO "u_scram""#)
        let missing = try await self.findings(source("shoop")).1
        #expect(missing["schema"]?.remedy == "check --postgres-source-schema: there are locked, public, shop")
    }

    @Test func theServersDetailIsPartOfTheDiagnosis() async throws {
        let server = try await PostgresServer.shared()
        let database = try await server.createUniqueDatabase()
        _ = try await server.psql("REVOKE CONNECT ON DATABASE \(database) FROM PUBLIC")
        let source = try SourceConfiguration(server, user: "u_trust", database: database)
        let error = await #expect(throws: MigrationError.self) { try await SourceDoctor.examine(source) }
        let failure = try #require(error)
        let finding = try #require(SourceDoctor.diagnosis(of: failure)?.findings.first)
        #expect(finding.detail.hasSuffix("(42501); User does not have CONNECT privilege."), "\(finding.detail)")
        #expect(finding.remedy?.contains("GRANT CONNECT ON DATABASE") == true)
    }

    @Test func noConnectionIsADiagnosisToo() async throws {
        let server = try await PostgresServer.shared()
        let source = try SourceConfiguration(server, user: "nobody at all", database: "postgres")
        let error = await #expect(throws: MigrationError.self) { try await SourceDoctor.examine(source) }
        let failure = try #require(error)
        let diagnosis = try #require(SourceDoctor.diagnosis(of: failure))
        #expect(diagnosis.exitStatus == .unreachable && diagnosis.subject == "PostgreSQL at \(server.socketPath)")
        #expect(diagnosis.findings.first?.detail.contains("role \"nobody at all\" does not exist") == true)
        #expect(SourceDoctor.diagnosis(of: MigrationError(.interrupted, "x")) == nil)
    }
}
