import EmbeddedCQL
import Foundation
import Migration
import PosixIO
import TestSupport
import Testing
import WireKit

/// `pgscylla doctor scylla` against the in-memory node, over sockets.
@Suite struct DoctorScyllaTests {
    private func withNode(
        _ options: NodeOptions = NodeOptions(),
        _ body: (CQLNode) async throws -> Void
    ) async throws {
        let node = try await CQLNode.start(listen: .tcp(host: "127.0.0.1", port: 0), options: options)
        do {
            try await body(node)
        } catch {
            await node.stop()
            throw error
        }
        await node.stop()
    }

    private func target(
        _ node: CQLNode,
        login: TargetConfiguration.Login? = nil,
        tls: TLSClientConfiguration? = nil,
        keyspace: String = "ks"
    ) throws -> TargetConfiguration {
        let endpoint = Endpoint.tcp(host: "127.0.0.1", port: UInt16(node.port))
        return try TargetConfiguration(endpoints: [endpoint], keyspace: keyspace, login: login, tls: tls)
    }

    private func details(_ diagnosis: Diagnosis) -> [String: String] {
        Dictionary(uniqueKeysWithValues: diagnosis.findings.map { ($0.name, $0.detail) })
    }

    @Test func anEmptyNodeHasNoProblems() async throws {
        try await withNode { node in
            let diagnosis = try await TargetDoctor.examine(target(node))
            #expect(diagnosis.subject == "ScyllaDB at 127.0.0.1:\(node.port)")
            #expect(diagnosis.isConnected && diagnosis.problemCount == 0, "\(diagnosis.text)")
            let details = details(diagnosis)
            #expect(details["protocol"] == "native protocol v4")
            #expect(details["encryption"] == "none")
            #expect(details["datacentre"] == "datacenter1 is written to")
            #expect(details["nodes of datacenter1"] == "1 node, all reachable")
            #expect(details["keyspace"] == "ks does not exist yet: setup makes it with 1 replica")
        }
    }

    @Test func keyspacesAreLookedForByTheNamesThatSetupGivesThem() async throws {
        try await withNode { node in
            let odd = details(try await TargetDoctor.examine(target(node, keyspace: "a-b")))
            #expect(odd["keyspace"] == "a_b does not exist yet: setup makes it with 1 replica")
            let own = try await TargetDoctor.examine(target(node, keyspace: "system"))
            #expect(own.problemCount == 1, "\(own.text)")
        }
    }

    @Test func shardsAndTheirPortAreTried() async throws {
        var options = NodeOptions()
        options.sharding = NodeOptions.Sharding(shardCount: 3, shardAwarePort: 0)
        try await withNode(options) { node in
            let details = details(try await TargetDoctor.examine(target(node)))
            #expect(details["shards"] == "3 shards on the node that was asked")
            let port = try #require(details["shard-aware port"])
            #expect(port.hasSuffix(" leads to the shard that is meant"))
        }
    }

    @Test func passwordsThatAreWantedAndWrongAreSaid() async throws {
        var options = NodeOptions()
        options.login = NodeOptions.Login(user: "u", password: "hunter2")
        try await withNode(options) { node in
            let login = TargetConfiguration.Login(user: "u", password: Credential("hunter2"))
            let good = try await TargetDoctor.examine(target(node, login: login))
            #expect(
                details(good)["authentication"]
                    == "accepted by PasswordAuthenticator; the password went over the network in the clear"
            )
            let wrong = TargetConfiguration.Login(user: "u", password: Credential("hunter3"))
            for login in [nil, wrong] {
                let diagnosis = try await TargetDoctor.examine(target(node, login: login))
                #expect(!diagnosis.isConnected && diagnosis.exitStatus == .unreachable)
                #expect(diagnosis.findings.first?.remedy != nil)
                #expect(!diagnosis.text.contains("hunter"))
            }
        }
    }

    @Test func nobodyThereIsADiagnosis() async throws {
        let endpoint = Endpoint.tcp(host: "127.0.0.1", port: 1)
        let diagnosis = try await TargetDoctor.examine(TargetConfiguration(endpoints: [endpoint], keyspace: "ks"))
        #expect(!diagnosis.isConnected && diagnosis.problemCount == 1)
        #expect(diagnosis.subject == "ScyllaDB at 127.0.0.1:1")
        #expect(diagnosis.findings.first?.remedy == "check host, port and that the server is up")
    }

    @Test func theCommandPrintsJSON() async throws {
        try await withNode { node in
            let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
                .appending(path: "pgscylla").path
            let output = try await ChildProcess.run([
                program, "doctor", "scylla", "--json", "--scylla-url", "scylla://127.0.0.1:\(node.port)/ks",
            ])
            #expect(output.status == 0)
            let object = try JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8)) as? [String: Any]
            #expect(object?["connected"] as? Bool == true)
            #expect(object?["problems"] as? Int == 0)
            #expect(object?["subject"] as? String == "ScyllaDB at 127.0.0.1:\(node.port)")
        }
    }
}
