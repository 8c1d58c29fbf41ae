import PosixIO
import PostgresWire
import Testing
import WireKit

@testable import PostgresClient

/// Files as a test wants them.
private struct TestFiles: ConnectionFiles {
    var files: [String: ConnectionFile] = [:]

    func file(_ path: String) -> ConnectionFile { files[path] ?? .absent }
    func exists(_ path: String) -> Bool { files[path] != nil }
}

extension ConnectionFile {
    fileprivate static func text(_ text: String, isPrivate: Bool = true) -> ConnectionFile {
        .contents(Array(text.utf8), isPrivate: isPrivate)
    }
}

/// What settings amount to, as a table: in goes what a user has said in all the places, out comes a configuration.
@Suite struct ConnectionSettingsTests {
    private static let defaults: [ConnectionKeyword: String] = [
        .host: "localhost", .user: "postgres", .password: "postgres", .dbname: "postgres",
        .fallbackApplicationName: "pgscylla",
    ]

    private func resolve(
        _ url: String? = nil,
        options: [ConnectionKeyword: String] = [:],
        environment: [String: String] = [:],
        files: [String: ConnectionFile] = [:]
    ) throws(ConnectionSettingError) -> ResolvedConnection {
        try ConnectionSettings(
            options: Dictionary(
                uniqueKeysWithValues: options.map { ($0, .init($1, origin: "--postgres-\($0.rawValue)")) }
            ),
            connectionString: url.map { .init($0, origin: "--postgres-url") },
            surroundings: ConnectionSurroundings(
                variables: environment,
                homeDirectory: "/home/me",
                files: TestFiles(files: files)
            ),
            defaults: Self.defaults
        ).resolved()
    }

    private func configuration(
        _ url: String? = nil,
        options: [ConnectionKeyword: String] = [:],
        environment: [String: String] = [:],
        files: [String: ConnectionFile] = [:]
    ) throws(ConnectionSettingError) -> PostgresConfiguration {
        try resolve(url, options: options, environment: environment, files: files).configuration
    }

    // MARK: Precedence

    @Test func nothingIsSaid() throws {
        let resolved = try resolve()
        let expected = PostgresConfiguration(
            endpoints: [.tcp(host: "localhost", port: 5432)],
            user: "postgres",
            password: Credential("postgres"),
            database: "postgres",
            tls: .prefer
        )
        #expect(resolved == ResolvedConnection(configuration: expected, passwordOrigin: .none, warnings: []))
    }

    /// Each place alone, and then over those after it.
    @Test func optionsThenStringThenServiceThenEnvironmentThenDefaults() throws {
        let service = "[s]\nuser=of-service\nport=3\nhost=h3\ndbname=of-service\npassword=of-service"
        let files: [String: ConnectionFile] = ["/home/me/.pg_service.conf": .text(service)]
        var environment = [
            "PGUSER": "of-environment", "PGPORT": "4", "PGHOST": "h4", "PGDATABASE": "of-environment",
            "PGPASSWORD": "of-environment", "PGAPPNAME": "of-environment",
        ]
        func all(_ configuration: PostgresConfiguration) -> [String] {
            [
                "\(configuration.endpoints[0])", configuration.user, configuration.password?.value ?? "",
                configuration.database, configuration.applicationName,
            ]
        }
        let expected = "of-environment"
        #expect(try all(configuration(environment: environment)) == ["h4:4", expected, expected, expected, expected])
        environment["PGSERVICE"] = "s"
        #expect(
            try all(configuration(environment: environment, files: files))
                == ["h3:3", "of-service", "of-service", "of-service", "of-environment"]
        )
        #expect(
            try all(configuration("postgres://u:p@h2/d", environment: environment, files: files))
                == ["h2:3", "u", "p", "d", "of-environment"]
        )
        let options: [ConnectionKeyword: String] = [.user: "o", .port: "1", .dbname: "o", .applicationName: "o"]
        #expect(
            try all(configuration("postgres://u:p@h2/d", options: options, environment: environment, files: files))
                == ["h2:1", "o", "p", "o", "o"]
        )
        // A service that the string names wins over the environment's.
        environment["PGSERVICE"] = "nowhere"
        #expect(try all(configuration("service=s", environment: environment, files: files))[0] == "h3:3")
    }

    @Test func anEmptyTextIsTheDefault() throws {
        let environment = ["PGHOST": "", "PGUSER": "", "PGPASSWORD": "", "PGPORT": "", "PGSSLMODE": ""]
        #expect(try configuration(environment: environment) == configuration())
        // It hides what comes after it all the same.
        #expect(try configuration("user=", environment: ["PGUSER": "u"]).user == "postgres")
        // An empty database is the user's, as for libpq.
        #expect(try configuration("user=u", environment: ["PGDATABASE": ""]).database == "u")
        #expect(try configuration("user=u").database == "postgres")
    }

    // MARK: Services

    @Test func servicesAreLookedForInTheUsersFileFirst() throws {
        let user = ConnectionFile.text("[a]\nuser=mine")
        let system = ConnectionFile.text("[a]\nuser=theirs\n[b]\nuser=b")
        let files = [
            "/home/me/.pg_service.conf": user, "/etc/postgresql-common/pg_service.conf": system,
            "/conf/pg_service.conf": .text("[a]\nuser=conf"), "/file": .text("[b]\nuser=file"),
        ]
        #expect(try configuration("service=a", files: files).user == "mine")
        #expect(try configuration("service=b", files: files).user == "b")
        #expect(
            try configuration(
                "service=a",
                environment: ["PGSERVICEFILE": "/file", "PGSYSCONFDIR": "/conf"],
                files: files
            )
            .user == "conf"
        )
        #expect(
            try configuration(options: [.service: "b"], environment: ["PGSERVICEFILE": "/file"], files: files).user
                == "file"
        )
    }

    // MARK: Hosts

    @Test(arguments: [
        ("host=a,b port=1,2", ["a:1", "b:2"]),
        ("host=a,b port=7", ["a:7", "b:7"]),
        ("host=a,b port=7,", ["a:7", "b:5432"]),
        ("host=a,,b", ["a:5432", "localhost:5432", "b:5432"]),
        ("postgres://a:1,[::1]:2,%2Frun/d", ["a:1", "[::1]:2", "/run/.s.PGSQL.5432"]),
        ("host=/run,@x port=1,2", ["/run/.s.PGSQL.1", "@x/.s.PGSQL.2"]),
        ("hostaddr=127.0.0.1,::1 port=' 4 '", ["127.0.0.1:4", "[::1]:4"]),
        ("hostaddr=,::1 host=a,b", ["a:5432", "[::1]:5432"]),
    ])
    func hosts(_ string: String, _ expected: [String]) throws {
        #expect(try configuration(string).endpoints.map(\.description) == expected)
    }

    @Test func anAddressKeepsItsName() throws {
        let host = PostgresHost(.tcp(host: "10.0.0.1", port: 5432), name: "db.example")
        #expect(try configuration("host=db.example hostaddr=10.0.0.1").hosts == [host])
        #expect(try configuration("host=x", options: [.hostaddr: "10.0.0.1"]).hosts[0].name == "x")
        #expect(try configuration("hostaddr=10.0.0.1").hosts[0].name == nil)
    }

    // MARK: Passwords

    @Test func passwordFilesAreAskedPerHost() throws {
        let file = ConnectionFile.text("b:*:d:u:of-b\n*:6:*:*:of-6\nlocalhost:5432:d:u:of-localhost")
        let files = ["/home/me/.pgpass": file, "/other": .text("*:*:*:*:other")]
        func passwords(_ string: String, _ environment: [String: String] = [:]) throws -> [String?] {
            let resolved = try resolve(string, environment: environment, files: files)
            return resolved.configuration.hosts.map { ($0.password ?? resolved.configuration.password)?.value }
        }
        #expect(try passwords("host=a,b,c port=5,5,6 user=u dbname=d") == ["postgres", "of-b", "of-6"])
        #expect(try passwords("host=a,b user=u dbname=e") == ["postgres", "postgres"])
        #expect(
            try passwords("host=/var/run/postgresql,/tmp,/run user=u dbname=d")
                == ["of-localhost", "of-localhost", "postgres"]
        )
        #expect(try passwords("user=u dbname=d") == ["of-localhost"])
        #expect(try passwords("hostaddr=10.0.0.1 host=b user=u dbname=d") == ["of-b"])
        #expect(try passwords("host=b user=u dbname=d", ["PGPASSFILE": "/other"]) == ["other"])
        #expect(try passwords("host=b user=u dbname=d passfile=/other") == ["other"])
        #expect(try passwords("host=b user=u dbname=d password=p") == ["p"])
        #expect(try passwords("host=b user=u dbname=d", ["PGPASSWORD": "e"]) == ["e"])
        #expect(try resolve("host=b user=u dbname=d", files: files).passwordOrigin == .file(path: "/home/me/.pgpass"))
        #expect(try resolve("host=a", files: files).passwordOrigin == .none)
        #expect(try resolve("password=x", files: files).passwordOrigin == .setting)
    }

    @Test func aPasswordFileThatOthersCanReadIsPassedOver() throws {
        let resolved = try resolve(files: ["/home/me/.pgpass": .text("*:*:*:*:secret", isPrivate: false)])
        #expect(resolved.passwordOrigin == .none && resolved.configuration.hosts[0].password == nil)
        #expect(
            resolved.warnings == [
                "the password file /home/me/.pgpass is passed over: it must be a plain file that only its owner may "
                    + "read, chmod 0600 it"
            ]
        )
        let unreadable = try resolve(files: ["/home/me/.pgpass": .unreadable(reason: "permission denied")])
        #expect(unreadable.warnings.count == 1 && unreadable.warnings[0].contains("permission denied"))
        // Nobody asks for it when there is a password.
        #expect(try resolve("password=p", files: ["/home/me/.pgpass": .text("", isPrivate: false)]).warnings == [])
    }

    // MARK: TLS

    @Test func certificatesOfTheHomeDirectory() throws {
        let folder = "/home/me/.postgresql"
        #expect(try configuration().tls == .prefer)
        let files = ["root.crt", "root.crl", "postgresql.crt"].map { ("\(folder)/\($0)", ConnectionFile.text("")) }
        let all = Dictionary(uniqueKeysWithValues: files)
        var expected = PostgresTLS(mode: .prefer)
        expected.roots = .file(path: "\(folder)/root.crt")
        expected.revocationListPath = "\(folder)/root.crl"
        expected.identity = TLSIdentity(
            certificateChainPath: "\(folder)/postgresql.crt",
            privateKeyPath: "\(folder)/postgresql.key"
        )
        #expect(try configuration(files: all).tls == expected)
        #expect(try configuration("sslcertmode=disable", files: all).tls.identity == nil)
        #expect(try configuration(environment: ["PGSSLCERTMODE": "disable"], files: all).tls.identity == nil)
        for mode in ["allow", "require"] {
            let demanding = try configuration("sslcertmode=\(mode)", files: all)
            #expect(demanding.tls == expected)
            #expect(demanding.authentication.requiresClientCertificate == (mode == "require"))
        }
        #expect(try configuration("sslcrldir=/d", files: all).tls.revocationListPath == nil)
        #expect(try configuration("sslrootcert=/r", files: all).tls.revocationListPath == "\(folder)/root.crl")
        #expect(try configuration(files: ["\(folder)/root.crl": .text("")]).tls == .prefer)
        let named = try configuration("sslcert=/c sslkey=/k sslpassword=p sslrootcert=/r sslcrl=/l sslsni=0").tls
        #expect(
            named.identity == TLSIdentity(certificateChainPath: "/c", privateKeyPath: "/k", passphrase: Credential("p"))
        )
        #expect(named.roots == .file(path: "/r") && named.revocationListPath == "/l" && !named.sendsServerName)
        #expect(try configuration("sslcert=/c").tls.identity?.privateKeyPath == "\(folder)/postgresql.key")
    }

    @Test func rootsOfTheSystemDemandTheName() throws {
        #expect(try configuration("sslrootcert=system").tls == .verifyFull(.system))
        #expect(try configuration(environment: ["PGSSLROOTCERT": "system"]).tls == .verifyFull(.system))
        #expect(try configuration(environment: ["PGREQUIRESSL": "1"]).tls == .require)
        #expect(try configuration(environment: ["PGREQUIRESSL": "1", "PGSSLMODE": "disable"]).tls == .disable)
        #expect(try configuration(environment: ["PGREQUIRESSL": "0"]).tls == .prefer)
        #expect(try configuration("sslmode=verify-full").tls == PostgresTLS(mode: .verifyFull))
    }

    // MARK: The rest

    @Test func everythingElse() throws {
        let configuration = try configuration(
            """
            sslmode=require sslnegotiation=direct ssl_min_protocol_version=tlsv1.3 ssl_max_protocol_version=TLSv1.3
            channel_binding=require require_auth=scram-sha-256,md5 target_session_attrs=read-write
            load_balance_hosts=random keepalives=0 keepalives_idle=1 keepalives_interval=2 keepalives_count=3
            tcp_user_timeout=1500 connect_timeout=1 min_protocol_version=3.0 max_protocol_version=latest
            options='-c a=b' application_name=app replication=database host=a,b client_encoding=LATIN1 gssencmode=prefer
            """
        )
        #expect(configuration.tls.negotiation == .direct)
        #expect(configuration.tls.minimumVersion == .tls1_3 && configuration.tls.maximumVersion == .tls1_3)
        #expect(configuration.authentication == .init(channelBinding: .require, methods: [.scramSHA256, .md5]))
        #expect(configuration.targetSessionAttributes == .readWrite && configuration.balancesLoad)
        var keepAlive = KeepAlive()
        keepAlive.isEnabled = false
        (keepAlive.idle, keepAlive.interval, keepAlive.count) = (.seconds(1), .seconds(2), 3)
        keepAlive.userTimeout = .milliseconds(1500)
        #expect(configuration.keepAlive == keepAlive)
        #expect(configuration.connectTimeout == .seconds(4))
        #expect(configuration.protocolVersions == .v3_0 ... .v3_2)
        #expect(configuration.options == "-c a=b" && configuration.applicationName == "app")
        #expect(configuration.replication == .database)
    }

    @Test func lesserRules() throws {
        #expect(try configuration("connect_timeout=0").connectTimeout == ConnectionSettings.endlessTimeout)
        #expect(try configuration("connect_timeout=-1").connectTimeout == ConnectionSettings.endlessTimeout)
        #expect(try configuration("connect_timeout=5").connectTimeout == .seconds(5))
        #expect(try configuration().connectTimeout == .seconds(10))
        #expect(try configuration("min_protocol_version=3.2").protocolVersions == .v3_2 ... .v3_2)
        #expect(try configuration("fallback_application_name=x").applicationName == "x")
        #expect(
            try configuration("require_auth=!md5,!password,!gss,!sspi").authentication.methods == [
                .scramSHA256, .oauth, .none,
            ]
        )
        #expect(try configuration("replication=off").replication == nil)
        #expect(try configuration("replication=1").replication == .physical)
    }

    @Test(arguments: [
        ("host=a,b port=1,2,3", "port in --postgres-url lists 3 ports for 2 hosts"),
        ("host=a,b hostaddr=::1", "hostaddr in --postgres-url lists 1 addresses for 2 hosts"),
        ("hostaddr=db", "hostaddr in --postgres-url must be an IP address, not \"db\""),
        ("port=0", "port in --postgres-url must be between 1 and 65535, not 0"),
        ("port=70000", "port in --postgres-url must be between 1 and 65535, not 70000"),
        ("port=5432x", "port in --postgres-url must be a number between 1 and 65535"),
        ("port=99999999999", "port in --postgres-url must be a number between 1 and 65535"),
        // A password with a slash that was not encoded.
        ("postgres://u:hunter2/x", "port in --postgres-url must be a number between 1 and 65535"),
        (
            "sslmode=on",
            "sslmode in --postgres-url cannot be \"on\": choose one of disable, allow, prefer, require, verify-ca, verify-full"
        ),
        (
            "sslnegotiation=direct",
            "sslnegotiation in --postgres-url cannot be direct with sslmode prefer: use require"
        ),
        (
            "sslmode=verify-ca",
            "sslmode in --postgres-url cannot be verify-ca without root certificates: give sslrootcert"
        ),
        (
            "sslmode=require sslrootcert=system",
            "sslrootcert in --postgres-url cannot be system with sslmode require: use verify-full"
        ),
        (
            "sslmode=disable sslrootcert=system",
            "sslrootcert in --postgres-url cannot be system with sslmode disable: use verify-full"
        ),
        (
            "ssl_min_protocol_version=1.2",
            "ssl_min_protocol_version in --postgres-url cannot be \"1.2\": choose one of TLSv1, TLSv1.1, TLSv1.2, TLSv1.3"
        ),
        (
            "ssl_max_protocol_version=TLSv1",
            "ssl_max_protocol_version in --postgres-url is below the oldest version allowed, TLSv1.2"
        ),
        ("sslsni=yes", "sslsni in --postgres-url must be 0 or 1, not \"yes\""),
        (
            "sslcertmode=prefer",
            "sslcertmode in --postgres-url cannot be \"prefer\": choose one of disable, allow, require"
        ),
        (
            "channel_binding=on",
            "channel_binding in --postgres-url cannot be \"on\": choose one of disable, prefer, require"
        ),
        ("require_auth=md5,!gss", "require_auth in --postgres-url lists methods both with and without \"!\""),
        ("require_auth=!md5,gss", "require_auth in --postgres-url lists methods both with and without \"!\""),
        ("require_auth=md5,md5", "require_auth in --postgres-url lists \"md5\" twice"),
        (
            "require_auth=md4",
            "require_auth in --postgres-url cannot list \"md4\": choose from password, md5, gss, sspi, scram-sha-256, oauth, none, or exclude some by \"!\""
        ),
        ("connect_timeout=soon", "connect_timeout in --postgres-url must be a whole number, not \"soon\""),
        ("keepalives_idle='1 2'", "keepalives_idle in --postgres-url must be a whole number, not \"1 2\""),
        (
            "min_protocol_version=3.1",
            "min_protocol_version in --postgres-url cannot be \"3.1\": choose one of 3.0, 3.2, latest"
        ),
        (
            "min_protocol_version=3.2 max_protocol_version=3.0",
            "min_protocol_version in --postgres-url is above the newest version allowed, 3.0"
        ),
        (
            "target_session_attrs=slave",
            "target_session_attrs in --postgres-url cannot be \"slave\": choose one of any, read-write, read-only, primary, standby, prefer-standby"
        ),
        ("load_balance_hosts=1", "load_balance_hosts in --postgres-url cannot be \"1\": choose one of disable, random"),
        (
            "gssencmode=require",
            "gssencmode in --postgres-url cannot be require: there is no GSSAPI here, use TLS"
        ),
        ("requirepeer=postgres", "requirepeer in --postgres-url is not supported"),
        ("oauth_client_secret=hunter2", "oauth_client_secret in --postgres-url is not supported"),
        (
            "service=s",
            "service in --postgres-url names the service \"s\", which is not in /home/me/.pg_service.conf, /etc/postgresql-common/pg_service.conf, /etc/sysconfig/pgsql/pg_service.conf, /usr/local/pgsql/etc/pg_service.conf"
        ),
        ("hosst=x", "--postgres-url has the unknown keyword \"hosst\""),
    ])
    func whatCannotBeUsedIsNamed(_ string: String, _ sentence: String) throws {
        let error = #expect(throws: ConnectionSettingError.self) { try resolve(string) }
        #expect("\(try #require(error))" == sentence)
    }

    @Test func errorsNameTheirPlace() throws {
        func sentence(_ body: () throws -> ResolvedConnection) -> String {
            do {
                return "\(try body())"
            } catch {
                return "\(error)"
            }
        }
        let wrong = "cannot be \"on\": choose one of disable, allow, prefer, require, verify-ca, verify-full"
        #expect(sentence { try resolve(options: [.sslmode: "on"]) } == "--postgres-sslmode \(wrong)")
        #expect(sentence { try resolve(environment: ["PGSSLMODE": "on"]) } == "PGSSLMODE \(wrong)")
        let files: [String: ConnectionFile] = [
            "/f": .text("[s]\nsslmode=on\n[bad]\nhunter2"), "/g": .unreadable(reason: "permission denied"),
        ]
        #expect(
            sentence { try resolve(environment: ["PGSERVICE": "s", "PGSERVICEFILE": "/f"], files: files) }
                == "sslmode of service \"s\" in /f \(wrong)"
        )
        #expect(
            sentence { try resolve(environment: ["PGSERVICE": "bad", "PGSERVICEFILE": "/f"], files: files) }
                == "/f cannot be used: line 4 is not keyword=value with a known keyword"
        )
        #expect(
            sentence { try resolve(environment: ["PGSERVICE": "s", "PGSERVICEFILE": "/g"], files: files) }
                == "/g cannot be read: permission denied"
        )
        #expect(
            sentence { try resolve(environment: ["PGSERVICE": "s", "PGSERVICEFILE": "/h"], files: files) }
                == "PGSERVICEFILE names /h, which does not exist"
        )
    }

    @Test func theEnvironmentsNamesAreLibpqs() {
        let names = Dictionary(
            uniqueKeysWithValues: ConnectionKeyword.allCases.map { ($0.rawValue, $0.environmentVariable) }
        )
        #expect(names["dbname"] == "PGDATABASE" && names["application_name"] == "PGAPPNAME")
        #expect(names["ssl_min_protocol_version"] == "PGSSLMINPROTOCOLVERSION")
        #expect(names["target_session_attrs"] == "PGTARGETSESSIONATTRS" && names["require_auth"] == "PGREQUIREAUTH")
        #expect(names["connect_timeout"] == "PGCONNECT_TIMEOUT" && names["sslpassword"] == .some(nil))
    }
}
