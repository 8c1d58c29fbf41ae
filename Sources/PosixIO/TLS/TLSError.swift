import COpenSSL

/// The oldest error of this thread's OpenSSL queue (ERR_get_error(3)), which is emptied: what went wrong first, before
/// its callers said that they had failed too.
func openSSLError() -> (reason: Int32, text: String)? {
    let code = ERR_get_error()
    guard code != 0 else { return nil }
    ERR_clear_error()
    return (ERR_GET_REASON(code), openSSLText(code))
}

private func openSSLText(_ code: UInt) -> String {
    // Of errors of the system the queue holds the number alone.
    if ERR_GET_LIB(code) == ERR_LIB_SYS { return SyscallError(errno: ERR_GET_REASON(code), call: "").reason }
    return ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
}

/// A sentence for the reasons that a user can do something about.
func tlsSentence(reason: Int32, text: String) -> String {
    switch reason {
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
        "the server requires a client certificate (alert \"certificate required\")"
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE,
        SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
        "the server refuses the client certificate (\(text))"
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED: "the server says that the client certificate is revoked"
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED: "the server says that the client certificate has expired"
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA: "the server does not know the authority that signed the client certificate"
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
        "the server refuses the handshake: it may require a client certificate, or there is no cipher in common"
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW,
        SSL_R_NO_PROTOCOLS_AVAILABLE:
        "the server speaks none of the TLS versions that are allowed here (\(text))"
    case SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: "the server does not speak the protocol asked for inside TLS"
    case SSL_R_TLSV1_UNRECOGNIZED_NAME: "the server knows no certificate for the name asked for (SNI)"
    case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST: "what answers there does not speak TLS"
    case SSL_R_DH_KEY_TOO_SMALL, SSL_R_EE_KEY_TOO_SMALL, SSL_R_CA_MD_TOO_WEAK:
        "the server's keys or signatures are too weak (\(text))"
    default: text
    }
}
