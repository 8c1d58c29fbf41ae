import COpenSSL

/// Why a certificate was not accepted, noted while OpenSSL verifies the chain: afterwards the certificate is gone.
struct CertificateRefusal {
    /// The place where a session's refusal is kept.
    final class Record {
        var refusal: CertificateRefusal?
    }

    /// The error of X509_STORE_CTX_get_error(3).
    let code: Int32
    /// 0 is the server's own certificate, more is an authority's.
    let depth: Int32
    let subject: String
    let issuer: String
    let validFrom: String
    let validUntil: String

    /// The callback of SSL_CTX_set_verify(3): changes nothing about the outcome.
    static let observer: @convention(c) (Int32, OpaquePointer?) -> Int32 = { isAccepted, verification in
        guard isAccepted == 0, let verification else { return isAccepted }
        let index = SSL_get_ex_data_X509_STORE_CTX_idx()
        guard let session = X509_STORE_CTX_get_ex_data(verification, index),
            let record = SSL_get_ex_data(OpaquePointer(session), recordIndex)
        else { return isAccepted }
        Unmanaged<Record>.fromOpaque(record).takeUnretainedValue().refusal = CertificateRefusal(verification)
        return isAccepted
    }

    /// The slot that OpenSSL reserves for an application (SSL_set_app_data(3)).
    static let recordIndex: Int32 = 0

    private init(_ verification: OpaquePointer) {
        code = X509_STORE_CTX_get_error(verification)
        depth = X509_STORE_CTX_get_error_depth(verification)
        let certificate = X509_STORE_CTX_get_current_cert(verification)
        subject = Self.name(X509_get_subject_name(certificate))
        issuer = Self.name(X509_get_issuer_name(certificate))
        validFrom = Self.date(X509_get0_notBefore(certificate))
        validUntil = Self.date(X509_get0_notAfter(certificate))
    }

    private static func name(_ name: OpaquePointer?) -> String {
        certificateCommonName(name).map { "\"\(printable($0))\"" } ?? "no common name"
    }

    private static func date(_ time: UnsafePointer<ASN1_TIME>?) -> String {
        var parts = tm()
        guard ASN1_TIME_to_tm(time, &parts) == 1 else { return "an unknown date" }
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let day = "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
        return "\(day) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) UTC"
    }
}

extension CertificateRefusal: CustomStringConvertible {
    /// One sentence about the certificate.
    var description: String {
        let whose = depth == 0 ? "the server's certificate" : "the authority \(subject) above the server's certificate"
        return switch code {
        case X509_V_ERR_CERT_HAS_EXPIRED: "\(whose) has expired: it was valid until \(validUntil)"
        case X509_V_ERR_CERT_NOT_YET_VALID: "\(whose) is not valid before \(validFrom)"
        case X509_V_ERR_CERT_REVOKED: "\(whose) has been revoked by \(issuer)"
        case X509_V_ERR_UNABLE_TO_GET_CRL:
            "\(whose) cannot be looked up: no revocation list of \(issuer), which issued it, is given"
        case X509_V_ERR_CRL_HAS_EXPIRED: "the certificate revocation list of \(issuer) has expired"
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            "\(whose) is self-signed and not among the root certificates"
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            "the server's certificate comes from the authority \(subject), which is not among the root certificates"
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            "\(whose) is signed by \(issuer), an authority unknown to the root certificates"
        default: "\(whose) is refused: \(String(cString: X509_verify_cert_error_string(Int(code))))"
        }
    }
}
