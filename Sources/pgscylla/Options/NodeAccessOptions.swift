import ArgumentParser
import EmbeddedCQL
import Migration
import PosixIO

/// Who may connect to the in-memory node, and how.
struct NodeAccessOptions: ParsableArguments {
    @Option(help: "Require this user to log in; needs --password-file.")
    var user: String?

    @Option(help: "File whose first line is the user's password.")
    var passwordFile: String?

    @Option(help: "PEM file of the certificate chain for TLS; needs --tls-key.")
    var tlsCertificate: String?

    @Option(help: "PEM file of the private key for TLS.")
    var tlsKey: String?

    @Option(help: "PEM file of the authorities that must have signed the certificate each client then has to show.")
    var tlsClientCa: String?

    func validate() throws {
        guard (user == nil) == (passwordFile == nil) else {
            throw ValidationError("--user and --password-file go together.")
        }
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key go together.")
        }
        guard tlsClientCa == nil || tlsCertificate != nil else {
            throw ValidationError("--tls-client-ca needs --tls-certificate and --tls-key.")
        }
    }

    func apply(to options: inout NodeOptions) throws {
        if let user, let passwordFile {
            let password = try PasswordLine.read("--password-file", of: passwordFile)
            options.login = NodeOptions.Login(user: user, password: password)
        }
        if let tlsCertificate, let tlsKey {
            options.tls = TLSServerConfiguration(
                identity: TLSIdentity(certificateChainPath: tlsCertificate, privateKeyPath: tlsKey),
                clientRoots: tlsClientCa.map { .file(path: $0) }
            )
        }
    }
}
