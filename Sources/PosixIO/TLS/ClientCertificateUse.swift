import COpenSSL

/// What became of a client's certificate in a handshake.
package enum ClientCertificateUse: Sendable {
    /// The server did not ask for one.
    case notRequested
    /// The server asked, and there was none to send.
    case missing
    case sent

    /// The place where a session notes it.
    final class Record {
        private(set) var use = ClientCertificateUse.notRequested

        /// Notes what the session does; valid as long as `self` lives.
        ///
        /// libssl calls a client back only when the server asks for a certificate (SSL_CTX_set_cert_cb(3)).
        func observe(_ session: OpaquePointer) {
            let callback: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Int32 = { session, record in
                guard let record else { return 1 }
                let use: ClientCertificateUse = SSL_get_certificate(session) == nil ? .missing : .sent
                Unmanaged<Record>.fromOpaque(record).takeUnretainedValue().use = use
                return 1
            }
            SSL_set_cert_cb(session, callback, Unmanaged.passUnretained(self).toOpaque())
        }
    }
}
