import COpenSSL

/// An OpenSSL context (SSL_CTX_new(3)): certificates and rules shared by the sessions made from it.
final class TLSContext {
    let pointer: OpaquePointer

    private init(method: OpaquePointer?) throws(TransportError) {
        guard let pointer = SSL_CTX_new(method) else { throw Self.failure("cannot create a TLS context") }
        self.pointer = pointer
        _ = pgscylla_SSL_CTX_set_min_proto_version(pointer, TLS1_2_VERSION)
        let modes = SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS
        _ = pgscylla_SSL_CTX_set_mode(pointer, Int(modes))
    }

    deinit { SSL_CTX_free(pointer) }

    /// - Throws: `TransportError.tls` naming the file that cannot be used.
    convenience init(client configuration: TLSClientConfiguration) throws(TransportError) {
        try self.init(method: TLS_client_method())
        switch configuration.verification {
        case .none:
            SSL_CTX_set_verify(pointer, SSL_VERIFY_NONE, nil)
        case .chain(let roots), .full(let roots):
            SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
            try load(roots)
        }
        if let identity = configuration.identity { try use(identity) }
    }

    /// - Throws: `TransportError.tls` naming the file that cannot be used.
    convenience init(server configuration: TLSServerConfiguration) throws(TransportError) {
        try self.init(method: TLS_server_method())
        try use(configuration.identity)
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

    private func use(_ identity: TLSIdentity) throws(TransportError) {
        guard SSL_CTX_use_certificate_chain_file(pointer, identity.certificateChainPath) == 1 else {
            throw Self.failure("cannot load the certificate \"\(identity.certificateChainPath)\"")
        }
        guard SSL_CTX_use_PrivateKey_file(pointer, identity.privateKeyPath, SSL_FILETYPE_PEM) == 1,
            SSL_CTX_check_private_key(pointer) == 1
        else { throw Self.failure("cannot use the private key \"\(identity.privateKeyPath)\" with its certificate") }
    }

    private static func failure(_ what: String) -> TransportError {
        .tls(reason: "\(what) (\(openSSLReason() ?? "no reason given"))", peer: "configuration")
    }
}

/// The newest reason in this thread's OpenSSL error queue (ERR_get_error(3)), which is emptied.
func openSSLReason() -> String? {
    var reason: String?
    while true {
        let code = ERR_get_error()
        if code == 0 { return reason }
        if let text = ERR_reason_error_string(code) { reason = String(cString: text) }
    }
}
