import COpenSSL

/// A version of TLS.
package enum TLSVersion: String, Hashable, Sendable, CaseIterable, Comparable {
    case tls1_0 = "TLSv1"
    case tls1_1 = "TLSv1.1"
    case tls1_2 = "TLSv1.2"
    case tls1_3 = "TLSv1.3"

    /// The version on the wire.
    var code: Int32 {
        switch self {
        case .tls1_0: TLS1_VERSION
        case .tls1_1: TLS1_1_VERSION
        case .tls1_2: TLS1_2_VERSION
        case .tls1_3: TLS1_3_VERSION
        }
    }

    package static func < (left: Self, right: Self) -> Bool { left.code < right.code }
}
