import Foundation

/// Certificates made for one test run by the `openssl` command.
public struct TestCertificates: Sendable {
    /// A certificate with its private key.
    public struct Identity: Sendable {
        public let certificate: String
        public let privateKey: String
    }

    private let folder: String

    /// The authority that signed the server's certificate and the clients'.
    public var authority: String { "\(folder)/ca.crt" }
    /// An authority that signed nothing in use.
    public var otherAuthority: String { "\(folder)/other-ca.crt" }
    /// The server's, for the name `localhost` and no address.
    public var server: Identity { identity("server") }
    /// A client's, for the role `u_cert`.
    public var client: Identity { identity("u_cert") }
    /// The same with its key encrypted by `passphrase`.
    public var encryptedClient: Identity {
        Identity(certificate: client.certificate, privateKey: "\(folder)/u_cert.encrypted.key")
    }
    public let passphrase = "key secret"
    /// A client's whose name is no role.
    public var stranger: Identity { identity("stranger") }
    /// A client's that the server's authority has not signed.
    public var unknown: Identity { identity("other-ca") }
    /// The authority's revocation list, which names nobody.
    public var emptyRevocationList: String { "\(folder)/empty.crl" }
    /// The authority's revocation list, which names the server's certificate.
    public var revocationList: String { "\(folder)/revoked.crl" }

    private func identity(_ name: String) -> Identity {
        Identity(certificate: "\(folder)/\(name).crt", privateKey: "\(folder)/\(name).key")
    }

    /// Makes two authorities, a server's certificate, two clients' and two revocation lists in `folder`.
    public static func make(in folder: String) async throws -> TestCertificates {
        let certificates = TestCertificates(folder: folder)
        let openSSL = OpenSSLCommand(folder: folder)
        try await openSSL.makeAuthority("ca", commonName: "pgscylla ca")
        try await openSSL.makeAuthority("other-ca", commonName: "pgscylla other-ca")
        try await openSSL.makeCertificate("server", "localhost", serial: 2, alternativeNames: "DNS:localhost")
        try await openSSL.makeCertificate("u_cert", "u_cert", serial: 3)
        try await openSSL.makeCertificate("stranger", "stranger", serial: 4)
        try await openSSL.encryptKey("u_cert", passphrase: certificates.passphrase)
        try await openSSL.makeRevocationList("empty", revoked: [])
        try await openSSL.makeRevocationList("revoked", revoked: [2])
        return certificates
    }
}

/// The `openssl` command, making files in one folder; the authority that signs is called `ca`.
public struct OpenSSLCommand: Sendable {
    private let folder: String

    public init(folder: String) {
        self.folder = folder
    }

    /// A certificate signed by itself, for signing others.
    ///
    /// - Parameters:
    ///   - name: of its files.
    ///   - commonName: of its subject.
    ///   - options: the options that choose its kind of key and signature.
    /// - Throws: `ChildProcess.Failure`.
    public func makeAuthority(
        _ name: String,
        commonName: String,
        options: [String] = OpenSSLCommand.ellipticKey
    ) async throws {
        try await run(
            ["req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=\(commonName)"] + options
                + ["-keyout", path("\(name).key"), "-out", path("\(name).crt")]
        )
    }

    /// The hash of a whole certificate, in lower-case hex.
    public func fingerprint(_ name: String, _ digest: String) async throws -> String {
        let line = try await ChildProcess.require([
            "openssl", "x509", "-noout", "-fingerprint", "-\(digest)", "-in", path("\(name).crt"),
        ])
        return String(line.drop { $0 != "=" }.dropFirst()).replacing(":", with: "").lowercased()
    }

    /// A certificate signed by the authority.
    ///
    /// - Parameters:
    ///   - name: of its files.
    ///   - commonName: of its subject; an empty one leaves it out.
    ///   - serial: by which a revocation list names it.
    ///   - alternativeNames: in OpenSSL's notation.
    ///   - key: the options that choose its kind of key.
    ///   - signing: the options that choose how it is signed, and for how long.
    /// - Throws: `ChildProcess.Failure`.
    public func makeCertificate(
        _ name: String,
        _ commonName: String,
        serial: Int,
        alternativeNames: String? = nil,
        key: [String] = ["-newkey", "rsa:2048"],
        signing: [String] = ["-days", "2"]
    ) async throws {
        let subject = commonName.isEmpty ? "/O=pgscylla" : "/CN=\(commonName)"
        try await run(
            ["req", "-nodes", "-subj", subject] + key + ["-keyout", path("\(name).key"), "-out", path("\(name).csr")]
        )
        let extensions = alternativeNames.map { "subjectAltName=\($0)\n" } ?? "basicConstraints=CA:FALSE\n"
        try extensions.write(toFile: path("\(name).ext"), atomically: true, encoding: .utf8)
        try await run(
            [
                "x509", "-req", "-in", path("\(name).csr"), "-CA", path("ca.crt"), "-CAkey", path("ca.key"),
                "-set_serial", "\(serial)", "-extfile", path("\(name).ext"), "-out", path("\(name).crt"),
            ] + signing
        )
    }

    /// Writes NAME.encrypted.key.
    public func encryptKey(_ name: String, passphrase: String) async throws {
        try await run([
            "pkey", "-aes256", "-passout", "pass:\(passphrase)", "-in", path("\(name).key"),
            "-out", path("\(name).encrypted.key"),
        ])
    }

    /// Writes NAME.der.key: the key without its armour (DER).
    public func stripKey(_ name: String) async throws {
        try await run(["pkey", "-in", path("\(name).key"), "-outform", "DER", "-out", path("\(name).der.key")])
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path("\(name).der.key"))
    }

    /// Writes NAME.crl, the authority's list of these serial numbers.
    public func makeRevocationList(_ name: String, revoked: [Int], days: Int = 2) async throws {
        let lines = revoked.map { "R\t491231235959Z\t250101000000Z\t0\($0)\tunknown\t/CN=revoked\n" }
        try lines.joined().write(toFile: path("\(name).index"), atomically: true, encoding: .utf8)
        let configuration = """
            [ca]
            default_ca = authority
            [authority]
            database = \(path("\(name).index"))
            default_md = sha256

            """
        try configuration.write(toFile: path("\(name).cnf"), atomically: true, encoding: .utf8)
        try await run([
            "ca", "-gencrl", "-config", path("\(name).cnf"), "-cert", path("ca.crt"), "-keyfile", path("ca.key"),
            "-crldays", "\(days)", "-out", path("\(name).crl"),
        ])
    }

    public static let ellipticKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]

    private func path(_ name: String) -> String { "\(folder)/\(name)" }

    private func run(_ arguments: [String]) async throws {
        _ = try await ChildProcess.require(["openssl"] + arguments)
    }
}
