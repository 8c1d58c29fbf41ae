import Migration
import PosixIO
import SchemaTranslation
import Testing
import WireKit

@Suite struct ConfigurationTests {
    private func source(
        host: String = "localhost",
        port: Int = 5432,
        tls: PostgresTLSMode = .prefer,
        roots: String? = nil
    ) throws(InvalidOption) -> SourceConfiguration {
        try SourceConfiguration(
            host: host,
            port: port,
            user: "u",
            password: Credential("hunter2"),
            database: "d",
            tlsMode: tls,
            rootCertificatePath: roots
        )
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

    @Test func aDirectoryIsASocket() throws {
        #expect(try source(host: "/run/pg", port: 5433).endpoint == .unix(path: "/run/pg/.s.PGSQL.5433"))
        #expect(try source(host: "/run/pg").tlsMode == .disable)
        #expect(try source(host: "db").endpoint == .tcp(host: "db", port: 5432))
        #expect(throws: InvalidOption.self) { try source(host: "/run/pg", tls: .verifyFull) }
    }

    @Test func rootsAreRefusedWhereNothingIsVerified() throws {
        #expect(try source(tls: .verifyFull, roots: "ca.pem").rootCertificatePath == "ca.pem")
        #expect(throws: InvalidOption.self) { try source(tls: .require, roots: "ca.pem") }
    }

    @Test(arguments: [0, -1, 65_536, Int.max]) func portsHaveLimits(_ port: Int) {
        let reason = "must be between 1 and 65535, not \(port)"
        #expect(throws: InvalidOption("--postgres-port", reason)) { try source(port: port) }
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
        for text in ["\(secret)", String(reflecting: secret), "\(try source())", String(reflecting: try source())] {
            #expect(!text.contains("hunter2"))
        }
        var dumped = ""
        dump(try source(), to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }
}
