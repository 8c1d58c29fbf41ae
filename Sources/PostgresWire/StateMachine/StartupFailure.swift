/// Why a session could not be opened.
package enum StartupFailure: Error, Equatable, Sendable {
    /// TLS is required and the server answered that it has none.
    case tlsRefused
    /// An error of the server: wrong password, no such database, too many connections …
    case server(PostgresServerError)
    /// The server wants a method that is not implemented here.
    case unsupportedAuthentication(method: String)
    /// The server wants something that has a code and no name here.
    case unknownAuthentication(code: Int32)
    /// The server wants a password and none was given.
    case passwordRequired(method: String)
    /// The server authenticates in a way that was ruled out.
    case requirement(AuthenticationRequirementError)
    /// The SCRAM exchange failed, possibly because the server is not who it says.
    case scram(SCRAMError)
    /// No version of the protocol could be settled on.
    case negotiation(ProtocolNegotiationError)
    case protocolViolation(ProtocolViolation)
    /// The byte that answers an SSLRequest is none of `S`, `N` and `E`.
    case invalidTLSAnswer(UInt8)
    /// The server answers an SSLRequest with an error.
    case errorInsteadOfTLSAnswer
    /// Bytes came before the TLS handshake that the server can only have sent unencrypted: someone may be injecting
    /// them (CVE-2021-23222).
    case unencryptedBytesAfterTLSAnswer
}
