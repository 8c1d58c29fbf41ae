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

    private func target(
        hosts: [String] = ["localhost"],
        port: Int = 9042,
        keyspace: String = "k",
        user: String? = nil,
        password: String? = nil,
        factor: Int? = nil,
        usesTLS: Bool = false,
        authority: String? = nil
    ) throws(InvalidOption) -> TargetConfiguration {
        try TargetConfiguration(
            hosts: hosts,
            port: port,
            keyspace: keyspace,
            user: user,
            password: password.map { Credential($0) },
            usesTLS: usesTLS,
            certificateAuthorityPath: authority,
            replicationFactor: factor
        )
    }

    private func setup(
        method: LoadMethod = .direct,
        readers: Int = 4,
        limit: Int? = nil,
        fetchSize: Int? = nil
    ) throws -> SetupConfiguration {
        try SetupConfiguration(
            source: source(),
            target: target(),
            request: PlanRequest(keyspace: "k"),
            loadMethod: method,
            lockMode: .shareRowExclusive,
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
        #expect(throws: InvalidOption("--scylla-port", reason)) { try target(port: port) }
    }

    @Test func hostsMayBeListedEitherWay() throws {
        let endpoints = try target(hosts: ["a, b", "c,"], port: 1).endpoints
        #expect(endpoints == ["a", "b", "c"].map { Endpoint.tcp(host: $0, port: 1) })
        #expect(throws: InvalidOption("--scylla-host", "must name at least one host")) { try target(hosts: [" , "]) }
    }

    @Test func userAndPasswordOnlyTogether() throws {
        #expect(try target().login == nil)
        #expect(
            try target(user: "u", password: "p").login
                == TargetConfiguration.Login(user: "u", password: Credential("p"))
        )
        #expect(throws: InvalidOption("--scylla-user", "needs --scylla-password or --scylla-password-file")) {
            try target(user: "u")
        }
        #expect(throws: InvalidOption("--scylla-password", "needs --scylla-user")) { try target(password: "p") }
    }

    @Test func anAuthorityImpliesTLS() throws {
        #expect(try target().tls == nil)
        #expect(try target(usesTLS: true).tls?.verification == .full(.system))
        #expect(try target(authority: "ca.pem").tls?.verification == .chain(.file(path: "ca.pem")))
    }

    @Test func numbersHaveMinimums() throws {
        #expect(throws: InvalidOption("--num-threads", "must be at least 1, not 0")) { try setup(readers: 0) }
        #expect(throws: InvalidOption.self) { try setup(limit: 0) }
        #expect(throws: InvalidOption.self) { try setup(fetchSize: -5) }
        #expect(throws: InvalidOption.self) { try target(factor: 0) }
        #expect(throws: InvalidOption.self) { try target(keyspace: "") }
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

    @Test func whatIsNotThereYetIsSaid() {
        #expect(throws: InvalidOption("--load-method", "fdw is not yet available: use --load-method direct")) {
            try setup(method: .fdw)
        }
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
