import Foundation
import TestSupport
import Testing
import WireKit

@testable import PosixIO

/// Certificates of every kind, made by the openssl command, shown by a server of the test.
@Suite struct CertificateTests {
    /// A folder with an authority, in which certificates are made.
    private struct Workshop {
        let folder: String
        let openSSL: OpenSSLCommand
        var roots: RootCertificates { .file(path: "\(folder)/ca.crt") }

        init() async throws {
            folder = FileManager.default.temporaryDirectory.appending(path: "pgscylla-cert-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            openSSL = OpenSSLCommand(folder: folder)
            try await openSSL.makeAuthority("ca", commonName: "the authority")
        }

        func identity(_ name: String, passphrase: Credential? = nil, key: String? = nil) -> TLSIdentity {
            TLSIdentity(
                certificateChainPath: "\(folder)/\(name).crt",
                privateKeyPath: "\(folder)/\(key ?? name).key",
                passphrase: passphrase
            )
        }

        func make(_ commonName: String, _ names: String?, days: Int = 2) async throws {
            try await openSSL.makeCertificate(
                "server",
                commonName,
                serial: 7,
                alternativeNames: names,
                key: OpenSSLCommand.ellipticKey,
                signing: ["-days", "\(days)"]
            )
        }

        func remove() { try? FileManager.default.removeItem(atPath: folder) }

        /// Shakes hands with a server that shows the certificate `name`.
        func connect(
            _ configuration: TLSClientConfiguration,
            to name: String = "server",
            host: String = "localhost"
        ) async throws -> TLSSessionDetails {
            let lane = try Lane(name: "test")
            defer { lane.stop() }
            return try await lane.run { lane in
                let tls = TLSServerConfiguration(identity: identity(name))
                let server = try await EchoServer(on: lane.loop, tls: tls)
                let stream = try await server.connect(tls: configuration, serverName: host)
                return try #require(stream.tlsDetails)
            }
        }

        /// Why the handshake failed.
        func reason(
            _ configuration: TLSClientConfiguration,
            to name: String = "server",
            host: String = "localhost"
        ) async throws -> String {
            let error = await #expect(throws: TransportError.self) {
                _ = try await connect(configuration, to: name, host: host)
            }
            guard case .tls(let reason, _)? = error else { return "\(String(describing: error))" }
            return reason
        }
    }

    private func inWorkshop(_ body: (Workshop) async throws -> Void) async throws {
        let workshop = try await Workshop()
        defer { workshop.remove() }
        try await body(workshop)
    }

    @Test func namesWildcardsAndAddressesAreVerified() async throws {
        try await inWorkshop { workshop in
            try await workshop.make("ignored.org", "DNS:*.db.test,DNS:plain.test,IP:127.0.0.1,IP:::1")
            let full = TLSClientConfiguration(verification: .full(workshop.roots))
            for host in ["a.db.test", "plain.test", "127.0.0.1", "::1"] {
                _ = try await workshop.connect(full, host: host)
            }
            for host in ["a.b.db.test", "db.test", "ignored.org", "127.0.0.2", "::2"] {
                let reason = try await workshop.reason(full, host: host)
                #expect(
                    reason == """
                        the server's certificate is not for "\(host)" but names "*.db.test", "plain.test", \
                        "127.0.0.1", "::1"
                        """
                )
            }
            let chain = TLSClientConfiguration(verification: .chain(workshop.roots))
            _ = try await workshop.connect(chain, host: "ignored.org")
        }
    }

    @Test func theCommonNameIsUsedWithoutAlternatives() async throws {
        try await inWorkshop { workshop in
            try await workshop.make("only.test", nil)
            let full = TLSClientConfiguration(verification: .full(workshop.roots))
            _ = try await workshop.connect(full, host: "only.test")
            #expect(try await workshop.reason(full, host: "other.test").hasSuffix(#"names "only.test""#))
        }
    }

    @Test func whatIsWrongWithACertificateIsSaid() async throws {
        try await inWorkshop { workshop in
            let chain = TLSClientConfiguration(verification: .chain(workshop.roots))
            try await workshop.make("localhost", nil, days: -1)
            let expired = "the server's certificate has expired: it was valid until "
            #expect(try await workshop.reason(chain).hasPrefix(expired))
            try await workshop.openSSL.makeAuthority("alone", commonName: "localhost")
            #expect(
                try await workshop.reason(chain, to: "alone")
                    == "the server's certificate is self-signed and not among the root certificates"
            )
            try await workshop.make("localhost", nil)
            let other = TLSClientConfiguration(verification: .chain(.file(path: "\(workshop.folder)/alone.crt")))
            #expect(
                try await workshop.reason(other)
                    == """
                    the server's certificate is signed by "the authority", an authority unknown to the root certificates
                    """
            )
            let missing = TLSClientConfiguration(verification: .chain(.file(path: "/nonexistent/root.crt")))
            #expect(try await workshop.reason(missing).contains("\"/nonexistent/root.crt\""))
        }
    }

    @Test func revokedCertificatesAreRefused() async throws {
        try await inWorkshop { workshop in
            try await workshop.make("localhost", nil)
            var configuration = TLSClientConfiguration(verification: .chain(workshop.roots))
            try await workshop.openSSL.makeRevocationList("empty", revoked: [])
            configuration.revocation = RevocationLists(path: "\(workshop.folder)/empty.crl")
            _ = try await workshop.connect(configuration)
            try await workshop.openSSL.makeRevocationList("revoked", revoked: [7])
            configuration.revocation = RevocationLists(path: "\(workshop.folder)/revoked.crl")
            let revoked = "the server's certificate has been revoked by \"the authority\""
            #expect(try await workshop.reason(configuration) == revoked)
            // A directory is searched by the hash of the issuer's name.
            let directory = "\(workshop.folder)/crls"
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
            configuration.revocation = RevocationLists(directory: directory)
            #expect(try await workshop.reason(configuration).contains("no revocation list of \"the authority\""))
            let list = "\(workshop.folder)/revoked.crl"
            let hash = try await ChildProcess.require(["openssl", "crl", "-hash", "-noout", "-in", list])
            try FileManager.default.copyItem(atPath: list, toPath: "\(directory)/\(hash).r0")
            #expect(try await workshop.reason(configuration) == revoked)
            configuration.revocation = RevocationLists(path: "/nonexistent/list.crl")
            #expect(try await workshop.reason(configuration).contains("\"/nonexistent/list.crl\""))
        }
    }

    @Test func versionsAndProtocolsAreAsAsked() async throws {
        try await inWorkshop { workshop in
            try await workshop.make("localhost", nil)
            var configuration = TLSClientConfiguration(verification: .none)
            configuration.applicationProtocol = "postgresql"
            // The test's server knows nothing of ALPN, and says nothing of it.
            let newest = try await workshop.connect(configuration)
            #expect(newest.version == "TLSv1.3" && newest.applicationProtocol == nil && !newest.cipher.isEmpty)
            configuration.maximumVersion = .tls1_2
            #expect(try await workshop.connect(configuration).version == "TLSv1.2")
            configuration.minimumVersion = .tls1_3
            #expect(try await workshop.reason(configuration).contains("TLSv1.3, is above TLSv1.2"))
            configuration.minimumVersion = .tls1_0
            configuration.maximumVersion = .tls1_1
            #expect(try await !workshop.reason(configuration).isEmpty)
        }
    }

    /// The hash of a certificate is the one that its signature uses, with the exceptions of RFC 5929.
    @Test(arguments: [
        (OpenSSLCommand.ellipticKey + ["-sha256"], "sha256"), (OpenSSLCommand.ellipticKey + ["-sha384"], "sha384"),
        (["-newkey", "rsa:2048", "-sha512"], "sha512"), (["-newkey", "rsa:2048", "-sha1"], "sha256"),
        (["-newkey", "rsa-pss", "-sha384"], "sha384"),
    ])
    func theCertificateIsHashedForChannelBinding(_ options: [String], _ digest: String) async throws {
        try await inWorkshop { workshop in
            try await workshop.openSSL.makeAuthority("bound", commonName: "localhost", options: options)
            let details = try await workshop.connect(TLSClientConfiguration(verification: .none), to: "bound")
            let hash = try #require(details.serverEndPoint).map { String(format: "%02x", $0) }.joined()
            #expect(try await workshop.openSSL.fingerprint("bound", digest) == hash)
        }
    }

    @Test func aSignatureWithoutAHashFunctionCannotBeBoundTo() async throws {
        try await inWorkshop { workshop in
            let options = ["-newkey", "ed25519"]
            try await workshop.openSSL.makeAuthority("edwards", commonName: "localhost", options: options)
            let details = try await workshop.connect(TLSClientConfiguration(verification: .none), to: "edwards")
            #expect(details.serverEndPoint == nil)
        }
    }

    @Test func privateKeysAreOpenedOrTheReasonIsSaid() async throws {
        try await inWorkshop { workshop in
            try await workshop.make("localhost", nil)
            try await workshop.openSSL.encryptKey("server", passphrase: "secret")
            func reason(_ identity: TLSIdentity) async throws -> String {
                try await workshop.reason(TLSClientConfiguration(verification: .none, identity: identity))
            }
            let opened = workshop.identity("server", passphrase: Credential("secret"), key: "server.encrypted")
            _ = try await workshop.connect(TLSClientConfiguration(verification: .none, identity: opened))
            let closed = workshop.identity("server", key: "server.encrypted")
            await #expect(throws: TransportError.passphraseRequired(privateKeyPath: closed.privateKeyPath)) {
                _ = try await workshop.connect(TLSClientConfiguration(verification: .none, identity: closed))
            }
            let wrong = workshop.identity("server", passphrase: Credential("wrong"), key: "server.encrypted")
            let why = try await reason(wrong)
            #expect(why.contains("cannot use the private key") && !why.contains("wrong"))
            #expect(why.contains("(bad decrypt)"))
            #expect(try await reason(workshop.identity("server", key: "ca")).contains("ca.key"))
            let missing = try await reason(workshop.identity("missing"))
            #expect(missing.contains("missing.crt\" (no such file or directory)"))
            let key = "\(workshop.folder)/server.key"
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
            #expect(try await reason(workshop.identity("server")).contains("can be read by others"))
        }
    }
    @Test func privateKeysMayBeWithoutArmour() async throws {
        try await inWorkshop { workshop in
            try await workshop.make("localhost", nil)
            try await workshop.openSSL.stripKey("server")
            let bare = workshop.identity("server", key: "server.der")
            _ = try await workshop.connect(TLSClientConfiguration(verification: .none, identity: bare))
        }
    }
}
