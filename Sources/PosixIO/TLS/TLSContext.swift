import COpenSSL
import WireKit

/// An OpenSSL context (SSL_CTX_new(3)): certificates and rules shared by the sessions made from it.
final class TLSContext {
    let pointer: OpaquePointer

    private init(method: OpaquePointer?) throws(TransportError) {
        // What fails from here on is not to be explained by older errors.
        ERR_clear_error()
        guard let pointer = SSL_CTX_new(method) else { throw Self.failure("cannot create a TLS context") }
        self.pointer = pointer
        _ = pgscylla_SSL_CTX_set_min_proto_version(pointer, TLS1_2_VERSION)
        let modes = SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS
        _ = pgscylla_SSL_CTX_set_mode(pointer, Int(modes))
    }

    deinit { SSL_CTX_free(pointer) }

    /// - Throws: `TransportError.tls` naming the file or the setting that cannot be used, or `passphraseRequired`.
    convenience init(client configuration: TLSClientConfiguration) throws(TransportError) {
        try self.init(method: TLS_client_method())
        try limitVersions(configuration.minimumVersion, configuration.maximumVersion)
        switch configuration.verification {
        case .none:
            SSL_CTX_set_verify(pointer, SSL_VERIFY_NONE, nil)
        case .chain(let roots), .full(let roots):
            SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, CertificateRefusal.observer)
            try load(roots)
            if let revocation = configuration.revocation { try load(revocation) }
        }
        if let identity = configuration.identity {
            try PrivateKeyFile.checkPermissions(of: identity.privateKeyPath)
            try use(identity)
        }
        if let name = configuration.applicationProtocol { try offer(name) }
    }

    /// - Throws: `TransportError.tls` naming the file that cannot be used.
    convenience init(server configuration: TLSServerConfiguration) throws(TransportError) {
        try self.init(method: TLS_server_method())
        try use(configuration.identity)
        guard let roots = configuration.clientRoots else { return }
        try load(roots)
        SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
    }

    private func limitVersions(_ minimum: TLSVersion, _ maximum: TLSVersion?) throws(TransportError) {
        if let maximum, maximum < minimum {
            throw Self.failure("the oldest TLS version allowed, \(minimum.rawValue), is above \(maximum.rawValue)")
        }
        guard pgscylla_SSL_CTX_set_min_proto_version(pointer, minimum.code) == 1,
            pgscylla_SSL_CTX_set_max_proto_version(pointer, maximum?.code ?? 0) == 1
        else { throw Self.failure("libssl does not have the TLS versions asked for") }
    }

    private func load(_ roots: RootCertificates) throws(TransportError) {
        switch roots {
        case .system:
            guard SSL_CTX_set_default_verify_paths(pointer) == 1 else {
                throw Self.failure("cannot load the system's root certificates")
            }
        case .file(let path):
            guard SSL_CTX_load_verify_locations(pointer, path, nil) == 1 else {
                throw Self.failure("cannot load root certificates from \"\(path)\"")
            }
        }
    }

    /// Every certificate of a chain is looked up (X509_V_FLAG_CRL_CHECK_ALL), as libpq does.
    private func load(_ revocation: RevocationLists) throws(TransportError) {
        let store = SSL_CTX_get_cert_store(pointer)
        guard X509_STORE_load_locations(store, revocation.path, revocation.directory) == 1 else {
            let name = revocation.path ?? revocation.directory ?? ""
            throw Self.failure("cannot load certificate revocation lists from \"\(name)\"")
        }
        _ = X509_STORE_set_flags(store, UInt(X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL))
    }

    private func use(_ identity: TLSIdentity) throws(TransportError) {
        guard SSL_CTX_use_certificate_chain_file(pointer, identity.certificateChainPath) == 1 else {
            throw Self.failure("cannot load the certificate \"\(identity.certificateChainPath)\"")
        }
        let passphrase = Passphrase(identity.passphrase)
        passphrase.lend(to: pointer)
        let hasKey = usePrivateKey(identity.privateKeyPath)
        Passphrase.takeBack(from: pointer)
        if !hasKey, passphrase.wasAskedFor, identity.passphrase == nil {
            ERR_clear_error()
            throw .passphraseRequired(privateKeyPath: identity.privateKeyPath)
        }
        guard hasKey, SSL_CTX_check_private_key(pointer) == 1 else {
            throw Self.failure("cannot use the private key \"\(identity.privateKeyPath)\" with its certificate")
        }
    }

    /// Takes a key in PEM or, as libpq does, in DER form; the errors left behind are those of the first.
    private func usePrivateKey(_ path: String) -> Bool {
        if SSL_CTX_use_PrivateKey_file(pointer, path, SSL_FILETYPE_PEM) == 1 { return true }
        ERR_set_mark()
        let hasKey = SSL_CTX_use_PrivateKey_file(pointer, path, SSL_FILETYPE_ASN1) == 1
        ERR_pop_to_mark()
        if hasKey { ERR_clear_error() }
        return hasKey
    }

    /// Offers a protocol by its ALPN name.
    ///
    /// - Throws: `TransportError.tls` when it is not a name.
    private func offer(_ name: String) throws(TransportError) {
        let list = [UInt8(truncatingIfNeeded: name.utf8.count)] + Array(name.utf8)
        // The one function of libssl that returns 0 for success.
        guard SSL_CTX_set_alpn_protos(pointer, list, UInt32(list.count)) == 0 else {
            throw Self.failure("\"\(name)\" cannot be offered as a protocol inside TLS")
        }
    }

    private static func failure(_ what: String) -> TransportError {
        let reason = openSSLError().map { " (\($0.text))" } ?? ""
        return .tls(reason: what + reason, peer: "configuration")
    }
}

/// What libssl asks for when a private key is encrypted, instead of the terminal.
private final class Passphrase {
    private let secret: [UInt8]
    private(set) var wasAskedFor = false

    init(_ credential: Credential?) {
        secret = Array((credential?.value ?? "").utf8)
    }

    /// Valid until `takeBack`; `self` must live as long.
    func lend(to context: OpaquePointer) {
        SSL_CTX_set_default_passwd_cb_userdata(context, Unmanaged.passUnretained(self).toOpaque())
        SSL_CTX_set_default_passwd_cb(context) { buffer, capacity, _, userData in
            guard let buffer, let userData else { return -1 }
            return Unmanaged<Passphrase>.fromOpaque(userData).takeUnretainedValue().write(to: buffer, Int(capacity))
        }
    }

    static func takeBack(from context: OpaquePointer) {
        SSL_CTX_set_default_passwd_cb(context, nil)
        SSL_CTX_set_default_passwd_cb_userdata(context, nil)
    }

    private func write(to buffer: UnsafeMutablePointer<CChar>, _ capacity: Int) -> Int32 {
        wasAskedFor = true
        guard !secret.isEmpty, secret.count <= capacity else { return -1 }
        UnsafeMutableRawPointer(buffer).copyMemory(from: secret, byteCount: secret.count)
        return Int32(secret.count)
    }
}
