import COpenSSL

/// What a TLS session was settled on.
package struct TLSSessionDetails: Equatable, Sendable {
    /// Such as `TLSv1.3`.
    package let version: String
    /// Such as `TLS_AES_256_GCM_SHA384`.
    package let cipher: String
    /// What the server chose of the protocols offered (ALPN).
    package let applicationProtocol: String?
    /// Binds an authentication to this session (`tls-server-end-point`, RFC 5929, section 4.1); nil when the server's
    /// certificate is signed by an algorithm without a hash function of its own, for which the RFC has no rule.
    package let serverEndPoint: [UInt8]?
    /// What became of the client's certificate.
    package let clientCertificate: ClientCertificateUse

    init(_ session: OpaquePointer, _ clientCertificate: ClientCertificateUse) {
        self.clientCertificate = clientCertificate
        version = SSL_get_version(session).map { String(cString: $0) } ?? ""
        cipher = SSL_CIPHER_get_name(SSL_get_current_cipher(session)).map { String(cString: $0) } ?? ""
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        SSL_get0_alpn_selected(session, &name, &length)
        applicationProtocol = name.map {
            String(decoding: UnsafeBufferPointer(start: $0, count: Int(length)), as: UTF8.self)
        }
        let certificate = SSL_get1_peer_certificate(session)
        defer { X509_free(certificate) }
        serverEndPoint = certificate.flatMap { Self.hash(of: $0) }
    }

    /// The certificate, hashed as its signature hashes it, by SHA-256 instead of MD5 and SHA-1.
    private static func hash(of certificate: OpaquePointer) -> [UInt8]? {
        var algorithm = NID_undef
        guard X509_get_signature_info(certificate, &algorithm, nil, nil, nil) == 1 else { return nil }
        let isWeak = algorithm == NID_md5 || algorithm == NID_sha1
        guard let function = isWeak ? EVP_sha256() : EVP_get_digestbyname(OBJ_nid2sn(algorithm)) else { return nil }
        var output = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        guard X509_digest(certificate, function, &output, &length) == 1 else { return nil }
        return Array(output.prefix(Int(length)))
    }
}
