import Foundation
import Migration
import PosixIO
import PostgresClient
import SchemaTranslation
import Testing
import WireKit

@Suite struct ConfigurationTests {
    private func source(
        _ options: [ConnectionKeyword: String] = [:],
        url: String? = nil,
        schema: String = "public"
    ) throws(InvalidOption) -> SourceConfiguration {
        let settings = options.map { ($0, ConnectionSettings.Setting($1, origin: "--postgres-\($0.rawValue)")) }
        return try SourceConfiguration.resolve(
            options: Dictionary(uniqueKeysWithValues: settings),
            url: url,
            schema: schema,
            in: ConnectionSurroundings(variables: [:], homeDirectory: nil, files: NoFiles())
        ).source
    }

    private func target(factor: Int? = nil) throws(InvalidOption) -> TargetConfiguration {
        try TargetConfiguration(ScyllaSettings(options: [:]), replicationFactor: factor)
    }

    private func setup(
        readers: Int = 4,
        limit: Int? = nil,
        fetchSize: Int? = nil
    ) throws -> SetupConfiguration {
        try SetupConfiguration(
            source: source(),
            target: target(),
            request: PlanRequest(keyspace: "k"),
            readerCount: readers,
            requestLimit: limit,
            fetchSize: fetchSize,
            skipsExistingData: false,
            rejectsPath: "r"
        )
    }

    @Test func theToolkitsDefaultsHold() throws {
        let connection = try source().connection
        #expect(connection.endpoints == [.tcp(host: "localhost", port: 5432)])
        #expect(connection.user == "postgres" && connection.database == "postgres")
        #expect(connection.password == Credential("postgres") && connection.applicationName == "pgscylla")
        #expect(try source().passwordOrigin == .none && source([.password: "p"]).passwordOrigin == .setting)
    }

    @Test func whatIsGivenMustNotBeEmpty() {
        #expect(throws: InvalidOption("--postgres-host", "must not be empty")) { try source([.host: ""]) }
        #expect(throws: InvalidOption("--postgres-user", "must not be empty")) { try source([.user: ""]) }
        #expect(throws: InvalidOption("--postgres-source-schema", "must not be empty")) { try source(schema: "") }
        #expect(throws: Never.self) { try source([.password: "", .options: ""]) }
    }

    @Test func replicationIsNotForTheUser() {
        let reason = "cannot be asked for: replication connections are opened as needed"
        #expect(throws: InvalidOption("replication", reason)) { try source(url: "replication=database") }
        #expect(throws: Never.self) { try source(url: "replication=false") }
    }

    @Test func settingsAtFaultAreNamed() {
        let reason = "cannot be \"on\": choose one of disable, allow, prefer, require, verify-ca, verify-full"
        #expect(throws: InvalidOption("--postgres-sslmode", reason)) { try source([.sslmode: "on"]) }
        #expect(throws: InvalidOption("sslmode in --postgres-url", reason)) { try source(url: "sslmode=on") }
        #expect(throws: InvalidOption("--postgres-url", "has the unknown keyword \"x\"")) { try source(url: "x=y") }
    }

    @Test(arguments: [0, -1, 65_536, 1_000_000]) func portsHaveLimits(_ port: Int) {
        let reason = "must be between 1 and 65535, not \(port)"
        #expect(throws: InvalidOption("--postgres-port", reason)) { try source([.port: "\(port)"]) }
    }

    @Test func numbersHaveMinimums() throws {
        #expect(throws: InvalidOption("--num-threads", "must be at least 1, not 0")) { try setup(readers: 0) }
        #expect(throws: InvalidOption.self) { try setup(limit: 0) }
        #expect(throws: InvalidOption.self) { try setup(fetchSize: -5) }
        #expect(throws: InvalidOption.self) { try target(factor: 0) }
        #expect(try setup(limit: 1, fetchSize: 1).requestLimit == 1)
        #expect(throws: InvalidOption.self) {
            try VerifyConfiguration(
                source: source(),
                target: target(),
                request: PlanRequest(keyspace: "k"),
                readerCount: 0
            )
        }
    }

    private func following(
        _ target: TargetConfiguration,
        schema: String = "s",
        host: String = "h",
        port: Int? = nil,
        lockMode: TableLockMode = .share
    ) throws(InvalidOption) -> FollowingConfiguration {
        try FollowingConfiguration(of: target, foreignSchema: schema, host: host, port: port, lockMode: lockMode)
    }

    @Test func theExtensionIsToldWhereTheTargetIs() throws {
        let target = try TargetConfiguration(ScyllaSettings(options: [.host: "a,b", .port: "9043"]))
        #expect(try following(target).server == ForeignServer(host: "h", port: 9043))
        #expect(try following(target, port: 9042).server == ForeignServer(host: "h", port: 9042))
        #expect(throws: InvalidOption("--scylla-fdw-host", "must not be empty")) { try following(target, host: "") }
        #expect(throws: InvalidOption("--postgres-fdw-schema", "must not be empty")) {
            try following(target, schema: "")
        }
        #expect(throws: InvalidOption("--scylla-fdw-port", "must be between 1 and 65535, not 0")) {
            try following(target, port: 0)
        }
    }

    @Test func aLockThatIsTooWeakForATriggerIsRaised() throws {
        let modes = try TableLockMode.allCases.map { try following(try target(), lockMode: $0).lockMode }
        #expect(Array(modes.prefix(5)) == Array(repeating: .shareRowExclusive, count: 5))
        #expect(Array(modes.suffix(3)) == [.shareRowExclusive, .exclusive, .accessExclusive])
    }

    @Test func theExtensionIsGivenTheCertificatesThatItNeeds() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "pgscylla-ca-\(UUID()).pem").path
        try "-----BEGIN".write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        func target(
            _ verification: CertificateVerification,
            _ identity: TLSIdentity? = nil
        ) throws -> TargetConfiguration {
            try TargetConfiguration(
                endpoints: [.tcp(host: "h", port: 1)],
                keyspace: "k",
                tls: TLSClientConfiguration(verification: verification, identity: identity)
            )
        }
        #expect(try following(target(.full(.file(path: file)))).server.certificateAuthority == "-----BEGIN")
        for verification in [CertificateVerification.none, .full(.system)] {
            let error = #expect(throws: InvalidOption.self) { try following(target(verification)) }
            #expect(error?.option == "--scylla-ca")
        }
        let identity = TLSIdentity(certificateChainPath: "c", privateKeyPath: "k")
        let error = #expect(throws: InvalidOption.self) { try following(target(.full(.file(path: file)), identity)) }
        #expect(error?.option == "--scylla-cert")
    }

    @Test func passwordsAreNeverPrinted() throws {
        let secret = Credential("hunter2")
        let source = try source(url: "postgres://u:hunter2@h/d?sslcert=c&sslkey=k&sslpassword=hunter2")
        for text in ["\(secret)", String(reflecting: secret), "\(source)", String(reflecting: source)] {
            #expect(!text.contains("hunter2"))
        }
        var dumped = ""
        dump(source, to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }
}

/// A machine without files.
private struct NoFiles: ConnectionFiles {
    func file(_ path: String) -> ConnectionFile { .absent }
    func exists(_ path: String) -> Bool { false }
}
