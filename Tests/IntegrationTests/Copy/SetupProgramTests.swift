import CQLWire
import EmbeddedCQL
import Foundation
import Migration
import PosixIO
import TestSupport
import Testing

/// `pgscylla setup` as a shell sees it, against real servers: one sentence and an exit status.
@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set")) struct SetupProgramTests {
    private static let schema = """
        CREATE TABLE t (id int PRIMARY KEY, v text);
        INSERT INTO t SELECT i, 'v' || i FROM generate_series(1, 100) i;
        """

    /// The one sentence on standard error, without the note on what a plain copy does and the warning of a password
    /// that others can see.
    private func sentence(_ output: ChildProcess.Output) -> String {
        let lines = output.standardError.split(separator: "\n").filter {
            !$0.hasPrefix("pgscylla: rows are copied once") && !$0.hasPrefix("pgscylla: warning: a password on")
        }
        #expect(lines.count == 1, "\(output.standardError)")
        return lines.first.map(String.init) ?? ""
    }

    @Test(arguments: [
        (["--postgres-host", "no-such-host.invalid"], 3, "no-such-host.invalid"),
        (["--postgres-host", "127.0.0.1", "--postgres-port", "1"], 3, "127.0.0.1:1"),
        (["--postgres-db", "no_such_db"], 3, "\"no_such_db\" does not exist"),
        (["--postgres-user", "nobody_here"], 3, "role \"nobody_here\" does not exist"),
        (["--postgres-source-schema", "nowhere"], 2, "schema \"nowhere\" does not exist"),
        (["--postgres-source-schema", "hollow"], 2, "schema \"hollow\""),
        (["--postgres-lock-mode", "gentle"], 2, "ACCESS SHARE, ROW SHARE,"),
        (["--num-threads", "0"], 2, "--num-threads must be at least 1, not 0"),
        (["--scylla-user", "u"], 2, "--scylla-password"),
        (["--load-method", "fdw", "--scylla-fdw-port", "0"], 2, "--scylla-fdw-port must be between 1 and 65535"),
        (["--tables", "nothing"], 2, "--tables nothing matches no table"),
        (["--scylla-host", "no-such-host.invalid"], 3, "no-such-host.invalid"),
        (["--scylla-port", "1"], 3, "127.0.0.1:1"),
        (["--scylla-ca", "/nonexistent.pem"], 3, "/nonexistent.pem"),
    ])
    func badInputIsOneSentence(_ options: [String], _ status: Int32, _ words: String) async throws {
        try await CopyScene.run(Self.schema + "CREATE SCHEMA hollow;") { scene in
            let output = try await ChildProcess.run(scene.commandLine(options))
            #expect(output.status == status)
            let sentence = sentence(output)
            #expect(sentence.hasPrefix("pgscylla: error: "))
            #expect(sentence.contains(words), "\(sentence)")
            #expect(output.standardOutput == "")
        }
    }

    @Test func aWrongPasswordIsToldWithoutIt() async throws {
        try await CopyScene.run(Self.schema) { scene in
            let output = try await scene.runProgram(
                "--postgres-host",
                "localhost",
                "--postgres-user",
                "u_scram",
                "--postgres-password",
                "sesame-7"
            )
            #expect(output.status == 3)
            let sentence = sentence(output)
            #expect(sentence.contains("u_scram"))
            #expect(!sentence.contains("sesame-7"))
        }
    }

    @Test func aWrongTargetPasswordIsToldWithoutIt() async throws {
        var options = NodeOptions()
        options.login = NodeOptions.Login(user: "root", password: "right")
        try await CopyScene.run(Self.schema, node: options) { scene in
            let wrong = try await scene.runProgram("--scylla-user", "root", "--scylla-password", "sesame-7")
            #expect(wrong.status == 3)
            #expect(sentence(wrong).hasPrefix("pgscylla: error: "))
            #expect(!wrong.standardError.contains("sesame-7"))
            let none = try await scene.runProgram()
            #expect(none.status == 3)
            #expect(sentence(none).hasPrefix("pgscylla: error: "))
            let right = try await scene.runProgram("--scylla-user", "root", "--scylla-password", "right")
            #expect(right.status == 0, "\(right.standardError)")
        }
    }

    @Test func aSchemaWithoutKeysSkipsEverything() async throws {
        try await CopyScene.run("CREATE TABLE heap (v int); INSERT INTO heap VALUES (1);") { scene in
            let output = try await scene.runProgram()
            #expect(output.standardOutput.contains("has no primary key"), "\(output)")
            #expect(output.status == 0)
        }
    }

    @Test func aTableOfAnotherShapeIsRefusedAndTheOthersAreCopied() async throws {
        try await CopyScene.run(Self.schema + "CREATE TABLE u (id int PRIMARY KEY); INSERT INTO u VALUES (1);") {
            scene in
            let prepared = try await scene.runProgram("--skip-existing-data")
            #expect(prepared.status == 0, "\(prepared.standardError)")
            try await scene.change("DROP TABLE ks.t", "CREATE TABLE ks.t (id bigint PRIMARY KEY, v text)")
            let output = try await scene.runProgram()
            #expect(output.status == 1)
            let said = (output.standardOutput + output.standardError).split(separator: "\n")
            let words = "with another shape: column \"id\" is bigint there, int expected"
            #expect(said.filter { $0.contains(words) }.count == 1, "\(said)")
            #expect(try await scene.rowCount("t") == 0)
            #expect(try await scene.rowCount("u") == 1)
        }
    }

    @Test func whatTheRoleMayNotReadIsReportedAndTheOthersAreCopied() async throws {
        let sql =
            Self.schema + """
                CREATE TABLE secret (id int PRIMARY KEY); INSERT INTO secret VALUES (1);
                CREATE TABLE guarded (id int PRIMARY KEY); INSERT INTO guarded VALUES (1), (2);
                ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
                CREATE POLICY p ON guarded USING (id = 1);
                GRANT SELECT ON t, guarded TO u_trust;
                """
        try await CopyScene.run(sql) { scene in
            let output = try await scene.runProgram("--postgres-user", "u_trust")
            #expect(output.status == 1)
            let said = output.standardOutput + output.standardError
            #expect(said.contains("row-level security"), "\(said)")
            #expect(said.contains("permission denied for table secret"), "\(said)")
            #expect(try await scene.rowCount("t") == 100)
            #expect(
                try await scene.targetRows("SELECT table_name FROM system_schema.tables WHERE keyspace_name = 'ks'")
                    .contains([.text("guarded")]) == false
            )
        }
    }

    /// FORCE ROW LEVEL SECURITY binds the owner too.
    @Test func anOwnerWhoseOwnPolicyBindsHimDoesNotCopyHalfATable() async throws {
        let sql = """
            GRANT CREATE ON SCHEMA public TO u_trust;
            SET ROLE u_trust;
            CREATE TABLE forced (id int PRIMARY KEY); INSERT INTO forced VALUES (1), (2);
            ALTER TABLE forced ENABLE ROW LEVEL SECURITY;
            ALTER TABLE forced FORCE ROW LEVEL SECURITY;
            CREATE POLICY p ON forced USING (id = 1);
            """
        try await CopyScene.run(sql) { scene in
            let output = try await scene.runProgram("--postgres-user", "u_trust")
            #expect(output.status == 1)
            #expect((output.standardOutput + output.standardError).contains("row-level security"))
        }
    }

    @Test func theTargetIsDown() async throws {
        try await CopyScene.run(Self.schema) { scene in
            await scene.node.crash()
            let output = try await scene.runProgram()
            #expect(output.status == 3)
            #expect(sentence(output).contains("127.0.0.1:\(scene.node.port)"))
        }
    }

    @Test func anInterruptEndsTheRunWith130() async throws {
        let firstWrite = Milestone()
        var options = NodeOptions()
        options.fault = { attempt in
            guard attempt.opcode == .execute else { return nil }
            firstWrite.reach()
            return .silence(afterApplying: false)
        }
        try await CopyScene.run(Self.schema, node: options) { scene in
            let program = try RunningProgram(scene.commandLine([]))
            async let ended = firstWrite.expected { await program.end() }
            try await firstWrite.wait()
            program.interrupt()
            let (status, errors) = try await ended
            #expect(status == 130)
            #expect(errors.split(separator: "\n").filter { $0.contains("error:") }.count <= 1, "\(errors)")
        }
    }

    @Test func aDryRunWritesNothing() async throws {
        try await CopyScene.run(Self.schema) { scene in
            let output = try await scene.runProgram("--dry-run")
            #expect(output.status == 0)
            #expect(output.standardOutput.contains("CREATE TABLE IF NOT EXISTS \"ks\".\"t\""))
            let keyspaces = try await scene.targetRows("SELECT keyspace_name FROM system_schema.keyspaces")
            #expect(!keyspaces.contains([.text("ks")]))
            #expect(await scene.node.counters().writtenRows == 0)
            #expect(!FileManager.default.fileExists(atPath: scene.rejectsPath))
        }
    }

    @Test func theTargetMayWantTLSAndAPassword() async throws {
        let server = try await PostgresServer.shared()
        var options = NodeOptions()
        options.login = NodeOptions.Login(user: "root", password: "right")
        options.tls = TLSServerConfiguration(
            identity: TLSIdentity(
                certificateChainPath: server.certificates.server.certificate,
                privateKeyPath: server.certificates.server.privateKey
            )
        )
        try await CopyScene.run(Self.schema, node: options) { scene in
            let login = ["--scylla-user", "root", "--scylla-password", "right"]
            let output = try await ChildProcess.run(
                scene.commandLine(login + ["--scylla-ca", server.certificates.authority])
            )
            #expect(output.status == 0, "\(output.standardError)")
            #expect(await scene.node.counters().writtenRows == 100)
            let untrusted = try await ChildProcess.run(
                scene.commandLine(login + ["--scylla-ca", server.certificates.otherAuthority])
            )
            #expect(untrusted.status == 3)
            #expect(sentence(untrusted).hasPrefix("pgscylla: error: "))
        }
    }

    @Test func theSourceMayWantTLSAndAPassword() async throws {
        let sql = Self.schema + "GRANT SELECT ON t TO u_tls;"
        try await CopyScene.run(sql) { scene in
            let output = try await scene.runProgram(
                "--postgres-host",
                "localhost",
                "--postgres-user",
                "u_tls",
                "--postgres-password",
                "tls secret",
                "--postgres-sslmode",
                "verify-full",
                "--postgres-sslrootcert",
                scene.server.certificates.authority
            )
            #expect(output.status == 0, "\(output.standardError)")
            #expect(try await scene.rowCount("t") == 100)
        }
    }
}
