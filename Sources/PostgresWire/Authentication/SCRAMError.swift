/// Why a SCRAM exchange ended without trust.
package enum SCRAMError: Error, Hashable, Sendable {
    /// A server message that RFC 5802's grammar does not allow; the attribute at fault.
    case malformed(attribute: String)
    /// The server's nonce does not begin with ours: someone else's answer.
    case nonceMismatch
    /// An iteration count that no honest server asks for.
    case iterationCount(Int)
    /// The server's own error value, such as `invalid-proof`.
    case server(String)
    /// The server could not prove that it knows the password.
    case serverSignatureMismatch
}

extension SCRAMError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let attribute): "the server's SCRAM message has a malformed attribute '\(attribute)'"
        case .nonceMismatch: "the server's SCRAM nonce does not continue ours"
        case .iterationCount(let count): "the server asks for \(count) SCRAM iterations, which is out of bounds"
        case .server(let reason): "the server ended the SCRAM exchange: \(reason)"
        case .serverSignatureMismatch: "the server could not prove that it knows the password"
        }
    }
}
