import CQLClient
import CQLWire
import Foundation
import Migration
import PosixIO
import Testing
import WireKit

@Suite struct ScyllaSettingsTests {
    private func target(
        _ options: [ScyllaSetting: String] = [:],
        url: String? = nil,
        environment: [String: String] = [:]
    ) throws(InvalidOption) -> TargetConfiguration {
        try TargetConfiguration(ScyllaSettings(options: options, url: url) { environment[$0] })
    }

    private func refusal(
        _ options: [ScyllaSetting: String] = [:],
        url: String? = nil,
        environment: [String: String] = [:]
    ) -> String? {
        #expect(throws: InvalidOption.self) { try target(options, url: url, environment: environment) }?.description
    }

    @Test func defaultsAreTheDocumentedOnes() throws {
        let target = try target()
        #expect(target.endpoints == [.tcp(host: "localhost", port: 9042)])
        #expect(target.keyspace == "migration")
        #expect(target.login == nil && target.tls == nil && target.compression == nil && target.localDatacentre == nil)
        #expect(target.consistency == .localQuorum && target.serialConsistency == .localSerial)
        #expect(target.connectTimeout == .seconds(10) && target.requestTimeout == .seconds(15))
    }

    @Test func everySettingCanBeMadeInEveryPlace() throws {
        let options: [ScyllaSetting: String] = [
            .host: "a", .port: "1", .keyspace: "k", .user: "u", .password: "p", .certificateAuthority: "ca.pem",
            .certificate: "c.pem", .key: "k.pem", .verification: "host", .compression: "lz4", .localDatacentre: "dc",
            .consistency: "one", .serialConsistency: "serial", .connectTimeout: "1s", .requestTimeout: "2m",
        ]
        let url =
            "scylla://u:p@a:1/k?ca=ca.pem&cert=c.pem&key=k.pem&tls-verify=host&compression=lz4&local-dc=dc"
            + "&consistency=one&serial-consistency=serial&connect-timeout=1s&request-timeout=2m"
        let variables = Dictionary(uniqueKeysWithValues: options.map { ($0.environmentVariable, $1) })
        let wanted = try target(options)
        #expect(try target(url: url) == wanted)
        #expect(try target(environment: variables) == wanted)
        #expect(try target(environment: ["SCYLLA_URL": url]) == wanted)
        #expect(wanted.tls?.verification == .full(.file(path: "ca.pem")))
        #expect(wanted.tls?.identity == TLSIdentity(certificateChainPath: "c.pem", privateKeyPath: "k.pem"))
        #expect(wanted.connectTimeout == .seconds(1) && wanted.requestTimeout == .seconds(120))
        #expect(wanted.compression == .lz4 && wanted.serialConsistency == .serial)
        // What the client is told of it.
        #expect(wanted.client.localDatacentre == "dc" && wanted.client.compression == .lz4)
    }

    @Test func optionsComeBeforeTheURLAndThatBeforeTheEnvironment() throws {
        let environment = ["SCYLLA_HOST": "e", "SCYLLA_KEYSPACE": "e", "SCYLLA_COMPRESSION": "snappy"]
        let target = try target([.host: "o"], url: "cql://u/u", environment: environment)
        #expect(target.endpoints == [.tcp(host: "o", port: 9042)])
        #expect(target.keyspace == "u")
        #expect(target.compression == .snappy)
        // A URL in an option takes the place of the environment's.
        #expect(try self.target(url: "scylla://a", environment: ["SCYLLA_URL": "scylla://b/k"]).keyspace == "migration")
    }

    @Test(arguments: [
        ("a, b,c,", ["a:9042", "b:9042", "c:9042"]), ("a:1,b", ["a:1", "b:9042"]), ("::1", ["[::1]:9042"]),
        ("[::1]:7,[2001:db8::2]", ["[::1]:7", "[2001:db8::2]:9042"]),
    ])
    func hostsMayHavePorts(_ text: String, _ endpoints: [String]) throws {
        #expect(try target([.host: text]).endpoints.map(\.description) == endpoints)
        #expect(try target(url: "scylla://\(text.filter { $0 != " " })").endpoints.map(\.description) == endpoints)
    }

    @Test func portIsThatOfHostsThatNameNone() throws {
        #expect(try target([.host: "a,b:2", .port: "1"]).endpoints.map(\.description) == ["a:1", "b:2"])
        #expect(try target(url: "scylla://a,b:2?port=1").endpoints.map(\.description) == ["a:1", "b:2"])
    }

    @Test(
        arguments: [
            (.host, "a:x", "must have a port between 1 and 65535, not \"x\""),
            (.host, "a:0", "must be between 1 and 65535, not 0"),
            (.host, " , ", "must name at least one host"),
            (.host, "[::1", "has a host that is not name, name:port, [address] or [address]:port"),
            (.host, "[::1]x", "has a host that is not name, name:port, [address] or [address]:port"),
            (.port, "65536", "must be between 1 and 65535, not 65536"),
            (.port, "x", "must have a port between 1 and 65535, not \"x\""),
            (.keyspace, "", "must not be empty"),
            (.compression, "zstd", "cannot be \"zstd\": choose one of none, lz4, snappy"),
            (
                .consistency, "SERIAL",
                "cannot be \"SERIAL\": choose one of ONE, TWO, THREE, QUORUM, ALL, LOCAL_QUORUM, LOCAL_ONE"
            ),
            (.serialConsistency, "ONE", "cannot be \"ONE\": choose one of SERIAL, LOCAL_SERIAL"),
            (.verification, "full", "cannot be \"full\": choose one of host, ca, none"),
            (.tls, "maybe", "cannot be \"maybe\": choose one of true, false, 1, 0"),
            (.requestTimeout, "0", "must be a time of up to a day, such as 15s, 500ms or 2m, not \"0\""),
            (.connectTimeout, "10h", "must be a time of up to a day, such as 15s, 500ms or 2m, not \"10h\""),
            (
                .requestTimeout, "99999999999999999999s",
                "must be a time of up to a day, such as 15s, 500ms or 2m, not \"99999999999999999999s\""
            ),
            (.user, "u", "needs a password: give --scylla-password-file or SCYLLA_PASSWORD"),
            (.password, "p", "needs a user: give --scylla-user"),
            (.certificate, "c.pem", "needs a private key: give --scylla-key"),
            (.key, "k.pem", "needs a certificate: give --scylla-cert"),
        ] as [(ScyllaSetting, String, String)]
    )
    func refusalsNameThePlace(_ setting: ScyllaSetting, _ value: String, _ reason: String) {
        #expect(refusal([setting: value]) == "\(setting.option) \(reason)")
        guard !value.isEmpty else { return }
        #expect(
            refusal(environment: [setting.environmentVariable: value]) == "\(setting.environmentVariable) \(reason)"
        )
        guard setting != .host, setting != .key, setting != .certificate else { return }
        let url = refusal(url: "scylla://h?\(setting.rawValue)=\(value)")
        #expect(url == "\(setting.rawValue) in --scylla-url \(reason)")
    }

    @Test(arguments: ["one", "LOCAL_QUORUM", "local-one", "Quorum"]) func levelsMayHaveAnyCase(_ level: String) throws {
        _ = try target([.consistency: level])
    }

    // MARK: - Encryption

    @Test(
        arguments: [
            ([.tls: "true"], .full(.system)), ([.certificateAuthority: "f"], .chain(.file(path: "f"))),
            ([.certificateAuthority: "system"], .full(.system)),
            ([.verification: "none"], CertificateVerification.none),
            ([.verification: "ca"], .chain(.system)), ([.verification: "host"], .full(.system)),
            ([.certificateAuthority: "f", .verification: "host"], .full(.file(path: "f"))),
            ([.certificate: "c", .key: "k"], .full(.system)), ([.tls: "false"], nil), ([:], nil),
        ] as [([ScyllaSetting: String], CertificateVerification?)]
    )
    func verificationFollowsFromWhatIsSaid(
        _ options: [ScyllaSetting: String],
        _ verification: CertificateVerification?
    ) throws {
        #expect(try target(options).tls?.verification == verification)
    }

    @Test func contradictionsAreRefused() {
        #expect(
            refusal([.certificateAuthority: "f"], environment: ["SCYLLA_TLS": "false"])
                == "--scylla-ca is for TLS, which SCYLLA_TLS turns off"
        )
        #expect(
            refusal([.certificateAuthority: "f", .verification: "none"])
                == "--scylla-ca is not looked at when --scylla-tls-verify is none: leave one of them out"
        )
    }

    @Test func keyMayBeOpenedByAVariable() throws {
        let target = try target([.certificate: "c", .key: "k"], environment: ["SCYLLA_KEY_PASSWORD": "hunter2"])
        #expect(target.tls?.identity?.passphrase == Credential("hunter2"))
    }

    // MARK: - Secrets

    @Test func passwordFilesAreReadAndTakeThePlaceOfPasswordsSaidLater() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "pgscylla-\(UUID().uuidString)").path
        try Data("hunter2\nmore\n".utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let login = try target([.passwordFile: path], url: "scylla://u:other@h").login
        #expect(login == TargetConfiguration.Login(user: "u", password: Credential("hunter2")))
        #expect(
            refusal([.user: "u", .password: "p", .passwordFile: path])
                == "--scylla-password and --scylla-password-file exclude each other"
        )
        #expect(
            refusal([.user: "u"], environment: ["SCYLLA_PASSWORD_FILE": path + "x"])
                == "SCYLLA_PASSWORD_FILE \(path)x cannot be read: no such file or directory"
        )
    }

    @Test func onlyPasswordsThatOthersCanSeeAreWarnedOf() throws {
        let warnings = { (options: [ScyllaSetting: String], url: String?, environment: [String: String]) in
            try ScyllaSettings(options: options, url: url) { environment[$0] }.warnings
        }
        #expect(try warnings([.user: "u", .password: "p"], nil, [:]).count == 1)
        #expect(try warnings([:], "scylla://u:p@h", [:]).count == 1)
        #expect(try warnings([:], "scylla://u@h", ["SCYLLA_PASSWORD": "p"]).isEmpty)
        #expect(try warnings([:], nil, ["SCYLLA_URL": "scylla://u:p@h"]).isEmpty)
        #expect(try warnings([.user: "u", .passwordFile: "f"], nil, [:]).isEmpty)
    }

    @Test func passwordsAreNeverPrinted() throws {
        let target = try target(url: "scylla://u:hunter2@h")
        #expect(target.login?.password.value == "hunter2")
        var dumped = "\(target)" + String(reflecting: target)
        dump(target, to: &dumped)
        dump(target.client, to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }
}
