import Foundation
import TestSupport
import Testing

/// The program on a terminal, asked for a password that nobody has given.
@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set")) struct PasswordPromptTests {
    /// What `password_prompt.py` reports.
    private struct Outcome: Decodable {
        let status: Int32
        let output: String
        let asked: Bool
        let shown_while_asking: Bool?
        let shown_afterwards: Bool
    }

    private func doctor(
        _ role: PostgresServer.Role,
        typing answer: String,
        _ variables: [String] = []
    ) async throws -> Outcome {
        let server = try await PostgresServer.shared()
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Oracles/password_prompt.py").path
        let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "pgscylla")
        let url = "postgresql://\(role.name)@localhost:\(server.port)/postgres"
        let command =
            ["HOME=/nonexistent"] + variables
            + ["python3", script, answer, program.path, "doctor", "postgres", "--postgres-url", url]
        let output = try await ChildProcess.require(command)
        return try JSONDecoder().decode(Outcome.self, from: Data(output.utf8))
    }

    @Test func aTypedPasswordIsUsedAndNotShown() async throws {
        for role in [PostgresServer.Role.scram, .md5, .cleartext] {
            let password = try #require(role.password)
            let outcome = try await doctor(role, typing: password)
            #expect(outcome.asked && outcome.shown_while_asking == false && outcome.shown_afterwards)
            #expect(outcome.output.hasPrefix("Password for user \(role.name): \r\nPostgreSQL at localhost:"))
            #expect(outcome.status != 3 && !outcome.output.contains(password), "\(outcome.output)")
        }
    }

    @Test(arguments: [
        ("wrong", "password authentication failed"), ("", "no password was given, so the default was tried"),
        ("^D", "no password was given, so the default was tried"),
    ])
    func aRefusedAnswerIsTheEnd(_ answer: String, _ sentence: String) async throws {
        let outcome = try await doctor(.scram, typing: answer)
        #expect(outcome.asked && outcome.status == 3 && outcome.shown_afterwards)
        #expect(outcome.output.contains(sentence), "\(outcome.output)")
    }

    /// LDAP, PAM and RADIUS refuse a password by the code for all that is not allowed.
    @Test func whateverAsksForAPasswordGetsOne() async throws {
        let outcome = try await doctor(.radius, typing: "typed")
        #expect(outcome.asked && outcome.status == 3, "\(outcome.output)")
        #expect(outcome.output.contains("RADIUS authentication failed") && !outcome.output.contains("typed"))
    }

    /// psql asks too, also where sslmode prefer could do without TLS.
    @Test(arguments: [PostgresServer.Role.certificate, .trust], ["prefer", "require"])
    func theKeysPassphraseIsAskedFor(_ role: PostgresServer.Role, _ mode: String) async throws {
        let certificates = try await PostgresServer.shared().certificates
        let client = certificates.encryptedClient
        let variables = [
            "PGSSLMODE=\(mode)", "PGSSLCERT=\(client.certificate)", "PGSSLKEY=\(client.privateKey)",
            // With a password given there is no other question.
            "PGPASSWORD=unused",
        ]
        let outcome = try await doctor(role, typing: certificates.passphrase, variables)
        #expect(outcome.asked && outcome.shown_while_asking == false && outcome.shown_afterwards)
        #expect(outcome.output.hasPrefix("Enter PEM pass phrase:\r\nPostgreSQL at localhost:"), "\(outcome.output)")
        #expect(outcome.status != 3 && outcome.output.contains("TLSv1.3"), "\(outcome.output)")
        #expect(!outcome.output.contains(certificates.passphrase))
        let wrong = try await doctor(role, typing: "no key", variables)
        #expect(wrong.asked && wrong.output.contains("cannot use the private key"), "\(wrong.output)")
    }

    @Test func anInterruptLeavesTheTerminalAsItWas() async throws {
        let outcome = try await doctor(.scram, typing: "^C")
        #expect(outcome.status == 130 && outcome.shown_while_asking == false && outcome.shown_afterwards)
        #expect(outcome.output.contains("interrupted while asking for the password"), "\(outcome.output)")
    }

    @Test func nobodyIsAskedWithoutNeed() async throws {
        #expect(try await !doctor(.trust, typing: "x").asked)
        #expect(try await !doctor(.certificate, typing: "x").asked)
        let given = try await doctor(.scram, typing: "x", ["PGPASSWORD=\(PostgresServer.Role.scram.password ?? "")"])
        #expect(!given.asked && given.status != 3)
        let wrong = try await doctor(.scram, typing: "x", ["PGPASSWORD=wrong"])
        #expect(!wrong.asked && wrong.status == 3)
    }
}
