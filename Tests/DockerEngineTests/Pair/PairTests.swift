import DockerEngine
import Testing
import WireKit

@Suite struct PairConfigurationTests {
    @Test func thePairIsWhatTheToolkitMade() throws {
        let configuration = PairConfiguration()
        let postgres = configuration.spec(of: .postgres, isEngineLocal: true)
        #expect(postgres.image == "postgres:18")
        #expect(
            postgres.environment.sorted() == [
                "POSTGRES_DB=postgres", "POSTGRES_PASSWORD=postgres", "POSTGRES_USER=postgres",
            ]
        )
        #expect(postgres.labels == ["io.pgscylla": "postgres"])
        #expect(postgres.network == "migration-network")
        #expect(postgres.publishedPorts == [.init(containerPort: 5432, hostAddress: "127.0.0.1", hostPort: 5432)])
        let scylla = configuration.spec(of: .scylla, isEngineLocal: false)
        #expect(scylla.image == "scylladb/scylla:2025.4")
        #expect(
            scylla.command
                == ["--smp", "1", "--memory", "400M", "--overprovisioned", "1", "--api-address", "0.0.0.0"]
        )
        #expect(scylla.publishedPorts.map(\.containerPort) == [9042, 9142, 19042, 19142])
        #expect(scylla.publishedPorts.allSatisfy { $0.hostAddress == "0.0.0.0" })
        #expect(postgres.addedCapabilities.isEmpty && postgres.securityOptions.isEmpty)
    }

    @Test func debuggingAddsRightsToBoth() {
        var configuration = PairConfiguration()
        configuration.isForDebugging = true
        for member in PairMember.allCases {
            let spec = configuration.spec(of: member, isEngineLocal: true)
            #expect(spec.addedCapabilities == ["SYS_PTRACE"])
            #expect(spec.securityOptions == ["seccomp=unconfined"])
        }
    }

    @Test func publishedPortsAreExposed() throws {
        let json = PairConfiguration().spec(of: .scylla, isEngineLocal: true).json
        #expect(json["ExposedPorts"]?.members?.map(\.name) == ["9042/tcp", "9142/tcp", "19042/tcp", "19142/tcp"])
        #expect(
            json["HostConfig"]?["PortBindings"]?["9042/tcp"]?.text == #"[{"HostIp":"127.0.0.1","HostPort":"9042"}]"#
        )
    }

    @Test func aFullDiskIsRecognized() {
        let refusal = EngineRefusal(
            status: 200,
            message: "failed to register layer: write /x: no space left on device",
            method: .post,
            path: "/v1.41/images/create"
        )
        let error = PairError("the image x cannot be pulled", .refused(refusal))
        #expect(error.kind == .noSpace)
        #expect(error.description.contains("make room"))
        #expect(PairError("x", .cancelled).kind == .interrupted)
    }
}

@Suite struct ContainerDescriptionTests {
    private func description(_ name: String) throws -> ContainerDescription {
        let capture = try DockerCapture.named(name)
        let decoded = try #require(DockerResponseTests.decode(capture.response, to: [.get]) { $0 }.first)
        return try #require(ContainerDescription(try JSON(parsing: decoded.body)))
    }

    @Test func whatARealEngineSays() throws {
        let healthy = try description("043-container-inspect-health-healthy")
        #expect(healthy.name == "ddpg")
        #expect(healthy.isRunning && healthy.health == "healthy")
        #expect(healthy.addedCapabilities == ["SYS_PTRACE"])
        #expect(healthy.published(5432)?.hostAddress == "127.0.0.1")
        #expect(healthy.networks == ["ddnet"])
        #expect(healthy.volumes.contains("ddvol") && healthy.volumes.count == 2)
        let exited = try description("106-container-inspect-exited-9")
        #expect((exited.status, exited.exitCode, exited.health) == (.exited, 9, nil))
        #expect(try description("241-container-inspect-oomkilled").wasKilledForMemory)
        let unhealthy = try description("244-container-inspect-unhealthy")
        #expect(unhealthy.health == "unhealthy")
        #expect(unhealthy.healthOutput?.contains("not well") == true)
        let everywhere = try description("229-container-inspect-publish-all-v4-v6")
        #expect(everywhere.published(80)?.hostAddress == "0.0.0.0")
        #expect(try description("213-container-inspect-portbinding-without-exposedports").published(80) == nil)
        #expect(try description("120-container-inspect-paused").status == .paused)
    }
}

@Suite struct PullRendererTests {
    @Test func plainLinesAreWrittenWhereALayerEntersANewState() {
        var renderer = PullRenderer(style: .lines)
        let steps = [
            PullProgress(id: "18", status: "Pulling from library/postgres"),
            PullProgress(id: "a", status: "Downloading", current: 1, total: 10),
            PullProgress(id: "a", status: "Downloading", current: 9, total: 10),
            PullProgress(id: "a", status: "Pull complete"), PullProgress(id: nil, status: "Status: Downloaded"),
        ]
        #expect(
            steps.map { renderer.text(for: $0, of: "postgres:18") }.joined()
                == """
                postgres:18: 18: Pulling from library/postgres
                postgres:18: a: Downloading
                postgres:18: a: Pull complete
                postgres:18: Status: Downloaded

                """
        )
    }

    @Test func aTerminalShowsALinePerLayer() {
        var renderer = PullRenderer(style: .terminal(width: 200))
        #expect(renderer.text(for: PullProgress(id: "a", status: "Waiting"), of: "x") == "\r\u{1B}[Ka: Waiting\n")
        let second = renderer.text(
            for: PullProgress(id: "b", status: "Downloading", current: 2_217_472, total: 24_007_509),
            of: "x"
        )
        #expect(
            second
                == "\u{1B}[1A\r\u{1B}[Ka: Waiting\n\r\u{1B}[Kb: Downloading [====>\(String(repeating: " ", count: 45))]  2.22MB/24.0MB\n"
        )
        renderer.finish()
        #expect(renderer.text(for: PullProgress(id: "a", status: "Done"), of: "x") == "\r\u{1B}[Ka: Done\n")
    }
}
