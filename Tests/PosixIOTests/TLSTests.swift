import Foundation
import Testing
import WireKit

@testable import PosixIO

/// A certificate for "localhost" and 127.0.0.1, signed by itself, made with the openssl command.
private struct SelfSigned {
    let directory: URL
    var identity: TLSIdentity {
        TLSIdentity(
            certificateChainPath: directory.appending(path: "cert.pem").path,
            privateKeyPath: directory.appending(path: "key.pem").path
        )
    }

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "pgscylla-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
            + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-days", "2"]
            + ["-keyout", identity.privateKeyPath, "-out", identity.certificateChainPath]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "the openssl command is needed by this test")
    }

    func remove() throws { try FileManager.default.removeItem(at: directory) }
}

@Suite struct TLSTests {
    private func withServer(_ body: @Sendable (EchoServer, RootCertificates) async throws -> Void) async throws {
        let certificate = try SelfSigned()
        let lane = try Lane(name: "test")
        try await lane.run { lane in
            let server = try await EchoServer(
                on: lane.loop,
                tls: TLSServerConfiguration(identity: certificate.identity)
            )
            try await body(server, .file(path: certificate.identity.certificateChainPath))
        }
        lane.stop()
        try certificate.remove()
    }

    @Test func megabytesGoBothWaysEncrypted() async throws {
        try await withServer { server, roots in
            let stream = try await server.connect(tls: TLSClientConfiguration(verification: .full(roots)))
            #expect(stream.tlsDetails?.clientCertificate == .notRequested)
            let pattern = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            #expect(try await server.exchange(pattern, over: stream) == pattern)
        }
    }

    @Test func aServerThatDemandsCertificatesTakesNoClientWithoutOne() async throws {
        let certificate = try SelfSigned()
        let lane = try Lane(name: "test")
        try await lane.run { lane in
            let roots = RootCertificates.file(path: certificate.identity.certificateChainPath)
            let demanding = TLSServerConfiguration(identity: certificate.identity, clientRoots: roots)
            let server = try await EchoServer(on: lane.loop, tls: demanding)
            let shown = TLSClientConfiguration(verification: .full(roots), identity: certificate.identity)
            let stream = try await server.connect(tls: shown)
            #expect(try await server.exchange([1, 2, 3], over: stream) == [1, 2, 3])
            #expect(stream.tlsDetails?.clientCertificate == .sent)
            await #expect(throws: TransportError.self) {
                let stream = try await server.connect(tls: TLSClientConfiguration(verification: .full(roots)))
                _ = try await server.exchange([1, 2, 3], over: stream)
            }
        }
        lane.stop()
        try certificate.remove()
    }

    @Test func literalAddressesAreVerifiedToo() async throws {
        try await withServer { server, roots in
            let full = TLSClientConfiguration(verification: .full(roots))
            let stream = try await server.connect(tls: full, serverName: "127.0.0.1")
            #expect(try await server.exchange([1], over: stream) == [1])
            _ = await #expect(throws: TransportError.self) {
                _ = try await server.connect(tls: full, serverName: "127.0.0.2")
            }
        }
    }

    @Test func aWrongNameOrAnUnknownRootIsRefused() async throws {
        try await withServer { server, roots in
            _ = await #expect(throws: TransportError.self) {
                _ = try await server.connect(
                    tls: TLSClientConfiguration(verification: .full(roots)),
                    serverName: "example.org"
                )
            }
            _ = await #expect(throws: TransportError.self) {
                _ = try await server.connect(tls: TLSClientConfiguration(verification: .chain(.system)))
            }
            let chainOnly = TLSClientConfiguration(verification: .chain(roots))
            let stream = try await server.connect(tls: chainOnly, serverName: "example.org")
            #expect(try await server.exchange([2], over: stream) == [2])
        }
    }

    @Test func aServerWithoutTLSFailsTheHandshake() async throws {
        let lane = try Lane(name: "test")
        defer { lane.stop() }
        try await lane.run { lane in
            let server = try await EchoServer(on: lane.loop)
            _ = await #expect(throws: TransportError.self) {
                _ = try await server.connect(tls: TLSClientConfiguration(verification: .none))
            }
        }
    }
}

@Suite struct CryptoTests {
    private func hex(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

    @Test func publishedVectors() {
        #expect(
            hex(Crypto.sha256(Array("abc".utf8)))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
        #expect(hex(Crypto.md5(Array("abc".utf8))) == "900150983cd24fb0d6963f7d28e17f72")
        // RFC 4231, test case 2.
        #expect(
            hex(Crypto.hmacSHA256(key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8)))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        )
        // RFC 7914, section 11 (first 32 bytes).
        #expect(
            hex(Crypto.pbkdf2SHA256(password: Array("passwd".utf8), salt: Array("salt".utf8), iterations: 1))
                == "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
        )
        #expect(Crypto.randomBytes(count: 18)?.count == 18)
    }
}
