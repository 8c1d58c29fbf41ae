import Foundation

/// Certificates made for one test run by the `openssl` command.
public struct TestCertificates: Sendable {
    /// The authority that signed the server's certificate.
    public let authority: String
    /// An authority that signed nothing in use.
    public let otherAuthority: String
    /// The server's certificate, for the name `localhost` and no address.
    public let certificate: String
    public let privateKey: String

    /// Makes two authorities and a server certificate in `folder`.
    public static func make(in folder: String) async throws -> TestCertificates {
        try await makeAuthority("ca", in: folder)
        try await makeAuthority("other-ca", in: folder)
        try "subjectAltName=DNS:localhost".write(toFile: "\(folder)/server.ext", atomically: true, encoding: .utf8)
        _ = try await ChildProcess.require([
            "openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
            "-keyout", "\(folder)/server.key", "-out", "\(folder)/server.csr",
        ])
        _ = try await ChildProcess.require([
            "openssl", "x509", "-req", "-in", "\(folder)/server.csr", "-CA", "\(folder)/ca.crt",
            "-CAkey", "\(folder)/ca.key", "-set_serial", "2", "-days", "2", "-extfile", "\(folder)/server.ext",
            "-out", "\(folder)/server.crt",
        ])
        return TestCertificates(
            authority: "\(folder)/ca.crt",
            otherAuthority: "\(folder)/other-ca.crt",
            certificate: "\(folder)/server.crt",
            privateKey: "\(folder)/server.key"
        )
    }

    private static func makeAuthority(_ name: String, in folder: String) async throws {
        _ = try await ChildProcess.require([
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=pgscylla \(name)",
            "-keyout", "\(folder)/\(name).key", "-out", "\(folder)/\(name).crt",
        ])
    }
}
