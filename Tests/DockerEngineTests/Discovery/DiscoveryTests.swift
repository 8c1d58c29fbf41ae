import DockerEngine
import PosixIO
import TestSupport
import Testing
import WireKit

@Suite struct DiscoveryTests {
    private func environment(
        _ variables: [String: String] = [:],
        files: [String: String] = [:]
    ) -> DockerEnvironment {
        DockerEnvironment(variables: variables, home: "/home/u", userID: 1000) { path in
            files[path].map { .success(Array($0.utf8)) } ?? .failure(SyscallError(errno: 2, call: "open"))
        }
    }

    private func metaPath(_ name: String, _ folder: String = "/home/u/.docker") -> String {
        let hash = Crypto.sha256(Array(name.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "\(folder)/contexts/meta/\(hash)/meta.json"
    }

    private func first(_ environment: DockerEnvironment) throws -> EngineCandidate {
        try #require(try environment.candidates().first)
    }

    @Test func theUsualSocketsAreTriedWithoutAnyWish() throws {
        let paths = try environment(["XDG_RUNTIME_DIR": "/run/user/7"]).candidates().map { "\($0.address)" }
        #expect(paths.first == "unix:///var/run/docker.sock")
        for path in [
            "/run/user/7/docker.sock", "/home/u/.docker/run/docker.sock", "/home/u/.docker/desktop/docker.sock",
            "/home/u/.colima/default/docker.sock", "/run/user/7/podman/podman.sock", "/run/podman/podman.sock",
        ] { #expect(paths.contains("unix://\(path)")) }
        #expect(try environment().candidates().contains { "\($0.address)" == "unix:///run/user/1000/docker.sock" })
    }

    @Test func theHostVariableCountsMoreThanContexts() throws {
        let files = [
            "/home/u/.docker/config.json": #"{"currentContext":"current"}"#,
            metaPath("current"): #"{"Name":"current","Endpoints":{"docker":{"Host":"unix:///current.sock"}}}"#,
            metaPath("named"): #"{"Name":"named","Endpoints":{"docker":{"Host":"tcp://named:1234"}}}"#,
        ]
        let host = ["DOCKER_HOST": "unix:///host.sock", "DOCKER_CONTEXT": "named"]
        #expect(try first(environment(host, files: files)).description == "unix:///host.sock (DOCKER_HOST)")
        let named = ["DOCKER_CONTEXT": "named"]
        #expect(try first(environment(named, files: files)).description == "tcp://named:1234 (context named)")
        #expect(try first(environment(files: files)).description == "unix:///current.sock (context current)")
        let ordinary = ["DOCKER_CONTEXT": "default", "DOCKER_HOST": ""]
        #expect(try first(environment(ordinary, files: files)).address.description == "unix:///var/run/docker.sock")
        let elsewhere = ["DOCKER_CONFIG": "/etc/d", "DOCKER_CONTEXT": "x"]
        let there = [metaPath("x", "/etc/d"): #"{"Endpoints":{"docker":{"Host":"unix:///x.sock"}}}"#]
        #expect(try first(environment(elsewhere, files: there)).address.description == "unix:///x.sock")
        // An Engine that nobody chose is not asked where the chosen one does not answer.
        for choice in [host, named, [:]] { #expect(try environment(choice, files: files).candidates().count == 1) }
    }

    @Test(arguments: [
        ("unix:///a/b.sock", Endpoint.unix(path: "/a/b.sock")), ("tcp://h:99", .tcp(host: "h", port: 99)),
        ("tcp://h", .tcp(host: "h", port: 2375)), ("tcp://[::1]:99", .tcp(host: "::1", port: 99)),
        ("tcp://[::1]", .tcp(host: "::1", port: 2375)), ("tcp://h:99/", .tcp(host: "h", port: 99)),
        ("tcp://:99", .tcp(host: "127.0.0.1", port: 99)),
    ])
    func addresses(_ text: String, _ endpoint: Endpoint) throws {
        #expect(try EngineAddress(text, tls: nil).endpoint == endpoint)
    }

    @Test(arguments: [
        ("ssh://user@host", "ssh"), ("npipe:////./pipe/docker_engine", "named pipe"), ("fd://", "fd://"),
        ("unix://relative", "no path"), ("/var/run/docker.sock", "neither"), ("tcp://h:0", "port"),
        ("tcp://h:99999", "port"), ("tcp://h:99/path", "path"),
    ])
    func unusableAddressesAreRefusedByName(_ text: String, _ word: String) {
        #expect {
            try environment(["DOCKER_HOST": text]).candidates()
        } throws: { error in
            "\(error)".contains(word) && "\(error)".contains(text)
        }
    }

    @Test func tlsIsWhatTheVariablesAskFor() throws {
        let files = ["/certs/ca.pem": "", "/certs/cert.pem": "", "/certs/key.pem": ""]
        let verified = try first(
            environment(
                ["DOCKER_HOST": "tcp://h", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/certs"],
                files: files
            )
        )
        #expect(verified.address.endpoint == .tcp(host: "h", port: 2376))
        #expect(verified.address.tls?.verification == .full(.file(path: "/certs/ca.pem")))
        #expect(verified.address.tls?.identity?.privateKeyPath == "/certs/key.pem")
        let unverified = try first(
            environment(["DOCKER_HOST": "tcp://h", "DOCKER_CERT_PATH": "/certs"], files: files)
        )
        #expect(unverified.address.tls?.verification == CertificateVerification.none)
        #expect(try first(environment(["DOCKER_HOST": "tcp://h"])).address.tls == nil)
    }

    @Test func aContextThatCannotBeUsedIsSaid() {
        for (files, word) in [
            ([:], "does not exist"), ([metaPath("c"): "{}"], "names no host"), ([metaPath("c"): "{"], "cannot be read"),
            ([metaPath("c"): #"{"Endpoints":{"docker":{"Host":"ssh://h"}}}"#], "context \"c\""),
        ] as [([String: String], String)] {
            #expect {
                try environment(["DOCKER_CONTEXT": "c"], files: files).candidates()
            } throws: { error in
                "\(error)".contains(word)
            }
        }
    }

    @Test func whenNoneAnswersEachIsNamedWithItsReason() async throws {
        let lane = try Lane(name: "search")
        defer { lane.stop() }
        let environment = DockerEnvironment(
            variables: ["XDG_RUNTIME_DIR": "/nonexistent"],
            home: "/nonexistent",
            userID: 1
        ) { _ in .failure(SyscallError(errno: 2, call: "open")) }
        let attempts = try environment.candidates().filter { candidate in
            // What this machine may really have is left out.
            !["unix:///var/run/docker.sock", "unix:///run/podman/podman.sock"].contains("\(candidate.address)")
        }
        var failures: [EngineSearchError.Attempt] = []
        for candidate in attempts {
            do {
                _ = try await Engine.connect(to: candidate.address, on: lane.loop)
            } catch {
                failures.append(.init(candidate: candidate, error: error))
            }
        }
        #expect(failures.count == attempts.count)
        let text = "\(EngineSearchError.noneAnswers(failures))"
        #expect(text.contains("unix:///nonexistent/.colima/default/docker.sock (Colima): no such file or directory"))
        #expect(text.contains("start one, or set DOCKER_HOST"))
    }

    @Test func theChosenEngineThatDoesNotAnswerIsNamedAlone() async throws {
        let lane = try Lane(name: "search")
        defer { lane.stop() }
        let environment = environment(["DOCKER_HOST": "tcp://127.0.0.1:1"])
        await #expect {
            _ = try await Engine.find(in: environment, on: lane.loop)
        } throws: { error in
            "\(error)".hasPrefix(
                "no Docker Engine answers at tcp://127.0.0.1:1 (DOCKER_HOST): connection refused; start it, or choose"
            )
        }
    }

    // MARK: Credentials

    private func credentials(_ registry: String, _ config: String) async throws -> RegistryCredentials? {
        let lane = try Lane(name: "credentials")
        defer { lane.stop() }
        let environment = environment(files: ["/home/u/.docker/config.json": config])
        return try await lane.run { lane in try await environment.credentials(for: registry, on: lane.loop) }
    }

    @Test func credentialsOfTheConfiguration() async throws {
        // `u:p:q` in base 64: only the first colon separates.
        let config =
            #"{"auths":{"r:5000":{"auth":"dTpwOnE="},"https://index.docker.io/v1/":{"identitytoken":"t"},"x":{}}}"#
        let found = try #require(try await credentials("r:5000", config))
        #expect(found == RegistryCredentials(.password(user: "u", Credential("p:q")), serverAddress: "r:5000"))
        let header = try #require(Base64.decode(found.headerValue.utf8))
        #expect(
            String(decoding: header, as: UTF8.self) == #"{"username":"u","password":"p:q","serveraddress":"r:5000"}"#
        )
        let hub = try await credentials("docker.io", config)
        #expect(hub?.secret == .identityToken(Credential("t")))
        #expect(try await credentials("x", config) == nil)
        #expect(try await credentials("other", config) == nil)
    }

    @Test func helpersAreProgramsInPathAndNothingElse() async throws {
        for name in ["../../bin/x", "a b", "$(id)", "a;b"] {
            let config = JSON.object([.init("credHelpers", JSON(strings: ["r": name]))]).text
            await #expect(throws: CredentialHelperFailure.self) { try await credentials("r", config) }
        }
        await #expect {
            try await credentials("r", #"{"credsStore":"pgscylla-no-such"}"#)
        } throws: { error in
            "\(error)".contains("docker-credential-pgscylla-no-such")
        }
    }

    @Test(arguments: [
        ("postgres:18", "docker.io", "postgres", "18"), ("postgres", "docker.io", "postgres", "latest"),
        ("scylladb/scylla:2025.4", "docker.io", "scylladb/scylla", "2025.4"),
        ("127.0.0.1:5000/a/b", "127.0.0.1:5000", "127.0.0.1:5000/a/b", "latest"),
        ("localhost/a:1", "localhost", "localhost/a", "1"), ("r.example/a:1", "r.example", "r.example/a", "1"),
    ])
    func references(_ text: String, _ registry: String, _ name: String, _ tag: String) {
        let reference = ImageReference(text)
        #expect((reference.registry, reference.name, reference.tag) == (registry, name, tag))
    }

    @Test func digestsStandForTags() {
        let reference = ImageReference("a/b@sha256:00")
        #expect((reference.name, reference.tag, reference.digest) == ("a/b", nil, "sha256:00"))
    }
}
